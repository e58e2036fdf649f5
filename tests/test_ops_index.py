"""Indexing in every form, as NumPy has it, with the gradient at its place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, basic_indices, integer_array_indices

import autograd_lite as ag
from autograd_lite import Tensor, Value
from autograd_lite.errors import AutogradError, DtypeError, IndexingError, KindError, ShapeError
from tests.checks import check_float32, check_orders, gradients, leaves, same

X = np.arange(1.0, 61.0).reshape(3, 4, 5) / 7
MASK = X % 1 > 0.5

BASIC = [
    0,
    -1,
    np.int64(1),
    (1, 2),
    (1, -1, 0),
    slice(None),
    slice(1, 3),
    slice(None, None, -1),
    slice(5, 0, -2),
    slice(2, 2),
    (slice(None), slice(None, None, 2)),
    (slice(None), 1, slice(None, None, -2)),
    Ellipsis,
    (Ellipsis, 0),
    (0, Ellipsis),
    (Ellipsis, slice(1, 2), 0),
    None,
    (None, 0, None),
    (Ellipsis, None),
    (slice(None), None, 2),
    (),
]
ADVANCED = [
    [0, 2],
    [0, 0, 2, 0],
    [-1, 2],
    [],
    np.array([0, 2]),
    np.array([[0, 1], [1, 1]]),
    np.array(1),
    (np.array([0, 2, 0]), np.array([1, 3, 1])),
    (np.array([[0], [2]]), np.array([1, 1])),
    ([0, 0, 1], slice(None), [4, 4, 0]),
    (slice(None), [3, 3]),
    (Ellipsis, [0, 0, 4]),
    (0, [1, 1], slice(None, None, -1)),
    ([1, 1], None, 0),
    (slice(None), [[0, 1], [1, 0]], None),
    range(2),
]
BOOLEAN = [
    MASK,
    MASK[:, :, 0],
    [True, False, True],
    np.zeros((3, 4, 5), bool),
    (slice(None), MASK[0, :, 0]),
    (MASK[:, 0, 0], [1, 1]) if MASK[:, 0, 0].sum() == 2 else ([True, True, False], [1, 1]),
    (Ellipsis, [True, False, False, True, True]),
    (0, MASK[0]),
    True,
    False,
    (MASK[:, :, 0], 2),
]
EVERY = BASIC + ADVANCED + BOOLEAN


def as_numpy(index):
    return list(index) if isinstance(index, range) else index


@pytest.mark.parametrize("index", EVERY, ids=repr)
def test_getitem(index):
    expected = X[as_numpy(index)]
    out = Tensor(X)[index]
    assert type(out) is Tensor
    same(out.data, expected)
    # Squared, so that the rule's own derivative counts.
    check_orders(lambda x: x[index] ** 2, [X])
    check_orders(lambda x: ag.getitem(x, index), [X])
    counts = np.zeros(X.shape)
    np.add.at(counts, as_numpy(index), 1.0)
    np.testing.assert_array_equal(gradients(lambda x: x[index], [X], [0], 1.0)[0], counts)


def as_tensors(index):
    if isinstance(index, tuple):
        return tuple(map(as_tensors, index))
    return Tensor(np.asarray(index)) if isinstance(index, np.ndarray) or (isinstance(index, list) and index) else index


@pytest.mark.parametrize("index", [i for i in ADVANCED + BOOLEAN if as_tensors(i) is not i], ids=repr)
def test_indices_that_are_tensors(index):
    same(Tensor(X)[as_tensors(index)].data, X[index])
    np.testing.assert_array_equal(
        gradients(lambda x: x[as_tensors(index)] ** 2, [X], [0]), gradients(lambda x: x[index] ** 2, [X], [0])
    )


def test_slices_with_tensors_for_bounds():
    same(Tensor(X)[Tensor(0) : Tensor(2)].data, X[0:2])
    same(Tensor(X)[:, :: np.int64(2)].data, X[:, ::2])
    same(ag.at(X)[Tensor(0) : Tensor(2)].add(1.0), assigned("add", X, slice(0, 2), 1.0))
    same(ag.at(Tensor(X))[:, : Tensor(2)].multiply(2.0).data, assigned("multiply", X, np.s_[:, :2], 2.0))


def test_a_comparison_is_a_mask():
    def f(x):
        return x[x > 4.05] ** 2

    same(f(Tensor(X)).data, f(X))
    check_orders(f, [X])


def test_chained_and_repeated_indexing():
    check_orders(lambda x: x[1:][:, ::-1][..., [0, 0]] * x[0, 0, 0], [X])
    check_orders(lambda x: x[0] * x[1] + x[[0, 2]].sum(0), [X])
    check_orders(lambda x: sum(row.sum() ** 2 for row in x[0]), [X])


def test_elements_named_twice_count_twice():
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    (x[[0, 0, 2]] * [1.0, 10.0, 100.0]).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [11.0, 0.0, 100.0])


def test_iteration_and_unpacking():
    a, b = Tensor([2.0, 3.0], requires_grad=True)
    (a * b).backward()
    x = Tensor([2.0, 3.0], requires_grad=True)
    first, second = x
    (first * second).backward()
    np.testing.assert_array_equal(x.grad.data, [3.0, 2.0])


@pytest.mark.parametrize("index", [[0, 1], np.array([0, 1]), (np.array([0, 1]),), np.array([True, True, False])])
def test_an_index_changed_later_changes_nothing(index):
    part = index[0] if isinstance(index, tuple) else index
    expected = gradients(lambda x: x[index] ** 2, [X], [0], 1.0)[0]
    x = Tensor(X, requires_grad=True)
    out = (x[index] ** 2).sum()
    part[0], part[-1] = part[-1], 0
    out.backward()
    np.testing.assert_array_equal(x.grad.data, expected)


@pytest.mark.parametrize("index", EVERY, ids=repr)
def test_scatter_add_is_the_transpose_of_getitem(index):
    part = X[as_numpy(index)]
    expected = np.zeros(X.shape)
    np.add.at(expected, as_numpy(index), part)
    same(ag.scatter_add(Tensor(part), index, X.shape).data, expected)
    check_orders(lambda a: ag.scatter_add(a, index, X.shape) ** 2, [np.asarray(part)])
    # <scatter(a), x> = <a, getitem(x)>
    a = np.cos(part)
    left, right = np.sum(ag.scatter_add(a, index, X.shape) * X), np.sum(a * part)
    assert left == pytest.approx(right, rel=1e-13)


UPDATES = {"set": None, "add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide,
           "min": np.minimum, "max": np.maximum}  # fmt: skip


def assigned(update, x, index, values):
    """What NumPy makes of a copy of x, with value after value where there is more to do than to put it there."""
    out = np.array(x)
    if UPDATES[update] is None:
        out[as_numpy(index)] = values
        return out
    places = np.arange(out.size).reshape(out.shape)[as_numpy(index)]
    for place, value in zip(places.flat, np.broadcast_to(values, places.shape).flat, strict=True):
        out.flat[place] = UPDATES[update](out.flat[place], value)
    return out


def updated(update, index):
    """The function of x and values that updates x at an index."""
    return lambda x, values: getattr(ag.at(x)[index], update)(values)


def squared(f):
    """f with a slope that depends on its result, so that the rules' own derivatives count."""
    return lambda *xs: f(*xs) ** 2


def numbers(shape, start=1.0):
    """Different numbers of either sign, none near 0 and none near another."""
    n = int(np.prod(shape))
    return ((np.arange(n) * 7 % max(n, 1) + start) / 3 * (-1.0) ** np.arange(n)).reshape(shape)


@st.composite
def indexed(draw):
    """A shape and an index of any kind that fits it."""
    shape = draw(array_shapes(max_dims=3, max_side=4))
    kinds = [
        basic_indices(shape, allow_newaxis=True, allow_ellipsis=True, max_dims=5),
        integer_array_indices(shape, result_shape=array_shapes(min_dims=0, max_dims=2, max_side=4)),
        arrays(bool, shape),
        arrays(bool, shape[:1]),
        st.lists(st.integers(-shape[0], shape[0] - 1), max_size=5),
        st.tuples(
            st.slices(shape[0]) | st.integers(0, shape[0] - 1), arrays(int, 3, elements=st.integers(0, shape[1] - 1))
        )
        if len(shape) > 1
        else st.nothing(),
    ]
    return shape, draw(st.one_of(*kinds))


def check_update(update, shape, index, values_shape):
    x, values = numbers(shape), numbers(values_shape, 1.4)
    if update in ("multiply", "divide"):
        # Many of them on one element stay of its size.
        values = 1 + values / (3 * np.abs(values).max(initial=1.0))
    f = updated(update, index)
    same(f(Tensor(x), Tensor(values)).data, assigned(update, x, index, values))
    same(f(x, values), assigned(update, x, index, values))
    check_orders(squared(f), [x, values])


@settings(max_examples=100, deadline=None)
@given(indexed())
def test_getitem_of_any_index(case):
    shape, index = case
    x = numbers(shape)
    expected = x[index if not isinstance(index, list) or index else np.zeros(0, int)]
    same(Tensor(x)[index].data, expected)
    check_orders(lambda x: x[index] ** 2, [x])


@pytest.mark.parametrize("update", UPDATES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_update_at_any_index(update, data):
    shape, index = data.draw(indexed())
    index = index if not isinstance(index, list) or index else np.zeros(0, int)
    part = np.zeros(shape)[index].shape
    kept = part[data.draw(st.integers(0, len(part))) :]
    check_update(update, shape, index, tuple(data.draw(st.sampled_from([1, n])) for n in kept))


@pytest.mark.parametrize("update", ["add", "subtract"])
def test_values_that_are_repeated_over_an_index_of_two_axes(update):
    """NumPy's own `add.at` reads them from the wrong places."""
    check_update(update, (1,), np.zeros((2, 2), int), (2,))
    check_update(update, (3,), np.array([[0, 2], [0, 1]]), (1, 2))
    check_update(update, (3, 2), (np.array([[0, 2], [0, 1]]), 1), (2, 1))


@pytest.mark.parametrize("index", EVERY, ids=repr)
@pytest.mark.parametrize("update", ["set", "add", "multiply"])
def test_update(update, index):
    check_update(update, X.shape, index, X[as_numpy(index)].shape)
    check_update(update, X.shape, index, ())


@pytest.mark.parametrize("index", [i for i in ADVANCED + BOOLEAN if as_tensors(i) is not i], ids=repr)
def test_update_at_indices_that_are_tensors(index):
    values = numbers(X[index].shape)
    same(ag.at(X)[as_tensors(index)].set(values), assigned("set", X, index, values))
    same(ag.at(Tensor(X))[as_tensors(index)].add(values).data, assigned("add", X, index, values))


def test_the_gradient_of_what_was_overwritten_is_zero():
    x, values = leaves([X[0, 0], np.arange(1.0, 5.0)], [0, 1])
    out = ag.at(x)[[1, 3, 1, 1]].set(values)
    np.testing.assert_array_equal(out.data[[1, 3]], [4.0, 2.0])
    out.backward([1.0, 10.0, 100.0, 1000.0, 10000.0])
    np.testing.assert_array_equal(x.grad.data, [1.0, 0.0, 100.0, 0.0, 10000.0])
    np.testing.assert_array_equal(values.grad.data, [0.0, 1000.0, 0.0, 10.0])


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_last_one_wins_in_every_layout(order):
    rng = np.random.default_rng(0)
    for _ in range(20):
        x, values = np.asarray(rng.normal(size=(3, 2)), order=order), np.asarray(rng.normal(size=(4, 5)), order=order)
        rows, columns = rng.integers(0, 3, (4, 1)), rng.integers(0, 2, (1, 5))
        expected, won = np.array(x), {}
        for i in range(4):
            for j in range(5):
                place = int(rows[i, 0]), int(columns[0, j])
                expected[place] = values[i, j]
                won[place] = (i, j)
        f = updated("set", (rows, columns))
        same(f(Tensor(x), values).data, expected)
        gradient = np.zeros((4, 5))
        gradient[tuple(zip(*won.values(), strict=True))] = 1.0
        np.testing.assert_array_equal(gradients(f, [x, values], [1], 1.0)[0], gradient)


def test_a_gradient_that_is_not_finite_stays_with_the_winner():
    values = Tensor([0.0, 4.0], requires_grad=True)
    with np.errstate(divide="ignore"):
        np.sqrt(ag.at(Tensor([1.0, 5.0]))[[0, 0]].set(values) - 4.0).sum().backward()
    np.testing.assert_array_equal(values.grad.data, [0.0, np.inf])


def test_values_of_more_axes_than_what_is_picked():
    check_orders(squared(updated("set", [0, 2])), [X[0, 0], numbers((1, 1, 2))])


def test_values_for_rows_that_are_many():
    x, values = np.zeros((3, 500)), np.arange(2000.0).reshape(4, 500)
    same(ag.at(Tensor(x))[[0, 2, 0, 0]].add(values).data, assigned("add", x, [0, 2, 0, 0], values))
    same(ag.at(Tensor(x.T).T)[[0, 2, 0, 0]].add(1.0).data, assigned("add", x, [0, 2, 0, 0], 1.0))


def test_updates_of_part_after_part():
    def f(x, y):
        out = ag.at(x)[0].set(y)
        out = ag.at(out)[..., 1].multiply(out[..., 0])
        return ag.at(out)[out > 4.05].divide(x[0, 0, 0])

    check_orders(f, [X, np.cos(X[0])])


def test_a_mask_and_one_value_never_leak_nan():
    x = Tensor([0.0, 1.0, 2.0], requires_grad=True)
    with np.errstate(divide="ignore"):
        ag.at(np.log(x))[x <= 0].set(0.0).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [0.0, 1.0, 0.5])


def test_extremes_that_tie_share():
    x, y = leaves([np.array([1.0, 2.0]), np.array([1.0])], [0, 1])
    ag.at(x)[[0]].max(y).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [0.5, 1.0])
    np.testing.assert_array_equal(y.grad.data, [0.5])


@pytest.mark.parametrize("update", UPDATES)
def test_updates_in_float32(update):
    x, values = X[0].astype(np.float32), numbers((2, 5)).astype(np.float32)
    check_float32(updated(update, [1, 1]), [x, values])
    check_float32(updated(update, [1, 1]), [x, 2.5], wrt=[0])


def test_values_take_the_data_type_of_x():
    x, values = leaves([X[0].astype(np.float32), numbers(5)], [0, 1])
    out = ag.at(x)[0].set(values)
    assert out.dtype == np.float32
    out.sum().backward()
    assert (x.grad.dtype, values.grad.dtype) == (np.float32, np.float64)
    seen = []
    values.register_hook(lambda g: seen.append(g.dtype))
    for f in (ag.set_at, ag.add_at):
        out = f(x, values, index=0)
        assert out.dtype == np.float32
        out.sum().backward()
    assert seen == [np.float64] * 2
    same(ag.at(np.arange(3))[0].set(2.7), np.array([2, 1, 2]))
    same(ag.at(np.arange(3))[[True, False, True]].set([2.7, 3.9]), np.array([2, 1, 3]))
    same(ag.at(Tensor(X)[0, 0, 0])[None].set(np.float32([2.5])).data, np.array(2.5))
    same(ag.at(Tensor([1.5, 2.5]))[Tensor([True, False])].set(3).data, np.array([3.0, 2.5]))


def test_at_what_is_no_tensor():
    assert type(ag.at(X)[0].set(1.0)) is np.ndarray
    same(ag.at([1.0, 2.0])[0].set(3.0), np.array([3.0, 2.0]))
    same(ag.at(2.0)[()].add(3.0), np.array(5.0))
    x = np.zeros(3)
    out = ag.at(x)[0].set(Tensor(2.0, requires_grad=True))
    assert type(out) is Tensor
    assert out.requires_grad
    assert not x.any()
    value = Value(3.0)
    (ag.at(x)[1].set(value) + ag.at(np.ones(3))[[0, 0]].multiply(value)).sum().backward()
    assert value.grad == 1.0 + 2 * 3.0


def test_get_and_repr():
    x = Tensor(X, requires_grad=True)
    same(ag.at(x)[1:, 0].get().data, X[1:, 0])
    assert repr(ag.at(x)) == "at(Tensor (3, 4, 5) float64)"
    assert repr(ag.at(x)[0, ..., None]) == "at(Tensor (3, 4, 5) float64)[(0, Ellipsis, None)]"


def test_the_index_of_an_update_changed_later_changes_nothing():
    index = np.array([0, 1])
    part = ag.at(Tensor(X))[index]
    index[:] = 2
    same(part.set(0.0).data, assigned("set", X, [0, 1], 0.0))


INTEGERS = np.arange(3)
TRACKED = Tensor(X, requires_grad=True)


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda t: t[t], IndexingError, "getitem: .* no gradient goes through an index"),
        (
            lambda t: t[t.detach()],
            IndexingError,
            "getitem: .* not of integers or booleans",
        ),
        (lambda t: t[1.0], IndexingError, "index=1.0: only integers"),
        (lambda t: t[0, t[0, 0, 0]], AutogradError, "getitem: "),
        (lambda t: t[Value(1.0)], IndexingError, "getitem: .*1.0"),
        (lambda t: t[[0.5]], IndexingError, "integers or booleans"),
        (lambda t: t[[0, None]], IndexingError, "integers or booleans"),
        (lambda t: t[[[0, 1], [1]]], IndexingError, "differ in length"),
        (lambda t: t["a"], IndexingError, "getitem"),
        (lambda t: t[3], IndexingError, r"Tensor \(3, 4, 5\) float64.* out of bounds for axis 0"),
        (lambda t: t[0, 0, 0, 0], IndexingError, "too many indices"),
        (lambda t: t[..., ...], IndexingError, "single ellipsis"),
        (lambda t: t[[True, False]], IndexingError, "boolean index did not match"),
        (lambda t: t[[0, 1], [0, 1, 2]], IndexingError, "broadcast"),
        (lambda t: ag.at(t)[t], IndexingError, r"at\(x\)\[index\]: the index Tensor .* no gradient goes through"),
        (lambda t: ag.at(t)[0, Value(1.0)], IndexingError, "no gradient goes through"),
        (lambda t: ag.at(t)[1.5].set(0.0), IndexingError, "at....].set: Tensor .* only integers"),
        (lambda t: ag.at(t)[t.detach()].set(0.0), IndexingError, r"at\(x\)\[index\]: .* not of integers"),
        (lambda t: ag.at(t)[3].set(0.0), IndexingError, "at....].set: Tensor .* out of bounds"),
        (lambda t: ag.at(t)[[3, 3]].divide(1.0), IndexingError, "at....].divide: Tensor .* out of bounds"),
        (lambda t: ag.at(t)[0].set([1.0, 2.0]), ShapeError, r"at....].set: .*\(2,\) do not broadcast .* \(4, 5\)"),
        (lambda t: ag.at(t)[0, 0, 0].set([1.0]), ShapeError, r"do not broadcast to the shape \(\)"),
        (lambda t: ag.at(t)[t > 1e9].set([1.0, 2.0]), ShapeError, "at....].set"),
        (lambda t: ag.at(t)[[0, 0]].multiply([1.0, 2.0]), ShapeError, "at....].multiply"),
        (lambda t: ag.at(t)[:2].add(np.ones(2)), ShapeError, "at....].add"),
        (
            lambda t: ag.at(INTEGERS)[0].set(t[0, 0, 0]),
            DtypeError,
            r"at....].set: .* int64 cannot take Tensor .*astype",
        ),
        (lambda t: ag.at(INTEGERS)[0].add(2.5), DtypeError, r"at....].add: .*astype"),
        (lambda t: ag.at(INTEGERS)[[0, 0]].divide(2), DtypeError, r"at....].divide: .*astype"),
        (lambda t: ag.at(INTEGERS > 1)[0].subtract(True), DtypeError, "at....].subtract"),
        (lambda t: ag.at(t)[0].set(None), KindError, "at....].set"),
        (lambda t: ag.at(t)[0].set([t[0, 0, 0], 1.0]), KindError, "stack"),
        (lambda t: ag.at(Value(1.0)), KindError, "at: Value .* has no parts"),
        (lambda t: ag.at(None), KindError, "at: "),
        (lambda t: ag.at(np.array([1j])), DtypeError, "at: .* complex"),
    ],
)
def test_wrong_indices_and_values(call, kind, text):
    with pytest.raises(kind, match=text):
        call(TRACKED)
