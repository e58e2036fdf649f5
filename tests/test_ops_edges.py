"""Calls at the edges: odd containers, odd data types, arguments in arrays, numbers far out."""

from collections import deque

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import AutogradError, Tensor, Value

A = np.array([1.0, 2.0, 3.0])


def leaf(x=A):
    return Tensor(x, requires_grad=True)


VALUES = np.array([Value(1.0), Value(2.0)], dtype=object)


@pytest.mark.parametrize("join", [np.vstack, np.hstack, np.dstack, np.column_stack])
@pytest.mark.parametrize("arrays", [VALUES, deque([leaf(), leaf()])], ids=["object array", "deque"])
def test_nodes_in_other_containers_end(join, arrays):
    """NumPy finds them where a composition does not look, and is not asked twice."""
    try:
        out = join(arrays)
    except (AutogradError, TypeError):
        return
    assert np.shape(out)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: ag.insert([x[0], x[1]], 0, 9.0),
        lambda x: ag.trim_zeros([x[0], x[1]]),
        lambda x: ag.apply_along_axis(np.sum, 0, [x[0], x[1]]),
        lambda x: ag.at(A)[:2].set([Value(1.0), Value(2.0)]),
        lambda x: ag.at(A)[:2].add(VALUES),
    ],
)
def test_lists_of_nodes_are_refused(f):
    with pytest.raises(AutogradError, match="Join them with stack"):
        f(leaf())


@pytest.mark.parametrize("name", ["max", "min", "nanmax", "nanmin"])
def test_no_initial_value_shares_nothing(name):
    x = np.array([1.0, 3.0, 2.0])
    expected = ag.grad(lambda x: getattr(np, name)(x))(x)
    np.testing.assert_array_equal(ag.grad(lambda x: getattr(np, name)(x, initial=None))(x), expected)
    if name == "nanmax":
        np.testing.assert_array_equal(ag.grad(lambda x: np.nanmax(x, initial=np.nan))(x), expected)


@pytest.mark.parametrize("rcond", [None, -1, 0, 1, 1e-10])
def test_lstsq_with_a_share_that_is_none(rcond):
    a, b = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]), A
    expected = np.linalg.pinv(a).sum(axis=0)
    np.testing.assert_allclose(ag.grad(lambda b: np.linalg.lstsq(a, b, rcond)[0].sum())(b), expected, rtol=1e-10)


@pytest.mark.parametrize("mode", ["raise", None, 2])
def test_take_from_the_end(mode):
    np.testing.assert_array_equal(ag.grad(lambda x: np.take(x, [-1], mode=mode).sum())(A), [0.0, 0.0, 1.0])


@pytest.mark.parametrize("f", [np.logaddexp, np.logaddexp2])
@pytest.mark.parametrize("far", [0.0, 1e5, 1e15, 1e17, -1e17])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shares_of_large_exponents(f, far, dtype):
    x, y = (Tensor(np.array([far], dtype), requires_grad=True) for _ in range(2))
    f(x, y).sum().backward()
    assert (x.grad.item(), y.grad.item()) == (0.5, 0.5)
    assert x.grad.dtype == dtype


@pytest.mark.parametrize("axis", [np.array(0), np.int64(-1), Tensor(0)])
def test_an_axis_in_an_array(axis):
    for f in (lambda x: np.concatenate([x, x], axis=axis), lambda x: np.repeat(x, 2, axis=axis), np.cumsum):
        assert ag.grad(lambda x, f=f: f(x).sum())(A).shape == (3,)
    x = np.arange(6.0).reshape(2, 3)
    assert ag.grad(lambda x: np.quantile(x, 0.5, axis=np.array([0, 1])))(x).sum() == 1.0
    assert ag.grad(lambda x: np.median(x, axis=np.array([0, 1])))(x).sum() == 1.0


def test_graph_arguments_by_name():
    x = leaf()
    assert np.polyval(A, x=x).requires_grad
    assert ag.where(A > 1, x=x, y=0.0).requires_grad
    assert ag.where(condition=A > 1, x=x, y=0.0).requires_grad


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64, bool])
@pytest.mark.parametrize("name", ["sigmoid", "softplus", "silu", "log_sigmoid", "mish"])
def test_activations_of_integers(name, dtype):
    x = np.array([1, 3, -128]).astype(dtype) if dtype is np.int8 else np.array([0, 1]).astype(dtype)
    f = getattr(ag, name)
    np.testing.assert_allclose(f(Tensor(x)).data, f(Tensor(x.astype(float))).data, rtol=1e-12)


def test_an_order_of_none_asks_for_nothing():
    assert np.argsort(leaf(), -1, None, None).tolist() == [0, 1, 2]
    assert np.sort(leaf(), -1, None, None).tolist() == [1.0, 2.0, 3.0]
