"""check_model: every parameter of a module in one call, the wrong ones and their operation by name."""

import io
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
import nn
from autograd_lite import Tensor, check_model, op
from autograd_lite.errors import ArgumentError, ArgumentValueError, GradientError

RNG = np.random.default_rng(5)
X = RNG.normal(size=(6, 3))
CLASSES = np.array([0, 1, 1, 0, 1, 0])
TARGETS = RNG.normal(size=(6, 2))
LOSS = nn.CrossEntropyLoss()

HALVED = op("halved", lambda x, w: x * w, elementwise=True,
            partials=[("w", lambda g, out, x, w: g * w), ("x", lambda g, out, x, w: g * x / 2)])  # fmt: skip


def squared_error(prediction: Any, targets: Any) -> Any:
    return ((prediction - targets) ** 2).mean()


class Scale(nn.Module):
    """Multiplies by one number for each feature, by an operation of choice."""

    def __init__(self, size: int, multiply: Any = ag.multiply, dtype: Any = np.float64) -> None:
        super().__init__()
        self.weight = nn.Parameter(np.linspace(0.5, 1.5, size, dtype=dtype))
        self.multiply = multiply

    def forward(self, x: Any) -> Any:
        return self.multiply(x, self.weight)


def network(multiply: Any = ag.multiply, dtype: Any = np.float64) -> nn.Module:
    rng = np.random.default_rng(1)
    return nn.Sequential(
        nn.Linear(3, 4, dtype=dtype, generator=rng), Scale(4, multiply, dtype), nn.ReLU(),
        nn.Linear(4, 2, dtype=dtype, generator=rng),
    )  # fmt: skip


def state(model: nn.Module) -> dict[str, tuple[Any, ...]]:
    return {
        name: (id(p), p.data.dtype, p.data.tobytes(), p.grad, p.requires_grad, p.is_leaf)
        for name, p in [*model.named_parameters(), *model.named_buffers()]
    }


@pytest.fixture
def kept() -> Iterator[Any]:
    """Watches models, which must afterwards be what they were."""
    seen: list[tuple[nn.Module, Any]] = []

    def watch(model: nn.Module) -> nn.Module:
        seen.append((model, state(model)))
        return model

    yield watch
    for model, before in seen:
        assert state(model) == before


def test_right_model(kept: Any) -> None:
    """A row for each parameter, in order; true."""
    model = kept(network())
    report = check_model(model, LOSS, (X, CLASSES))
    assert report
    assert report.worst is None
    assert report.culprit is None
    assert [row.name for row in report.rows] == ["0.weight", "0.bias", "1.weight", "3.weight", "3.bias"]
    assert [row.shape for row in report.rows] == [(4, 3), (4,), (4,), (2, 4), (2,)]
    assert {row.verdict for row in report.rows} == {"right"}
    assert all(0 <= row.error < 1e-6 for row in report.rows)
    assert any(row.error > 0 for row in report.rows)
    assert sum(row.report.entries for row in report.rows) == 12 + 4 + 4 + 8 + 2
    assert repr(report) == "ModelReport(name='Sequential', parameters=5, wrong=0)"
    lines = str(report).splitlines()
    assert lines[0] == "check_model: Sequential: all 5 parameters agree with finite differences."
    assert lines[1].split() == ["parameter", "shape", "relative", "error", "verdict"]
    assert lines[2].split()[0] == "0.weight"
    assert lines[2].endswith("right")
    assert len(lines) == 7
    assert report.table == "\n".join(lines[1:])


@pytest.mark.parametrize("options", [{}, {"fast": True}])
def test_wrong_rule_of_one_parameter(options: dict[str, Any], kept: Any) -> None:
    """The parameter, the operation, its argument, line and kind of error; the others are right."""
    report = check_model(kept(network(HALVED)), LOSS, (X, CLASSES), **options)
    assert not report
    assert [row.name for row in report.rows if not row] == ["1.weight"]
    assert report.worst is not None
    assert report.worst.name == "1.weight"
    assert report.worst.verdict == "wrong"
    assert report.worst.error == pytest.approx(0.5, rel=1e-3)
    culprit = report.culprit
    assert culprit is not None
    assert (culprit.op, culprit.argument) == ("halved", 1)
    assert "factor 0.5" in culprit.kind
    line = Scale.forward.__code__.co_firstlineno + 1
    assert f"halved (test_check_model.py:{line}" in str(report)
    assert str(report).startswith("check_model: Sequential: 1 of 5 parameters fail: 1.weight.")
    assert "1.weight" in str(report.worst.report)


def test_raise_on_failure(kept: Any) -> None:
    """The error has the text of the report."""
    model = kept(network(HALVED))
    with pytest.raises(GradientError) as caught:
        check_model(model, LOSS, (X, CLASSES), raise_on_failure=True)
    assert str(caught.value) == str(check_model(model, LOSS, (X, CLASSES)))
    assert check_model(kept(network()), LOSS, (X, CLASSES), raise_on_failure=True)


class Dead(nn.Module):
    """Of its three parameters, one is not used, and one is used for nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.used = nn.Linear(3, 2, dtype=np.float64, generator=np.random.default_rng(2))
        self.unused = nn.Parameter(np.ones(2))
        self.lost = nn.Parameter(np.ones(3))

    def forward(self, x: Any) -> Any:
        _ = x * self.lost
        return self.used(x)


def test_dead_parameters_are_named(kept: Any) -> None:
    """No mistake, but said."""
    report = check_model(kept(Dead()), LOSS, (X, CLASSES))
    assert report
    verdicts = {row.name: row.verdict for row in report.rows}
    assert verdicts == {"unused": "no path", "lost": "no path", "used.weight": "right", "used.bias": "right"}
    assert "no path" in report.table
    assert any("unused" in note and "lost" in note for note in report.notes)


class Cut(nn.Module):
    """A parameter that is used outside the graph."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(np.array([0.5, 1.5, -1.0]))

    def forward(self, x: Any) -> Any:
        return (x * self.weight.data).sum(axis=1)


def test_cut_graph_is_not_dead(kept: Any) -> None:
    """The loss moves with the parameter, and no gradient says so."""
    report = check_model(kept(Cut()), squared_error, (X, np.ones(6)))
    assert not report
    assert report.rows[0].verdict == "not connected"


def test_float32_model(kept: Any) -> None:
    """Checked in float64, the batch as well; a wrong rule shows."""
    for multiply in (ag.multiply, HALVED):
        model = kept(network(multiply, np.float32))
        report = check_model(model, LOSS, (X.astype(np.float32), CLASSES))
        assert bool(report) is (multiply is not HALVED), str(report)
        assert {row.report.precision for row in report.rows} == {"float64"}
    assert report.worst is not None
    assert report.worst.name == "1.weight"


class Narrow(nn.Module):
    """Computes in float32 whatever it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(np.array([0.5, 1.5, -1.0], dtype=np.float32))

    def forward(self, x: Any) -> Any:
        return ag.sigmoid(x.astype(np.float32) * self.weight.astype(np.float32)).sum(axis=1)


def test_model_that_stays_in_float32(kept: Any) -> None:
    """Checked in float32, and said."""
    report = check_model(kept(Narrow()), squared_error, (X.astype(np.float32), np.ones(6, np.float32)))
    assert report, str(report)
    assert report.rows[0].report.precision == "float32"


class Noisy(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(np.ones(3)), nn.Parameter(np.ones(3))
        self.rng = np.random.default_rng(0)

    def forward(self, x: Any) -> Any:
        keep = (self.rng.random(x.shape) > 0.5) if self.training else 1.0
        return x * self.weight * keep + self.bias


def test_dropout_is_said(kept: Any) -> None:
    """Checked in eval mode; when training, two runs differ."""
    model = kept(Noisy())
    report = check_model(model, squared_error, (X, 0.0 * X))
    assert not report
    assert report.rows[0].verdict == "not deterministic"
    assert len(report.rows) == 1
    assert "model.eval()" in str(report)
    assert check_model(model.eval(), squared_error, (X, 0.0 * X))


def test_shared_and_frozen_parameters(kept: Any) -> None:
    """A shared parameter is checked once, by all its uses; a frozen one as the others are, and stays frozen."""
    model = nn.Sequential(nn.Linear(3, 3, dtype=np.float64), nn.Linear(3, 3, dtype=np.float64))
    model[1].weight = model[0].weight
    model[1].bias.requires_grad_(False)
    report = check_model(kept(model), squared_error, (X, X))
    assert report
    assert [row.name for row in report.rows] == ["0.weight", "0.bias", "1.bias"]
    assert {row.verdict for row in report.rows} == {"right"}


class Plain:
    """No module, but it has what is asked for."""

    def __init__(self) -> None:
        self.hidden = [Tensor(np.array([0.5, -1.0, 2.0]), requires_grad=True)]

    def named_parameters(self) -> list[tuple[str, Tensor]]:
        return [("w", self.hidden[0])]

    def __call__(self, x: Any) -> Any:
        return np.tanh(x @ self.hidden[0])


def test_models_of_other_kinds() -> None:
    """Whatever is called and has named_parameters()."""
    model = Plain()
    report = check_model(model, squared_error, (X, np.ones(6)))
    assert report
    assert report.name == "Plain"
    assert [row.name for row in report.rows] == ["w"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: check_model(np.sin, LOSS, (X, CLASSES)), "is no model"),
        (lambda: check_model(network(), 3.0, (X, CLASSES)), "loss is float 3.0"),
        (lambda: check_model(network(), LOSS, X), r"give the pair \(inputs, targets\)"),
        (lambda: check_model(network(), LOSS, (X,)), r"give the pair \(inputs, targets\)"),
    ],
)
def test_wrong_calls(call: Any, said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        call()


def test_model_without_parameters() -> None:
    with pytest.raises(ArgumentValueError, match="has no parameters"):
        check_model(nn.ReLU(), LOSS, (X, CLASSES))


def test_progress(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A bar where asked for, or in a terminal; it ends at its end."""
    check_model(network(), LOSS, (X, CLASSES))
    assert capsys.readouterr().err == ""
    check_model(network(), LOSS, (X, CLASSES), progress=True)
    assert "60/60" in capsys.readouterr().err

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for progress, shown in ((None, True), (False, False)):
        monkeypatch.setattr("sys.stderr", Terminal())
        check_model(network(), LOSS, (X, CLASSES), progress=progress)
        assert ("check_model" in sys.stderr.getvalue()) is shown  # type: ignore[attr-defined]
        monkeypatch.undo()
