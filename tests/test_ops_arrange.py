"""Elements moved about, in every form of the arguments."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

import autograd_lite as ag
from autograd_lite import AutogradError, Tensor, Value
from autograd_lite.errors import ArgumentError, ArgumentValueError, AxisError, DtypeError, ShapeError, UnsupportedError
from tests.checks import check_float32, check_linear, check_orders, same

X = np.arange(1.0, 25.0).reshape(2, 3, 4) / 7
SHAPES = array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)
WITH_AXES = array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=3)
MATRICES = array_shapes(min_dims=2, max_dims=4, min_side=0, max_side=4)
drawn = settings(max_examples=60, deadline=None)


def alike(f, shape):
    """Assert that f does to Tensors what it does to arrays, and that this is linear."""
    check_linear(f, f, [shape])


@drawn
@given(shape=WITH_AXES, data=st.data())
def test_flipped_and_rolled(shape, data):
    axes = st.integers(-len(shape), len(shape) - 1)
    axis = data.draw(axes)
    several = tuple(data.draw(st.lists(st.integers(0, len(shape) - 1), unique=True, min_size=1)))
    shift = data.draw(st.integers(-5, 5))
    shifts = tuple(data.draw(st.lists(st.integers(-5, 5), min_size=len(several), max_size=len(several))))
    alike(np.flip, shape)
    alike(lambda x: np.flip(x, axis), shape)
    alike(lambda x: np.flip(x, several), shape)
    alike(np.flipud, shape)
    alike(lambda x: np.roll(x, shift), shape)
    alike(lambda x: np.roll(x, shift, axis), shape)
    alike(lambda x: np.roll(x, shifts, several), shape)
    alike(lambda x: np.roll(x, shift, several), shape)
    alike(lambda x: np.roll(x, list(shifts), axis), shape)
    alike(lambda x: np.roll(x, np.array(shifts), several), shape)
    if len(shape) > 1:
        k, (one, other) = data.draw(st.integers(-5, 5)), data.draw(st.permutations(range(len(shape))))[:2]
        alike(np.fliplr, shape)
        alike(lambda x: np.rot90(x, k), shape)
        alike(lambda x: np.rot90(x, k, (one, other - len(shape))), shape)


def test_flipped_and_rolled_without_axes():
    alike(np.flip, ())
    alike(lambda x: np.roll(x, 1), ())


@drawn
@given(shape=SHAPES, data=st.data())
def test_repeated_and_tiled(shape, data):
    n = data.draw(st.integers(0, 3))
    reps = data.draw(st.lists(st.integers(0, 3), max_size=5))
    size = int(np.prod(shape))
    each = data.draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
    alike(lambda x: np.tile(x, n), shape)
    alike(lambda x: np.tile(x, reps), shape)
    alike(lambda x: np.tile(x, np.array(reps, int)), shape)
    alike(lambda x: np.repeat(x, n), shape)
    alike(lambda x: x.repeat([n]), shape)
    alike(lambda x: np.repeat(x, each), shape)
    for axis in range(-len(shape), len(shape)):
        length = shape[axis]
        alike(lambda x, axis=axis: x.repeat(n, axis), shape)
        alike(lambda x, axis=axis, k=each[:length] + [2] * (length - size): np.repeat(x, k, axis=axis), shape)
    if not shape:
        alike(lambda x: np.repeat(x, n, axis=0), shape)


@drawn
@given(shape=MATRICES, k=st.integers(-5, 5), data=st.data())
def test_triangles_and_diagonals(shape, k, data):
    one, other = data.draw(st.permutations(range(len(shape))))[:2]
    alike(lambda x: np.tril(x, k), shape)
    alike(lambda x: np.triu(x, k=k), shape)
    alike(lambda x: np.diagflat(x, k), shape)
    alike(lambda x: np.diagonal(x, k), shape)
    alike(lambda x: x.diagonal(k, one, other - len(shape)), shape)
    alike(lambda x: np.trace(x, k), shape)
    alike(lambda x: x.trace(k, one - len(shape), other), shape)
    alike(lambda x: np.linalg.diagonal(x, offset=k), shape)
    alike(lambda x: np.linalg.trace(x, offset=k), shape)
    alike(lambda x: np.diag(x, k), shape[:2])
    for f in (np.tril, np.triu, np.diag, np.diagflat):
        alike(lambda x, f=f: f(x, k), shape[:1])
    alike(lambda x: np.diagflat(x, k), ())


@st.composite
def widths(draw, shape):
    """Widths of a border, in one of the forms that `pad` takes them in, and for an axis without elements none."""
    n = st.integers(0, 5 if all(shape) else 0)
    whole = [(draw(n), draw(n)) for _ in shape]
    forms = [draw(n), (draw(n), draw(n)), [draw(n)], whole, np.array(whole, int).reshape(-1, 2)]
    if len(shape) > 1 and np.lib.NumpyVersion(np.__version__) >= "2.2.0":
        forms += [{0: draw(n), -1: (draw(n), draw(n))}, {1: (draw(n), 0)}]
    return draw(st.sampled_from(forms if shape else forms[:3]))


@drawn
@given(data=st.data(), shape=SHAPES, mode=st.sampled_from(["constant", "edge", "reflect", "symmetric", "wrap"]))
def test_padded(data, shape, mode):
    width = data.draw(widths(shape))
    alike(lambda x: np.pad(x, width, mode), shape)
    alike(lambda x: np.pad(x, width), shape)


@drawn
@given(
    data=st.data(),
    shape=array_shapes(min_dims=1, max_dims=3, max_side=4),
    length=st.sampled_from([None, 1, 2, 9, (1, 2), [[2, 1]]]),
)
def test_padded_with_sums_of_elements(data, shape, length):
    width = data.draw(widths(shape))
    for mode in ("reflect", "symmetric"):
        alike(lambda x, mode=mode: np.pad(x, width, mode, reflect_type="odd"), shape)
    x = np.resize(X, shape)
    check_orders(lambda x: np.pad(x, width, "mean", stat_length=length) ** 2, [x])
    same(np.pad(Tensor(x), width, "mean", stat_length=length).data, np.pad(x, width, "mean", stat_length=length))
    check_float32(lambda x: np.pad(x, width, "mean", stat_length=length), [x.astype(np.float32)])


@drawn
@given(data=st.data(), shape=SHAPES, form=st.sampled_from([(), (1,), (2,), (1, 2), "pairs", "columns"]))
def test_padded_with_constants(data, shape, form):
    width = data.draw(widths(shape))
    n = len(shape)
    constants = {"pairs": (n, 2), "columns": (n, 1)}.get(form, form)

    def f(x, c):
        return np.pad(x, width, constant_values=c)

    check_linear(f, f, [shape, constants])


def test_constants_of_every_kind():
    x, c = Tensor(X[0], requires_grad=True), Value(2.0)
    out = np.pad(x, 1, constant_values=c)
    same(out.data, np.pad(X[0], 1, constant_values=2.0))
    out.sum().backward()
    assert c.grad == 18.0
    single = X[0].astype(np.float32)
    for number in (2, 2.0, np.float64(2.0), np.array(2.0), Tensor(2.0)):
        check_float32(lambda x, n=number: ag.pad(x, (1, 2), constant_values=n), [single])
    wide = Tensor(np.array([[1.0, 2.0], [3.0, 4.0]]), requires_grad=True)
    out = ag.pad(Tensor(single, requires_grad=True), 1, constant_values=wide)
    assert out.dtype == np.float32
    seen = []
    wide.register_hook(lambda g: seen.append(g.dtype))
    out.sum().backward()
    assert seen == [np.float64]
    same(wide.grad.data, np.array([[4.0, 4.0], [5.0, 5.0]]))
    same(ag.pad(X[0], 1, "edge"), np.pad(X[0], 1, "edge"))


def test_trace_in_a_data_type():
    x = Tensor(X[0], requires_grad=True)
    for f in (np.trace, np.linalg.trace):
        assert f(x, dtype=np.float32).dtype == np.float32
    check_orders(lambda x: x.trace() ** 2, [X[0]])
    check_orders(lambda x: x.trace(1, 0, 2) ** 2, [X])


def test_nan_outside_a_triangle_stays_outside():
    x = np.array([[1.0, np.nan], [2.0, 3.0]])
    node = Tensor(x, requires_grad=True)
    np.tril(node).sum().backward()
    same(node.grad.data, np.array([[1.0, 0.0], [1.0, 1.0]]))


T, V = Tensor(X[0, :2, :3], requires_grad=True), Tensor(np.arange(4.0), requires_grad=True)


@pytest.mark.parametrize(
    ("name", "wrong", "error"),
    [
        ("flip", lambda: np.flip(T, 2), AxisError),
        ("flip", lambda: np.flip(T, (0, 0)), ShapeError),
        ("fliplr", lambda: np.fliplr(V), ShapeError),
        ("flipud", lambda: np.flipud(T[0, 0]), ShapeError),
        ("rot90", lambda: np.rot90(V), ShapeError),
        ("rot90", lambda: np.rot90(T, 1, (0, 0)), ShapeError),
        ("rot90", lambda: np.rot90(T, 1, (0, 2)), AxisError),
        ("roll", lambda: np.roll(T, 1, axis=2), AxisError),
        ("roll", lambda: np.roll(T, (1, 2), axis=(0, 1, 1)), ShapeError),
        ("roll", lambda: np.roll(T, V[0]), ArgumentError),
        ("tile", lambda: np.tile(T, -1), ShapeError),
        ("tile", lambda: np.tile(T, 1.5), DtypeError),
        ("repeat", lambda: T.repeat(2, axis=3), AxisError),
        ("repeat", lambda: T.repeat(-1), ShapeError),
        ("repeat", lambda: T.repeat([1, 2, 3], axis=0), ShapeError),
        ("pad", lambda: ag.pad(T), ArgumentError),
        ("pad", lambda: np.pad(T, -1), ArgumentValueError),
        ("pad", lambda: np.pad(T, (1, 2, 3)), ShapeError),
        ("pad", lambda: np.pad(T, 1.5), DtypeError),
        ("pad", lambda: np.pad(T, 1, "edge", constant_values=2), ArgumentValueError),
        ("pad", lambda: np.pad(T, 1, "edge", constant_values=V[0]), ArgumentValueError),
        ("pad", lambda: np.pad(T, 1, constant_values=V), ShapeError),
        ("pad", lambda: np.pad(T, 1, constant_values=(V[0], 2.0)), AutogradError),
        ("pad", lambda: np.pad(T, V[0]), AutogradError),
        ("pad", lambda: ag.pad(T, V, pad_width=1), ArgumentError),
        ("pad", lambda: np.pad(T, 1, "reflect", reflect_type="other"), ArgumentValueError),
        ("pad", lambda: np.pad(T, 1, end_values=3), ArgumentError),
        ("pad", lambda: np.pad(T[:0], 1, "edge"), ShapeError),
        ("tril", lambda: np.tril(T[0, 0]), ShapeError),
        ("triu", lambda: np.triu(T[0, 0]), ShapeError),
        ("diag", lambda: np.diag(T[0, 0]), ShapeError),
        ("diag", lambda: np.diag(Tensor(X)), ShapeError),
        ("diag", lambda: np.diag(T, "a"), DtypeError),
        ("diagonal", lambda: V.diagonal(), ShapeError),
        ("diagonal", lambda: np.diagonal(T, 0, 0, 0), ShapeError),
        ("diagonal", lambda: np.diagonal(T, 0, 0, 5), AxisError),
        ("trace", lambda: np.trace(V), ShapeError),
        ("trace", lambda: np.trace(T, out=np.zeros(())), ArgumentError),
        ("linalg.diagonal", lambda: np.linalg.diagonal(V), ShapeError),
        ("linalg.trace", lambda: np.linalg.trace(V), ShapeError),
    ],
)
def test_wrong_calls(name, wrong, error):
    with pytest.raises(error, match=f"^{name}: ") as raised:
        wrong()
    assert isinstance(raised.value, AutogradError)


@pytest.mark.parametrize("mode", ["maximum", "minimum", "median", "linear_ramp", "empty", "other", print])
def test_modes_of_pad_that_are_refused(mode):
    with pytest.raises(UnsupportedError, match=r"^pad: mode=.*constant, edge, mean, reflect, symmetric, wrap"):
        np.pad(T, 1, mode)
