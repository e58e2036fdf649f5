"""The benchmarks run at tiny sizes, and compare no library whose results are wrong."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from autograd_lite.value import Value
from benchmarks import chain, checking, fit, imports, overhead, peers, report, scalar_network, training
from benchmarks.measure import OURS, Result, in_turns
from benchmarks.peers import AutogradLite

ROOT = Path(__file__).parent.parent


class WrongValue(AutogradLite):
    """A peer that is a little off in what it computes."""

    name = "wrong"

    def backward(self, graph: Any) -> list[Any]:
        out, *gradients = super().backward(graph)
        return [out * (1 + 1e-6), *gradients]


class WrongGradient(AutogradLite):
    """A peer that is a little off in the gradient by `b` alone."""

    name = "wrong"

    def backward(self, graph: Any) -> list[Any]:
        *right, by_b = super().backward(graph)
        return [*right, by_b * (1 + 1e-6)]


class TooDeep(AutogradLite):
    """A peer that recurses."""

    name = "recursive"

    def backward(self, graph: Any) -> list[Any]:
        raise RecursionError("maximum recursion depth exceeded")


class Dies(AutogradLite):
    """A peer whose process ends without a word."""

    name = "mortal"

    def backward(self, graph: Any) -> list[Any]:
        os._exit(1)


class Absent(AutogradLite):
    """A peer that nobody has installed."""

    name = "absent"
    module = "no_such_library"


class WrongStep(training.AutogradLite):
    """A peer whose optimizer goes a little too far."""

    name = "wrong"

    def __init__(self, real: str) -> None:
        super().__init__(real)
        optim = self.optim

        class Further:
            def SGD(self, parameters: Any, lr: float, **options: Any) -> Any:
                return optim.SGD(parameters, lr=lr * (1 + 1e-3), **options)

        self.optim = Further()


def wrong_value() -> scalar_network.Number:
    """An engine whose numbers are a little off."""
    return lambda x: Value(x * (1 + 1e-6))


def wrong_gradient() -> scalar_network.Number:
    """An engine whose numbers are right and whose gradients are not."""

    def number(x: float) -> Value:
        value = Value(x)
        value.register_hook(lambda g: g * (1 + 1e-6))
        return value

    return number


def test_every_benchmark_runs(tmp_path: Path) -> None:
    written, drawn = tmp_path / "results.json", tmp_path / "ratios.png"
    plot = ["--plot", str(drawn)] if find_spec("torch") else []
    command = [sys.executable, "-m", "benchmarks", "--quick", "--repeats", "1", "--json", str(written), *plot]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    titles = (
        "op overhead",
        "scalar network",
        "chain",
        "graph of the chain",
        "gradient check",
        "import",
        "training",
        "optim.fit",
    )
    for title in titles:
        assert f"\n{title}" in done.stdout
    results = json.loads(written.read_text())["results"]
    assert len(results) == 7 + len(training.TASKS)
    for result in results:
        assert OURS in result["samples"]
        assert not result["failed"]
        # Each library is either measured or named as missing.
        assert set(result["samples"]).isdisjoint(result["missing"])
    assert not plot or drawn.read_bytes().startswith(b"\x89PNG")


def test_an_unknown_name_is_refused() -> None:
    done = subprocess.run([sys.executable, "-m", "benchmarks", "speed"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "no benchmark named speed; there are overhead, scalar, chain, check, import, training, fit" in done.stderr


@pytest.mark.parametrize("run", [overhead.run, chain.run])
@pytest.mark.parametrize("wrong", [WrongValue, WrongGradient])
def test_a_wrong_library_is_not_timed(run: Callable[..., Any], wrong: type[AutogradLite]) -> None:
    with pytest.raises(AssertionError, match="wrong and autograd_lite disagree"):
        run(rounds=1, quick=True, libraries=[AutogradLite, wrong])


@pytest.mark.parametrize("wrong", [wrong_value, wrong_gradient])
def test_a_wrong_engine_is_not_timed(wrong: scalar_network.Engine) -> None:
    with pytest.raises(AssertionError, match="wrong and autograd_lite disagree"):
        scalar_network.run(rounds=1, quick=True, engines={OURS: scalar_network.our_value, "wrong": wrong})


def test_a_wrong_step_is_not_timed() -> None:
    with pytest.raises(AssertionError, match="wrong and autograd_lite disagree"):
        training.run(rounds=1, quick=True, tasks=["mlp"], kits=[training.AutogradLite, WrongStep])


def one_batch_less(model: Any, loss: Any, optimizer: Any, data: Any) -> float:
    """A loop that leaves out its last batch."""
    x, y = data
    return fit.by_hand(model, loss, optimizer, (x[: -fit.BATCH], y[: -fit.BATCH]))


def test_another_loop_is_not_timed() -> None:
    with pytest.raises(AssertionError, match="wrong and autograd_lite disagree"):
        fit.run(rounds=1, quick=True, ways={OURS: fit.by_fit, "wrong": one_batch_less})


def test_processes_that_train_have_two_threads_and_others_what_they_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    with training.threads(2):
        assert os.environ["OMP_NUM_THREADS"] == os.environ["MKL_NUM_THREADS"] == "2"
    assert os.environ["OMP_NUM_THREADS"] == "1"
    assert "MKL_NUM_THREADS" not in os.environ


def wrong_checker(sizes: tuple[int, ...]) -> Any:
    """A check of a network that has other gradients."""
    check, results = checking.ours(sizes)
    return check, lambda: [r * (1 + 1e-6) for r in results()]


def false_checker(sizes: tuple[int, ...]) -> Any:
    """A check that rejects what is right."""
    return lambda: False, checking.ours(sizes)[1]


def test_a_check_of_something_else_is_not_timed() -> None:
    with pytest.raises(AssertionError, match="wrong and autograd_lite disagree"):
        checking.run(rounds=1, quick=True, checkers={OURS: checking.ours, "wrong": wrong_checker})
    with pytest.raises(AssertionError, match="rejects a gradient that is right"):
        checking.run(rounds=1, quick=True, checkers={OURS: checking.ours, "false": false_checker})


def test_a_library_that_fails_is_named_with_its_reason() -> None:
    time, memory = chain.run(rounds=1, quick=True, libraries=[AutogradLite, TooDeep, Dies])
    assert list(time.samples) == list(memory.samples) == [OURS]
    text = report.table([time])
    assert "recursive      fails: RecursionError: maximum recursion depth exceeded" in text
    assert "mortal         fails: BrokenProcessPool" in text


def test_our_own_failure_is_an_error() -> None:
    def fail() -> None:
        raise RecursionError("here")

    with pytest.raises(RecursionError, match="here"):
        in_turns({OURS: fail}, 1, "")


def test_missing_libraries_are_left_out_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "LIBRARIES", (AutogradLite, Absent))
    [result] = overhead.run(rounds=1, quick=True)
    assert list(result.samples) == [OURS]
    assert "not installed: absent" in report.table([result])


def test_a_slow_library_sits_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.measure.PATIENCE", 1e-9)
    found, failed = in_turns({OURS: dict, "peer": dict}, 3, "")
    assert (found, failed) == ({OURS: [{}], "peer": [{}]}, {})


def test_ratios_and_targets() -> None:
    samples = {OURS: [{"total": t} for t in (1.0, 2.0, 9.0)], "peer": [{"total": t} for t in (4.0, 4.0, 18.0)]}
    result = Result("case", "ms", "total", samples, {"peer": 0.5, OURS: 1.0})
    assert result.median(OURS, "total") == 2.0
    assert result.ratio("peer") == 0.5
    assert (result.reached("peer"), result.reached(OURS), result.reached("other")) == (True, False, None)
    text = report.table([result])
    assert "0.500  ≤ 0.5: reached" in text
    assert "≤ 1 ms: missed" in text
    assert "reached" not in report.table([result], judged=False)


def test_imports_are_beyond_numpy() -> None:
    [result] = imports.run(rounds=1, quick=True, libraries=[AutogradLite])
    assert list(result.samples) == [OURS]


def test_a_failing_import_gives_its_reason() -> None:
    with pytest.raises(ImportError, match="No module named 'no_such_library'"):
        imports.import_time("no_such_library")


def test_the_chart_draws_every_ratio(tmp_path: Path) -> None:
    samples = {OURS: [{"total": 1.0}], "peer": [{"total": 4.0}]}
    report.plot([Result("case", "ms", "total", samples, {"peer": 0.5})], tmp_path / "ratios.png")
    assert (tmp_path / "ratios.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="no ratio to draw"):
        report.plot([Result("case", "ms", "total", {OURS: samples[OURS]})], tmp_path / "none.png")
