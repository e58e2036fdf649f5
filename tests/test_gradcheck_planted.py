"""gradcheck rejects what is wrong, and names the operation, the argument and the kind of error."""

import cProfile
import time
from typing import Any

import numpy as np
import pytest

from autograd_lite import gradcheck, gradgradcheck, op
from tests.planted import CASES, HALVED, MANY, ONE_OF_SIX, SECOND, Case, V, X
from tests.test_gradcheck_accepts import bits


def named(culprit: Any) -> str:
    """The name of the operation that a report blames."""
    return str(getattr(culprit.op, "name", culprit.op))


def check_named(report: Any, case: Case) -> None:
    """The report is false, and blames the planted operation and its wrong argument."""
    assert not report
    culprit = report.culprit
    assert culprit is not None, str(report)
    assert (named(culprit), culprit.argument) == ("planted", case.argument), str(report)
    assert "planted (" in str(report)
    assert f"argument {case.argument}" in str(report)


def test_there_are_enough() -> None:
    assert len(CASES) + len(SECOND) >= 60


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_wrong_gradients_are_rejected_and_named(case: Case) -> None:
    """The operation, its argument and the kind of error; the inputs keep every bit."""
    before = bits(case.inputs)
    report = gradcheck(case.f, case.inputs, fast=case.fast)
    check_named(report, case)
    assert case.kind in report.culprit.kind, report.culprit.kind
    assert case.kind in str(report)
    assert report.sampled is case.fast
    assert bits(case.inputs) == before


@pytest.mark.parametrize("case", SECOND.values(), ids=SECOND)
def test_wrong_only_at_second_order(case: Case) -> None:
    """Right by gradcheck; gradgradcheck names the rule that cannot be differentiated."""
    before = bits(case.inputs)
    assert gradcheck(case.f, case.inputs)
    report = gradgradcheck(case.f, case.inputs)
    check_named(report, case)
    assert "second" in str(report)
    assert bits(case.inputs) == before


@pytest.mark.parametrize("fast", [False, True])
def test_line_and_variable_are_named(fast: bool) -> None:
    """The file and line of the call, the variable that holds its result, and the shape."""

    def f(x: Any) -> Any:
        inner = np.sin(x)
        bad = HALVED(inner)
        return bad.sum()

    report = gradcheck(f, (X,), fast=fast)
    line = f.__code__.co_firstlineno + 2
    assert f"planted (test_gradcheck_planted.py:{line}, output 'bad', shape (2, 3)) is wrong with respect to" in str(
        report
    )
    assert report.culprit.line == line
    assert report.culprit.file.endswith("test_gradcheck_planted.py")


def test_line_of_an_operation_that_each_run_makes_anew() -> None:
    """Two runs have the same operations by name."""
    report = gradcheck(CASES["sign of a subtrahend"].f, CASES["sign of a subtrahend"].inputs)
    assert report.culprit.file.endswith("planted.py")
    assert "planted (planted.py:" in str(report)


def test_under_a_profiler() -> None:
    """The operation is named, without its line, and the profiler goes on."""
    profiler = cProfile.Profile()
    profiler.enable()
    report = gradcheck(HALVED, (X,))
    profiler.disable()
    assert named(report.culprit) == "planted"
    assert "planted (shape (2, 3))" in str(report)
    assert len(profiler.getstats()) > 100


def test_numbers_of_the_worst_entry() -> None:
    """Its index in the argument, the gradient and the difference."""
    report = gradcheck(lambda x: ONE_OF_SIX(x).sum(), (X,))
    worst = report.worst
    assert worst.index == (1, 2)
    assert worst.gradient == pytest.approx(2 * X[1, 2] * 1.001)
    assert worst.difference == pytest.approx(2 * X[1, 2], rel=1e-8)
    assert {m.index for m in report.mismatches} == {(1, 2)}
    assert "[1, 2]" in str(report)


def test_every_wrong_operation_is_listed() -> None:
    """The first in the order of the graph is the culprit; the other is in the text as well."""
    other = op("other", np.tanh, elementwise=True, partials=[("?", lambda g, out, x: g * 3 * (1 - out**2))])
    report = gradcheck(lambda x: other(HALVED(x)), (X,))
    assert named(report.culprit) == "planted"
    assert "other" in str(report)


ORDERS = ("sign in a product", "factor 2", "off by 1e-3", "bias of a layer", "softmax without its sum",
          "middle of a deep graph", "off by 1e-3 where steep", "norm squared")  # fmt: skip


@pytest.mark.parametrize("case", [CASES[name] for name in ORDERS], ids=ORDERS)
def test_remainder_shows_what_is_wrong(case: Case) -> None:
    """It falls with the step, where it would fall with its square."""
    report = gradcheck(case.f, case.inputs)
    assert report.order is not None
    assert report.order < 1.9
    assert "Taylor" in str(report)


@pytest.mark.parametrize("name", ["zero of 200,000", "zero of 200,000 results", "one of 10,000 results"])
def test_large_arrays_take_seconds(name: str) -> None:
    """From the check to the culprit, in processor time."""
    case = CASES[name]
    before = time.process_time()
    assert not gradcheck(case.f, case.inputs, fast=True)
    assert time.process_time() - before < 10


def test_what_the_peers_let_pass() -> None:
    """The three counter-examples, as their checkers see them, by name."""
    assert {"HIPS autograd", "DeZero", "JAX"} == {name.partition(":")[0] for name in CASES if ":" in name}


def test_hips_autograd_accepts_a_zero_gradient_of_small_slopes() -> None:
    """Its tolerance is an absolute 1e-6."""
    extend = pytest.importorskip("autograd.extend")
    check = pytest.importorskip("autograd.test_util").check_grads
    small = extend.primitive(lambda x: 1e-8 * x)
    extend.defvjp(small, lambda ans, x: lambda g: g * 0.0)
    check(small, modes=["rev"], order=1)(V)


def test_jax_accepts_ten_per_cent_at_ten_thousand_elements() -> None:
    """Its tolerance is multiplied by the size of the array: the same function is rejected at ten elements."""
    jax = pytest.importorskip("jax")
    check = pytest.importorskip("jax.test_util").check_grads
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    try:
        sine = jax.custom_jvp(jax.numpy.sin)
        sine.defjvp(lambda x, t: (jax.numpy.sin(x[0]), 1.1 * jax.numpy.cos(x[0]) * t[0]))
        check(sine, (MANY,), order=1, modes=["fwd"])
        with pytest.raises(AssertionError):
            check(sine, (MANY[:10],), order=1, modes=["fwd"])
    finally:
        jax.config.update("jax_enable_x64", before)
