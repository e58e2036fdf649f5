"""Demos E1 to E7, run small: what they learn and what is drawn."""

from typing import Any

import numpy as np
import pytest


def test_e4(demo: Any) -> None:
    """The norms are those of back-propagation by hand, the factors those of theory; what vanishes learns nothing."""
    run = demo("e4")
    by_hand, steps = sigmoid_network_by_hand(run.network("sigmoid"), run.x[:256], run.y[:256])
    assert run.norms["sigmoid"] == pytest.approx(by_hand, rel=1e-4)
    assert all(kept <= bound for kept, bound in steps)

    clean = ("sigmoid", "ReLU, He", "sigmoid, Glorot", "tanh, Glorot", "batch norm before", "batch norm after")
    for name in clean:
        assert run.factors[name] == pytest.approx(run.HIDDEN[name][1], rel=0.1), name
    lost = {name: norms[-1] / norms[0] for name, norms in run.norms.items()}
    # Six hidden layers below the last: at least 4^6, and with weights of nn.Linear (4 √3)^6.
    assert lost["sigmoid"] > (4 * np.sqrt(3)) ** 6 > lost["sigmoid, Glorot"] > 4**6
    assert lost["ReLU"] < 1_000
    assert lost["residual"] < 100
    assert all(0.5 < lost[name] < 2 for name in set(clean) - {"sigmoid", "sigmoid, Glorot"})

    untaught = {"sigmoid", "sigmoid, Glorot", "ReLU"}
    for name, losses in run.losses.items():
        assert losses[-1] == pytest.approx(np.log(10), abs=0.05) if name in untaught else losses[-1] < 0.6, name
        assert run.accuracies[name] < 0.2 if name in untaught else run.accuracies[name] > 0.85, name


def sigmoid_network_by_hand(net: Any, x: Any, labels: Any) -> tuple[list[float], list[tuple[float, float]]]:
    """Back-propagation in NumPy: the norm of each layer's gradient, and at each step down how much of ∂L/∂z is kept
    and how much at most: a quarter of the weights' largest singular value."""
    linear = [module for module in net.modules() if type(module).__name__ == "Linear"]
    weights = [module.weight.numpy().astype(float) for module in linear]
    outputs = [x.astype(float)]
    for module, w in zip(linear, weights, strict=True):
        z = outputs[-1] @ w.T + module.bias.numpy()
        outputs.append(1 / (1 + np.exp(-z)))
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    delta = (p - np.eye(10)[labels]) / len(x)
    norms, steps = [], []
    for k in reversed(range(len(linear))):
        norms.append(float(np.hypot(np.linalg.norm(delta.T @ outputs[k]), np.linalg.norm(delta.sum(axis=0)))))
        below = delta @ weights[k] * outputs[k] * (1 - outputs[k])
        if k:
            steps.append((np.linalg.norm(below) / np.linalg.norm(delta), np.linalg.norm(weights[k], 2) / 4))
        delta = below
    return norms[::-1], steps


def test_e5(demo: Any) -> None:
    """The plain network over-fits and each remedy brings it nearer to the truth, which no network is better than."""
    run = demo("e5")
    losses = {name: both for name, (_, both) in run.runs.items()}
    small, plain, l2, l1, weaker, stopped, dropout = losses
    gap = {name: both["validation"][-1] - both["train"][-1] for name, both in losses.items()}
    risen = {name: both["validation"][-1] - min(both["validation"]) for name, both in losses.items()}
    assert gap[plain] > 0.06
    assert risen[plain] > 0.03
    for name in (l2, l1, weaker, stopped, dropout):
        assert gap[name] < gap[plain], name
        assert risen[name] < risen[plain], name
        assert run.tests[name]["loss"] < run.tests[plain]["loss"], name
    assert losses[small]["train"][-1] > losses[plain]["train"][-1] + 0.1
    assert losses[l1]["train"][-1] > losses[plain]["train"][-1] + 0.1

    # Two thousand others around the half circles, with a normal noise of its own, whose probability is counted.
    assert 0.25 < run.least < min(test["loss"] for test in run.tests.values())
    angle, rng = np.linspace(0, np.pi, 400), np.random.default_rng(0)
    arcs = np.array([[np.cos(angle), np.sin(angle)], [1 - np.cos(angle), 0.5 - np.sin(angle)]]).transpose(0, 2, 1)
    clouds = arcs[:, :, None] + rng.normal(0, run.lesson.noise, (2, 400, 1000, 2))
    for centre in [(0.0, 1.0), (0.5, 0.25), (1.0, 0.0), (1.5, 0.5)]:
        near = (np.linalg.norm(clouds - centre, axis=-1) < 0.1).sum((1, 2))
        share = near[1] / near.sum()
        assert run.truth(np.array([centre])).item() == pytest.approx(share, abs=0.025), centre

    # Early stopping by its definition, and the weights of the best epoch.
    held, best, waited = losses[stopped]["validation"], np.inf, 0
    for epoch, loss in enumerate(held, 1):
        waited = 0 if loss < best - 0.001 else waited + 1
        best = loss if waited == 0 else best
        assert (waited == 5) == (epoch == len(held))
    model = run.runs[stopped][0]
    assert run.optim.evaluate(model, run.cross_entropy, run.parts["validation"])["loss"] == pytest.approx(best)

    norms = {name: [abs(w.data) for w in model.parameters() if w.ndim == 2] for name, (model, _) in run.runs.items()}
    small_ones = {name: np.mean(np.concatenate([w.ravel() for w in ws]) < 1e-3) for name, ws in norms.items()}
    assert small_ones[l1] > 0.9 > small_ones[weaker] > 0.7 > small_ones[l2] > 0.3 > 0.05 > small_ones[plain]


def test_e6(demo: Any) -> None:
    """Each search tries what it says, scores are those of the validation part, and the choice holds on the test."""
    run = demo("e6")
    train, held = next(run.scored["cv"].split())
    assert (len(train), len(held), len(run.y_test)) == (450, 150, 150)
    assert not set(train) & set(held)
    assert not {image.tobytes() for image in run.x} & {image.tobytes() for image in run.x_test}

    for points, losses in run.runs["grid"]:
        assert sorted(map(tuple, points.round(9).tolist())) == [(a, b) for a in (-4, -2, 0) for b in (-5, -3, -1)]
        assert losses.min() == run.losses.min()
    for points, _ in run.runs["random"] + run.runs["evolution"]:
        assert points.shape == (9, 2)
        assert (points >= [-4, -5]).all()
        assert (points <= [0, -1]).all()
        assert len(np.unique(points, axis=0)) == 9

    # Scores as scikit-learn and the search by hand see them: of a network trained on the first part.
    for name, (points, losses) in run.first.items():
        rate, decay = 10 ** points[4]
        model = run.NeuralClassifier(
            (32,), learning_rate=rate, weight_decay=decay, batch_size=50, max_epochs=10, random_state=0
        ).fit(run.x[train], run.y[train])
        p = model.predict_proba(run.x[held])[np.arange(150), run.y[held]]
        assert losses[4] == pytest.approx(-np.log(p).mean(), rel=1e-6), name

    # Each new one is near the best of the three that live, and takes the place of the worst.
    for points, losses in run.runs["evolution"]:
        alive = [0, 1, 2]
        for new in range(3, 9):
            alive.sort(key=lambda i, losses=losses: losses[i])
            assert (abs(points[new] - points[alive[0]]) < 4 * 0.5).all()
            alive[-1] = new

    for name, best in run.best.items():
        assert (np.diff(best, axis=1) <= 0).all()
        assert best.max(axis=1) == pytest.approx([losses[0] for _, losses in run.runs[name]])
        assert best[0, -1] < 0.3
    assert run.folds[run.chosen].mean() == min(f.mean() for f in run.folds.values())
    assert np.mean(run.final.predict(run.x_test) == run.y_test) > 0.93
    assert run.test == pytest.approx(run.folds[run.chosen].mean(), abs=0.08)
