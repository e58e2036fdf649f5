"""gradcheck accepts what is right, at every scale, and names what is wrong."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import Tensor, Value, gradcheck, gradgradcheck, op
from autograd_lite.errors import ArgumentError, DtypeError, GradientError, KindError
from autograd_lite.graph import raw

X = np.array([[0.3, -0.7, 1.1], [1.3, 0.6, -2.2]])
Y = np.array([[1.7, 0.4], [-0.9, 0.8], [2.1, 0.5]])
POSITIVE = np.array([0.4, 1.5, 2.5])


class Pair(NamedTuple):
    w: Any
    b: Any


# What is right

RIGHT: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "elementwise": (lambda x: np.sin(x) * np.exp(x), (X,)),
    "matmul": (lambda x, y: x @ y, (X, Y)),
    "broadcast": (lambda x, b: x * b + b, (X, np.array([0.5, -1.0, 2.0]))),
    "scalar output": (lambda x: ag.logsumexp(x), (X,)),
    "float input": (lambda x: x**3, (2.0,)),
    "np.float64 input": (lambda x: x**3, (np.float64(2.0),)),
    "Value": (lambda v, w: np.tanh(v * w), (Value(0.3), Value(-1.2))),
    "Tensor": (lambda t: t.relu().unsqueeze(0), (Tensor(X, requires_grad=True),)),
    "methods on arrays": (lambda x: x.sigmoid().view(-1), (X,)),
    "empty": (lambda x: x * 2.0, (np.zeros((0, 3)),)),
    "zero-dimensional": (lambda x: x * x, (np.array(1.5),)),
    "constant": (lambda x: Tensor(3.0) * 1.0, (X,)),
    "linear": (lambda x: x.sum() * 3.0, (X,)),
    "unused argument": (lambda x, y: x * 2.0, (X, Y)),
    "large slope": (lambda x: 1e8 * x, (X,)),
    "small slope": (lambda x: 1e-8 * x, (X,)),
    "huge values": (lambda x: x * x, (1e6 * X,)),
    "small inputs": (lambda x: x * x, (1e-6 * X,)),
    "steep": (lambda x: np.exp(10.0 * x), (X,)),
    "near a pole": (lambda x: 1 / x, (np.array([0.05, -0.02]),)),
    "logarithm": (np.log, (POSITIVE * 1e-2,)),
    "large constant": (lambda x: x + 1e6, (X,)),
    "non-contiguous": (lambda x: x**2, (X.T[::-1],)),
    "tuple": (lambda p: p[0] @ p[1], ((X, Y),)),
    "list": (lambda p: p[0] * p[1], ([X, 2.0],)),
    "dict": (lambda p: p["x"] @ p["y"], ({"x": X, "y": Y},)),
    "namedtuple": (lambda p: p.w * p.b, (Pair(X, 0.5),)),
    "tree and array": (lambda p, x: x @ p["layer"][0] + p["b"], ({"layer": [Y], "b": 2.0}, X)),
}


@pytest.mark.parametrize(("f", "inputs"), RIGHT.values(), ids=RIGHT)
def test_right_functions_are_accepted(f: Callable[..., Any], inputs: tuple[Any, ...]) -> None:
    """Kinds, shapes, scales and trees; first and second order."""
    report = gradcheck(f, inputs)
    assert report, str(report)
    assert report.worst is None
    report = gradgradcheck(f, inputs)
    assert report, str(report)


def test_entries_are_counted() -> None:
    """Every output by every input."""
    report = gradcheck(lambda x, y: x @ y, (X, Y))
    assert report.entries == 4 * 6 + 4 * 6
    assert gradgradcheck(lambda x, y: x @ y, (X, Y)).entries == 12 * 12


# What is wrong

Rule = Callable[..., Any]


def wrong(forward: Callable[..., Any], *rules: Rule) -> Any:
    return op("planted", forward, partials=[("?", rule) for rule in rules])


def one_element(g: Any, out: Any, x: Any) -> Any:
    bent = np.zeros(np.shape(x))
    bent[1, 2] = 1e-3
    return g * (2 * x + bent)


PRODUCT_RULES: tuple[Rule, Rule] = (lambda g, out, x, y: g @ y.T, lambda g, out, x, y: x.T @ g)

PLANTED: dict[str, tuple[Any, tuple[Any, ...], str, tuple[int, ...] | None]] = {
    "sign": (wrong(np.cos, lambda g, out, x: g * np.sin(x)), (X,), "x", None),
    "factor": (wrong(np.square, lambda g, out, x: g * x), (X,), "x", None),
    "slightly off": (wrong(np.square, lambda g, out, x: g * 2.0001 * x), (X,), "x", None),
    "one element": (wrong(np.square, one_element), (X,), "x", (1, 2)),
    "transposed": (wrong(np.matmul, lambda g, out, x, y: g @ y, PRODUCT_RULES[1]), (Y[:2], Y[1:]),
                   "argument 0", None),
    "only the second input": (wrong(np.matmul, PRODUCT_RULES[0], lambda g, out, x, y: 2 * (x.T @ g)), (X, Y),
                              "argument 1", None),
    "missing sum": (wrong(lambda x: x.sum(axis=0), lambda g, out, x: np.broadcast_to(g, x.shape) * (x == x[:1])), (X,),
                    "x", None),
    "mean for sum": (wrong(lambda x: x.sum(), lambda g, out, x: g * np.ones(x.shape) / x.size), (X,), "x", None),
    "zero": (wrong(np.sin, lambda g, out, x: g * 0.0), (X,), "x", None),
    "zero of a small slope": (wrong(lambda x: 1e-8 * x, lambda g, out, x: g * 0.0), (X,), "x", None),
    "small slope doubled": (wrong(lambda x: 1e-8 * x, lambda g, out, x: g * 2e-8), (X,), "x", None),
    "large slope slightly off": (wrong(lambda x: 1e8 * x, lambda g, out, x: g * 1.0001e8), (X,), "x", None),
    "not a number": (wrong(np.square, lambda g, out, x: g * x * np.nan), (X,), "x", None),
    "enormous": (wrong(np.square, lambda g, out, x: g * 1e300), (X,), "x", None),
    "of a constant": (wrong(lambda x: np.ones(x.shape), lambda g, out, x: g * 1e-6), (X,), "x", None),
    "arguments swapped": (wrong(np.multiply, lambda g, out, x, y: g * x, lambda g, out, x, y: g * x), (X, X + 1.0),
                          "argument 0", None),
}  # fmt: skip


@pytest.mark.parametrize(("f", "inputs", "argument", "index"), PLANTED.values(), ids=PLANTED)
def test_wrong_gradients_are_rejected(
    f: Any, inputs: tuple[Any, ...], argument: str, index: tuple[int, ...] | None
) -> None:
    """Each planted mistake is found, at the argument and index where it is."""
    report = gradcheck(f, inputs)
    assert not report
    worst = report.worst
    assert worst is not None
    assert worst.argument == argument
    assert index is None or worst.index == index
    assert argument in str(report)
    assert str(list(worst.index)) in str(report)
    places = {(m.argument, m.index) for m in report.mismatches}
    if index is not None:
        assert places == {(argument, index)}
    if argument == "argument 1":
        assert {m.argument for m in report.mismatches} == {"argument 1"}


def test_wrong_entry_of_the_output_is_named() -> None:
    """The row of the Jacobian is given too, with both numbers."""
    f = wrong(np.square, one_element)
    worst = gradcheck(f, (X,)).worst
    assert worst is not None
    assert worst.gradient == pytest.approx(2 * X[1, 2] + 1e-3)
    assert worst.difference == pytest.approx(2 * X[1, 2])
    assert worst.tolerance < 1e-4
    assert str(worst).startswith(f"d out{list(worst.output)} / d x[1, 2]: the gradient is")


def test_wrong_names_are_those_of_the_inputs() -> None:
    """Named Tensors and Values are called by their names."""
    f = wrong(np.multiply, lambda g, out, x, y: g * y, lambda g, out, x, y: g * y)
    report = gradcheck(f, (Tensor(X, name="weight"), Tensor(X + 1.0, name="scale")))
    assert report.worst is not None
    assert report.worst.argument == "scale"
    report = gradcheck(f, (Tensor(2.0, name="a"), Tensor(3.0)))
    assert report.worst is not None
    assert report.worst.argument == "argument 1"


CUT = op("cut", np.square, partials=[("2 x", lambda g, out, x: g * 2 * raw(x))])
HALF_CUT = op("half_cut", np.square, partials=[("2 x", lambda g, out, x: g * (x + raw(x)))])
NOT_LINEAR = op("not_linear", np.sin, partials=[(r"\cos x", lambda g, out, x: raw(g) * np.cos(x))])


@pytest.mark.parametrize("f", [CUT, HALF_CUT], ids=repr)
def test_wrong_only_at_second_order(f: Any) -> None:
    """A rule that is right but not differentiable passes gradcheck and fails gradgradcheck."""
    assert gradcheck(f, (X,))
    report = gradgradcheck(f, (X,))
    assert not report
    assert f"gradient of {f.name}" in str(report)


def test_wrong_only_by_the_incoming_gradient() -> None:
    """A rule that loses the graph of g shows when something comes after it."""
    f = lambda x: NOT_LINEAR(x) ** 2  # noqa: E731
    assert gradcheck(f, (X,))
    assert not gradgradcheck(f, (X,))


def test_steps_across_a_kink_do_not_hide_a_wrong_gradient() -> None:
    """At a kink the differences disagree among themselves; far from it a wrong slope is still seen."""
    f = wrong(np.abs, lambda g, out, x: g)
    report = gradcheck(f, (np.array([1.0, -1.0]),))
    assert {m.index for m in report.mismatches} == {(1,)}


# The report


def test_report_of_success() -> None:
    """True, without a worst entry, and says how much was compared."""
    report = gradcheck(np.tanh, (POSITIVE,))
    assert bool(report) is True
    assert report.mismatches == []
    assert str(report).splitlines()[0] == "gradcheck: tanh: all 9 derivatives agree with finite differences."
    assert repr(report) == "Report(name='tanh', entries=9, verdict='right')"
    assert (report.verdict, report.culprit, report.table, report.notes) == ("right", None, "", [])
    assert (report.sampled, report.precision) == (False, "float64")
    assert report.order == pytest.approx(2.0, abs=0.02)


def test_report_of_failure() -> None:
    """False, worst first, the first five in the text and the number of the others."""

    def f(x: Any) -> Any:
        return planted(x)

    planted = wrong(np.square, lambda g, out, x: g * (2 * x + np.arange(7.0)))
    report = gradcheck(f, (np.linspace(1.0, 2.0, 7),))
    assert bool(report) is False
    assert len(report.mismatches) == 6
    errors = [abs(m.gradient - m.difference) / m.tolerance for m in report.mismatches]
    assert errors == sorted(errors, reverse=True)
    lines = [line.strip() for line in str(report).splitlines()]
    assert lines[0] == "gradcheck: f: 6 of 49 derivatives are wrong."
    start = lines.index("Furthest off:") + 1
    assert lines[start : start + 6] == [line.strip() for line in report.table.splitlines()]
    assert lines[start].split() == ["derivative", "gradient", "differences", "relative", "error"]
    assert lines[start + 1].split()[:4] == ["d", "out[6]", "/", "d"]
    assert lines[start + 6] == "and 1 more"
    assert report.order < 1.5
    assert "mismatches" not in repr(report)
    assert "6 wrong" in repr(report)


def test_not_a_number_is_the_worst() -> None:
    """An entry that is no number comes before those that are merely wrong."""
    f = wrong(np.square, lambda g, out, x: g * np.array([0.0, np.nan, 1e9]))
    report = gradcheck(f, (POSITIVE,))
    assert report.worst is not None
    assert report.worst.index == (1,)


def test_raise_on_failure() -> None:
    """The error is an AssertionError with the report for its text; success gives the report."""
    f = wrong(np.cos, lambda g, out, x: g * np.sin(x))
    report = gradcheck(f, (X,))
    with pytest.raises(GradientError, match="derivatives are wrong") as caught:
        gradcheck(f, (X,), raise_on_failure=True)
    assert isinstance(caught.value, AssertionError)
    # Only the line of the call differs.
    assert re.sub(r":\d+", "", str(caught.value)) == re.sub(r":\d+", "", str(report))
    assert gradcheck(np.cos, (X,), raise_on_failure=True)
    with pytest.raises(GradientError):
        gradgradcheck(CUT, (X,), raise_on_failure=True)


def test_tolerances_are_arguments() -> None:
    """A small mistake passes where the caller allows it."""
    f = wrong(np.square, lambda g, out, x: g * 2.0001 * x)
    assert not gradcheck(f, (X,))
    assert gradcheck(f, (X,), rtol=1e-3)
    assert gradcheck(f, (X,), atol=1e-2)
    assert gradcheck(np.square, (X,), step=1e-3)


def test_seed_of_the_mix() -> None:
    """The mix of the outputs is random and repeatable."""
    mixes = []
    for seed in (0, 0, 1):
        seen: list[Any] = []
        keep = op("keep", np.square, partials=[("2 x", lambda g, out, x, s=seen: [s.append(raw(g)), g * 2 * x][1])])
        assert gradgradcheck(keep, (POSITIVE,), seed=seed)
        mixes.append(seen[0])
    assert np.array_equal(mixes[0], mixes[1])
    assert not np.array_equal(mixes[0], mixes[2])


# Inputs


def test_inputs_are_left_as_they_were() -> None:
    """Bit for bit, writable as before, without gradients, in the same mode."""
    array, view = X.copy(), np.asfortranarray(X)[:, ::2]
    t, v = Tensor(X, requires_grad=True), Value(0.3)
    tree = {"a": POSITIVE.copy()}
    before = [a.tobytes() for a in (array, view, t.data, tree["a"])]
    f = lambda a, b, c, d, e: (a * c).sum() * d + (b * 2.0).sum() * e["a"].sum()  # noqa: E731
    assert gradcheck(f, (array, view, t, v, tree))
    assert gradgradcheck(f, (array, view, t, v, tree))
    assert [a.tobytes() for a in (array, view, t.data, tree["a"])] == before
    assert array.flags.writeable
    assert (t.grad, v.grad, v.data) == (None, 0.0, 0.3)
    assert list(tree) == ["a"]
    assert ag.is_grad_enabled()


def test_function_cannot_write_to_the_inputs() -> None:
    """It sees Tensors, which refuse."""

    def f(x: Any) -> Any:
        x[0] = 5.0
        return x * 1.0

    array = POSITIVE.copy()
    with pytest.raises(TypeError, match="immutable"):
        gradcheck(f, (array,))
    assert np.array_equal(array, POSITIVE)


def test_tracked_leaves_that_the_function_captures() -> None:
    """They take no part, and get no gradient."""
    w = Tensor(Y, requires_grad=True)
    assert gradcheck(lambda x: x @ w, (X,))
    assert w.grad is None


@pytest.mark.parametrize("x", [np.arange(3), 2, True, Tensor([1, 2]), "text", None])
@pytest.mark.parametrize("check", [gradcheck, gradgradcheck])
def test_inputs_without_a_float(check: Any, x: Any) -> None:
    """There is nothing to check, and the error says how to change that; beside a float they are constants."""
    with pytest.raises(ArgumentError, match=rf"{check.__name__}: there is no float among.*astype\(float\)"):
        check(lambda x: X * 1.0, (x,))
    seen = []
    report = check(lambda y, x: [seen.append(x), y * 2.0][1], (POSITIVE, x))
    assert report
    assert report.entries == 9
    assert all(given is x for given in seen)


def test_complex_inputs_are_refused() -> None:
    """With what to give instead."""
    with pytest.raises(DtypeError, match="out of scope"):
        gradcheck(lambda x: x, (np.ones(2, complex),))


@pytest.mark.parametrize("check", [gradcheck, gradgradcheck])
def test_wrong_calls(check: Any) -> None:
    """Inputs that are no tuple, a function that is none, and results that are not one."""
    for inputs in (X, 2.0, Tensor(X), {"x": X}):
        with pytest.raises(ArgumentError, match=rf"{check.__name__}.*Write \(x,\)"):
            check(np.sin, inputs)
    with pytest.raises(ArgumentError, match=f"{check.__name__}: expected a function"):
        check(3.0, (X,))
    for out in (None, "text", (), {"a": 2}, [None]):
        with pytest.raises(KindError, match=rf"{check.__name__}.*must give at least one"):
            check(lambda x, out=out: out, (X,))
    with pytest.raises(TypeError, match="unknown"):
        check(np.sin, (X,), unknown=1)


def test_error_in_the_function_comes_through() -> None:
    """The function's own error is not taken for a wrong gradient."""
    with pytest.raises(ZeroDivisionError):
        gradcheck(lambda x: 1 / 0, (X,))
    assert ag.is_grad_enabled()
