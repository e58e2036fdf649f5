"""Arrays joined and cut apart, in every form of the arguments."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

import autograd_lite as ag
from autograd_lite import AutogradError, Tensor, Value
from autograd_lite.errors import ArgumentError, ArgumentValueError, AxisError, DtypeError, KindError, ShapeError
from tests.checks import check_float32, check_freed, check_linear, check_orders, gradients, same

X = np.arange(1.0, 25.0).reshape(2, 3, 4) / 7
A, B, C = X[0], X[1, :2], X[:, 0] + 1
SHAPES = array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)
WITH_AXES = array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=3)
drawn = settings(max_examples=60, deadline=None)


def check(f, *args):
    """Assert that f gives on Tensors what it gives on arrays, and is right to second order."""
    same(f(*map(Tensor, args)).data, f(*args))
    check_orders(f, args)
    # The sum of squares bends a linear function, so that its rule is run on nodes as well.
    check_orders(lambda *xs: f(*xs) ** 2, args)


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


LENGTHS = st.lists(st.integers(0, 3), min_size=1, max_size=3)


@st.composite
def joinable(draw, axis_of, dims):
    """Shapes that differ along one axis alone."""
    shape = list(draw(array_shapes(min_dims=dims, max_dims=4, min_side=0, max_side=3)))
    axis = axis_of(len(shape)) if axis_of else draw(st.integers(0, len(shape) - 1))
    lengths = draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
    return axis, [(*shape[:axis], n, *shape[axis + 1 :]) for n in lengths]


def of_list(f, **params):
    return lambda *xs: f(list(xs), **params)


def check_joined(f, shapes):
    """Assert that f, a function of a list, is NumPy's linear map."""
    check_linear(of_list(f), of_list(f), shapes)


@drawn
@given(cut=joinable(None, 1), data=st.data())
def test_joined_along_an_axis(cut, data):
    axis, shapes = cut
    check_joined(lambda xs: np.concatenate(xs, axis), shapes)
    check_joined(lambda xs: np.concatenate(xs, axis - len(shapes[0])), shapes)
    check_joined(lambda xs: np.concatenate(xs, None), shapes)
    check_linear(lambda x, y: np.append(x, y, axis), lambda x, y: np.append(x, y, axis), (shapes * 2)[:2])
    check_linear(np.append, np.append, (shapes * 2)[:2])
    where = data.draw(st.integers(-len(shapes[0]) - 1, len(shapes[0])))
    check_joined(lambda xs: np.stack(xs, where), shapes[:1] * len(shapes))


@drawn
@given(
    down=joinable(lambda n: 0, 2), across=joinable(lambda n: 1, 2), behind=joinable(lambda n: 2, 3),
    n=st.integers(0, 3), lengths=LENGTHS, shape=SHAPES,
)  # fmt: skip
def test_joined_by_direction(down, across, behind, n, lengths, shape):
    check_joined(np.vstack, down[1])
    check_joined(np.hstack, across[1])
    check_joined(np.dstack, behind[1])
    vectors = [(n,)] * len(lengths)
    check_joined(np.hstack, [(i,) for i in lengths])
    for f in (np.vstack, np.dstack, np.column_stack):
        check_joined(f, vectors)
        check_joined(f, [()] * len(lengths))
    check_joined(np.vstack, [(n,), (2, n)])
    check_joined(np.column_stack, [(n,), (n, 2), (n,)])
    for f in (np.vstack, np.hstack, np.dstack):
        check_joined(f, [shape, shape])


@drawn
@given(rows=LENGTHS, columns=LENGTHS)
def test_blocks(rows, columns):
    shapes = [(n, m) for n in rows for m in columns]

    def f(*xs):
        width = len(columns)
        return np.block([list(xs[i : i + width]) for i in range(0, len(xs), width)])

    check_linear(f, f, shapes)


@pytest.mark.parametrize(
    ("nest", "shapes"),
    [
        (lambda x: x, [(2, 3)]),
        (lambda x: x, [()]),
        (lambda x, y: [x, y], [(2, 3), (2, 1)]),
        (lambda x, y: [x, y], [(), (3,)]),
        (lambda x, y: [[x], [y]], [(2,), (3, 2)]),
        (lambda x, y, z: [[x, y], [z, x]], [(), (), ()]),
        (lambda x, y: [[[x, x]], [[y, y]]], [(2, 3), (1, 2, 3)]),
        (lambda x: [[[x]]], [(2,)]),
        (lambda x, y: [[x, y], [np.ones((1, 3)), np.zeros((1, 2))]], [(2, 3), (2, 2)]),
    ],
)
def test_nested_lists_of_blocks(nest, shapes):
    check(lambda *xs: np.block(nest(*xs)), *[np.resize(X, s) for s in shapes])


@drawn
@given(shape=WITH_AXES, data=st.data())
def test_cut_apart(shape, data):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    n = shape[axis]
    cuts = data.draw(st.lists(st.integers(-n - 1, n + 1), max_size=3))
    pieces = data.draw(st.integers(1, 5))
    for f in (
        lambda x: np.split(x, cuts, axis),
        lambda x: np.array_split(x, tuple(cuts), axis),
        lambda x: np.array_split(x, np.array(cuts, int), axis),
        lambda x: np.array_split(x, pieces, axis),
        lambda x: np.split(x, n or 1, axis),
    ):
        check_linear(f, f, [shape])
    for least, f in ((1, np.hsplit), (2, np.vsplit), (3, np.dsplit)):
        if len(shape) >= least:
            check_linear(lambda x, f=f: f(x, sorted(cuts)), lambda x, f=f: f(x, sorted(cuts)), [shape])


def test_pieces_are_a_list_of_tensors():
    for f in (np.split, np.array_split, np.vsplit, np.hsplit):
        pieces = f(Tensor(X, requires_grad=True), [1])
        assert type(pieces) is list
        assert [type(p) for p in pieces] == [Tensor, Tensor]
    assert [p.shape for p in np.split(Tensor(A), Tensor([1, 2]))] == [(1, 4)] * 3
    assert [p.shape for p in np.split(Tensor(A), np.int64(3))] == [(1, 4)] * 3


@drawn
@given(
    shapes=st.lists(array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3), min_size=1, max_size=3),
    sparse=st.booleans(),
    indexing=st.sampled_from(["xy", "ij"]),
    copy=st.booleans(),
)
def test_grids(shapes, sparse, indexing, copy):
    def f(*xs):
        # Where it gives views, NumPy gives a list.
        return tuple(np.meshgrid(*xs, sparse=sparse, indexing=indexing, copy=copy))

    check_linear(f, f, shapes)


def test_grids_of_mixed_kinds_are_tensors():
    x, y = np.meshgrid(Tensor(A[0], requires_grad=True), [1.0, 2.0])
    assert (type(x), type(y)) == (Tensor, Tensor)
    assert x.requires_grad
    assert not y.requires_grad
    a = Value(3.0)
    x, y = np.meshgrid(a, [1.0, 2.0])
    (x * y).sum().backward()
    assert a.grad == 3.0


@pytest.mark.parametrize("number", [2, 2.0, np.float64(2), np.array(2.0), Tensor(2.0)])
def test_numbers_do_not_widen_what_they_are_joined_to(number):
    vector, matrix = A[0].astype(np.float32), A[:, :1].astype(np.float32)
    check_float32(lambda x: ag.hstack([number, x, number]), [vector])
    check_float32(lambda x: ag.vstack([number, x]), [matrix])
    check_float32(lambda x: ag.dstack([number, x]), [matrix[:1]])
    check_float32(lambda x: ag.column_stack([number, x]), [vector[:1]])
    check_float32(lambda x: ag.append(x, number), [matrix])
    check_float32(lambda x: ag.block([[x, number], [number, number]]), [matrix[:1]])
    if not isinstance(number, Tensor):
        for f in (ag.hstack, ag.vstack, ag.dstack, ag.column_stack, ag.block):
            check_float32(lambda x, f=f: f([x, number]), [vector[0]])


def test_values_tensors_and_numbers_are_joined():
    a, b, t = Value(2.0), Value(3.0), Tensor([5.0, 7.0], requires_grad=True)
    for f in (lambda xs: np.concatenate(xs, axis=None), np.hstack, np.block):
        out = f([a, t, 4.0, b, np.array([6.0])])
        assert type(out) is Tensor
        same(out.data, np.array([2.0, 5.0, 7.0, 4.0, 3.0, 6.0]))
        a.grad = b.grad = t.grad = None
        (out * [1.0, 10.0, 20.0, 0.0, 100.0, 0.0]).sum().backward()
        assert (a.grad, b.grad) == (1.0, 100.0)
        same(t.grad.data, np.array([10.0, 20.0]))
    same(np.vstack([a, b, 4.0]).data, np.array([[2.0], [3.0], [4.0]]))
    same(np.append(a, b).data, np.array([2.0, 3.0]))
    same(np.block([[a, 1.0], [2.0, b]]).data, np.array([[2.0, 1.0], [2.0, 3.0]]))


def test_a_data_type_for_the_result():
    x = Tensor(A, requires_grad=True)
    for f in (np.concatenate, np.stack, np.vstack, np.hstack):
        out = f([x, A], dtype=np.float32)
        assert out.dtype == np.float32
        out.sum().backward()
        assert x.grad.dtype == np.float64
    assert np.concat([x, x]).shape == (6, 4)


def test_a_tensor_is_a_sequence_of_its_rows():
    for f in (np.vstack, np.hstack, np.dstack, np.column_stack):
        check(f, A)
        check(f, X)


T, V = Tensor(A[:2, :3], requires_grad=True), Tensor(np.arange(4.0), requires_grad=True)


@pytest.mark.parametrize(
    ("name", "wrong", "error"),
    [
        ("vstack", lambda: np.vstack([T, V]), ShapeError),
        ("hstack", lambda: np.hstack([T, V]), ShapeError),
        ("dstack", lambda: np.dstack([T, V]), ShapeError),
        ("column_stack", lambda: np.column_stack([V, T]), ShapeError),
        ("hstack", lambda: np.hstack([T], casting="no"), ArgumentError),
        ("vstack", lambda: ag.vstack([]), AutogradError),
        ("vstack", lambda: ag.vstack(T[0, 0]), AutogradError),
        ("vstack", lambda: ag.vstack([[V[0], V[1]], [V[2], V[3]]]), KindError),
        ("hstack", lambda: np.hstack([V, "a"]), KindError),
        ("append", lambda: np.append(T, V, axis=0), ShapeError),
        ("append", lambda: np.append(T, T, axis=2), AxisError),
        ("append", lambda: np.append(T, [V[0], V[1]]), KindError),
        ("block", lambda: np.block([[T, T], [V]]), ShapeError),
        ("block", lambda: np.block([[T, T], V]), ShapeError),
        ("block", lambda: np.block([T, (T, T)]), DtypeError),
        ("block", lambda: np.block([[], [T]]), ArgumentValueError),
        ("split", lambda: np.split(T, 2, axis=1), ArgumentValueError),
        ("split", lambda: np.split(T, 0), ArgumentValueError),
        ("array_split", lambda: np.array_split(T, -1), ArgumentValueError),
        ("split", lambda: np.split(T, 2, axis=2), AxisError),
        ("split", lambda: np.split(T, "a"), AutogradError),
        ("split", lambda: ag.split(T), ArgumentError),
        ("split", lambda: ag.split([T, T], 2), KindError),
        ("vsplit", lambda: np.vsplit(V, 2), ShapeError),
        ("hsplit", lambda: np.hsplit(T[0, 0], 2), ShapeError),
        ("hsplit", lambda: np.hsplit(T, 2), ArgumentValueError),
        ("dsplit", lambda: np.dsplit(T, 2), ShapeError),
        ("meshgrid", lambda: np.meshgrid(V, V, indexing="abc"), ArgumentValueError),
        ("meshgrid", lambda: ag.meshgrid(V, V, dense=True), ArgumentError),
    ],
)
def test_wrong_calls(name, wrong, error):
    with pytest.raises(error, match=f"^{name}: ") as raised:
        wrong()
    assert isinstance(raised.value, AutogradError)
