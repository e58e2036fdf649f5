"""What gradcheck tells apart: one test for each verdict, and what the report says of it."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import Tensor, Value, gradcheck, gradgradcheck, op
from autograd_lite.errors import ArgumentValueError, GraphError
from autograd_lite.gradcheck.inputs import Inputs
from autograd_lite.gradcheck.nodes import blamed, locals_of
from autograd_lite.gradcheck.second import rules_of
from autograd_lite.gradcheck.subject import Gradients
from autograd_lite.graph import raw
from tests.test_gradcheck_accepts import RIGHT

X = np.array([[0.3, -0.7, 1.1], [1.3, 0.6, -2.2]])
V = np.array([0.5, -1.0, 2.0])
HALVED = op("halved", np.square, elementwise=True, partials=[("?", lambda g, out, x: g * x)])
STEP = op("step", np.floor, elementwise=True, partials=[("0", lambda g, out, x: g * 0.0)])


def said(report: Any, *texts: str) -> None:
    for text in texts:
        assert text in str(report), str(report)


def same_line(f: Callable[..., Any], lines: int) -> str:
    """File and line of a statement in a function."""
    return f"test_gradcheck_verdicts.py:{f.__code__.co_firstlineno + lines}"


# The verdicts


def test_right() -> None:
    report = gradcheck(np.tanh, (X,))
    assert report.verdict == "right"
    assert (report.notes, report.others, report.wrong) == ([], [], 0)


def test_wrong() -> None:
    report = gradcheck(lambda x: HALVED(x).sum(), (X,))
    assert (report.verdict, bool(report), report.wrong) == ("wrong", False, 6)
    assert report.culprit.kind == "factor 0.5"
    assert report.order == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("x", [0.0, Value(0.0), np.zeros(()), Tensor(0.0)])
def test_kink_at_which_the_gradient_is_a_convention(x: Any) -> None:
    """Named with its node and element; the report is true."""

    def f(x: Any) -> Any:
        bent = abs(x * 2.0)
        return bent * 3.0

    report = gradcheck(f, (x,))
    assert (report.verdict, bool(report), report.mismatches) == ("not differentiable", True, [])
    said(
        report,
        "not differentiable here: abs",
        same_line(f, 1),
        "output 'bent'",
        "the convention applies",
        "but for kinks",
    )


def test_kink_of_one_element() -> None:
    report = gradcheck(lambda x: ag.relu(x).sum(), (np.array([[0.5, -1.0], [0.0, 2.0]]),))
    assert report.verdict == "not differentiable"
    said(report, "relu (", "at element [1, 0]", "d out / d x[1, 0]", "1 entry")


def test_kink_outside_whose_slopes_the_gradient_lies() -> None:
    """No convention makes it right."""
    steep = op(
        "steep",
        np.abs,
        elementwise=True,
        partials=[("?", lambda g, out, x: g * np.where(raw(x) == 0, 5.0, np.sign(raw(x))))],
    )
    report = gradcheck(steep, (np.array([0.0, 1.0]),))
    assert (report.verdict, bool(report)) == ("wrong", False)
    assert {m.index for m in report.mismatches} == {(0,)}
    assert (report.culprit.op, report.culprit.kind) == ("steep", "one element") or report.culprit.op == "steep"
    said(report, "no convention makes it right")


def test_kink_in_code_outside_the_graph() -> None:
    report = gradcheck(lambda x: x * 2.0 if x.item() >= 0 else x * 5.0, (0.0,))
    assert report.verdict == "not differentiable"
    said(report, "in code outside the graph")


def test_discontinuous() -> None:
    """Named with its node and element, and no rule is blamed for it."""

    def f(x: Any) -> Any:
        whole = STEP(x)
        return whole + x

    report = gradcheck(f, (np.array([0.5, 2.0]),))
    assert (report.verdict, bool(report)) == ("discontinuous", False)
    assert report.culprit is None
    said(report, "discontinuous: step", same_line(f, 1), "at element [1]", "does not shrink with the step")
    assert {m.index for m in report.mismatches} == {(1,)}


def test_not_deterministic() -> None:
    rng = np.random.default_rng(0)
    report = gradcheck(lambda x: x * (rng.random(3) < 0.5), (V,))
    assert (report.verdict, bool(report), report.entries) == ("not deterministic", False, 0)
    said(report, "two evaluations at the same inputs differ", ".eval()")


def test_no_path_and_no_dependence() -> None:
    """A note, no more."""
    report = gradcheck(lambda x, y: x * 2.0, (V, Tensor(X, name="unused")))
    assert report.verdict == "right"
    assert report.notes == ["unused: no path leads to it, and no result depends on it."]


@pytest.mark.parametrize(
    "cut", [lambda x: Tensor(x.data), lambda x: x.detach(), lambda x: np.asarray(x), lambda x: Tensor(x.numpy())]
)
def test_no_path_but_a_dependence(cut: Any) -> None:
    """The text names the input and what cuts graphs."""
    report = gradcheck(lambda x, y: np.sin(cut(x)) * y, (Tensor(V, name="lost"), V + 1.0))
    assert (report.verdict, bool(report), report.culprit) == ("not connected", False, None)
    assert {m.argument for m in report.mismatches} == {"lost"}
    said(report, "lost: no path", ".detach()", "float()", "np.asarray()")


def test_one_of_two_paths_is_cut() -> None:
    """Each operation is right, so the graph is not the function."""
    report = gradcheck(lambda x: np.sin(x) * x.detach(), (V,))
    assert (report.verdict, report.culprit) == ("not connected", None)
    said(report, "each operation of the graph is right on its own")


@pytest.mark.parametrize("fast", [False, True])
def test_a_cut_among_many_elements(fast: bool) -> None:
    """Where the graph is run again in the function's place, what is not in it is still seen."""
    x = np.random.default_rng(0).normal(size=500)
    report = gradcheck(lambda x: (np.sin(x)).sum() + 3.0 * float(x.data[321]), (x,), fast=fast)
    assert report.verdict == "not connected"
    assert {m.index for m in report.mismatches} == {(321,)}


def test_result_that_is_not_finite() -> None:
    """Names the first node that made nan or inf of finite numbers."""

    def f(x: Any) -> Any:
        inner = np.log(x - 1.0)
        return np.exp(inner) * 2.0

    report = gradcheck(f, (np.array([2.0, 1.0, 0.5]),))
    assert (report.verdict, bool(report)) == ("not finite", False)
    said(report, "log (", same_line(f, 1), "output 'inner'", "at [1], of 0")


def test_gradient_that_is_not_finite() -> None:
    report = gradcheck(lambda x: np.sqrt(x * 2.0).sum(), (np.array([0.0, 4.0]),))
    assert report.verdict == "not finite"
    assert report.worst.index == (0,)
    said(report, "sqrt (", "argument 0, whose element [0] is 0")


def test_border_of_the_domain() -> None:
    """Values to one side alone are compared to that side, and the report says so."""
    report = gradcheck(lambda x: x**1.5, (np.array([0.0, 1.0]),))
    assert report.verdict == "right"
    said(report, "at the border of the domain")


def test_changed_input() -> None:
    """It is named, and left as it is."""
    array = np.ones(3)

    def f(x: Any) -> Any:
        array[0] += 1.0
        return x * 2.0

    report = gradcheck(f, (array,))
    assert (report.verdict, bool(report)) == ("changed", False)
    said(report, "ndarray (3,) float64", "left as the function left it")
    assert array[0] > 1.0


def test_changed_leaf() -> None:
    """An input that takes new data by assignment."""

    def f(x: Any) -> Any:
        y = x * 2.0
        x.data = x.data + 1.0
        return y

    assert gradcheck(f, (V,)).verdict == "changed"


@pytest.mark.parametrize("before", [True, False])
def test_changed_parameter(before: bool) -> None:
    """Before its use or after it."""
    w = Tensor(V, requires_grad=True, name="w")

    def f(x: Any) -> Any:
        if before:
            w.data = w.data * 0.9
        y = w * x
        if not before:
            w.data = w.data * 0.9
        return y

    report = gradcheck(f, (V,))
    assert report.verdict == "changed"
    said(report, "the captured Tensor 'w' (3,) float64")


def test_smaller_than_the_noise() -> None:
    """Beside a large number, differences cannot tell a small slope from none; the complex step can."""
    report = gradcheck(lambda x: 1e8 * np.tanh(x) ** 2 * 0.0 + 1e6 + np.sin(1e-14 * x), (V,))
    assert report
    bounded = gradcheck(lambda x: 1e6 + ag.softmax(x).sum(), (V,))
    assert bounded
    assert bounded.mismatches == []


# Inputs and results


class Trees:
    """Functions of trees, with trees for results."""

    @staticmethod
    def cases() -> Iterator[Any]:
        yield (
            lambda p: {"a": p["w"] @ p["v"], "b": (p["n"][0] * 2.0, p["n"][1])},
            ({"w": X, "v": V, "n": [2.0, Value(0.5)]},),
        )
        yield lambda ws, x: np.tanh(ws @ x), (np.array([[Value(0.1), Value(-0.3)]]), np.array([0.5, 2.0], dtype=object))
        yield lambda x, i, how, none, mask: [x[i], x[mask]], (V, np.array([0, 2, 2]), "text", None, V > 0)
        yield lambda x: (np.exp(x), 3, "text", None, np.arange(2)), (V,)


@pytest.mark.parametrize(("f", "inputs"), list(Trees.cases()))
def test_trees_in_and_out(f: Any, inputs: Any) -> None:
    for check in (gradcheck, gradgradcheck):
        report = check(f, inputs)
        assert report, str(report)
    assert gradcheck(f, inputs, fast=True)


def test_places_in_trees_are_named() -> None:
    """As Python would index them, in the inputs and in the results."""
    report = gradcheck(lambda p, q: {"a": p["w"][1] * 1.0, "b": [q, HALVED(p["w"][0])]}, ({"w": [V, 2.0]}, 1.0))
    worst = report.worst
    assert worst.argument == "argument 0['w'][0]"
    assert worst.result == "out['b'][1]"
    assert worst.index == worst.output
    assert {(m.argument, m.result) for m in report.mismatches} == {(worst.argument, worst.result)}


# float32


def test_float32_in_float64() -> None:
    report = gradcheck(lambda x: np.tanh(x).sum(), (X.astype(np.float32),))
    assert (report.verdict, report.precision) == ("right", "float64")
    said(report, "The inputs of float32 were taken in float64")


def test_float32_throughout() -> None:
    """Where the function computes in float32 all the same, with tolerances of its own."""
    x = X.astype(np.float32)
    report = gradcheck(lambda x: np.tanh(x.astype(np.float32)).sum(), (x,))
    assert (report.verdict, report.precision) == ("right", "float32")
    said(report, "Checked in float32.")
    assert not gradcheck(lambda x: HALVED(x.astype(np.float32)).sum(), (x,))


def test_function_that_refuses_float64() -> None:
    """It is given what it takes."""
    seen = set()

    def f(x: Any) -> Any:
        seen.add(x.dtype)
        if x.dtype != np.float32:
            raise ag.errors.DtypeError("f: float32 alone.")
        return x * x

    report = gradcheck(f, (X.astype(np.float32),))
    assert (report.verdict, report.precision) == ("right", "float32")
    assert seen == {np.dtype(np.float32), np.dtype(np.float64)}


# The culprit


def test_culprit_in_full() -> None:
    """Every part of it, and the sentence."""

    def layer(x: Any) -> Any:
        for _ in range(2):
            h = np.tanh(x)
            x = h * 2.0
        bad = HALVED(x)
        return bad

    report = gradcheck(lambda x: layer(x).mean(), (X,))
    culprit = report.culprit
    assert culprit.op == "halved"
    assert culprit.node.op is HALVED
    assert (culprit.argument, culprit.kind, culprit.shape, culprit.name) == (0, "factor 0.5", (2, 3), "bad")
    assert (culprit.file, culprit.line) == (__file__, layer.__code__.co_firstlineno + 4)
    assert (culprit.wrong, culprit.size, culprit.second) == (6, 6, False)
    entry = culprit.worst
    assert entry.gradient == pytest.approx(entry.difference / 2)
    assert len(culprit.table.splitlines()) == 6
    sentence = (
        rf"halved \({same_line(layer, 4)}, output 'bad', shape \(2, 3\)\) is wrong with respect to argument 0: "
        r"worst entry \[\d, \d\] is -?[\d.]+, finite differences give -?[\d.]+\. It looks like: factor 0\.5\."
    )
    assert re.search(sentence, str(report)), str(report)
    assert "halved" in repr(culprit)
    assert "halved" in repr(report)


def test_name_of_the_node_comes_before_that_of_the_variable() -> None:
    def f(x: Any) -> Any:
        variable = HALVED(x)
        variable.name = "own"
        return variable

    assert gradcheck(f, (V,)).culprit.name == "own"


def test_name_of_a_variable_that_is_used_again() -> None:
    """What it held before it was given something else."""

    def f(x: Any) -> Any:
        h = HALVED(x)
        h = np.sin(h)
        return h

    assert gradcheck(f, (V,)).culprit.name == "h"


def test_function_is_profiled_only_on_failure() -> None:
    """And a profile that was there is there again."""
    calls = []
    gradcheck(lambda x: [calls.append(sys.getprofile()), np.sin(x)][1], (V,))
    assert set(calls) == {None}

    def profile(*_: Any) -> None:
        pass

    sys.setprofile(profile)
    try:
        gradcheck(HALVED, (V,))
        assert sys.getprofile() is profile
    finally:
        sys.setprofile(None)


def kind(*rules: Any, forward: Any = np.multiply, x: Any = X, y: Any = X + 3.0) -> str:
    partials = [("?", rule) for rule in rules]
    inputs = (x, y)[: len(rules)]
    culprit = gradcheck(
        op("planted", forward, elementwise=isinstance(forward, np.ufunc), partials=partials), inputs
    ).culprit
    return str(culprit.kind)


KINDS: dict[str, Callable[[], str]] = {
    "sign": lambda: kind(lambda g, out, x: -g * np.cos(x), forward=np.sin),
    "factor 2": lambda: kind(lambda g, out, x: g * 4 * x, forward=np.square),
    "factor 1.001": lambda: kind(lambda g, out, x: 1.001 * g * out, forward=np.exp),
    "zero": lambda: kind(lambda g, out, x: g * 0.0, forward=np.exp),
    "transposed": lambda: kind(lambda g, out, x: g, forward=lambda x: x.T + 0.0, x=X @ X.T + [[0, 1], [2, 0]]),
    "missing sum": lambda: kind(lambda g, out, x, y: g * y, lambda g, out, x, y: (g * x)[0], y=V),
    "one element": lambda: kind(lambda g, out, x: g * (2 * x + (x == X[1, 1])), forward=np.square),
    "no known pattern": lambda: kind(lambda g, out, x: g * x * x, forward=np.exp),
}


@pytest.mark.parametrize("name", KINDS)
def test_kinds_of_error(name: str) -> None:
    assert KINDS[name]().startswith(name)


def test_rule_of_another_shape() -> None:
    """The error of the backward pass becomes a report."""
    report = gradcheck(op("planted", lambda x: x.T, partials=[("?", lambda g, out, x: g)]), (X,))
    assert report.verdict == "wrong"
    assert report.culprit.kind.startswith("transposed: the rule gives shape (3, 2)")
    said(report, "a gradient rule is wrong", "planted (")


def test_second_order_culprit() -> None:
    """The rule that cuts the graph, at its line."""
    cut = op("cut", np.sin, elementwise=True, partials=[("?", lambda g, out, x: g * np.cos(raw(x)))])

    def f(x: Any) -> Any:
        h = x * 2.0
        s = cut(h)
        return np.exp(s).sum()

    assert gradcheck(f, (X,))
    report = gradgradcheck(f, (X,))
    assert (report.culprit.op, report.culprit.second, report.culprit.name) == ("cut", True, "s")
    said(report, same_line(f, 2), "right to first order and wrong to second")
    first = gradgradcheck(lambda x: HALVED(x).sum(), (X,)) or gradgradcheck(lambda x: HALVED(x), (X,))
    assert first or not first.culprit.second


@pytest.mark.parametrize(("f", "inputs"), RIGHT.values(), ids=RIGHT)
def test_no_operation_of_a_right_function_is_blamed(f: Any, inputs: Any) -> None:
    """Each holds on its own, to first order and to second."""
    with np.errstate(all="ignore"):
        subject = Gradients("test", f, Inputs("test", f, inputs), 0)
        leaves = set(subject.leaves)
        with ag.no_grad():
            assert [c for local in locals_of(subject.first_graph, leaves, 0) if (c := blamed(local))] == []
            rules = rules_of(subject.first_graph, leaves, 0)
            assert [c for _, _, local in rules if (c := blamed(local))] == []


# Sampled


def test_sampled_says_so() -> None:
    x = np.random.default_rng(0).normal(size=300)
    report = gradcheck(lambda x: np.tanh(x) * 2.0, (x,), fast=True, directions=3)
    assert (report.sampled, report.directions, report.entries) == (True, 3, 3)
    said(report, "all 3 sampled directional derivatives agree", "Sampled: 3 random directions, not every entry.")


def test_sampled_finds_the_entry() -> None:
    x = np.random.default_rng(0).normal(size=3000)
    bent = np.where(np.arange(3000) == 1234, 1.001, 1.0)
    planted = op("planted", np.square, elementwise=True, partials=[("?", lambda g, out, x: g * 2 * x * bent)])
    report = gradcheck(lambda x: np.sin(planted(x)), (x,), fast=True)
    assert {(m.index, m.output) for m in report.mismatches} == {((1234,), (1234,))}
    assert report.culprit.kind == "one element"


# The picture


def test_draw(tmp_path: Path) -> None:
    """The culprit is marked, and the variables have their names."""

    def f(w: Any, x: Any) -> Any:
        h = w * x
        bad = HALVED(h)
        return bad.sum()

    report = gradcheck(f, (Tensor(V, name="w"), Tensor(V + 2.0, name="x")))
    picture = report.draw()
    marked = [node for node in picture.nodes if node.mark]
    assert [(node.name, node.mark) for node in marked] == [("bad", "wrong by argument 0: factor 0.5")]
    assert {"w", "x", "h"} <= {node.name for node in picture.nodes}
    assert "← wrong by argument 0" in str(picture)
    assert "#c22f22" in picture.dot
    assert report.draw(direction="forward", title="T").title == "T"
    assert "#c22f22" not in gradcheck(np.exp, (V,)).draw().dot
    with pytest.raises(GraphError, match="recorded nothing"):
        gradcheck(lambda x: Tensor(V), (V,)).draw()


def test_draw_where_a_rule_gives_another_shape() -> None:
    report = gradcheck(lambda x: op("planted", lambda x: x.T, partials=[("?", lambda g, out, x: g)])(x).sum(), (X,))
    assert "transposed" in str(report.draw())


# Options


@pytest.mark.parametrize(
    "options", [{"rtol": -1.0}, {"atol": "no"}, {"directions": 0}, {"step": 2.0}, {"rtol": np.inf}]
)
def test_options_out_of_range(options: dict[str, Any]) -> None:
    with pytest.raises(ArgumentValueError, match=f"gradcheck: {next(iter(options))}"):
        gradcheck(np.sin, (V,), **options)


def test_progress_writes_nothing_without_a_terminal() -> None:
    program = "import numpy as np, autograd_lite as ag; print(bool(ag.gradcheck(np.sin, (np.ones(5),), progress=True)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_import_does_not_load_the_checks() -> None:
    program = "import sys, autograd_lite; print([m for m in sys.modules if m.startswith('autograd_lite.gradcheck.')])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
