"""check_model leaves a model as it was: after success, after errors, and where the model itself changes."""

from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
import nn
from autograd_lite import Tensor, check_model
from tests.test_check_model import CLASSES, LOSS, X, kept, network, squared_error, state

__all__ = ["kept"]


class Counting(nn.Module):
    """Changes a buffer and an attribute with every call, and fails after some."""

    def __init__(self, fails_after: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(np.ones(3))
        self.register_buffer("total", Tensor(np.zeros(3)))
        self.calls, self.fails_after = 0, fails_after

    def forward(self, x: Any) -> Any:
        self.calls += 1
        self.total = Tensor(self.total.data + 1.0)
        if self.calls > self.fails_after:
            raise RuntimeError("mine")
        return x * self.weight


@pytest.mark.parametrize("fails_after", [0, 1, 3, 6])
def test_state_after_an_exception(fails_after: int, kept: Any) -> None:
    """The model's error comes through; parameters, buffers and counters are what they were."""
    model = kept(Counting(fails_after))
    buffer = model.total
    with pytest.raises(RuntimeError, match="mine"):
        check_model(model, squared_error, (X, X))
    assert model.calls == 0
    assert model.total is buffer
    assert ag.is_grad_enabled()


def test_state_after_success() -> None:
    """Buffers and counters are what they were, and the model trains."""
    model = Counting(10_000)
    before = state(model)
    assert check_model(model, squared_error, (X, X))
    assert model.calls == 0
    assert state(model) == before
    model(Tensor(X)).sum().backward()
    assert model.weight.grad is not None


class Changing(nn.Module):
    """Writes to its parameter in every call."""

    def __init__(self) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(np.ones(3)), nn.Parameter(np.ones(3))

    def forward(self, x: Any) -> Any:
        y = x * self.weight + self.bias
        self.bias.data = self.bias.data * 0.5
        return y


def test_model_that_changes_a_parameter(kept: Any) -> None:
    report = check_model(kept(Changing()), squared_error, (X, X))
    assert not report
    assert {row.verdict for row in report.rows} == {"changed"}
    assert "changes bias" in str(report)


def test_earlier_graphs_are_left_alone() -> None:
    """What was computed from the parameters before still leads to them."""
    model = network()
    early = LOSS(model(Tensor(X)), CLASSES)
    assert check_model(model, lambda y, t: LOSS(y, t) * early.detach(), (X, CLASSES))
    state_in = Tensor(X) * model[1].weight[:3]
    assert check_model(model, lambda y, t: LOSS(y, t) + state_in.sum() * 0.0, (X, CLASSES))
    early.backward()
    state_in.sum().backward()
    assert all(p.grad is not None for p in model.parameters())
