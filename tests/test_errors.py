"""Errors: one parent, the built-in that a Python user expects, a text that says what, with what, and what now."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import AutogradError, Tensor, Value, errors, op
from autograd_lite.errors import (
    ArgumentError,
    ArgumentValueError,
    AxisError,
    DrawingError,
    DtypeError,
    GradientError,
    GraphError,
    ImmutableError,
    IndexingError,
    KindError,
    LinearAlgebraError,
    MissingLibraryError,
    ShapeError,
    StorageError,
    TrainingError,
    UnsupportedError,
    describe,
    describe_all,
)

BUILT_INS = {
    ShapeError: ValueError,
    AxisError: np.exceptions.AxisError,
    IndexingError: IndexError,
    KindError: TypeError,
    DtypeError: TypeError,
    ArgumentError: TypeError,
    ArgumentValueError: ValueError,
    UnsupportedError: TypeError,
    ImmutableError: TypeError,
    LinearAlgebraError: np.linalg.LinAlgError,
    GraphError: RuntimeError,
    GradientError: AssertionError,
    MissingLibraryError: ImportError,
    DrawingError: RuntimeError,
    StorageError: OSError,
    TrainingError: ArithmeticError,
}


@pytest.mark.parametrize(("error", "built_in"), BUILT_INS.items())
def test_error_is_an_autograd_error_and_a_built_in(error: type[Exception], built_in: type[Exception]) -> None:
    """`except ValueError` catches a ShapeError, and `except AutogradError` catches them all, with their text."""
    assert issubclass(error, AutogradError)
    assert issubclass(error, built_in)
    assert str(error("text")) == "text"
    assert error.__doc__


def test_every_error_is_listed() -> None:
    """A new error class gets its built-in here."""
    found = {e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, AutogradError)}
    assert found - {AutogradError} == set(BUILT_INS)


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (np.zeros((2, 3), np.float32), "ndarray (2, 3) float32"),
        (Tensor([1.0], name="w"), "Tensor 'w' (1,) float64"),
        (Tensor(1), "Tensor () int64"),
        (2.5, "float 2.5"),
        ("text", "str 'text'"),
        (None, "NoneType None"),
        (np.float32(2.5), "float32 () float32"),
        ({"a": np.zeros((2, 2))}, "dict {'a': array([[0., 0.], [0., 0.]])}"),
        (list(range(100)), "list [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11..."),
    ],
)
def test_describe(x: Any, text: str) -> None:
    """An argument in a few words on one line."""
    assert describe(x) == text
    assert describe_all([x, 1]) == f"({text}, int 1)"


def w() -> Tensor:
    return Tensor(np.ones((2, 3)), requires_grad=True, name="w")


# Wrong calls: what, the error, and what its text names, in order.
CALLS: dict[str, tuple[Callable[[], Any], type[Exception], list[str]]] = {
    "broadcast": (lambda: w() + np.ones(4), ShapeError, ["add", "'w' (2, 3)", "(4,)", "equal or contain a 1"]),
    "broadcast Tensors": (lambda: w() * Tensor(np.ones((3, 2))), ShapeError, ["multiply", "(2, 3)", "(3, 2)"]),
    "broadcast on the left": (lambda: np.ones(4) - w(), ShapeError, ["subtract", "(4,)", "(2, 3)"]),
    "where": (lambda: ag.where(w() > 0, w(), np.ones(5)), ShapeError, ["where", "(2, 3)", "(5,)"]),
    "matmul": (lambda: w() @ w(), ShapeError, ["matmul", "(2, 3)", "(2, 3)"]),
    "matmul number": (lambda: w() @ 2.0, ShapeError, ["matmul", "float 2.0"]),
    "dot": (lambda: np.dot(w(), w()), ShapeError, ["dot", "(2, 3)", "(2, 3)"]),
    "reshape": (lambda: w().reshape(5), ShapeError, ["reshape", "(2, 3)", "(5,)"]),
    "reshape kind": (lambda: w().reshape("a"), TypeError, ["reshape", "(2, 3)", "'a'"]),
    "transpose": (lambda: w().transpose(0, 0), ShapeError, ["transpose", "(2, 3)", "(0, 0)"]),
    "squeeze": (lambda: w().squeeze(0), ShapeError, ["squeeze", "(2, 3)", "axis=0"]),
    "flatten": (lambda: w().flatten(3), ShapeError, ["flatten", "3", "(2, 3)"]),
    "broadcast_to": (lambda: w().broadcast_to((4, 4)), ShapeError, ["broadcast_to", "(2, 3)", "(4, 4)"]),
    "concatenate": (lambda: ag.concatenate([w(), np.ones((3, 4))]), ShapeError, ["concatenate", "(2, 3)", "(3, 4)"]),
    "concatenate nothing": (lambda: ag.concatenate([]), ArgumentError, ["concatenate", "at least one"]),
    "concatenate a number": (lambda: ag.concatenate(3), KindError, ["concatenate", "sequence", "int 3"]),
    "stack": (lambda: ag.stack([w(), np.ones(3)]), ShapeError, ["stack", "(2, 3)", "(3,)"]),
    "axis": (lambda: w().sum(axis=5), AxisError, ["sum", "(2, 3)", "axis=5"]),
    "axis twice": (lambda: w().sum(axis=(0, 0)), ValueError, ["sum", "(2, 3)", "(0, 0)"]),
    "axis of softmax": (lambda: ag.softmax(w(), axis=7), AxisError, ["softmax", "(2, 3)", "axis=7"]),
    "axis kind": (lambda: w().sum(axis="a"), TypeError, ["sum", "axis='a'"]),
    "empty extreme": (lambda: Tensor(np.ones((0, 3))).max(axis=0), ValueError, ["max", "(0, 3)", "axis=0"]),
    "index": (lambda: w()[5], IndexingError, ["getitem", "'w' (2, 3)", "index=5", "size 2"]),
    "index kind": (lambda: w()["a"], IndexingError, ["getitem", "(2, 3)", "'a'"]),
    "index list": (lambda: w()[[0.5]], IndexingError, ["getitem", "[0.5]", "integers or booleans"]),
    "index by floats": (lambda: w()[w()], IndexingError, ["getitem", "(2, 3)", "integer"]),
    "string": (lambda: w() + "a", KindError, ["add", "str 'a'", "expected a Tensor"]),
    "string on the left": (lambda: "a" * w(), KindError, ["multiply", "str 'a'", "expected a Tensor"]),
    "dictionary": (lambda: w() / {}, KindError, ["divide", "dict {}", "expected a Tensor"]),
    "None": (lambda: w() + None, TypeError, ["add", "NoneType None"]),
    "complex number": (lambda: w() * 1j, DtypeError, ["multiply", "1j", "complex numbers are out of scope"]),
    "complex array": (lambda: w() * np.ones(3, complex), DtypeError, ["multiply", "complex128", "real and imaginary"]),
    "string array": (lambda: w() * np.array(["a"]), DtypeError, ["multiply", "<U1", "Convert"]),
    "array of Values": (lambda: w() * np.array([Value(1.0)]), KindError, ["multiply", "object", "stack"]),
    "list of Tensors": (lambda: Tensor([w()]), KindError, ["Tensor", "stack"]),
    "list of Tensors, summed": (lambda: ag.sum([w(), w()]), KindError, ["sum", "stack"]),
    "list of Tensors, deeper": (lambda: ag.exp([1.0, (2.0, w())]), KindError, ["exp", "stack"]),
    "list of Tensors and a Tensor": (lambda: ag.add(w(), [w(), w()]), KindError, ["add", "stack"]),
    "flatten in an order": (lambda: w().flatten("F"), ArgumentError, ["flatten", "order= is refused", "layout"]),
    "requires_grad as text": (lambda: Tensor(1.0, requires_grad="no"), KindError, ["requires_grad", "'no'"]),
    "step of a difference": (lambda: ag.gradcheck(np.exp, (1.0,), step=0.0), ArgumentValueError, ["gradcheck", "0.0"]),
    "partial without formula": (lambda: ag.op("f", np.exp, partials=[abs]), ArgumentError, ["op f", "(latex, rule)"]),
    "list of lists as index": (lambda: w()[[0, [1]]], AutogradError, ["getitem", "[0, [1]]"]),
    "bits of floats": (lambda: w() & w(), DtypeError, ["bitwise_and", "float64"]),
    "integers to a negative power": (lambda: Tensor([1, 2]) ** -1, AutogradError, ["power", "int64", "-1"]),
    "no argument": (lambda: ag.exp(), ArgumentError, ["exp", "missing argument x"]),
    "one too few": (lambda: ag.maximum(w()), ArgumentError, ["maximum", "missing argument y"]),
    "one too many": (lambda: ag.exp(w(), w(), w()), ArgumentError, ["exp", "at most 2"]),
    "unknown": (lambda: w().sum(dim=1), ArgumentError, ["sum", "unknown argument dim", "axis"]),
    "given twice": (lambda: w().clip(0.0, a_min=0.0), ArgumentError, ["clip", "a_min twice"]),
    "missing parameter": (lambda: w().expand_dims(), ArgumentError, ["expand_dims", "missing argument axis"]),
    "missing second parameter": (lambda: w().swapaxes(0), ArgumentError, ["swapaxes", "missing argument axis2"]),
    "out": (lambda: np.exp(w(), out=np.ones((2, 3))), ArgumentError, ["exp", "out=", "use the result"]),
    "where=": (lambda: np.add(w(), 1.0, where=False), ArgumentError, ["add", "where=", "use where(mask"]),
    "dtype=": (lambda: np.add(w(), 1.0, dtype=int), DtypeError, ["add", "dtype=int64", "astype"]),
    "no dtype=": (lambda: ag.relu(w(), dtype="f4"), ArgumentError, ["relu", "dtype=", "astype"]),
    "initial=": (lambda: np.logaddexp.reduce(w(), initial=1.0), ArgumentError, ["logsumexp", "initial=", "instead"]),
    "unsupported": (lambda: np.fft.fft(w()), UnsupportedError, ["np.fft.fft", "complex numbers", "two arrays"]),
    "no form": (lambda: np.add.reduceat(w(), [0]), UnsupportedError, ["add.reduceat", "autograd_lite.op", "asarray"]),
    "passing": (lambda: np.gcd(w(), 2), DtypeError, ["gcd", "'w' (2, 3) float64", "int 2", ".astype"]),
    "set item": (lambda: w().__setitem__(0, 1.0), ImmutableError, ["setitem", "where(mask, x, y)"]),
    "in place": (lambda: w().__iadd__(1.0), GraphError, ["add", "'w' (2, 3)", "no_grad()"]),
    "backward": (lambda: (w() * 2.0).backward(), ShapeError, ["backward", "(2, 3)", ".sum().backward()"]),
    "backward untracked": (lambda: Tensor(1.0).backward(), GraphError, ["backward", "not tracked", "requires_grad"]),
    "backward shape": (lambda: w().backward(np.ones(3)), ShapeError, ["backward", "(3,)", "(2, 3)"]),
    "truth": (lambda: bool(w() > 0), ShapeError, ["bool()", "(2, 3)", ".any()"]),
    "number": (lambda: float(w()), ShapeError, ["float()", "(2, 3)", "6 elements"]),
    "length": (lambda: len(Tensor(1.0)), KindError, ["len", "()"]),
    "position": (lambda: [1][Tensor(0.0)], KindError, ["index", "float64"]),
    "data": (lambda: setattr(w(), "data", np.ones(3)), ShapeError, ["data", "'w' (2, 3)", "(3,)"]),
    "tracked integers": (lambda: Tensor(1, requires_grad=True), DtypeError, ["requires_grad", "int64", "1.0 for 1"]),
    "complex data": (lambda: Tensor(1j), DtypeError, ["Tensor", "complex 1j", "out of scope"]),
    "ragged data": (lambda: Tensor([[1.0], [1.0, 2.0]]), DtypeError, ["Tensor", "[[1.0], [1.0, 2.0]]"]),
    "Value of a list": (lambda: Value([1.0]), KindError, ["Value", "real number", "list [1.0]"]),
    "Value and string": (lambda: Value(1.0) + "a", KindError, ["add", "str 'a'"]),
    "Value function": (lambda: Value(1.0).exp(2.0), ArgumentError, ["exp", "out= is refused"]),
    "Value matmul": (lambda: Value(1.0) @ Value(1.0), KindError, ["matmul", "single number", "*"]),
    "plain string": (lambda: ag.exp("a"), TypeError, ["exp", "str 'a'"]),
    "plain shapes": (lambda: ag.add(np.ones(2), np.ones(3)), ShapeError, ["add", "(2,)", "(3,)"]),
    "grad": (lambda: ag.grad(lambda x: x * 2.0)(np.ones(3)), ShapeError, ["grad", "(3,)", "jacobian"]),
    "grad of an integer": (lambda: ag.grad(lambda x: x)(3), DtypeError, ["grad", "int 3", "3.0"]),
    "grad by nothing": (lambda: ag.grad(lambda x: x)(x=1.0), ArgumentValueError, ["grad", "argnums=0"]),
    "vjp": (lambda: ag.vjp(lambda x: x, np.ones(3))[1](1.0), ShapeError, ["vjp", "(3,)", "()"]),
    "jvp": (lambda: ag.jvp(np.sin, 1.0, 1.0), ArgumentError, ["jvp", "float 1.0", "(x,), (t,)"]),
    "gradcheck": (lambda: ag.gradcheck(np.sin, 1.0), ArgumentError, ["gradcheck", "float 1.0", "(x,)"]),
    "op without rules": (lambda: op("mine", np.exp), ArgumentError, ["mine", "partials=[(latex, rule), ...]"]),
    "no_grad": (lambda: ag.no_grad(w), ArgumentError, ["no_grad", "@no_grad()"]),
    "copy of a result": (lambda: (w() * 2.0).__copy__(), GraphError, ["copy", "multiply", "detach()"]),
    "hook": (lambda: Tensor(1.0).register_hook(print), GraphError, ["register_hook", "Tensor", "not tracked"]),
}  # fmt: skip


@pytest.mark.parametrize(("call", "error", "named"), CALLS.values(), ids=CALLS)
def test_wrong_calls(call: Callable[[], Any], error: type[Exception], named: list[str]) -> None:
    """The error is of the library and of Python, and its text names operation, arguments and remedy."""
    with pytest.raises(error) as caught:
        call()
    text = str(caught.value)
    assert isinstance(caught.value, AutogradError)
    assert re.search(".*".join(map(re.escape, named)), text), text


@pytest.mark.parametrize(("call", "error", "named"), CALLS.values(), ids=CALLS)
def test_texts_are_clean(call: Callable[[], Any], error: type[Exception], named: list[str]) -> None:
    """One line that ends in one full stop, without names from inside the library."""
    with pytest.raises(error) as caught:
        call()
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")
    assert not text.endswith("..")
    assert "<lambda>" not in text
    assert "gufunc" not in text


def test_cause_is_kept() -> None:
    """NumPy's own error stays behind ours for who wants to see it."""
    with pytest.raises(ShapeError) as caught:
        w().reshape(5)
    assert isinstance(caught.value.__cause__, ValueError)


# Rules and forward functions that are wrong


def planted(rule: Callable[..., Any], forward: Callable[[Any], Any] = lambda x: x * 1.0, **options: Any) -> Any:
    return op("planted", forward, partials=[("?", rule)], **options)


@pytest.mark.parametrize(
    "rule",
    [
        lambda g, out, x: np.ones((4, 4)),
        lambda g, out, x: g.sum(),
        lambda g, out, x: g[:, :2],
        lambda g, out, x: None,
        lambda g, out, x: "text",
    ],
)
def test_rule_that_gives_no_gradient_of_its_argument(rule: Callable[..., Any]) -> None:
    """The operation, the argument and the right shape are named, and nothing is summed away."""
    x = w()
    with pytest.raises(GradientError, match=r"planted.*argument 0.*\(2, 3\)"):
        planted(rule)(x).sum().backward()
    assert x.grad is None


def test_rule_that_gives_no_gradient_of_a_value() -> None:
    """The same for single numbers."""
    v = Value(1.0)
    with pytest.raises(GradientError, match=r"planted.*argument 0"):
        planted(lambda g, out, x: None, elementwise=True)(v).backward()
    assert v.grad == 0.0


def test_rule_that_fails_keeps_its_error() -> None:
    """Its own error comes through, with a note on where it was raised."""

    def rule(g: Any, out: Any, x: Any) -> Any:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine") as caught:
        planted(rule)(w()).sum().backward()
    assert "planted, to argument 0" in caught.value.__notes__[0]


@pytest.mark.parametrize("result", ["text", None, 1j, {}])
def test_forward_function_that_gives_no_numbers(result: Any) -> None:
    """What it gave is named."""
    with pytest.raises(DtypeError, match=re.escape(describe(result))):
        planted(lambda g, out, x: g, lambda x: result)(w())


# Nothing half-done


def failing_rule(g: Any, out: Any, x: Any) -> Any:
    raise ValueError("planted")


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("culprit", ["rule", "hook", "shape of a hook's answer"])
def test_failing_backward_leaves_every_gradient(culprit: str, create_graph: bool) -> None:
    """Whether a rule or a hook fails, early or late, every `.grad` is as it was."""
    a, b, v = w(), w(), Value(2.0)
    (a.sum() * 2.0 + v).backward()
    kept = a.grad
    fails = planted(failing_rule) if culprit == "rule" else planted(lambda g, out, x: g)
    middle = b * 1.0
    y = (a * 3.0).sum() + fails(middle).sum() + v * v
    if culprit == "hook":
        middle.register_hook(lambda g: 1 / 0)
    elif culprit != "rule":
        middle.register_hook(lambda g: np.ones(7))
    with pytest.raises((ValueError, ZeroDivisionError)):
        y.backward(create_graph=create_graph)
    assert a.grad is kept
    assert b.grad is None
    assert v.grad == 1.0
    assert ag.is_grad_enabled()


@pytest.mark.parametrize(
    "change",
    [
        lambda x: setattr(x, "data", np.ones((3, 2))),
        lambda x: setattr(x, "data", "text"),
        lambda x: x.__isub__(np.ones(4)),
        lambda x: x.__isub__(np.ones((5, 2, 3))),
        lambda x: x.__imatmul__(np.ones((3, 2))),
        lambda x: x.__ipow__("text"),
        lambda x: setattr(x, "grad", np.ones((3, 2))),
        lambda x: setattr(x, "grad", None if x.grad is None else [[1j] * 3] * 2),
        lambda x: x.__setitem__(0, 1.0),
        lambda x: x.register_hook(3),
        lambda x: x.backward(np.ones(3)),
        lambda x: x.astype("text"),
    ],
)
def test_refused_changes_leave_the_leaf(change: Callable[[Tensor], Any]) -> None:
    """Data, gradient, tracking and hooks are as they were before a change that was refused."""
    x = w()
    (x * 2.0).sum().backward()
    with ag.no_grad(), pytest.raises(AutogradError):
        change(x)
    assert np.array_equal(x.data, np.ones((2, 3)))
    assert np.array_equal(x.grad, np.full((2, 3), 2.0))
    assert x.requires_grad
    x.sum().backward()
    assert np.array_equal(x.grad, np.full((2, 3), 3.0))


def test_refused_tracking_leaves_the_leaf_untracked() -> None:
    """Integers stay untracked."""
    n = Tensor([1, 2])
    with pytest.raises(DtypeError):
        n.requires_grad_()
    assert not n.requires_grad


def test_failing_forward_records_nothing() -> None:
    """An operation that fails leaves its arguments as leaves that work."""
    x = w()
    with pytest.raises(ShapeError):
        x + np.ones(4)
    (x * x).sum().backward()
    assert np.array_equal(x.grad, np.full((2, 3), 2.0))
