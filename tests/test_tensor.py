"""Tensor: what the contract promises of it, one promise at a time."""

import copy
import math
import operator
import pickle
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import Tensor, Value
from autograd_lite.errors import (
    ArgumentError,
    AutogradError,
    DtypeError,
    GraphError,
    ImmutableError,
    IndexingError,
    KindError,
    ShapeError,
    UnsupportedError,
)

CUBE = np.arange(24.0).reshape(2, 3, 4)


def leaf(data: Any = (1.0, 2.0), **options: Any) -> Tensor:
    return Tensor(np.asarray(data, dtype=options.pop("dtype", np.float64)), requires_grad=True, **options)


# Construction and data types


@pytest.mark.parametrize(
    ("data", "dtype", "shape"),
    [
        (2.0, np.float64, ()),
        (2, np.int64, ()),
        (True, np.bool_, ()),
        ([1.0, 2], np.float64, (2,)),
        ([[1, 2], [3, 4]], np.int64, (2, 2)),
        ([True, False], np.bool_, (2,)),
        ((1.0, 2.0), np.float64, (2,)),
        (range(3), np.int64, (3,)),
        ([], np.float64, (0,)),
        (np.float16(1.0), np.float16, ()),
        (np.float32(1.0), np.float32, ()),
        (np.ones(2, np.float32), np.float32, (2,)),
        (np.ones((0, 3)), np.float64, (0, 3)),
        (np.ones(2, np.longdouble), np.longdouble, (2,)),
        (np.ones(2, np.uint8), np.uint8, (2,)),
        ([np.float32(1.0), np.float32(2.0)], np.float32, (2,)),
        (Value(3.0), np.float64, ()),
        (Tensor(np.ones(2, np.float32)), np.float32, (2,)),
        (CUBE.T[::2], np.float64, (2, 3, 2)),
    ],
)
def test_data_keeps_its_type_and_shape(data: Any, dtype: Any, shape: tuple[int, ...]) -> None:
    """Floats stay what they are; lists of Python floats become float64."""
    t = Tensor(data)
    assert (t.dtype, t.shape, t.ndim, t.size) == (dtype, shape, len(shape), math.prod(shape))
    if not isinstance(data, Tensor | Value):
        assert np.array_equal(t.data, np.asarray(data))


@pytest.mark.parametrize("make", [Tensor, ag.tensor])
def test_constructor_arguments(make: Callable[..., Tensor]) -> None:
    """Tracking, data type and name, by position and by keyword; `ag.tensor` is the same."""
    assert not make([1.0]).requires_grad
    t = make([1, 2], True, np.float32, "w")
    assert (t.requires_grad, t.dtype, t.name, t.is_leaf, t.op) == (True, np.float32, "w", True, None)
    t = make([1, 2], requires_grad=True, dtype="float32", name="w")
    assert (t.requires_grad, t.dtype, t.name) == (True, np.float32, "w")
    assert isinstance(t, Tensor)


@pytest.mark.parametrize("data", [1, True, [1, 2], np.arange(3), np.array([True])])
def test_integers_and_booleans_refuse_tracking(data: Any) -> None:
    """Only floats have gradients, and the error says how to get one."""
    for ask in (
        lambda: Tensor(data, requires_grad=True),
        lambda: Tensor(data).requires_grad_(),
        lambda: setattr(Tensor(data), "requires_grad", True),
    ):
        with pytest.raises(DtypeError, match=r"int64|bool.*astype\(float\)"):
            ask()
    assert Tensor(data, requires_grad=True, dtype=float).requires_grad


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (1j, DtypeError),
        (np.array([1j]), DtypeError),
        ("text", DtypeError),
        (None, DtypeError),
        (np.array(["a"]), DtypeError),
        (np.array([None]), DtypeError),
        ({"a": 1.0}, DtypeError),
        ([[1.0], [2.0, 3.0]], DtypeError),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), DtypeError),
        ([Tensor(1.0)], KindError),
        ([[Value(1.0)]], KindError),
        (np.array([Value(1.0)]), KindError),
        (np.ma.masked_array([1.0], mask=[True]), KindError),
    ],
)
def test_data_that_is_no_array_of_numbers(data: Any, error: type[Exception]) -> None:
    """What is not real numbers is refused, and so are lists of nodes, which would lose their graph."""
    with pytest.raises(error, match="Tensor"):
        Tensor(data)


@pytest.mark.parametrize("dtype", [complex, object, str, "nonsense", "datetime64[s]"])
def test_data_types_out_of_scope(dtype: Any) -> None:
    """A data type that no Tensor can have is refused by constructor and astype alike."""
    with pytest.raises(DtypeError):
        Tensor([1.0], dtype=dtype)
    with pytest.raises(DtypeError):
        Tensor([1.0]).astype(dtype)


def test_number_too_large_for_its_type() -> None:
    """A list that does not fit the data type asked for is an error, not a remainder."""
    with pytest.raises(DtypeError, match="300"):
        Tensor([300], dtype=np.int8)


def test_name_is_a_string() -> None:
    """Anything else is refused before the Tensor exists."""
    with pytest.raises(KindError, match="name is a string"):
        Tensor([1.0], name=3)  # type: ignore[arg-type]


def test_of_another_tensor_is_a_new_leaf() -> None:
    """`Tensor(t)` takes the data alone."""
    x = leaf()
    t = Tensor(x * 2.0)
    assert t.is_leaf
    assert not t.requires_grad
    assert np.array_equal(t.data, [2.0, 4.0])


def test_attributes_cannot_be_invented() -> None:
    """A misspelt attribute is an error, not a new attribute."""
    with pytest.raises(AttributeError):
        leaf().requires_gard = True  # type: ignore[attr-defined]


OPERATIONS: dict[str, Callable[[Any], Any]] = {
    "python float": lambda x: 2.5 * x + 1.0 / x - x**2.0,
    "python int": lambda x: (x + 1) * 2 // 1 - x**3,
    "np.float64": lambda x: np.float64(2.5) * x + x / np.float64(3.0),
    "0-d array": lambda x: np.array(2.5) * x - x * np.array(2.5),
    "0-d Tensor": lambda x: Tensor(2.5) * x * x - x / Tensor(2.0, requires_grad=True),
    "Value": lambda x: Value(2.5) * x + x ** Value(2.0),
    "functions": lambda x: np.exp(np.sin(x)) * np.maximum(x, 0.5) + np.where(x > 1, x, 0.0),
    "reductions": lambda x: x.mean() + x.sum() * x.std() + x.max() - x.var() + np.linalg.norm(np.ones(2)) * x,
    "shapes": lambda x: ag.stack([x, x * 2])[:, ::-1].T.reshape(-1) @ np.ones(4, np.float32),
    "softmax": lambda x: ag.log_softmax(x) + ag.softmax(x) * ag.logsumexp(x),
}


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_is_kept(name: str, dtype: Any) -> None:
    """The data type stays through operations, gradients and recorded gradients, and scalars do not promote it."""
    if name == "shapes" and dtype == np.float16:
        return
    x = leaf([1.5, 2.5], dtype=dtype)
    expected = np.result_type(dtype, np.float32) if name == "shapes" else dtype
    y = OPERATIONS[name](x)
    assert y.dtype == expected
    y.sum().backward(create_graph=True)
    slope = x.grad
    assert slope.dtype == dtype
    x.grad = None
    if slope.requires_grad:
        slope.sum().backward()
        assert x.grad.dtype == dtype


@pytest.mark.parametrize("create_graph", [False, True])
def test_arrays_promote_as_in_numpy(create_graph: bool) -> None:
    """Two arrays meet in the wider type, and each gradient is in its own leaf's type."""
    x, y = leaf([1.0, 2.0], dtype=np.float32), leaf([3.0, 4.0])
    z = x * y
    assert z.dtype == np.float64
    z.sum().backward(create_graph=create_graph)
    assert (x.grad.dtype, y.grad.dtype) == (np.float32, np.float64)


# Gradients and backward


def test_grad_is_none_before_and_a_tensor_after() -> None:
    """`.grad` is None, then an untracked Tensor of the leaf's shape and type."""
    x = leaf()
    assert x.grad is None
    (x * x).sum().backward()
    assert type(x.grad) is Tensor
    assert not x.grad.requires_grad
    assert (x.grad.shape, x.grad.dtype) == (x.shape, x.dtype)
    assert np.array_equal(x.grad, [2.0, 4.0])


def test_gradients_accumulate_over_passes() -> None:
    """Passes add up, over the same graph again and over another, until `.grad` is None again."""
    x = leaf()
    y = (x * x).sum()
    y.backward()
    y.backward(retain_graph=False)
    (3.0 * x).sum().backward()
    assert np.array_equal(x.grad, [7.0, 11.0])
    x.grad = None
    y.backward()
    assert np.array_equal(x.grad, [2.0, 4.0])


def test_old_gradient_object_does_not_change() -> None:
    """Accumulation makes a new `.grad`; one kept from before stays as it was."""
    x = leaf()
    y = x.sum()
    y.backward()
    kept = x.grad
    y.backward()
    assert np.array_equal(kept, [1.0, 1.0])
    assert np.array_equal(x.grad, [2.0, 2.0])


def test_gradients_and_data_share_no_memory() -> None:
    """No leaf's gradient is another's, nor its data, nor the incoming gradient."""
    x, y, seed = leaf(), leaf(), np.ones(2)
    (x + y).backward(seed)
    x2 = leaf()
    x2.backward(x2.data)
    arrays = [x.grad.data, y.grad.data, x.data, y.data, seed, x2.grad.data, x2.data]
    assert not any(np.shares_memory(a, b) for i, a in enumerate(arrays) for b in arrays[:i])


def test_backward_of_a_leaf() -> None:
    """The gradient of a leaf by itself is 1."""
    x = leaf(3.0)
    x.backward()
    assert x.grad.item() == 1.0


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_backward_of_one_element(shape: tuple[int, ...]) -> None:
    """One element is scalar enough, whatever its shape."""
    x = leaf(np.full(shape, 3.0))
    (x * x).backward()
    assert np.array_equal(x.grad, np.full(shape, 6.0))


@pytest.mark.parametrize("shape", [(2,), (0,), (3, 4)])
def test_backward_of_more_elements_gives_the_shape(shape: tuple[int, ...]) -> None:
    """Without a gradient, more or fewer elements than one are an error that gives the shape."""
    x = leaf(np.ones(shape))
    with pytest.raises(ShapeError, match=rf"{shape}".replace("(", r"\(").replace(")", r"\)")):
        (x * 2.0).backward()
    assert x.grad is None


@pytest.mark.parametrize("gradient", [[1.0, 10.0], (1, 10), np.array([1.0, 10.0], np.float32), Tensor([1.0, 10.0])])
def test_backward_with_gradient(gradient: Any) -> None:
    """A vector in the output's shape is pulled back, in any kind and type, and takes the output's."""
    x = leaf()
    y = x * x
    seen = []
    y.register_hook(lambda g: seen.append(g.dtype))
    y.backward(gradient)
    assert seen == [np.float64]
    assert np.array_equal(x.grad, [2.0, 40.0])
    assert x.grad.dtype == np.float64


@pytest.mark.parametrize("gradient", [1.0, [1.0], np.ones((2, 1)), np.ones((2, 2))])
def test_backward_with_gradient_of_another_shape(gradient: Any) -> None:
    """The shape must be the output's own: broadcasting would hide a mistake."""
    x = leaf()
    with pytest.raises(ShapeError, match=r"\(2,\)"):
        (x * x).backward(gradient)
    assert x.grad is None


def test_backward_of_an_untracked_tensor() -> None:
    """There is nothing to go back through, and the error says so."""
    for t in (Tensor([1.0]), leaf().detach(), Tensor([1, 2]).sum()):
        with pytest.raises(GraphError, match="not tracked"):
            t.backward()


def test_shared_and_repeated_inputs() -> None:
    """Every path counts, also where one node is both arguments."""
    x = leaf(3.0)
    y = x * x
    z = y * y + y
    z.backward()
    assert x.grad.item() == 4 * 27.0 + 6.0


def test_create_graph_gives_a_gradient_that_can_be_differentiated() -> None:
    """Third derivatives by three passes."""
    x = leaf(2.0)
    y = x**4
    for expected in (32.0, 48.0, 48.0):
        x.grad = None
        y.backward(create_graph=True)
        assert x.grad.item() == expected
        y = x.grad


def test_create_graph_accumulates_recorded_gradients() -> None:
    """Two recorded passes add up to a gradient that differentiates as their sum."""
    x = leaf(2.0)
    (x**3).backward(create_graph=True)
    (x**2).backward(create_graph=True)
    total = x.grad
    x.grad = None
    total.backward()
    assert x.grad.item() == 6 * 2.0 + 2.0


def test_recorded_pass_differentiates_by_the_incoming_gradient() -> None:
    """The incoming gradient may be tracked itself, as forward mode needs it to be."""
    x, v = leaf([1.0, 2.0]), leaf([0.5, 0.25])
    (x * x).backward(v, create_graph=True)
    x.grad.sum().backward()
    assert np.array_equal(v.grad, [2.0, 4.0])


def test_grad_is_assignable() -> None:
    """A gradient of the leaf's shape may be set, in any kind; it takes the leaf's type."""
    x = leaf(dtype=np.float32)
    for given in ([1, 2], np.array([1.0, 2.0]), Tensor([1.0, 2.0])):
        x.grad = given
        assert np.array_equal(x.grad, [1.0, 2.0])
    x.grad = [1, 2]
    assert x.grad.dtype == np.float32
    with pytest.raises(ShapeError, match=r"\(3,\)"):
        x.grad = np.ones(3)
    with pytest.raises(DtypeError, match="grad"):
        x.grad = "text"
    assert np.array_equal(x.grad, [1.0, 2.0])


# Data


def test_data_is_replaced_by_assignment() -> None:
    """A leaf takes data of its shape, in its own type, and copies it."""
    x = leaf(dtype=np.float32)
    new = np.array([5.0, 6.0])
    x.data = new
    new[:] = 0.0
    assert np.array_equal(x.data, [5.0, 6.0])
    assert x.dtype == np.float32
    x.data = [7, 8]
    assert np.array_equal(x.data, [7.0, 8.0])
    x.data = Tensor([9.0, 10.0])
    assert np.array_equal(x.data, [9.0, 10.0])
    assert x.requires_grad


@pytest.mark.parametrize("new", [np.ones(3), 1.0, np.ones((2, 1)), "text", None, [1j, 2j], Value(1.0)])
def test_refused_data_leaves_the_old(new: Any) -> None:
    """Data of another shape or kind is an error, and the leaf is as before."""
    x = leaf()
    with pytest.raises((ShapeError, DtypeError), match="data"):
        x.data = new
    assert np.array_equal(x.data, [1.0, 2.0])


def test_integer_data_takes_no_floats() -> None:
    """Floats would be cut off."""
    t = Tensor([1, 2])
    with pytest.raises(DtypeError, match="int64"):
        t.data = [1.5, 2.5]
    t.data = [3, 4]
    assert np.array_equal(t.data, [3, 4])


def test_data_of_a_result_cannot_be_replaced() -> None:
    """Only leaves take new data."""
    y = leaf() * 2.0
    with pytest.raises(GraphError, match=r"multiply.*detach\(\)"):
        y.data = np.ones(2)


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        (operator.iadd, [3.0, 4.0]),
        (operator.isub, [-1.0, 0.0]),
        (operator.imul, [2.0, 4.0]),
        (operator.itruediv, [0.5, 1.0]),
        (operator.ifloordiv, [0.0, 1.0]),
        (operator.imod, [1.0, 0.0]),
        (operator.ipow, [1.0, 4.0]),
    ],
)
def test_in_place_operators(update: Callable[[Any, Any], Any], expected: list[float]) -> None:
    """Under `no_grad` a tracked leaf is updated; while recording that is an error; results are new nodes."""
    x = leaf()
    with pytest.raises(GraphError, match=r"no_grad\(\)"):
        update(x, 2.0)
    assert np.array_equal(x.data, [1.0, 2.0])
    y = x + 0.0
    assert update(y, 2.0) is not y
    assert np.array_equal(y.data, [1.0, 2.0])
    with ag.no_grad():
        assert update(x, 2.0) is x
    assert np.array_equal(x.data, expected)
    assert x.is_leaf
    assert x.requires_grad


def test_in_place_matmul_under_no_grad() -> None:
    """`@=` is among them."""
    x = leaf(np.eye(2) * 3.0)
    with ag.no_grad():
        x @= np.eye(2) * 2.0
    assert np.array_equal(x.data, np.eye(2) * 6.0)


def test_items_cannot_be_set_or_deleted() -> None:
    """A Tensor is immutable, and the error says what to do instead."""
    x = leaf()
    with pytest.raises(ImmutableError, match="where"):
        x[0] = 1.0
    with pytest.raises(ImmutableError, match="immutable"):
        del x[0]


# Conversion


@pytest.mark.parametrize(("data", "kind"), [(2.5, float), (2, int), (True, bool), (np.float32(0.5), float)])
def test_item_is_a_python_number(data: Any, kind: type) -> None:
    """One element as a number of Python's own."""
    for t in (Tensor(data), Tensor([data]), Tensor([[data]])):
        assert type(t.item()) is kind
        assert t.item() == data


@pytest.mark.parametrize("convert", [float, int, bool, Tensor.item, lambda t: f"{t:.2f}"])
@pytest.mark.parametrize("shape", [(2,), (0,), (2, 2)])
def test_conversion_needs_one_element(convert: Callable[[Any], Any], shape: tuple[int, ...]) -> None:
    """A number, a truth value or a formatted number is made of one element only."""
    with pytest.raises(ShapeError, match="elements, not one"):
        convert(leaf(np.ones(shape)))


def test_conversion_of_one_element() -> None:
    """float, int, bool and format specs take the number."""
    t = leaf([2.5])
    assert (float(t), int(t), bool(t), bool(Tensor(0.0)), f"{t:.2f}") == (2.5, 2, True, False, "2.50")


def test_index_is_an_integer() -> None:
    """An integer Tensor of no axes indexes lists and counts ranges; a float does not."""
    assert [10, 20, 30][Tensor(2)] == 30
    assert list(range(Tensor(2))) == [0, 1]
    for t in (Tensor(2.0), Tensor([2]), Tensor(True)):
        with pytest.raises(KindError, match="no single integer"):
            operator.index(t)


def test_numpy_and_tolist() -> None:
    """A fresh writable copy, and nested lists of Python numbers."""
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    a = x.numpy()
    assert type(a) is np.ndarray
    assert a.flags.writeable
    assert not np.shares_memory(a, x.data)
    assert x.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert Tensor(2.0).tolist() == 2.0


def test_asarray_gives_the_data() -> None:
    """`np.asarray` gives the detached data, read-only; with another type or copy=True a writable copy."""
    x = leaf()
    a = np.asarray(x * 2.0)
    assert type(a) is np.ndarray
    assert not a.flags.writeable
    assert np.array_equal(a, [2.0, 4.0])
    assert np.asarray(x, dtype=np.float32).dtype == np.float32
    assert np.array(x).flags.writeable
    assert not np.shares_memory(np.array(x, copy=True), x.data)


def test_detach_and_clone() -> None:
    """`detach` cuts the graph, `clone` is a node of its own in it; both have the same data."""
    x = leaf(name="x")
    y = x * 3.0
    cut = y.detach()
    assert (cut.requires_grad, cut.is_leaf) == (False, True)
    (y * cut).sum().backward()
    assert np.array_equal(x.grad, [9.0, 18.0])
    x.grad = None
    for twin in (x.clone(), x.copy()):
        assert twin is not x
        assert not twin.is_leaf
        x.grad = None
        (twin * 2.0).sum().backward()
        assert np.array_equal(x.grad, [2.0, 2.0])
    assert x.detach().name == "x"


def test_astype() -> None:
    """The same numbers in another type, recorded where that is a float."""
    x = leaf([1.5, 2.5])
    y = x.astype(np.float32)
    assert (y.dtype, y.requires_grad) == (np.float32, True)
    (y * y).sum().backward()
    assert (x.grad.dtype, x.grad.tolist()) == (np.float64, [3.0, 5.0])
    n = x.astype(int)
    assert (n.tolist(), n.requires_grad) == ([1, 2], False)


def test_requires_grad_of_leaves_and_results() -> None:
    """Settable on leaves, either way; the result of an operation keeps what it has."""
    x = Tensor([1.0, 2.0])
    assert x.requires_grad_() is x
    assert (x * 2.0).requires_grad
    x.requires_grad = False
    assert not (x * 2.0).requires_grad
    y = leaf() * 2.0
    with pytest.raises(GraphError, match=r"detach\(\)"):
        y.requires_grad_(False)
    assert y.requires_grad_().requires_grad


def test_results_of_untracked_tensors_are_leaves() -> None:
    """Nothing is recorded where nothing is tracked."""
    y = Tensor([1.0]) * 2.0
    assert (y.is_leaf, y.op, y.requires_grad) == (True, None, False)
    z = leaf() * 2.0
    assert (z.is_leaf, z.op.name, z.requires_grad) == (False, "multiply", True)


# Sequences


def test_len_and_iteration() -> None:
    """As for arrays: along the first axis, recorded."""
    x = leaf([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert len(x) == 3
    a, b, _ = x
    (a * b).sum().backward()
    assert np.array_equal(x.grad, [[3.0, 4.0], [1.0, 2.0], [0.0, 0.0]])
    assert [row.shape for row in x] == [(2,)] * 3
    assert list(Tensor(np.ones((0, 2)))) == []


def test_no_length_without_axes() -> None:
    """A Tensor of shape () has neither length nor elements to go through."""
    for ask in (len, iter, list):
        with pytest.raises(KindError, match=r"shape \(\)"):
            ask(Tensor(1.0))


def test_contains() -> None:
    """`in` asks for equal elements, as for arrays."""
    x = leaf()
    assert 2.0 in x
    assert 3.0 not in x


@pytest.mark.parametrize(
    "index",
    [0, -1, slice(1, None), slice(None, None, -1), (0, 1), (Ellipsis, 1), None, (slice(None), None, 0),
     [0, 1, 0], np.array([1, 1]), (np.array([0, 1]), np.array([2, 0])), np.array([True, False]),
     CUBE > 5, (0, CUBE[0] > 5), ([0, 1], slice(None), [1, 1]), Tensor([1, 0]), Tensor(CUBE > 3), np.int64(1), ()],
    ids=lambda i: type(i).__name__,
)  # fmt: skip
def test_indexing(index: Any) -> None:
    """Every kind of NumPy's indices, with gradients that add up where an element is taken twice."""
    plain = np.asarray(index) if isinstance(index, Tensor) else index
    x = leaf(CUBE)
    y = x[index]
    assert np.array_equal(y.data, CUBE[plain])
    (y * y).sum().backward()
    expected = np.zeros_like(CUBE)
    np.add.at(expected, plain, 2 * CUBE[plain])
    assert np.array_equal(x.grad, expected)


@pytest.mark.parametrize("index", [5, (0, 9), [0, 7], "a", 1.0, [0.5], (0, 0, 0, 0), np.array([True] * 5)])
def test_wrong_index(index: Any) -> None:
    """An index that does not fit is an IndexError that names the Tensor."""
    with pytest.raises(IndexError, match=r"getitem"):
        leaf(CUBE)[index]


# Shapes, where arguments may come in several forms


@pytest.mark.parametrize(
    ("method", "reference"),
    [
        (lambda t: t.reshape(6, 4), CUBE.reshape(6, 4)),
        (lambda t: t.reshape((6, 4)), CUBE.reshape(6, 4)),
        (lambda t: t.reshape([6, -1]), CUBE.reshape(6, 4)),
        (lambda t: t.view(-1), CUBE.reshape(-1)),
        (lambda t: t.view(3, 8), CUBE.reshape(3, 8)),
        (lambda t: t.transpose(), CUBE.T),
        (lambda t: t.transpose(None), CUBE.T),
        (lambda t: t.transpose(1, 0, 2), CUBE.transpose(1, 0, 2)),
        (lambda t: t.transpose((1, 0, 2)), CUBE.transpose(1, 0, 2)),
        (lambda t: t.permute(2, 0, 1), CUBE.transpose(2, 0, 1)),
        (lambda t: t.permute([-1, 0, 1]), CUBE.transpose(2, 0, 1)),
        (lambda t: t.swapaxes(0, -1), CUBE.swapaxes(0, -1)),
        (lambda t: t.T, CUBE.T),
        (lambda t: t.mT, CUBE.swapaxes(-1, -2)),
        (lambda t: t.unsqueeze(0), CUBE[None]),
        (lambda t: t.unsqueeze(-1), CUBE[..., None]),
        (lambda t: t[:, :1].squeeze(1), CUBE[:, 0]),
        (lambda t: t[:, :1].squeeze(), CUBE[:, 0]),
        (lambda t: t.flatten(), CUBE.reshape(-1)),
        (lambda t: t.ravel(), CUBE.reshape(-1)),
        (lambda t: t.flatten(1), CUBE.reshape(2, 12)),
        (lambda t: t.flatten(0, 1), CUBE.reshape(6, 4)),
        (lambda t: t.flatten(-2, -1), CUBE.reshape(2, 12)),
    ],
)
def test_shape_methods(method: Callable[[Tensor], Tensor], reference: Any) -> None:
    """The methods of NumPy and PyTorch give NumPy's result, and a gradient in the old shape."""
    x = leaf(CUBE)
    y = method(x)
    assert y.shape == reference.shape
    assert np.array_equal(y.data, reference)
    weights = np.arange(float(y.size)).reshape(y.shape)
    (y * weights).sum().backward()
    order = method(Tensor(np.arange(24.0).reshape(CUBE.shape))).data.astype(int).reshape(-1)
    expected = np.zeros(24)
    expected[order] = weights.reshape(-1)
    assert np.array_equal(x.grad, expected.reshape(CUBE.shape))


@pytest.mark.parametrize(
    "method",
    [
        lambda t: t.reshape(5),
        lambda t: t.view(2, -1, -1),
        lambda t: t.transpose(0, 1),
        lambda t: t.permute(0, 0, 1),
        lambda t: t.unsqueeze(7),
        lambda t: t.squeeze(0),
        lambda t: t.swapaxes(0, 3),
        lambda t: t.flatten(2, 1),
        lambda t: t.flatten(5),
    ],
)
def test_wrong_shapes(method: Callable[[Tensor], Tensor]) -> None:
    """A shape or axis that does not fit is a ValueError that gives the Tensor's shape."""
    with pytest.raises(ValueError, match=r"\(2, 3, 4\)"):
        method(leaf(CUBE))


def test_zero_dimensional_flatten() -> None:
    """A single number flattens to one axis."""
    assert leaf(3.0).flatten().shape == (1,)


def test_methods_take_numpys_arguments() -> None:
    """axis and keepdims, by keyword and by position."""
    x = leaf(CUBE)
    assert np.array_equal(x.sum(axis=1).data, CUBE.sum(axis=1))
    assert np.array_equal(x.sum(1).data, CUBE.sum(1))
    assert np.array_equal(x.mean(axis=(0, -1), keepdims=True).data, CUBE.mean(axis=(0, -1), keepdims=True))
    assert np.array_equal(x.max(0).data, CUBE.max(0))
    assert x.argmax(axis=-1).tolist() == CUBE.argmax(axis=-1).tolist()
    assert np.array_equal(x.clip(3.0, 9.0).data, CUBE.clip(3.0, 9.0))


# Operators

BINARY = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}
OTHERS: dict[str, Callable[[Any], Any]] = {
    "float": lambda a: float(a[0]),
    "int": lambda a: round(a[0]),
    "np.float64": lambda a: np.float64(a[0]),
    "np.float32": lambda a: np.float32(a[0]),
    "np.int64": lambda a: np.int64(a[0]),
    "0-d array": lambda a: np.array(a[0]),
    "ndarray": lambda a: a,
    "float32 ndarray": lambda a: a.astype(np.float32),
    "list": lambda a: a.tolist(),
    "Tensor": Tensor,
    "tracked Tensor": lambda a: Tensor(a, requires_grad=True),
    "Value": lambda a: Value(a[0]),
}


@pytest.mark.parametrize("sign", BINARY)
@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("reflected", [False, True], ids=["left", "right"])
def test_operators_meet_every_kind(sign: str, other: str, reflected: bool) -> None:
    """Every operator with every kind of operand on either side: NumPy's value, and the right gradient."""
    data, given = np.array([1.3, 2.6]), OTHERS[other](np.array([2.2, 0.7]))
    plain = np.asarray(given.data if isinstance(given, Tensor | Value) else given)

    def reference(x: Any) -> Any:
        return BINARY[sign](plain, x) if reflected else BINARY[sign](x, plain)

    x = leaf(data)
    y = BINARY[sign](given, x) if reflected else BINARY[sign](x, given)
    assert type(y) is Tensor
    assert y.dtype == np.float64
    assert np.allclose(y.data, reference(data), rtol=1e-15)
    y.sum().backward()
    h = 1e-6
    slopes = (reference(data + h) - reference(data - h)) / (2 * h)
    assert np.allclose(x.grad, slopes, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("other", ["float", "np.float64", "np.float32", "ndarray", "list", "Tensor"])
def test_divmod_on_either_side(other: str) -> None:
    """divmod gives quotient and remainder as operations."""
    data, given = np.array([1.3, 2.6]), OTHERS[other](np.array([2.2, 0.7]))
    plain = np.asarray(given)
    for y, expected in (
        (divmod(leaf(data), given), divmod(data, plain)),
        (divmod(given, leaf(data)), divmod(plain, data)),
    ):
        for part, reference in zip(y, expected, strict=True):
            assert np.allclose(np.asarray(part), reference, rtol=1e-15)


@pytest.mark.parametrize("left", [np.ones((3, 2)), np.ones(2), [[1.0, 2.0]], Tensor(np.ones((3, 2)))])
def test_matmul_on_either_side(left: Any) -> None:
    """`@` takes arrays, lists and Tensors on either side."""
    plain = np.asarray(left)
    w = leaf([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    y = left @ w
    assert np.array_equal(y.data, plain @ w.data)
    y.sum().backward()
    assert np.allclose(w.grad, np.atleast_2d(plain).sum(axis=0)[:, None] * np.ones(3))
    right = w.T @ (plain.T if plain.ndim == 2 else plain)
    assert np.array_equal(right.data, w.data.T @ plain.T)


def test_unary_operators() -> None:
    """Minus, plus, abs, recorded."""
    x = leaf([-1.0, 2.0])
    (-x + +x * 3.0 + abs(x)).sum().backward()
    assert np.array_equal(x.grad, [1.0, 3.0])


def test_power_with_modulus_is_refused() -> None:
    """Real numbers have none."""
    with pytest.raises(TypeError, match="modulus"):
        pow(leaf(), 2, 3)


COMPARISONS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@pytest.mark.parametrize("sign", COMPARISONS)
@pytest.mark.parametrize("other", [name for name in OTHERS if name != "list"])
def test_comparisons(sign: str, other: str) -> None:
    """Elementwise truth values, untracked, with every kind on either side."""
    data, given = np.array([2.2, 0.7]), OTHERS[other](np.array([2.2, 1.7]))
    plain = np.asarray(given.data if isinstance(given, Tensor | Value) else given)
    for y, expected in (
        (COMPARISONS[sign](leaf(data), given), COMPARISONS[sign](data, plain)),
        (COMPARISONS[sign](given, leaf(data)), COMPARISONS[sign](plain, data)),
    ):
        assert type(y) is Tensor
        assert (y.dtype, y.requires_grad) == (np.bool_, False)
        assert np.array_equal(y.data, expected)


def test_equality_leaves_hashing_alone() -> None:
    """Tensors go into sets and dictionaries as themselves, equal data or not."""
    x, y = leaf(), leaf()
    assert len({x, y}) == 2
    assert {x: 1}[x] == 1
    assert hash(x) != hash(y)


def test_bitwise_operators_on_masks() -> None:
    """Masks combine with `& | ^ ~`, also with arrays on the left."""
    a, b = np.array([True, True, False]), np.array([True, False, False])
    t = Tensor(a)
    for y, expected in (
        (t & b, a & b), (b & t, a & b), (t | b, a | b), (b | t, a | b), (t ^ b, a ^ b), (b ^ t, a ^ b), (~t, ~a),
        (t & True, a), (False | t, a),
    ):  # fmt: skip
        assert np.array_equal(y.data, expected)


def test_integer_tensors() -> None:
    """Integers compute as in NumPy, index, count, and are never tracked."""
    n = Tensor([3, 4])
    assert (n + 1).dtype == np.int64
    assert (n / 2).tolist() == [1.5, 2.0]
    assert ((n // 2).tolist(), (n % 2).tolist(), (n**2).tolist()) == ([1, 2], [1, 0], [9, 16])
    assert (n.sum().item(), n.mean().item()) == (7, 3.5)
    assert (n & 1).tolist() == [1, 0]
    assert not (n * 2.0).requires_grad
    x = leaf()
    (x * n).sum().backward()
    assert np.array_equal(x.grad, [3.0, 4.0])
    assert np.array_equal(leaf([1.0, 2.0, 3.0])[Tensor([2, 0])].data, [3.0, 1.0])


# Text


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Tensor([1.0, 2.0]), "Tensor([1., 2.])"),
        (lambda: Tensor(2), "Tensor(2)"),
        (lambda: leaf(), "Tensor([1., 2.], requires_grad=True)"),
        (lambda: leaf(name="w"), "Tensor([1., 2.], requires_grad=True, name='w')"),
        (lambda: leaf() * 2.0, "Tensor([2., 4.], op=multiply)"),
        (lambda: Tensor(np.ones(1, np.float32)), "Tensor([1.], dtype=float32)"),
        (lambda: Tensor([True]), "Tensor([ True])"),
        (lambda: Tensor(np.ones((0, 2))), "Tensor([], shape=(0, 2))"),
    ],
)
def test_repr(make: Callable[[], Tensor], text: str) -> None:
    """Data, type where it is not the usual one, operation, tracking, name."""
    assert repr(make()) == str(make()) == f"{make()}" == text


# Hooks


def test_hook_sees_the_complete_gradient() -> None:
    """Once per pass, after all paths have met."""
    x = leaf()
    y = x * 2.0
    seen: list[Any] = []
    y.register_hook(lambda g: seen.append(g.tolist()))
    (y.sum() + (y * y).sum()).backward()
    assert seen == [[5.0, 9.0]]


def test_hook_replaces_the_gradient() -> None:
    """What it gives goes on in the gradient's place, in any kind; hooks follow each other."""
    for answer in (lambda g: g * 10, lambda g: np.asarray(g) * 10, lambda g: [10.0, 10.0]):
        x = leaf()
        y = x * 2.0
        y.register_hook(answer)
        y.register_hook(lambda g: g + 1)
        y.retain_grad()
        y.sum().backward()
        assert np.array_equal(y.grad, [11.0, 11.0])
        assert np.array_equal(x.grad, [22.0, 22.0])


def test_hook_on_a_leaf() -> None:
    """It changes what is added to `.grad`, in each pass."""
    x = leaf()
    x.register_hook(lambda g: g.clip(-1.0, 1.0))
    for _ in range(2):
        (x * 5.0).sum().backward()
    assert np.array_equal(x.grad, [2.0, 2.0])


def test_hook_is_removed() -> None:
    """By its handle, once or twice, also from inside another hook."""
    x = leaf()
    handle = x.register_hook(lambda g: g * 100)
    other = x.register_hook(lambda g: g * 7)
    handle.remove()
    handle.remove()
    x.sum().backward()
    assert np.array_equal(x.grad, [7.0, 7.0])
    x.register_hook(lambda g: other.remove())
    x.grad = None
    x.sum().backward()
    x.sum().backward()
    assert np.array_equal(x.grad, [8.0, 8.0])


def test_hook_under_create_graph_is_recorded() -> None:
    """Its answer is part of the recorded pass."""
    x = leaf(2.0)
    y = x * x
    y.register_hook(lambda g: g * x)
    y.backward(create_graph=True)
    slope = x.grad
    x.grad = None
    slope.backward()
    assert x.grad.item() == 4 * 2.0


def test_hook_errors() -> None:
    """On untracked Tensors, for what is no function, and for an answer of another shape."""
    with pytest.raises(GraphError, match="not tracked"):
        Tensor([1.0]).register_hook(print)
    with pytest.raises(TypeError, match="function"):
        leaf().register_hook(3)  # type: ignore[arg-type]
    x = leaf()
    x.register_hook(lambda g: np.ones(3))
    with pytest.raises(ShapeError, match=r"hook.*\(3,\).*\(2,\)"):
        x.sum().backward()
    assert x.grad is None


def test_retain_grad() -> None:
    """A result keeps its gradient where asked to, and accumulates it like a leaf."""
    x = leaf()
    y = x * 2.0
    z = y * y
    assert y.retain_grad() is y
    for _ in range(2):
        z.sum().backward()
    assert np.array_equal(y.grad, [8.0, 16.0])
    assert z.grad is None
    x.retain_grad()
    with pytest.raises(GraphError, match="not tracked"):
        Tensor([1.0]).retain_grad()


# Copies


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))])
def test_copies_of_leaves(duplicate: Callable[[Tensor], Tensor]) -> None:
    """Copied and pickled leaves are leaves of their own, with data, type, tracking and name."""
    x = leaf(dtype=np.float32, name="w")
    twin = duplicate(x)
    assert (twin.requires_grad, twin.name, twin.dtype, twin.is_leaf) == (True, "w", np.float32, True)
    assert np.array_equal(twin.data, x.data)
    (twin * 3.0).sum().backward()
    assert np.array_equal(twin.grad, [3.0, 3.0])
    assert x.grad is None
    twin.data = [5.0, 5.0]
    assert np.array_equal(x.data, [1.0, 2.0])


def test_deepcopy_keeps_shared_leaves_shared() -> None:
    """A structure that holds a leaf twice holds its copy twice, with its gradient."""
    x = leaf()
    x.sum().backward()
    twins = copy.deepcopy({"a": x, "b": [x]})
    assert twins["a"] is twins["b"][0]
    assert np.array_equal(twins["a"].grad, [1.0, 1.0])


def test_results_are_neither_copied_nor_pickled() -> None:
    """The graph behind a result would come along, so the error says to detach."""
    y = leaf() * 2.0
    for duplicate in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(GraphError, match=r"multiply.*detach\(\)"):
            duplicate(y)
    assert np.array_equal(copy.deepcopy(y.detach()).data, [2.0, 4.0])


# NumPy's functions


def test_numpy_functions_give_tensors() -> None:
    """Functions, ufuncs and their reductions record as the operations of those names."""
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    for y, expected in (
        (np.exp(x), np.exp(x.data)),
        (np.add(x, 1.0), x.data + 1.0),
        (np.sum(x, axis=0), x.data.sum(axis=0)),
        (np.add.reduce(x), x.data.sum(axis=0)),
        (np.multiply.reduce(x, axis=1), x.data.prod(axis=1)),
        (np.concatenate([x, np.ones((1, 2))]), np.concatenate([x.data, np.ones((1, 2))])),
        (np.where(np.array([True, False]), x, 0.0), np.where([True, False], x.data, 0.0)),
    ):
        assert type(y) is Tensor
        assert y.requires_grad
        assert np.array_equal(y.data, expected)


def test_questions_have_plain_answers() -> None:
    """Functions about shape or equality give what they give for arrays."""
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    assert (np.shape(x), np.ndim(x), np.size(x)) == ((2, 2), 2, 4)
    assert np.allclose(x, x.data)
    assert np.array_equal([x, x], [x.data, x.data])
    assert not np.zeros_like(x).requires_grad
    assert np.result_type(x, np.float32) == np.float64


def test_unsupported_functions_say_so() -> None:
    """A function without a differentiable form raises by name instead of dropping the graph."""
    x = leaf()
    for call, name in (
        (lambda: np.hypot.reduce(x), "np.hypot.reduce"),
        (lambda: np.add.reduceat(x, [0]), "np.add.reduceat"),
        (lambda: np.subtract.accumulate(x), "np.subtract.accumulate"),
    ):
        with pytest.raises(TypeError, match=name.replace(".", r"\.") + r".*no differentiable form"):
            call()


# Values among Tensors


def test_value_that_meets_a_tensor() -> None:
    """It becomes a Tensor of no axes, takes the arrays' width, and gets its gradient as a float."""
    for dtype in (np.float32, np.float64):
        v, x = Value(3.0), leaf(dtype=dtype)
        y = v * x + x / v
        assert (type(y), y.dtype) == (Tensor, dtype)
        y.sum().backward()
        assert type(v.grad) is float
        assert v.grad == pytest.approx(3.0 - 3.0 / 9.0, rel=1e-6)
        assert np.allclose(x.grad, 3.0 + 1 / 3.0, rtol=1e-6)


def test_mixed_graph_to_second_order() -> None:
    """Second derivatives of a graph of Values and Tensors, by either kind, against exact fractions."""
    v, x = Value(3.0), leaf([1.0, 2.0])
    square = v * v
    y = ((x * square) ** 2).sum() * v
    # y = v^5 (x1^2 + x2^2), so dy/dv = 5 v^4 s and dy/dx = 2 v^5 x.
    y.backward(create_graph=True)
    by_v, by_x = v.grad, x.grad
    s = Fraction(5)
    assert float(by_v) == 5 * 81 * s
    assert np.array_equal(by_x, [2 * 243.0, 4 * 243.0])
    for slope, second_v, second_x in (
        (by_v, 20 * 27 * s, [10 * 81.0, 20 * 81.0]),
        (by_x.sum(), 10 * 81 * (1 + 2), [2 * 243.0, 2 * 243.0]),
    ):
        v.grad = x.grad = None
        slope.backward()
        assert float(v.grad) == second_v
        assert np.array_equal(x.grad, second_x)


def test_gradient_of_another_leaf_is_taken_as_a_node_of_its_own() -> None:
    """New data for the one leaves the other; a copied leaf has a gradient of its own as well."""
    a, b = Tensor(1.0, requires_grad=True), Tensor(1.0, requires_grad=True)
    (a * 3.0).backward()
    b.grad = a.grad
    c = copy.deepcopy(a)
    assert b.grad is not None
    b.grad.data = 0.0
    c.grad.data = 1.0
    assert a.grad is not None
    assert a.grad.item() == 3.0


def test_numpys_arguments_of_methods() -> None:
    """Order and copy are accepted where they ask for nothing, and refused by name where they do."""
    x = leaf([[1.0, 0.0], [0.0, 4.0]])
    assert x.flatten("C").shape == x.reshape(4, order="C").shape == x.ravel("K").shape == (4,)
    assert x.astype(np.float32, copy=False).dtype == np.float32
    assert [i.tolist() for i in x.nonzero()] == [[0, 1], [0, 1]]
    assert x.item(1, 1) == 4.0
    assert leaf([1.0, 2.0]).item(1) == 2.0
    for call in (lambda: x.flatten("F"), lambda: x.reshape(4, order="F"), lambda: x.ravel("F")):
        with pytest.raises(ArgumentError, match="order= is refused"):
            call()
    with pytest.raises(IndexingError):
        x.item(2, 0)


def test_weights_of_a_histogram_are_not_lost() -> None:
    """Counts have no gradient; sums of weights would."""
    x = leaf([0.1, 0.6, 0.9])
    counts, _ = np.histogram(x, 2, (0, 1))
    assert counts.tolist() == [1, 2]
    with pytest.raises(UnsupportedError, match=r"np.histogram: .*weights.*bincount"):
        np.histogram(x.data, 2, weights=x)
    places = np.digitize(x.data, [0.5])
    np.bincount(places, x).sum().backward()
    np.testing.assert_array_equal(x.grad, np.ones(3))


@pytest.mark.parametrize("f", [np.polyadd, np.cov, np.vstack, np.add, ag.power, ag.identity, np.average])
def test_masks_are_not_lost(f: Any) -> None:
    """A masked array is refused, by operations and by what is made of them."""
    masked = np.ma.masked_array([1.0, 2.0], mask=[True, False])
    with pytest.raises(AutogradError, match="would lose its mask"):
        f([leaf([1.0, 2.0]), masked]) if f is np.vstack else f(masked) if f is ag.identity else f(
            leaf([1.0, 2.0]), masked
        )


def test_values_among_coefficients() -> None:
    """A Value stands for a number where an array is expected."""
    v = Value(2.0)
    out = np.polyadd(leaf([1.0, 3.0]), v)
    np.testing.assert_array_equal(out, [1.0, 5.0])
    out.sum().backward()
    assert v.grad == 1.0
