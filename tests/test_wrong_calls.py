"""Wrong calls of operations: each raises the library's error, which names the operation and what it was given."""

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import RULE_BOOK, AutogradError, Tensor, Value
from autograd_lite.errors import (
    ArgumentError,
    AxisError,
    DtypeError,
    IndexingError,
    KindError,
    ShapeError,
    UnsupportedError,
)
from tests.samples import SAMPLES, call
from tests.samples.row import of_list

T = Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
V = Tensor(np.arange(4.0))
REDUCTIONS = ["sum", "mean", "prod", "max", "min", "var", "std", "argmax", "argmin", "all", "any", "logsumexp"]
BINARY = [o for o in RULE_BOOK.values() if o.elementwise and o.arity == 2]
UNARY = [o for o in RULE_BOOK.values() if o.elementwise and o.arity == 1 and o.name not in ("identity", "astype")]
by_name = {"ids": lambda op: getattr(op, "name", None)}

#: A call, the error that it raises, and what the message says beside the name of the operation.
SHAPES = [
    ("add", lambda: T + V, ShapeError, ["(2, 3)", "(4,)", "do not broadcast"]),
    ("subtract", lambda: V - T, ShapeError, ["(2, 3)", "(4,)", "do not broadcast"]),
    ("multiply", lambda: T * np.ones(4), ShapeError, ["(2, 3)", "(4,)", "do not broadcast"]),
    ("divide", lambda: np.ones(4) / T, ShapeError, ["(2, 3)", "(4,)", "do not broadcast"]),
    ("power", lambda: T ** [1.0, 2.0], ShapeError, ["(2, 3)", "(2,)", "do not broadcast"]),
    ("less", lambda: T < V, ShapeError, ["(2, 3)", "(4,)", "do not broadcast"]),
    ("maximum", lambda: np.maximum(T, V), ShapeError, ["(2, 3)", "(4,)", "do not broadcast"]),
    ("where", lambda: ag.where(T > 0, T, V), ShapeError, ["(2, 3)", "(4,)", "do not broadcast"]),
    ("clip", lambda: T.clip(np.zeros(4), 1), ShapeError, ["(2, 3)", "(4,)", "do not broadcast"]),
    ("matmul", lambda: T @ V, ShapeError, ["(2, 3)", "(4,)"]),
    ("matmul", lambda: T @ 2.0, ShapeError, ["(2, 3)", "2.0"]),
    ("matmul", lambda: 2.0 @ T, ShapeError, ["(2, 3)", "2.0"]),
    ("dot", lambda: np.dot(T, V), ShapeError, ["(2, 3)", "(4,)"]),
    ("reshape", lambda: T.reshape(4, 2), ShapeError, ["(2, 3)", "(4, 2)"]),
    ("reshape", lambda: T.reshape(-1, 4), ShapeError, ["(2, 3)", "(-1, 4)"]),
    ("broadcast_to", lambda: np.broadcast_to(T, (3, 2)), ShapeError, ["(2, 3)", "(3, 2)"]),
    ("squeeze", lambda: T.squeeze(0), ShapeError, ["(2, 3)", "axis=0"]),
    ("transpose", lambda: T.transpose(0), ShapeError, ["(2, 3)", "axes=(0,)"]),
    ("transpose", lambda: T.transpose(0, 0), ShapeError, ["(2, 3)", "axes=(0, 0)"]),
    ("concatenate", lambda: ag.concatenate([T, V]), ShapeError, ["(2, 3)", "(4,)"]),
    ("concatenate", lambda: np.concatenate([T, T[:, :2]]), ShapeError, ["(2, 3)", "(2, 2)"]),
    ("concatenate", lambda: ag.concatenate([V[0], V[1]]), ShapeError, ["Tensor ()"]),
    ("stack", lambda: ag.stack([T, T[0]]), ShapeError, ["(2, 3)", "(3,)"]),
    ("scatter_add", lambda: ag.scatter_add(V, [0, 1], (3,)), ShapeError, ["(4,)", "(3,)"]),
    ("sum", lambda: T.sum(axis=(0, 0)), ShapeError, ["(2, 3)", "axis=(0, 0)"]),
]
AXES = [
    ("swapaxes", lambda: T.swapaxes(0, 2), AxisError, ["(2, 3)", "2"]),
    ("expand_dims", lambda: np.expand_dims(T, 4), AxisError, ["(2, 3)", "4"]),
    ("squeeze", lambda: T.squeeze(2), AxisError, ["(2, 3)", "2"]),
    ("transpose", lambda: T.transpose(0, 2), AxisError, ["(2, 3)", "2"]),
    ("concatenate", lambda: ag.concatenate([T, T], axis=2), AxisError, ["(2, 3)", "2"]),
    ("stack", lambda: ag.stack([T, T], axis=3), AxisError, ["(2, 3)", "3"]),
    ("softmax", lambda: ag.softmax(T, axis=2), AxisError, ["(2, 3)", "2"]),
    ("log_softmax", lambda: T.log_softmax(-3), AxisError, ["(2, 3)", "-3"]),
]
INDICES = [
    ("getitem", lambda: T[2], IndexingError, ["(2, 3)", "index=2", "out of bounds"]),
    ("getitem", lambda: T[0, -4], IndexingError, ["(2, 3)", "(0, -4)"]),
    ("getitem", lambda: T[0, 0, 0], IndexingError, ["(2, 3)"]),
    ("getitem", lambda: T[[0, 5]], IndexingError, ["(2, 3)", "5"]),
    ("getitem", lambda: T[1.0], IndexingError, ["(2, 3)", "1.0"]),
    ("getitem", lambda: T["a"], IndexingError, ["(2, 3)", "'a'"]),
    ("getitem", lambda: T[[0.5]], IndexingError, ["0.5"]),
    ("getitem", lambda: T[np.array([True, False, True])], IndexingError, ["(2, 3)"]),
    ("getitem", lambda: T[[0, 1], [0, 1, 2]], IndexingError, ["(2, 3)"]),
    ("getitem", lambda: T[V], IndexingError, ["(4,)", "integers or booleans"]),
    ("scatter_add", lambda: ag.scatter_add(V[:2], [0, 9], (3,)), IndexingError, ["(2,)", "9"]),
]
ARGUMENTS = [
    ("exp", lambda: ag.exp(), ArgumentError, ["missing", "x"]),
    ("add", lambda: ag.add(T), ArgumentError, ["missing", "y"]),
    ("where", lambda: ag.where(T > 0), ArgumentError, ["missing"]),
    ("reshape", lambda: ag.reshape(T), ArgumentError, ["missing", "shape"]),
    ("expand_dims", lambda: ag.expand_dims(T), ArgumentError, ["missing", "axis"]),
    ("swapaxes", lambda: ag.swapaxes(T, 0), ArgumentError, ["missing", "axis2"]),
    ("broadcast_to", lambda: ag.broadcast_to(T), ArgumentError, ["missing", "shape"]),
    ("getitem", lambda: ag.getitem(T), ArgumentError, ["missing", "index"]),
    ("scatter_add", lambda: ag.scatter_add(T, [0]), ArgumentError, ["missing", "shape"]),
    ("astype", lambda: ag.astype(T), ArgumentError, ["missing", "dtype"]),
    ("exp", lambda: ag.exp(T, T), ArgumentError, ["out= is refused"]),
    ("exp", lambda: ag.exp(T, None, T), ArgumentError, ["at most 2", "3"]),
    ("add", lambda: ag.add(T, T, T), ArgumentError, ["out= is refused"]),
    ("sum", lambda: ag.sum(T, 0, None, None, True, 0.0, True, 1), ArgumentError, ["at most 7", "8"]),
    ("sum", lambda: ag.sum(T, dim=0), ArgumentError, ["unknown", "dim", "axis"]),
    ("sum", lambda: T.sum(keepdim=True), ArgumentError, ["unknown", "keepdim"]),
    ("tanh", lambda: np.tanh(T, signature="d->d"), ArgumentError, ["signature"]),
    ("sum", lambda: ag.sum(T, 0, axis=0), ArgumentError, ["axis", "twice"]),
    ("clip", lambda: ag.clip(T, 0, a_min=0), ArgumentError, ["a_min", "twice"]),
    ("clip", lambda: ag.clip(T, 0, min=0), ArgumentError, ["a_min", "twice"]),
    ("concatenate", lambda: ag.concatenate([]), ArgumentError, ["at least one"]),
    ("stack", lambda: np.stack([Tensor(1.0)], out=np.zeros(1)), ArgumentError, ["out="]),
    ("concatenate", lambda: ag.concatenate(5), KindError, ["sequence", "5"]),
    ("stack", lambda: ag.stack(None), KindError, ["sequence", "None"]),
    ("reshape", lambda: T.reshape("a"), AutogradError, ["(2, 3)", "'a'"]),
    ("sum", lambda: T.sum(axis=1.5), DtypeError, ["(2, 3)", "1.5"]),
    ("sum", lambda: T.sum(axis="rows"), DtypeError, ["(2, 3)", "rows"]),
    ("var", lambda: T.var(ddof="one"), DtypeError, ["(2, 3)", "one"]),
    ("astype", lambda: T.astype("nonsense"), DtypeError, ["nonsense"]),
    ("astype", lambda: T.astype(complex), DtypeError, ["complex"]),
    ("astype", lambda: ag.astype(T, complex), DtypeError, ["complex"]),
    ("astype", lambda: ag.astype(T, object), DtypeError, ["object"]),
    ("invert", lambda: ~T, DtypeError, ["(2, 3)", "float64"]),
    ("bitwise_and", lambda: T & T, DtypeError, ["(2, 3)", "float64"]),
    ("power", lambda: pow(T, 2, 3), ArgumentError, ["modulus"]),
    ("np.add.at", lambda: np.add.at(T, [0], 1.0), UnsupportedError, []),
    ("np.add.reduceat", lambda: np.add.reduceat(T, [0, 1]), UnsupportedError, []),
    ("np.add.at", lambda: np.add.at(T, 0, 1.0), UnsupportedError, ["at(x)[index].add"]),
    ("matmul", lambda: Value(1.0) @ T, KindError, ["Value"]),
]
ROWS = SHAPES + AXES + INDICES + ARGUMENTS


@pytest.mark.parametrize(("name", "wrong", "error", "words"), ROWS, ids=[f"{i}-{r[0]}" for i, r in enumerate(ROWS)])
def test_wrong_call(name, wrong, error, words):
    with pytest.raises(error) as raised:
        wrong()
    assert isinstance(raised.value, AutogradError)
    message = str(raised.value)
    assert message.startswith(f"{name}: ") or message.startswith(f"{name} ")
    for word in words:
        assert word in message
    assert "lambda" not in message


@pytest.mark.parametrize("axis", [2, -3, (0, 2), (-3,)])
@pytest.mark.parametrize("name", REDUCTIONS)
def test_axis_out_of_range(name, axis):
    x = Tensor(T.data > 2) if name in ("all", "any") else T
    if name in ("argmax", "argmin") and isinstance(axis, tuple):
        axis = axis[-1]
    for wrong in (lambda: getattr(ag, name)(x, axis=axis), lambda: getattr(x, name)(axis)):
        with pytest.raises(AxisError, match=rf"{name}: .*\(2, 3\).*axis") as raised:
            wrong()
        assert isinstance(raised.value, np.exceptions.AxisError | ValueError | IndexError)


#: What is no real number, array or node.
WRONG = {
    "None": None,
    "str": "a",
    "bytes": b"a",
    "complex": 1j,
    "complex array": np.array([1j, 2, 3]),
    "object array": np.array([1.0, "a", None], dtype=object),
    "str array": np.array(["a", "b", "c"]),
    "dict": {"a": 1.0},
    "set": {1.0},
    "function": np.exp,
    "list of str": ["a", "b", "c"],
    "ragged list": [[1.0], [1.0, 2.0]],
    "date": np.array(["2020-01-01"], dtype="datetime64[D]"),
}
#: NumPy lets anything be asked for equality with None, and None is no bound.
MAY_BE_NONE = ("equal", "not_equal", "clip")
wrong_kinds = pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)


def each_with_each(ops, kinds):
    pairs = [(o, k) for o in ops for k in kinds if not (k == "None" and o.name in MAY_BE_NONE)]
    return pytest.mark.parametrize(
        ("op", "wrong"), [(o, WRONG[k]) for o, k in pairs], ids=[f"{o.name}-{k}" for o, k in pairs]
    )


@each_with_each(BINARY, WRONG)
def test_wrong_kind_beside_a_tensor(op, wrong):
    good = SAMPLES[op.name].args[0]
    for node in (Tensor(good), Tensor(good[0, 0])):
        for args in ((node, wrong), (wrong, node)):
            with pytest.raises(AutogradError, match=f"^{op.name}: "):
                op(*args)


@each_with_each(BINARY, [k for k in WRONG if "array" not in k and "list" not in k])
def test_wrong_kind_beside_a_value(op, wrong):
    for args in ((Value(2.0), wrong), (wrong, Value(2.0))):
        with pytest.raises(AutogradError, match=f"^{op.name}: "):
            op(*args)


@wrong_kinds
def test_wrong_kind_among_several_arguments(wrong):
    x = T[0]
    calls = {
        "where": [lambda: ag.where(x > 0, x, wrong), lambda: ag.where(x > 0, wrong, x), lambda: ag.where(wrong, x, x)],
        "concatenate": [lambda: ag.concatenate([x, wrong]), lambda: ag.concatenate([wrong, x], axis=None)],
        "stack": [lambda: ag.stack([x, wrong]), lambda: ag.stack([x[0], wrong])],
        "matmul": [lambda: ag.matmul(x, wrong), lambda: ag.matmul(wrong, x)],
        "dot": [lambda: ag.dot(x, wrong), lambda: ag.dot(wrong, x)],
        "outer": [lambda: ag.outer(x, wrong), lambda: ag.outer(wrong, x)],
    }
    if wrong is not None:
        calls["clip"] = [lambda: ag.clip(x, wrong, 1), lambda: ag.clip(x, 0, wrong)]
    for name, attempts in calls.items():
        for attempt in attempts:
            with pytest.raises(AutogradError, match=f"^{name}: "):
                attempt()


def raises_in_its_own_words(op, wrong):
    sample = SAMPLES[op.name]
    try:
        call(op, sample)(*[wrong] * len(sample.args))
    except AutogradError as error:
        return str(error).startswith(f"{op.name}: ")
    except Exception:
        return False
    return False


@wrong_kinds
def test_wrong_kind_alone(wrong):
    asked = [o for o in RULE_BOOK.values() if o.name not in ("identity", *(MAY_BE_NONE if wrong is None else ()))]
    # Some rows make their operand first, as a symmetric matrix, and fail there.
    asked = [o for o in asked if SAMPLES[o.name].how in (None, of_list)]
    assert [o.name for o in asked if not raises_in_its_own_words(o, wrong)] == []


@pytest.mark.parametrize("op", UNARY + BINARY, **by_name)
@pytest.mark.parametrize(
    "refused", [{"out": np.zeros((2, 3))}, {"where": np.ones((2, 3), bool)}, {"order": "F"}, {"casting": "no"}]
)
def test_numpys_other_arguments_are_refused(op, refused):
    args = [Tensor(a) for a in SAMPLES[op.name].args]
    (key,) = refused
    # NumPy's own functions that are no ufuncs know fewer arguments.
    ufunc = getattr(np, op.name, None)
    for route in (op, ufunc if isinstance(ufunc, np.ufunc) else op):
        with pytest.raises(ArgumentError, match=f"^{op.name}: {key}= is refused"):
            route(*args, **refused)


@pytest.mark.parametrize("name", ["sum", "mean", "prod", "max", "min", "var", "std", "all", "any"])
def test_out_of_reductions_is_refused(name):
    x = Tensor(SAMPLES[name].args[0])
    for route in (getattr(ag, name), getattr(np, name)):
        with pytest.raises(ArgumentError, match=f"^{name}: out= is refused"):
            route(x, axis=1, out=np.zeros(2))


@pytest.mark.parametrize(
    "op",
    [o for o in UNARY + BINARY if any(o.rules) and None not in o.rules and isinstance(o.forward, np.ufunc)],
    **by_name,
)
def test_dtype_is_what_an_operation_computes_in(op):
    args = [Tensor(a.astype(np.float32), requires_grad=True) for a in SAMPLES[op.name].args]
    out = op(*args, dtype=np.float64)
    np.testing.assert_array_equal(out.data, op(*[a.data for a in args], dtype=np.float64))
    assert out.dtype == np.float64
    out.sum().backward()
    assert all(a.grad.dtype == np.float32 for a in args)
    with pytest.raises(DtypeError, match=f"^{op.name}: dtype=int64 cannot hold"):
        op(*args, dtype=int)


def test_numpys_defaults_are_no_request():
    x = Tensor(np.ones((2, 3)))
    assert np.add(x, x, out=None, where=True, casting="same_kind", order="K", subok=True).shape == (2, 3)
    assert np.sum(x, axis=None, dtype=None, out=None, keepdims=False).item() == 6.0


def test_reshape_in_numpys_default_order_is_no_request():
    assert np.reshape(Tensor(np.ones((2, 3))), (3, 2), order="C").shape == (3, 2)
    with pytest.raises(ArgumentError, match="reshape: order="):
        np.reshape(Tensor(np.ones((2, 3))), (3, 2), order="F")


def test_a_wrong_call_leaves_nothing_behind():
    x = Tensor(np.arange(3.0), requires_grad=True)
    for wrong in (lambda: x + "a", lambda: x @ np.ones(4), lambda: x.sum(axis=3), lambda: x[7]):
        with pytest.raises(AutogradError):
            wrong()
    (x * 2).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [2.0, 2.0, 2.0])
