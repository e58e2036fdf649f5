"""What tests of the user's own operations are given: strategies, and one assertion that faults fail."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite import Tensor, Value, op, testing
from autograd_lite.errors import ArgumentError, ArgumentValueError, GradientError, MissingLibraryError
from autograd_lite.graph import raw
from autograd_lite.ops import COMPOSED, RULE_BOOK
from autograd_lite.testing import assert_gradients, broadcastable_shapes, shapes, tensors
from tests.samples import SAMPLES, calling
from tests.test_gradcheck_accepts import bits

X = np.array([[0.3, -0.7, 1.1], [1.3, 0.6, -2.2]])
B = np.array([0.5, -1.0, 2.0])

RIGHT: dict[str, tuple[Any, tuple[Any, ...], dict[str, Any]]] = {
    "ufunc": (np.tanh, (X,), {}),
    "operation of one argument": (ag.sigmoid, (X,), {}),
    "operation of two": (ag.multiply, (X, X + 1.0), {}),
    "broadcasting": (ag.divide, (X, B), {}),
    "numbers": (ag.multiply, (1.5, -0.5), {}),
    "0-d arrays": (ag.multiply, (np.array(1.5), np.array(-0.5)), {}),
    "empty": (ag.multiply, (np.zeros((0, 3)), np.zeros((0, 3))), {}),
    "condition": (ag.where, (X > 0, X, 2.0 * X), {}),
    "parameter": (ag.sum, (X,), {"axis": 1}),
    "matrix product": (np.matmul, (X, X.T), {}),
    "list": (ag.concatenate, ([X, X * 2.0],), {"axis": 1}),
    "Tensor": (ag.exp, (Tensor(X, requires_grad=True, name="x"),), {}),
    "Values": (ag.multiply, (Value(0.3), Value(1.2)), {}),
    "float32": (ag.exp, (X.astype(np.float32),), {}),
    "function": (lambda x, y: (np.sin(x) @ y, x.sum()), (X, B), {}),
    "index among the arguments": (lambda x, i: x[i] * 2.0, (X, np.array([1, 0, 0])), {}),
}


@pytest.mark.parametrize(("f", "args", "params"), RIGHT.values(), ids=RIGHT)
def test_right_operations_pass(f: Any, args: tuple[Any, ...], params: dict[str, Any]) -> None:
    """And what they were given keeps every bit."""
    before = bits(args)
    assert_gradients(f, *args, **params)
    assert bits(args) == before


#: Entries with a gradient, in rows that ask for no data type of their own, and that keep float32.
ENTRIES = [
    name
    for name, sample in SAMPLES.items()
    if getattr(RULE_BOOK.get(name, COMPOSED.get(name)), "differentiable", True)
    and any(np.asarray(a).dtype.kind == "f" for a in sample.args)
    and "dtype" not in sample.params
    and name not in ("astype", "float_power")
]


@pytest.mark.parametrize("name", ENTRIES)
def test_the_rule_book_passes(name: str) -> None:
    """Every operation of the library holds to what users' own are held to."""
    sample, entry = SAMPLES[name], RULE_BOOK.get(name) or COMPOSED[name]
    f = entry if sample.how is None else calling(entry, sample)
    assert_gradients(f, *sample.args, **sample.params)


def wrong(forward: Any, *rules: Any, elementwise: bool = True) -> Any:
    return op("planted", forward, elementwise=elementwise, partials=[("?", rule) for rule in rules])


def writes(x: Any) -> Any:
    out = np.exp(x)
    x[...] = 0.0
    return out


WRONG: dict[str, tuple[Any, tuple[Any, ...], str]] = {
    "first order": (wrong(np.square, lambda g, out, x: g * x), (X,), r"planted.*wrong"),
    "second order": (wrong(np.square, lambda g, out, x: g * 2 * raw(x)), (X,), r"planted.*wrong"),
    "not summed back": (
        wrong(np.multiply, lambda g, out, x, y: g * y,
              lambda g, out, x, y: (g * x)[..., :1] if np.shape(y)[-1:] == (1,) else g * x),
        (X, X + 1.0), r"planted is wrong where argument 1 has shape \(2, 1\) and is repeated"),
    "not summed back to a number": (
        wrong(np.add, lambda g, out, x, y: g, lambda g, out, x, y: g if np.ndim(y) else g.mean()),
        (1.0 * X, B), r"where argument 1 has shape \(\) and is repeated"),
    "float64 of float32": (
        wrong(lambda x: x * np.array([2.0]), lambda g, out, x: g * np.float32(2)), (X,),
        "gives float64 of arguments in float32"),
    "gradient in float64": (
        wrong(np.square, lambda g, out, x: g * x * np.array([2.0])), (X,), "rule gives a gradient in float64.*float32"),
    "float32 of float64": (
        wrong(lambda x: np.exp(x).astype(np.float32), lambda g, out, x: g * out), (X,),
        "gives float32 of arguments in float64"),
    "writes to its argument": (wrong(writes, lambda g, out, x: g * out), (X,), "changes an argument.*in place"),
}  # fmt: skip


@pytest.mark.parametrize(("f", "args", "text"), WRONG.values(), ids=WRONG)
def test_faults_fail(f: Any, args: tuple[Any, ...], text: str) -> None:
    """With an AssertionError that names the operation and says what is wrong with it."""
    before = bits(args)
    with pytest.raises(GradientError, match=r"(?s)assert_gradients: planted.*") as caught:
        assert_gradients(f, *args)
    assert isinstance(caught.value, AssertionError)
    with pytest.raises(GradientError, match="(?s)" + text):
        assert_gradients(f, *args)
    assert bits(args) == before


def test_order() -> None:
    """Second derivatives are left out where asked."""
    first_only = wrong(np.square, lambda g, out, x: g * 2 * raw(x))
    assert_gradients(first_only, X, order=1)
    for order in (0, 3, "2", None):
        with pytest.raises(ArgumentValueError, match="order is 1 or 2"):
            assert_gradients(np.exp, X, order=order)  # type: ignore[arg-type]


def test_wrong_calls() -> None:
    """What is no function, and arguments without a float."""
    with pytest.raises(ArgumentError, match="expected an operation or a function"):
        assert_gradients(3.0, X)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError):
        assert_gradients(np.exp)
    with pytest.raises(ArgumentError):
        assert_gradients(np.exp, 3)


@settings(max_examples=20, deadline=None)
@given(tensors())
def test_tensors(t: Tensor) -> None:
    """Tracked float64 from -3 to 3, of up to three dimensions."""
    assert isinstance(t, Tensor)
    assert (t.dtype, t.requires_grad, t.name) == (np.float64, True, None)
    assert t.ndim <= 3
    assert (np.abs(t.data) <= 3).all()


@settings(max_examples=20, deadline=None)
@given(
    tensors(
        shape=shapes(min_dims=2, max_dims=2),
        dtype=st.sampled_from([np.float32, np.int64]),
        elements=st.integers(1, 5),
        name="t",
    )
)
def test_tensors_of_given_kinds(t: Tensor) -> None:
    """Shapes and data types may be strategies; integers are not tracked."""
    assert t.ndim == 2
    assert t.dtype in (np.float32, np.int64)
    assert t.requires_grad == (t.dtype == np.float32)
    assert ((t.data >= 1) & (t.data <= 5)).all()
    assert t.name == "t"


def test_strategies_reach_what_they_should() -> None:
    """Every dimension and side, pairs that need repeating, untracked and empty Tensors."""
    assert find(shapes(max_dims=4), lambda s: len(s) == 4) == (1, 1, 1, 1)
    assert find(shapes(min_side=0), lambda s: 0 in s) == (0,)
    assert find(tensors(shape=(2, 2), requires_grad=False), lambda t: True).requires_grad is False
    assert find(tensors(), lambda t: t.ndim == 0).shape == ()
    three = find(broadcastable_shapes(3), lambda s: len({*s}) == 3)
    assert len(three) == 3
    np.broadcast_shapes(*three)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_broadcastable_shapes(data: Any) -> None:
    """Whatever their number, they broadcast together, and an operation tested on them passes."""
    first, second = data.draw(broadcastable_shapes(2, max_dims=2, max_side=3))
    x, y = data.draw(tensors(shape=first)), data.draw(tensors(shape=second))
    assert (x * y).shape == np.broadcast_shapes(first, second)
    assert_gradients(ag.multiply, x, y, order=1)


@pytest.mark.parametrize("make", [shapes, tensors, lambda: broadcastable_shapes(2)])
def test_without_hypothesis(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what to install; the assertion works without."""
    monkeypatch.setitem(sys.modules, "hypothesis.extra", None)
    monkeypatch.setitem(sys.modules, "hypothesis.extra.numpy", None)
    with pytest.raises(MissingLibraryError, match="pip install hypothesis"):
        make()
    assert_gradients(np.exp, X)


def test_import_leaves_hypothesis_alone() -> None:
    """It is loaded with the first strategy."""
    program = "import sys, autograd_lite.testing; print('hypothesis' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_names() -> None:
    assert set(testing.__all__) <= set(vars(testing))
