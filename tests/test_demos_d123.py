"""Demos D1 to D3, run small: what they learn, and what they say of it worked out in another way."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from demos import data
from tests.data_files import idx, write_cifar_binary


def softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def by_hand(model: Any, x: np.ndarray) -> np.ndarray:
    """The outputs of linear layers with ReLU between them, by NumPy alone."""
    weights = [p.data for p in model.parameters()]
    for i in range(0, len(weights), 2):
        x = (np.maximum(x, 0) if i else x) @ weights[i].T + weights[i + 1]
    return x


def test_d1(demo: Any) -> None:
    run = demo("d1")
    assert [p.shape for p in run.model.parameters()] == [(20, 784), (20,), (20, 20), (20,), (10, 20), (10,)]
    assert (len(run.train[0]), len(run.validation[0]), len(run.test[0])) == (1250, 250, 297)
    # The loss of the last epoch is that of its three terms.
    x, y = run.validation
    z = by_hand(run.model, x)
    p, right = softmax(z), z[np.arange(len(y)), y]
    lead = np.maximum(0, 1 - right[:, None] + z)
    lead[np.arange(len(y)), y] = 0
    terms = -np.log(p[np.arange(len(y)), y]).mean(), -(p * np.log(p)).sum(1).mean(), lead.sum(1).mean() / 10
    assert run.history["val_loss"][-1] == pytest.approx(terms[0] + 0.5 * terms[1] + 0.5 * terms[2], rel=1e-5)
    assert run.history["val_accuracy"][-1] == pytest.approx(np.mean(z.argmax(1) == y))
    assert run.history["val_accuracy"][-1] > 0.8
    for row in run.history:
        assert f"{row['epoch']:5}  {row['loss']:.4f}  {row['accuracy']:8.1%} " in run.lesson.printed
    # The confusion matrix counts what the picture of predictions shows.
    assert run.matrix.sum() == 297
    assert np.trace(run.matrix) == np.sum(by_hand(run.model, run.test[0]).argmax(1) == run.test[1])

    # The second term makes the network decide.
    rows = [line.split() for line in run.lesson.printed.splitlines() if line.startswith(("cross-entropy", "+ α"))]
    entropies = [float(row[-2]) for row in rows]
    assert len(entropies) == 3
    assert entropies[1] < 0.8 * entropies[0]
    check_search(run)


def check_search(run: Any) -> None:
    """Nine networks in the order of the picture; the best is saved, loaded and tested to the bit."""
    for k, params in enumerate(run.search.cv_results_["params"]):
        rate, name = [0.1, 0.01, 0.001][k // 3], ["Adam", "RMSprop", "SGD"][k % 3]
        assert params == {"learning_rate": rate, "optimizer": name}
        assert run.nine[k // 3, k % 3] == run.search.cv_results_["mean_test_score"][k]
    assert run.nine.shape == (3, 3)
    assert run.nine.max() == run.search.best_score_ > 0.6
    x_test, y_test = run.test
    for mine, theirs in zip(run.loaded.parameters(), run.best.module_.parameters(), strict=True):
        np.testing.assert_array_equal(mine.data, theirs.data)
    kept = ag.load(run.lesson.out / "best.safetensors")
    assert kept["2.weight"].shape == (40, 20)
    assert run.found["accuracy"] == run.best.score(x_test, y_test)
    assert run.found["accuracy"] == pytest.approx(np.mean(by_hand(run.loaded, x_test).argmax(1) == y_test))
    assert f"{run.found['accuracy']:.4%} when loaded" in run.lesson.printed


def test_d2(demo: Any) -> None:
    run = demo("d2")
    relu, sigmoid = run.models["ReLU"], run.models["sigmoid"]
    assert [p.shape for p in relu.parameters()] == [(64, 784), (64,), (32, 64), (32,), (10, 32), (10,)]
    assert run.history["ReLU"]["val_accuracy"][-1] > 0.9
    assert run.history["ReLU"]["val_accuracy"][-1] > run.history["sigmoid"]["val_accuracy"][-1]
    # The gradient vanishes on its way back through the sigmoid: far more than through ReLU.
    first, _, last = run.norms["sigmoid"]
    assert last > 5 * first
    assert run.norms["ReLU"][0] > 5 * first
    # The same weights to begin with: the norms of both maps agree.
    for one, other in zip(run.flows["ReLU"].layers, run.flows["sigmoid"].layers, strict=True):
        assert one.weight == other.weight
    z = by_hand(relu, run.digits.x_test)
    assert run.history["ReLU"]["val_accuracy"][-1] == pytest.approx(np.mean(z.argmax(1) == run.digits.y_test))
    assert sigmoid.training == relu.training


def test_d2_on_files_of_mnist(demo: Any, tmp_path: Path) -> None:
    """The same digits out of MNIST's four files: whole numbers from 0 to 255 instead of fractions."""
    small = data.mnist()
    for part, x, y in (("train", small.x, small.y), ("t10k", small.x_test, small.y_test)):
        images = np.round(255 * x).astype(np.uint8).reshape(-1, 28, 28)
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(idx(images))
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(idx(y.astype(np.uint8)))
    run = demo("d2", data=str(tmp_path))
    assert f"Data: MNIST from {tmp_path}, 1,500 images to train and 297 to test." in run.lesson.printed
    assert run.history["ReLU"]["val_accuracy"][-1] > 0.9


def test_d3(demo: Any) -> None:
    run = demo("d3")
    # 6·3·25+6, 16·6·25+16, 400·120+120, 120·84+84, 84·10+10.
    assert run.summary.parameters == 456 + 2416 + 48120 + 10164 + 850
    sides = [row.output[0][1:] for row in run.summary.rows[1:8]]
    assert sides == [(6, 28, 28), (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 10, 10), (16, 5, 5), (400,)]
    assert run.history["val_accuracy"][-1] > 0.6
    assert np.trace(run.matrix) == np.sum(run.predicted == run.y_test)
    # The first layer's answer at one place is the sum of products under the filter.
    weight, bias = (p.data for p in run.model[0].parameters())
    patch = run.x_test[run.seen, :, 3:8, 10:15]
    assert run.found[2, 3, 10] == pytest.approx(max(0.0, float((weight[2] * patch).sum() + bias[2])), abs=1e-5)


def test_d3_on_files_of_cifar_10(demo: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data.cifar, "ROWS", 40)
    batches = write_cifar_binary(tmp_path, 40)
    run = demo("d3", data=str(tmp_path))
    assert f"Data: CIFAR-10 from {tmp_path}, 200 images to train and 40 to test." in run.lesson.printed
    assert run.pictures.labels[0] == "airplane"
    np.testing.assert_allclose(run.x[0, 0, 0, 1], 2 * batches[0][0][0, 1] / 255 - 1, rtol=1e-6)
