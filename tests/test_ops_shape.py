"""Shapes and axes in every form of their arguments; arrays like others; ranges of numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, broadcastable_shapes, mutually_broadcastable_shapes

import autograd_lite as ag
from autograd_lite import Tensor, Value
from autograd_lite.errors import (
    ArgumentError,
    ArgumentValueError,
    AutogradError,
    AxisError,
    DtypeError,
    KindError,
    ShapeError,
)
from tests.checks import check_linear, check_orders, gradients, same

X = np.arange(1.0, 25.0).reshape(2, 3, 4) / 7
A = X[0]


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


SHAPES = array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)
WITH_AXES = array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=3)
drawn = settings(max_examples=60, deadline=None)


def axes(shape):
    return st.integers(-len(shape), len(shape) - 1)


@drawn
@given(shape=SHAPES, data=st.data())
def test_axes_put_in_and_taken_out(shape, data):
    check_linear(np.ravel, np.ravel, [shape])
    check_linear(lambda x: x.flatten(), np.ravel, [shape])
    check_linear(np.squeeze, np.squeeze, [shape])
    axis = data.draw(st.lists(st.integers(0, len(shape)), max_size=2, unique=True))
    check_linear(lambda x: np.expand_dims(x, tuple(axis)), lambda x: np.expand_dims(x, tuple(axis)), [shape])
    ones = [i for i, n in enumerate(shape) if n == 1]
    dropped = tuple(data.draw(st.lists(st.sampled_from(ones), unique=True))) if ones else ()
    check_linear(lambda x: x.squeeze(dropped), lambda x: x.squeeze(dropped), [shape])


@drawn
@given(shape=WITH_AXES, data=st.data())
def test_axes_moved(shape, data):
    n = len(shape)
    one, other = data.draw(axes(shape)), data.draw(axes(shape))
    start = data.draw(st.integers(-n, n))
    several = data.draw(st.lists(st.integers(0, n - 1), unique=True))
    places = data.draw(st.permutations(range(n)))[: len(several)]
    order = data.draw(st.permutations(range(n)))
    for f in (
        lambda x: np.swapaxes(x, one, other),
        lambda x: np.moveaxis(x, one, other),
        lambda x: np.moveaxis(x, several, [i - n for i in places]),
        lambda x: np.rollaxis(x, one, start),
        lambda x: np.transpose(x, order),
        lambda x: np.permute_dims(x, [i - n for i in order]),
        lambda x: np.transpose(x),
    ):
        check_linear(f, f, [shape])
    check_linear(lambda x: x.permute(*order), lambda x: x.transpose(order), [shape])
    if n > 1:
        for f in (np.matrix_transpose, np.linalg.matrix_transpose, lambda x: x.mT):
            check_linear(f, f, [shape])


@drawn
@given(shape=WITH_AXES, data=st.data())
def test_resize_and_unstack(shape, data):
    wanted = data.draw(SHAPES)
    check_linear(lambda x: np.resize(x, wanted), lambda x: np.resize(x, wanted), [shape])
    axis = data.draw(axes(shape))
    if shape[axis]:
        check_linear(lambda x: ag.unstack(x, axis=axis), lambda x: tuple(np.moveaxis(x, axis, 0)), [shape])


@drawn
@given(shapes=st.lists(SHAPES, min_size=1, max_size=3), data=st.data())
def test_at_least_so_many_axes(shapes, data):
    for f in (np.atleast_1d, np.atleast_2d, np.atleast_3d):
        check_linear(f, f, shapes)


@drawn
@given(drawn=mutually_broadcastable_shapes(num_shapes=3, min_side=0, max_side=3, max_dims=3), data=st.data())
def test_broadcasting_to_one_shape(drawn, data):
    check_linear(np.broadcast_arrays, np.broadcast_arrays, drawn.input_shapes)
    shape = data.draw(broadcastable_shapes(drawn.result_shape, max_dims=3, max_side=3))
    wanted = np.broadcast_shapes(shape, drawn.result_shape)
    check_linear(lambda x: np.broadcast_to(x, wanted), lambda x: np.broadcast_to(x, wanted), [shape])


def test_tensors_of_pytorch_in_their_methods():
    x = Tensor(X, requires_grad=True)
    assert x.view(6, 4).shape == x.view((6, 4)).shape == x.view(-1, 4).shape == (6, 4)
    assert x.permute(2, 0, 1).shape == x.permute((2, 0, 1)).shape == (4, 2, 3)
    assert (x.unsqueeze(0).shape, x.unsqueeze(-1).shape) == ((1, 2, 3, 4), (2, 3, 4, 1))
    assert (x.flatten(1).shape, x.flatten(0, 1).shape, x.flatten(-2).shape) == ((2, 12), (6, 4), (2, 12))
    assert x.flatten().shape == x.ravel().shape == x.ravel("C").shape == (24,)
    assert Tensor(2.0).flatten().shape == Tensor(2.0).ravel().shape == (1,)
    check_linear(lambda x: x.flatten(1), lambda x: x.reshape(2, 12), [X.shape])
    check_linear(lambda x: x.flatten(0, 1), lambda x: x.reshape(6, 4), [X.shape])


@pytest.mark.parametrize("copy", [None, True, False])
def test_reshape_takes_numpys_word_about_copies(copy):
    check(lambda x: ag.reshape(x, shape=(6, 4), copy=copy), X)
    assert ag.reshape(Tensor(X), (6, 4), "C", copy=copy).shape == (6, 4)
    assert ag.reshape(2.0, (1,), copy=copy).shape == (1,)


def test_reshape_that_must_copy_but_may_not():
    with pytest.raises(ArgumentValueError, match=r"^reshape: .*copy=False"):
        ag.reshape(Tensor(X).T, -1, copy=False)


def test_copy_is_a_node_of_its_own():
    x = Tensor(X, requires_grad=True)
    y = np.copy(x)
    assert y is not x
    assert y.op is ag.copy
    a = Value(2.0)
    (np.copy(a) * 3).backward()
    assert a.grad == 3.0
    own = ag.copy(X)
    own[0] = 0
    assert X[0].any()


def test_several_at_least_so_many_axes_are_all_tensors():
    found = np.atleast_1d(Tensor(2.0, requires_grad=True), 3.0, [4.0, 5.0])
    assert type(found) is tuple
    assert [type(t) for t in found] == [Tensor] * 3
    x = Tensor(X)
    assert np.atleast_2d(x) is x
    assert np.atleast_2d(Value(2.0)).shape == (1, 1)


LIKE = [(np.zeros_like, np.zeros_like), (np.ones_like, np.ones_like), (np.empty_like, np.zeros_like)]


@pytest.mark.parametrize(
    "params", [{}, {"dtype": int}, {"shape": (3,)}, {"shape": 2, "dtype": bool}, {"device": "cpu"}]
)
@pytest.mark.parametrize(("f", "reference"), LIKE, ids=lambda f: f.__name__)
def test_arrays_like_another(f, reference, params):
    for x in (Tensor(X, requires_grad=True), Tensor(np.arange(3)), Tensor(X.astype(np.float32))):
        out = f(x, **params)
        assert type(out) is Tensor
        assert not out.requires_grad
        same(out.data, reference(x.data, **params))
    assert f(Value(2.0)).shape == ()
    assert getattr(ag, f.__name__)(X).shape == X.shape


@pytest.mark.parametrize("params", [{}, {"dtype": np.float32}, {"shape": (5, 4)}, {"shape": (3, 4), "dtype": int}])
def test_full_like(params):
    x = Tensor(X, requires_grad=True)
    for fill in (2.5, -3, [1.0, 2.0, 3.0, 4.0], X[0, 0]):
        out = np.full_like(x, fill, **params)
        assert type(out) is Tensor
        assert not out.requires_grad
        same(out.data, np.full_like(X, fill, **params))
    same(np.full_like(Tensor([1, 2]), 2.7).data, np.full_like([1, 2], 2.7))


def test_full_like_is_differentiable_by_its_value():
    for shape in ((), (4,), (3, 1)):
        check_linear(lambda v: np.full_like(Tensor(X), v, v.dtype), lambda v: np.full_like(X, v, v.dtype), [shape])
        check_linear(lambda v: ag.full_like(X, v, v.dtype), lambda v: np.full_like(X, v, v.dtype), [shape])
    v = Value(2.0)
    (np.full_like(Tensor(X), v) * X).sum().backward()
    assert v.grad == pytest.approx(X.sum())
    x, v = Tensor(X.astype(np.float32), requires_grad=True), Tensor(2.0, requires_grad=True)
    out = np.full_like(x, v)
    assert out.dtype == np.float32
    out.sum().backward()
    assert (x.grad, v.grad.item(), v.grad.dtype) == (None, 24.0, np.float64)
    assert not np.full_like(x, v, dtype=int).requires_grad


ENDS = st.floats(-100, 100).filter(lambda x: abs(x) > 1e-3)


@drawn
@given(
    start=ENDS,
    stop=ENDS,
    num=st.integers(0, 9),
    endpoint=st.booleans(),
    shapes=st.sampled_from([((), ()), ((3,), ()), ((), (2, 3)), ((2, 1), (3,))]),
    axis=st.sampled_from([0, -1]),
)
def test_ranges_are_numpys(start, stop, num, endpoint, shapes, axis):
    a, b = np.full(shapes[0], start), np.full(shapes[1], stop)
    params = {"num": num, "endpoint": endpoint, "axis": axis}

    def compare(f, a, b):
        expected = f(a, b, **params)
        for one, other in ((Tensor(a), b), (a, Tensor(b)), (Tensor(a), Tensor(b))):
            out = f(one, other, **params)
            assert (out.dtype, out.shape) == (expected.dtype, expected.shape)
            scale = np.max(np.abs(expected), initial=1e-3)
            np.testing.assert_allclose(out.data, expected, rtol=1e-12, atol=1e-14 * scale)

    compare(np.linspace, a, b)
    compare(np.logspace, a / 50, b / 50)
    b = np.copysign(b, start)
    compare(np.geomspace, a, b)
    if num > 1 and endpoint:
        out = np.moveaxis(np.linspace(Tensor(a), b, **params).data, axis, 0)
        assert (out[0] == a).all()
        assert (out[-1] == b).all()


def test_derivatives_of_ranges():
    a, b = np.array([0.5, 1.5]), np.array(2.5)
    for num in (1, 2, 5):
        for endpoint in (True, False):
            check_orders(lambda x, y, n=num, e=endpoint: np.linspace(x, y, n, e) ** 2, [a, b])
            check_orders(lambda x, y, n=num, e=endpoint: np.logspace(x, y, n, e, base=2.0), [a, b])
            check_orders(lambda x, y, n=num, e=endpoint: np.geomspace(x, y, n, e), [a, b])
            check_orders(lambda x, y, n=num, e=endpoint: np.geomspace(-x, -y, n, e, axis=-1), [a, b])
    check_orders(lambda x, y, z: np.logspace(x, y, 4, base=z), [a, b, np.array(3.0)])
    check_orders(lambda x, z: np.logspace(x, 2.0, 4, base=z, axis=1), [a, np.array([3.0, 1.5])])
    check_orders(lambda x, y: np.linspace(x, y, 5, retstep=True)[1] ** 2, [a, b])


def test_forms_of_ranges():
    x = Tensor(0.5, requires_grad=True)
    same(np.linspace(x, 9.7, 5, dtype=int).data, np.linspace(0.5, 9.7, 5, dtype=int))
    same(np.linspace(x, 9.7, 5, dtype=np.float32).data, np.linspace(0.5, 9.7, 5, dtype=np.float32))
    same(np.logspace(x, 2.0, 5, base=[[2.0], [3.0]]).data, np.logspace(0.5, 2.0, 5, base=[[2.0], [3.0]]))
    assert np.isnan(np.linspace(x, 2.0, 1, retstep=True)[1])
    a, b = Value(1.0), Value(3.0)
    out = np.linspace(a, b, 3)
    assert type(out) is Tensor
    out[1].backward()
    assert (a.grad, b.grad) == (0.5, 0.5)
    single = Tensor(np.float32(1.0), requires_grad=True)
    for f in (np.linspace, np.logspace, np.geomspace):
        assert f(single, 2.0).dtype == f(2, single).dtype == np.float32
        assert f(single, 2.0).shape == (50,)


T, V = Tensor(X[0], requires_grad=True), Tensor(np.arange(5.0), requires_grad=True)


@pytest.mark.parametrize(
    ("name", "wrong", "error"),
    [
        ("ravel", lambda: np.ravel(T, order="F"), ArgumentError),
        ("ravel", lambda: T.ravel(order="A"), ArgumentError),
        ("moveaxis", lambda: np.moveaxis(T, 0, 5), AxisError),
        ("moveaxis", lambda: np.moveaxis(T, (0, 0), (0, 1)), ShapeError),
        ("moveaxis", lambda: np.moveaxis(T, (0, 1), (0,)), ArgumentValueError),
        ("rollaxis", lambda: np.rollaxis(T, 4), AxisError),
        ("rollaxis", lambda: np.rollaxis(T, 0, 5), AxisError),
        ("matrix_transpose", lambda: np.matrix_transpose(V), ShapeError),
        ("linalg.matrix_transpose", lambda: np.linalg.matrix_transpose(V), ShapeError),
        ("squeeze", lambda: np.squeeze(T, (0, 1)), ShapeError),
        ("expand_dims", lambda: np.expand_dims(T, (0, 0)), ShapeError),
        ("broadcast_arrays", lambda: np.broadcast_arrays(T, V), ShapeError),
        ("unstack", lambda: ag.unstack(T, axis=3), AxisError),
        ("unstack", lambda: ag.unstack(T[0, 0]), ShapeError),
        ("resize", lambda: np.resize(T, -1), ShapeError),
        ("zeros_like", lambda: np.zeros_like(T, dtype=complex), DtypeError),
        ("ones_like", lambda: np.ones_like(T, order="F"), ArgumentError),
        ("full_like", lambda: np.full_like(T, V), ShapeError),
        ("full_like", lambda: np.full_like(T, [1, 2]), ShapeError),
        ("full_like", lambda: np.full_like(T, "a"), KindError),
        ("full_like", lambda: np.full_like(T, [V[0], V[1], V[2], V[3]]), KindError),
        ("linspace", lambda: np.linspace(T, V, 3), ShapeError),
        ("linspace", lambda: np.linspace(V, 2.0, -1), ArgumentValueError),
        ("linspace", lambda: np.linspace(V, 2.0, 2.5), DtypeError),
        ("linspace", lambda: np.linspace(V, "a", 3), KindError),
        ("linspace", lambda: ag.linspace([V[0], V[1]], T[0, :2], 3), KindError),
        ("linspace", lambda: np.linspace(V, 2.0, 3, axis=4), AxisError),
        ("geomspace", lambda: np.geomspace(V, 2.0, 3), ArgumentValueError),
        ("atleast_2d", lambda: ag.atleast_2d([V, V]), KindError),
        ("flatten", lambda: T.flatten(2), ShapeError),
    ],
)
def test_wrong_calls(name, wrong, error):
    with pytest.raises(error, match=f"^{name}: ") as raised:
        wrong()
    assert isinstance(raised.value, AutogradError)


def test_only_the_tracked_end_gets_a_gradient():
    for f in (np.linspace, np.logspace, np.geomspace):
        for at in range(2):
            alone = gradients(lambda *xs, f=f: f(*xs, 3), [A[0] + 1, A[1] + 1], [at])[0]
            together = gradients(lambda *xs, f=f: f(*xs, 3), [A[0] + 1, A[1] + 1], [0, 1])[at]
            same(alone, together)
