"""Rearrangement and joining in every form of their arguments."""

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import Tensor, Value
from tests.checks import check_float32, check_freed, check_orders, gradients, same

X = np.arange(1.0, 25.0).reshape(2, 3, 4) / 7
A, B, C = X[0], X[1, :2], X[:, 0] + 1


def check(f, *args):
    """Assert that f gives on Tensors what it gives on arrays, and is right to second order."""
    same(f(*map(Tensor, args)).data, f(*args))
    check_orders(f, args)
    # The sum of squares bends a linear function, so that its rule is run on nodes as well.
    check_orders(lambda *xs: f(*xs) ** 2, args)


@pytest.mark.parametrize("shape", [(24,), 24, -1, (6, 4), (2, -1), [3, 8], (2, 1, 12, 1), (1, 24)])
def test_reshape(shape):
    check(lambda x: np.reshape(x, shape), X)
    check(lambda x: x.reshape(shape), X)
    assert ag.reshape(Tensor(X), shape).shape == X.reshape(shape).shape
    if not isinstance(shape, int):
        check(lambda x: x.reshape(*shape), X)


def test_reshape_of_one_element():
    check(lambda x: x.reshape(()), np.ones((1, 1)))
    check(lambda x: x.reshape((1, 1)), np.array(2.0))
    check(lambda x: x.reshape(()), np.array(2.0))


@pytest.mark.parametrize("axes", [None, (0, 1, 2), (2, 0, 1), (-1, 0, 1), [1, 2, 0], (1, -3, -1)])
def test_transpose(axes):
    check(lambda x: np.transpose(x, axes), X)
    check(lambda x: x.transpose(axes), X)
    if axes is not None:
        check(lambda x: x.transpose(*axes), X)
    check(lambda x: x.T, X)
    check(lambda x: x.transpose(), X[0, 0])
    check(lambda x: x.transpose(), np.array(2.0))


@pytest.mark.parametrize(("a", "b"), [(0, 1), (0, -1), (-2, 2), (1, 1)])
def test_swapaxes(a, b):
    check(lambda x: np.swapaxes(x, a, b), X)
    check(lambda x: x.swapaxes(a, b), X)


@pytest.mark.parametrize("axis", [0, 1, 3, -1, -4, (0, 2), (-1, 0)])
def test_expand_dims_and_back(axis):
    check(lambda x: np.expand_dims(x, axis), X)
    check(lambda x: np.squeeze(x, axis), np.expand_dims(X, axis))
    check(lambda x: np.squeeze(x), np.expand_dims(X, axis))
    check(lambda x: x.squeeze(axis), np.expand_dims(X, axis))


@pytest.mark.parametrize(
    ("given", "wanted"),
    [((), (2, 3)), ((), ()), ((3,), (2, 3)), ((2, 1), (2, 3)), ((1,), 4), ((1, 3, 1), (2, 5, 3, 4))],
)
def test_broadcast_to(given, wanted):
    check(lambda x: np.broadcast_to(x, wanted), np.resize(X, given))
    check_orders(lambda x: ag.broadcast_to(x, wanted), [np.resize(X, given)])


@pytest.mark.parametrize("axis", [0, -2, None])
def test_concatenate_rows(axis):
    check(lambda *xs: np.concatenate(xs, axis), A, B, C)
    check(lambda *xs: np.concatenate(list(xs), axis=axis), A, B)
    check(lambda x: np.concatenate([x, x * x, x], axis), A)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_concatenate_along_every_axis(axis):
    check(lambda *xs: np.concatenate(xs, axis), X, X**2)
    part = np.swapaxes(np.swapaxes(X, 0, axis)[:1], 0, axis)
    check(lambda *xs: np.concatenate(xs, axis=axis), X, part, part * 2)


def test_concatenate_flat_takes_every_shape():
    check(lambda *xs: np.concatenate(xs, axis=None), X, A, X[0, 0], np.array(3.0))


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_stack(axis):
    check(lambda *xs: np.stack(xs, axis), A, A**2, A - 1)
    check(lambda *xs: np.stack(list(xs), axis=axis), A)
    check(lambda x: np.stack([x, x, x * x], axis), A)


def test_stack_of_numbers():
    check(lambda *xs: np.stack(xs), np.array(1.5), np.array(2.5))
    check(lambda *xs: np.stack(xs, axis=-1), np.array(1.5), np.array(2.5))
    a, b = Value(2.0), Value(3.0)
    out = ag.stack([a, b, 4.0])
    assert type(out) is Tensor
    (out * [1.0, 10.0, 100.0]).sum().backward()
    assert (a.grad, b.grad) == (1.0, 10.0)


@pytest.mark.parametrize("number", [2, 2.0, np.float64(2), np.array(2.0), Tensor(2.0)])
def test_joining_numbers_does_not_promote(number):
    x = A.astype(np.float32)
    check_float32(lambda x: ag.concatenate([number, x, number, x], axis=None), [x])
    if not isinstance(number, Tensor):
        check_float32(lambda x: ag.stack([number, x, number]), [x[0, 0]])
    check_orders(lambda x: ag.concatenate([number, x, number, x * x], axis=None), [A])


def test_joining_constants_of_every_kind():
    for other in (A, Tensor(A), A.tolist(), tuple(map(tuple, A))):
        check_orders(lambda x, other=other: ag.concatenate([other, x, other], axis=1), [B[[0, 1, 1]]])
        np.testing.assert_array_equal(ag.stack([Tensor(A), other]).data, np.stack([A, A]))


def test_joining_takes_a_tensor_apart_into_its_rows():
    check(lambda x: np.concatenate(x), X)
    check(lambda x: np.stack(x, axis=1), X)
    check(lambda x: np.concatenate(x, axis=-1), X)


def test_joining_arrays_without_elements():
    check(lambda *xs: np.concatenate(xs), A, np.zeros((0, 4)), A)
    check(lambda *xs: np.concatenate(xs, axis=None), A, np.zeros((2, 0)), A)
    check(lambda *xs: np.stack(xs, axis=1), np.zeros((0, 4)), np.zeros((0, 4)))


def test_joining_two_widths_gives_each_its_own_gradient():
    x, y = Tensor(A.astype(np.float32), requires_grad=True), Tensor(A, requires_grad=True)
    out = ag.concatenate([x * 2, y * 3])
    assert out.dtype == np.float64
    out.sum().backward()
    assert (x.grad.dtype, y.grad.dtype) == (np.float32, np.float64)
    assert (x.grad.data == 2).all()
    assert (y.grad.data == 3).all()


def test_joined_graph_is_freed():
    check_freed(lambda *xs: ag.concatenate([*xs, xs[0]], axis=None), [A, B])


def test_only_the_tracked_array_gets_a_gradient():
    for f in (ag.concatenate, ag.stack):
        for at in range(3):
            slope = gradients(lambda *xs, f=f: f(xs, axis=1) ** 2, [A, A + 1, A + 2], [at], 1.0)[0]
            same(slope, 2 * (A + at))


@pytest.mark.parametrize("dtype", [np.float32, "float32", np.float16, np.float64, float])
def test_astype_gives_the_gradient_in_the_type_that_it_came_from(dtype):
    x = Tensor(A, requires_grad=True)
    y = x.astype(dtype)
    assert y.dtype == np.dtype(dtype)
    (y * 2).sum().backward()
    assert x.grad.dtype == np.float64
    assert (x.grad.data == 2).all()


@pytest.mark.parametrize("dtype", [int, bool, np.int8])
def test_astype_to_integers_has_no_gradient(dtype):
    y = Tensor(A, requires_grad=True).astype(dtype)
    same(y.data, A.astype(dtype))
    assert not y.requires_grad
