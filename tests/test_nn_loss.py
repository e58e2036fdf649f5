"""Losses as modules: second derivatives, ends, sums of losses, and what they refuse."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_lite as ag
import nn
from autograd_lite import AutogradError, Tensor
from autograd_lite.errors import ArgumentValueError, AxisError, DtypeError, KindError, ShapeError
from nn import functional as F

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3))
P, Q = RNG.uniform(0.1, 0.9, size=(4, 3)), RNG.uniform(0.1, 0.9, size=(4, 3))
CLASSES = np.array([0, 2, 1, 1])
SIGNS = np.where(RNG.uniform(size=(4, 3)) < 0.5, 1.0, -1.0)
WEIGHT = np.array([0.5, 2.0, 1.0])

BETWEEN = [
    (nn.MSELoss(), X, Y),
    (nn.L1Loss(), X, Y),
    (nn.HuberLoss(delta=0.7), X, Y),
    (nn.SmoothL1Loss(beta=0.7), X, Y),
    (nn.SmoothL1Loss(beta=0.0), X, Y),
    (nn.BCELoss(), P, Q),
    (nn.BCELoss(weight=WEIGHT), P, Q),
    (nn.BCEWithLogitsLoss(), X, Q),
    (nn.BCEWithLogitsLoss(WEIGHT, pos_weight=[2.0]), X, Q),
    (nn.KLDivLoss(), np.log(P), Q),
    (nn.KLDivLoss("batchmean", log_target=True), np.log(P), np.log(Q)),
]
OF_CLASSES = [
    (nn.CrossEntropyLoss(), X, CLASSES),
    (nn.CrossEntropyLoss(WEIGHT, label_smoothing=0.2, ignore_index=1), X, CLASSES),
    (nn.CrossEntropyLoss(label_smoothing=0.2), X, P),
    (nn.NLLLoss(WEIGHT), X, CLASSES),
    (nn.MultiMarginLoss(), X, CLASSES),
    (nn.MultiMarginLoss(p=2, margin=0.4, weight=WEIGHT), X, CLASSES),
    (nn.HingeEmbeddingLoss(0.5), X, SIGNS),
    (nn.Entropy(), X, None),
    (nn.Entropy(logits=False), P, None),
    (nn.CrossEntropyLoss() + 0.3 * nn.Entropy() + 2 * nn.MultiMarginLoss(), X, CLASSES),
]


@pytest.mark.parametrize(
    ("loss", "x", "y"), BETWEEN + OF_CLASSES, ids=lambda v: repr(v) if isinstance(v, nn.Loss) else ""
)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_two_orders(loss, x, y, reduction):
    loss = copy.deepcopy(loss)
    if not isinstance(loss, nn.WeightedSum):
        loss.reduction = reduction
    both = any(x is a and y is b for _, a, b in BETWEEN)
    f, inputs = (loss, (x, y)) if both else (lambda x: loss(x, y), (x,))
    assert ag.gradcheck(f, inputs, raise_on_failure=True)
    assert ag.gradgradcheck(f, inputs, raise_on_failure=True)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_certain_and_far_predictions(dtype):
    """Values and gradients are finite at probabilities of 0 and 1 and at logits of ten thousand."""
    far = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4]], dtype)
    sure = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], dtype)
    truth = np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]], dtype)
    classes = np.array([1, 0])
    for loss, x, y in [
        (nn.CrossEntropyLoss(), far, classes),
        (nn.CrossEntropyLoss(label_smoothing=0.1), far, classes),
        (nn.CrossEntropyLoss(), far, truth),
        (nn.Entropy(), far, None),
        (nn.Entropy(logits=False), sure, None),
        (nn.BCELoss(), sure, truth),
        (nn.BCEWithLogitsLoss(), far, truth),
        (nn.KLDivLoss(), nn.LogSoftmax(1)(far).data, truth),
        (nn.NLLLoss(), nn.LogSoftmax(1)(far).data, classes),
        (nn.MultiMarginLoss(p=2), far, classes),
        (nn.MSELoss(), far, truth),
        (nn.HuberLoss(), far, truth),
    ]:
        leaf = Tensor(x, requires_grad=True)
        value = loss(leaf, y)
        assert value.dtype == dtype
        value.backward()
        assert np.isfinite(value.data), loss
        assert np.isfinite(leaf.grad.data).all(), loss


def test_values_at_the_ends_by_hand():
    far = np.array([[1e4, -1e4]])
    assert nn.CrossEntropyLoss()(far, [1]).item() == 2e4
    assert nn.CrossEntropyLoss()(far, [0]).item() == 0.0
    assert nn.CrossEntropyLoss(label_smoothing=0.5)(far, [0]).item() == 0.25 * 2e4
    assert nn.Entropy()(np.zeros((1, 4))).item() == pytest.approx(np.log(4), rel=1e-15)
    assert nn.Entropy()(far).item() == 0.0
    assert nn.Entropy(logits=False)([[0.0, 1.0]]).item() == 0.0
    assert nn.BCELoss()([0.0, 1.0], [1.0, 1.0]).item() == 50.0
    assert nn.KLDivLoss("sum")(np.log([[0.25, 0.75]]), [[0.0, 1.0]]).item() == pytest.approx(np.log(4 / 3))
    assert nn.KLDivLoss("sum", log_target=True)([[np.log(0.25), -1.0]], [[0.0, -np.inf]]).item() == pytest.approx(
        np.log(4)
    )
    assert nn.NLLLoss(weight=[0.0, 1.0])([[-np.inf, -0.5], [-1.0, -0.25]], [0, 1]).item() == 0.25


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_cross_entropy_is_entropy_and_divergence(data):
    """H(y, p) = H(y) + KL(y, p), and H(p, p) is the entropy: three losses that know nothing of one another."""
    n, c = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 5))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    x, y = (
        rng.normal(scale=data.draw(st.sampled_from([0.1, 1.0, 30.0])), size=(n, c)),
        rng.dirichlet(np.ones(c), size=n),
    )
    together = nn.Entropy(logits=False)(y).item() + nn.KLDivLoss("batchmean")(F.log_softmax(x, 1), y).item()
    assert nn.CrossEntropyLoss()(x, y).item() == pytest.approx(together, rel=1e-9, abs=1e-9)
    assert nn.CrossEntropyLoss()(x, F.softmax(x, 1).data).item() == pytest.approx(nn.Entropy()(x).item(), abs=1e-9)
    assert -1e-12 <= nn.Entropy()(x).item() <= np.log(c) + 1e-12


def test_two_classes_are_the_binary_case():
    x, y = X[:, 0], np.array([0, 1, 1, 0])
    two = nn.CrossEntropyLoss()(np.stack([np.zeros(4), x], axis=1), y).item()
    assert nn.BCEWithLogitsLoss()(x, y).item() == pytest.approx(two, rel=1e-14)
    assert nn.BCELoss()(1 / (1 + np.exp(-x)), y).item() == pytest.approx(two, rel=1e-12)


def test_targets_of_any_kind():
    for y in (CLASSES, CLASSES.tolist(), Tensor(CLASSES), CLASSES.astype(np.uint8)):
        assert nn.MultiMarginLoss()(X, y).item() == nn.MultiMarginLoss()(X, CLASSES).item()
        assert nn.NLLLoss()(X, y).item() == -X[np.arange(4), CLASSES].mean()
    assert nn.MSELoss()(np.float32([1.0]), [3]).dtype == np.float32
    leaf = Tensor([1.0], requires_grad=True)
    nn.MSELoss()(np.float32([3.0]), leaf).backward()
    assert leaf.grad.tolist() == [-4.0]


def test_entropy_along_any_axis():
    x = RNG.normal(size=(2, 3, 4))
    for axis in (0, 1, 2, -1):
        p = np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)
        expected = -(p * np.log(p)).sum(axis=axis)
        np.testing.assert_allclose(nn.Entropy(axis, reduction="none")(x).data, expected, rtol=1e-13)
        np.testing.assert_allclose(nn.Entropy(axis, logits=False, reduction="none")(p).data, expected, rtol=1e-13)
    assert repr(nn.Entropy(2)) == "Entropy(dim=2, logits=True, reduction='mean')"


# Sums


def test_losses_add_up_and_scale():
    a, b = nn.MSELoss(), nn.L1Loss()
    va, vb = a(X, Y).item(), b(X, Y).item()
    for loss, expected in [
        (a + b, va + vb),
        (a - b, va - vb),
        (2 * a, 2 * va),
        (a * np.float32(0.5), va / 2),
        (np.float64(3.0) * a + b * 2, 3 * va + 2 * vb),
        (-a, -va),
        (a / 4, va / 4),
        (0.5 * (a + 2 * b) - a, vb - va / 2),
        (sum([a, b, a]), 2 * va + vb),
        (0.0 * a + b, vb),
    ]:
        assert isinstance(loss, nn.Loss)
        assert loss(X, Y).item() == pytest.approx(expected, rel=1e-14)
    assert sum([a]) is a


def test_a_sum_is_a_module_and_is_flat():
    loss = nn.CrossEntropyLoss(WEIGHT) + 0.3 * (nn.Entropy() + nn.MultiMarginLoss())
    assert [type(m) for m in loss.children()] == [nn.CrossEntropyLoss, nn.Entropy, nn.MultiMarginLoss]
    assert [f for f, _ in loss.terms()] == [1.0, 0.3, 0.3]
    assert list(loss.state_dict()) == ["0.weight"]
    assert [repr(m._label) for m in loss.children()] == ["0: CrossEntropyLoss", "1: Entropy", "2: MultiMarginLoss"]
    assert repr(nn.MSELoss() + 0.5 * nn.L1Loss()) == (
        "WeightedSum(\n  1·(0) + 0.5·(1)\n  (0): MSELoss(reduction='mean')\n  (1): L1Loss(reduction='mean')\n)"
    )
    same = nn.MSELoss()
    assert (same + same)(X, Y).item() == 2 * same(X, Y).item()


def test_a_sum_of_losses_of_a_network_trains_it():
    ag.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 8, dtype=float), nn.Tanh(), nn.Linear(8, 2, dtype=float))
    x = RNG.normal(size=(64, 2))
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    loss = nn.CrossEntropyLoss() + 0.1 * nn.Entropy() + 0.1 * nn.MultiMarginLoss()
    start = loss(model(x), y).item()
    for _ in range(200):
        model.zero_grad()
        (loss(model(x), y) + nn.penalty.l2(model, 1e-4)).backward()
        for p in model.parameters():
            p.data = p.data - 0.5 * p.grad.data
    assert loss(model(x), y).item() < 0.5 * start


def test_what_is_not_a_loss_is_not_added():
    loss = nn.MSELoss()
    for wrong in (
        lambda: loss + 1.0,
        lambda: loss + nn.ReLU(),
        lambda: loss * loss,
        lambda: loss - 3,
        lambda: loss / "a",
    ):
        with pytest.raises(TypeError):
            wrong()


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: nn.MSELoss() * np.nan, ArgumentValueError, "finite"),
        (lambda: nn.MSELoss() * True, ArgumentValueError, "True"),
        (lambda: nn.MSELoss() / 0, ArgumentValueError, "divided by 0"),
        (lambda: nn.WeightedSum([]), ArgumentValueError, "no loss"),
        (lambda: nn.WeightedSum(5), KindError, "terms is int 5; give a list of pairs"),
        (lambda: nn.WeightedSum([1]), KindError, "give a list of pairs"),
        (lambda: nn.WeightedSum([(1.0, np.abs)]), KindError, "expected a Module"),
        (lambda: (nn.MSELoss("none") + nn.MSELoss())(X, Y), ShapeError, r"\(\).*\(4, 3\)"),
        (lambda: nn.MSELoss("avg"), ArgumentValueError, "MSELoss: reduction is 'avg'"),
        (lambda: nn.MSELoss("batchmean"), ArgumentValueError, "mean, sum, none"),
        (lambda: nn.KLDivLoss("avg"), ArgumentValueError, "batchmean"),
        (lambda: F.mse_loss(X, Y, reduction=3), ArgumentValueError, "reduction"),
        (lambda: nn.MSELoss()(X, Y[:2]), ShapeError, r"\(4, 3\) and the target \(2, 3\)"),
        (lambda: nn.MSELoss()(X, Y[:, :1]), ShapeError, "broadcast_to"),
        (lambda: nn.MSELoss()(X.astype(int), Y), DtypeError, "int64"),
        (lambda: nn.MSELoss()(X, Y > 0), KindError, "bool"),
        (lambda: nn.MSELoss()(X, None), KindError, "target"),
        (lambda: nn.MSELoss()(X[:0], Y[:0]), ArgumentValueError, "over nothing"),
        (lambda: nn.Loss()(X, Y), KindError, "no forward pass"),
        (lambda: nn.HuberLoss(delta=0.0), ArgumentValueError, "above 0"),
        (lambda: nn.SmoothL1Loss(beta=-1.0), ArgumentValueError, "at least 0"),
        (lambda: nn.BCELoss()(X, Q), ArgumentValueError, "with_logits"),
        (lambda: nn.BCELoss()(P, Q + 1), ArgumentValueError, "target has an element"),
        (lambda: nn.BCELoss()(P * np.nan, Q), ArgumentValueError, "nan"),
        (lambda: nn.BCELoss(weight=[1.0, 2.0])(P, Q), ShapeError, "does not broadcast"),
        (lambda: nn.BCELoss(weight=np.ones((2, 4, 3)))(P, Q), ShapeError, "does not broadcast"),
        (lambda: nn.BCELoss(weight=[-1.0]), ArgumentValueError, "at least 0"),
        (lambda: F.binary_cross_entropy(P, Q, weight=[np.inf]), ArgumentValueError, "not finite"),
        (lambda: nn.BCEWithLogitsLoss(pos_weight=-1.0), ArgumentValueError, "pos_weight"),
        (lambda: nn.BCEWithLogitsLoss(pos_weight="a"), KindError, "pos_weight"),
        (lambda: nn.BCEWithLogitsLoss()(X, Y), ArgumentValueError, "target has an element"),
        (lambda: nn.KLDivLoss()(X, X), ArgumentValueError, "log_target"),
        (lambda: nn.KLDivLoss("batchmean")(np.float64(-1.0), np.float64(0.5)), ShapeError, "no batch"),
        (lambda: nn.KLDivLoss(log_target=1), KindError, "log_target"),
        (lambda: nn.HingeEmbeddingLoss()(X, CLASSES[:, None] + 0 * X), ArgumentValueError, "1 or -1"),
        (lambda: nn.HingeEmbeddingLoss("a"), KindError, "margin"),
        (lambda: nn.MultiMarginLoss(p=3), ArgumentValueError, "1 or 2"),
        (lambda: nn.MultiMarginLoss(p=1.0), KindError, "p is"),
        (lambda: nn.MultiMarginLoss()(X, CLASSES + 1), ArgumentValueError, "class 3"),
        (lambda: nn.MultiMarginLoss()(X, CLASSES * 1.0), KindError, "integers"),
        (lambda: nn.MultiMarginLoss()(X[None], CLASSES), ShapeError, r"\(C,\) or \(N, C\)"),
        (lambda: nn.MultiMarginLoss(weight=[1.0])(X, CLASSES), ShapeError, "3 classes"),
        (lambda: nn.NLLLoss()(X, CLASSES - 1), ArgumentValueError, r"target\[0\] is class -1"),
        (lambda: nn.NLLLoss()(X, P), KindError, "integers"),
        (lambda: nn.NLLLoss()(X, CLASSES[:2]), ShapeError, r"\(2,\)"),
        (lambda: nn.NLLLoss()(X, [-100] * 4), ArgumentValueError, "over nothing"),
        (lambda: nn.NLLLoss(weight=[[1.0]]), ShapeError, "NLLLoss: weight"),
        (lambda: nn.NLLLoss(ignore_index=0.5), KindError, "ignore_index"),
        (lambda: nn.CrossEntropyLoss()(X, P + 1), ArgumentValueError, "probabilities are from 0 to 1"),
        (lambda: nn.Entropy()(1.0), ShapeError, "scores of classes"),
        (lambda: nn.Entropy(dim=3)(X), AxisError, "dim is 3"),
        (lambda: nn.Entropy(dim="a"), KindError, "dim"),
        (lambda: nn.Entropy(logits=1), KindError, "logits"),
        (lambda: nn.Entropy(logits=False)(X), ArgumentValueError, "logits=True"),
        (lambda: nn.Entropy(dim=0)(X[:0]), ShapeError, "no classes"),
        (lambda: nn.Entropy()(X[:0]), ArgumentValueError, "over nothing"),
        (lambda: nn.Entropy()([1, 2]), DtypeError, "floats"),
    ],
)
def test_wrong_uses(wrong, error, said):
    with pytest.raises(error, match=said) as caught:
        wrong()
    assert isinstance(caught.value, AutogradError)
