"""Faults that pass where a check looks too little: cotangents of 1, steps lost in rounding, wholes without parts."""

from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
import nn
from autograd_lite import Value, gradcheck, op
from autograd_lite.testing import assert_gradients

X = np.array([0.3, -0.7, 1.2])


def planted(forward: Any, rule: Any, elementwise: bool = True) -> Any:
    return op("planted", forward, elementwise=elementwise, partials=[("?", rule)])


FORGOTTEN = {
    "sum": (planted(lambda x: (x * x).sum(), lambda g, out, x: 2 * x, elementwise=False), X),
    "elementwise, then summed": (lambda x: planted(np.sin, lambda g, out, x: np.cos(x))(x).sum(), X),
    "Value": (planted(np.sin, lambda g, out, x: np.cos(x)), Value(1.5)),
    "size of the gradient": (lambda x: planted(np.sin, lambda g, out, x: abs(g) * np.cos(x))(x).sum(), X),
    "squared gradient": (planted(np.sin, lambda g, out, x: g * g * np.cos(x)), X),
}


@pytest.mark.parametrize(("f", "x"), FORGOTTEN.values(), ids=FORGOTTEN)
def test_a_rule_that_does_not_multiply_by_the_gradient(f: Any, x: Any) -> None:
    """Where the gradient that comes to it is 1, it gives what a right one gives."""
    report = gradcheck(f, (x,))
    assert report.verdict == "wrong"
    assert report.culprit is not None
    assert report.culprit.op == "planted"
    assert "a rule does not multiply by it" in str(report)


def test_assert_gradients_finds_it_too() -> None:
    """Of an operation that gives one number."""
    with pytest.raises(AssertionError, match="planted"):
        assert_gradients(FORGOTTEN["sum"][0], X)


@pytest.mark.parametrize("small", [1e-11, 1e-12, 1e-13])
def test_a_zero_gradient_beside_a_constant(small: float) -> None:
    """A small step is lost in the rounding of the constant; a large one is not."""
    flat = planted(np.tanh, lambda g, out, x: 0 * g)
    for seed in range(5):
        x = np.random.default_rng(seed).normal(size=3)
        report = gradcheck(lambda x: small * flat(x).sum() + 1.0, (x,))
        assert not report, str(report)
        assert report.culprit is not None
    assert gradcheck(lambda x: small * np.tanh(x).sum() + 1.0, (X,)).culprit is None


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: np.log(1 + np.exp(-x)), np.linspace(30, 36, 5)),
        (lambda x: (x + 1e12) - 1e12, X),
        (np.log, np.array([1e-200])),
    ],
    ids=["log(1 + exp(-x))", "a large constant and back", "log of a tiny number"],
)
def test_lost_digits_are_no_cut_path(f: Any, x: Any) -> None:
    """The graph is whole and right: what differences cannot settle is said to be unsettled."""
    report = gradcheck(f, (x,))
    assert report.verdict in ("unresolved", "right"), str(report)
    assert "cuts a path" not in str(report)


def test_a_cut_path_is_still_told() -> None:
    """Where the graph is not the whole function."""
    report = gradcheck(lambda x: x.detach() * 2 + x, (X,))
    assert report.verdict == "not connected"


def test_steps_out_of_the_domain_of_a_decomposition() -> None:
    """LAPACK refuses matrices beside one that is barely positive definite."""
    hilbert = 1 / (np.arange(8)[:, None] + np.arange(8) + 1)
    report = gradcheck(lambda a: np.linalg.cholesky((a + a.T) / 2), (hilbert,))
    assert report.entries == 64 * 64


def test_a_loss_of_several_parts() -> None:
    """Whatever tree the loss gives, the parameter is found in its graph."""
    model = nn.Sequential(nn.Linear(3, 2))
    batch = np.ones((4, 3), np.float32), np.ones((4, 2), np.float32)
    report = ag.check_model(model, lambda p, t: (p.sum(), {"square": ((p - t) ** 2).mean()}), batch)
    assert report, str(report)
    assert [row.verdict for row in report.rows] == ["right", "right"]
    assert "The inputs of float32 were taken in float64." in str(report)
    assert "Sampled: 4 random directions" in str(ag.check_model(model, lambda p, t: (p * p).mean(), batch, fast=True))


def test_what_is_said_of_few_derivatives() -> None:
    """One, and none."""
    assert "the only derivative agrees" in str(gradcheck(np.tanh, (0.5,)))
    assert "no derivative disagrees" in str(gradcheck(np.tanh, (np.zeros(0),)))
