"""Cross-entropy of classes and of probabilities: its formula, its ends, its options, and what it refuses."""

import numpy as np
import pytest

import nn
from autograd_lite import AutogradError, Tensor, gradcheck
from autograd_lite.errors import ArgumentValueError, DtypeError, KindError, ShapeError


def rng(seed=0):
    return np.random.default_rng(seed)


def by_hand(x, y, w):
    """The losses of classes y, in NumPy."""
    p = np.exp(x - x.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return -w[y] * np.log(p[np.arange(len(y)), y])


def test_cross_entropy_by_its_formula():
    x, y, w = rng().normal(size=(6, 4)), np.array([0, 3, 1, 1, 2, 0]), np.array([0.5, 1.0, 2.0, 0.1])
    expected = by_hand(x, y, w)
    assert np.allclose(nn.CrossEntropyLoss(weight=w, reduction="none")(x, y).data, expected)
    assert np.isclose(nn.CrossEntropyLoss(weight=w)(x, Tensor(y)).item(), expected.sum() / w[y].sum())
    assert np.isclose(nn.CrossEntropyLoss(reduction="sum")(x, y.tolist()).item(), by_hand(x, y, np.ones(4)).sum())
    assert np.isclose(nn.CrossEntropyLoss()(x[0], 2).item(), by_hand(x, y, np.ones(4) * 1)[0] + x[0, 0] - x[0, 2])
    assert np.isclose(nn.CrossEntropyLoss()(x, np.eye(4)[y]).item(), by_hand(x, y, np.ones(4)).mean())


def test_the_gradient_of_cross_entropy_is_p_minus_y():
    x = Tensor(rng().normal(size=(5, 3)), requires_grad=True)
    y = np.array([0, 1, 2, 1, 0])
    nn.CrossEntropyLoss(reduction="sum")(x, y).backward()
    p = np.exp(x.data) / np.exp(x.data).sum(axis=1, keepdims=True)
    assert np.allclose(x.grad.data, p - np.eye(3)[y])


@pytest.mark.parametrize("options", [{}, {"weight": [1.0, 2.0, 0.5], "label_smoothing": 0.2, "ignore_index": 1}])
def test_cross_entropy_is_differentiable_by_logits_and_probabilities(options):
    loss = nn.CrossEntropyLoss(**options)
    x = rng().normal(size=(4, 3))
    assert gradcheck(lambda x: loss(x, np.array([0, 1, 2, 2])), [x])
    assert gradcheck(lambda x, p: loss(x, p), [x, rng(1).dirichlet(np.ones(3), size=4)])


def test_cross_entropy_is_stable_at_large_logits():
    for dtype in (np.float32, np.float64):
        x = Tensor(np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0], [0.0, -np.inf, 0.0]], dtype), requires_grad=True)
        loss = nn.CrossEntropyLoss(reduction="none")(x, [0, 0, 2])
        assert np.allclose(loss.data, [0.0, 2e4, np.log(2)])
        loss.sum().backward()
        assert x.grad.dtype == dtype
        assert np.allclose(x.grad.data, [[0, 0, 0], [-1, 1, 0], [0.5, 0, -0.5]])


def test_ignored_targets_get_no_gradient():
    x = Tensor(rng().normal(size=(3, 2)), requires_grad=True)
    loss = nn.CrossEntropyLoss(label_smoothing=0.1)(x, [1, -100, 0])
    alone = nn.CrossEntropyLoss(label_smoothing=0.1)(x[[0, 2]], [1, 0])
    assert np.isclose(loss.item(), alone.item())
    loss.backward()
    assert (x.grad.data[1] == 0).all()
    assert nn.CrossEntropyLoss(reduction="sum")(x, [-100] * 3).item() == 0.0


def test_float32_logits_give_a_float32_loss_whatever_the_targets():
    loss = nn.CrossEntropyLoss(weight=np.array([1, 2]), label_smoothing=0.1)
    x = Tensor(np.zeros((2, 2), np.float32), requires_grad=True)
    for target in (np.array([0, 1]), np.array([0, 1], np.uint8), np.eye(2), Tensor(np.eye(2))):
        assert loss(x, target).dtype == np.float32
    assert loss.state_dict()["weight"].tolist() == [1.0, 2.0]
    assert nn.CrossEntropyLoss().state_dict() == {}


X = np.zeros((4, 3))


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: nn.CrossEntropyLoss(reduction="avg"), ArgumentValueError, "mean, sum, none"),
        (lambda: nn.CrossEntropyLoss(label_smoothing=1.5), ArgumentValueError, "0 to 1"),
        (lambda: nn.CrossEntropyLoss(label_smoothing="a"), KindError, "0 to 1"),
        (lambda: nn.CrossEntropyLoss(ignore_index=1.0), KindError, "ignore_index"),
        (lambda: nn.CrossEntropyLoss(weight=[[1.0]]), ShapeError, "shape"),
        (lambda: nn.CrossEntropyLoss(weight=[-1.0, 1.0]), ArgumentValueError, "negative"),
        (lambda: nn.CrossEntropyLoss(weight=[1.0, 1.0])(X, [0] * 4), ShapeError, "3 classes"),
        (lambda: nn.CrossEntropyLoss()(X, [0, 1, 3, 0]), ArgumentValueError, r"target\[2\] is class 3.*0 to 2"),
        (lambda: nn.CrossEntropyLoss()(X, [0, 1, -1, 0]), ArgumentValueError, "class -1"),
        (lambda: nn.CrossEntropyLoss()(X[0], 7), ArgumentValueError, "target is class 7"),
        (lambda: nn.CrossEntropyLoss()(X, [0.0, 1.0, 2.0, 0.0]), KindError, "integers"),
        (lambda: nn.CrossEntropyLoss()(X, X.astype(int)), KindError, "floats"),
        (lambda: nn.CrossEntropyLoss()(X, X > 0), KindError, "bool"),
        (lambda: nn.CrossEntropyLoss()(X, None), KindError, "targets"),
        (lambda: nn.CrossEntropyLoss()(X, [0, 1]), ShapeError, r"\(2,\).*\(4,\)"),
        (lambda: nn.CrossEntropyLoss()(X, [[0], [1], [2], [0]]), ShapeError, r"\(4, 1\)"),
        (lambda: nn.CrossEntropyLoss()(X, [[0], [1, 2]]), ShapeError, "made an array"),
        (lambda: nn.CrossEntropyLoss()(X.astype(int), [0] * 4), DtypeError, "floats"),
        (lambda: nn.CrossEntropyLoss()(1.0, 0), ShapeError, "scores of classes"),
        (lambda: nn.CrossEntropyLoss()(X, [-100] * 4), ArgumentValueError, "over nothing"),
        (lambda: nn.CrossEntropyLoss()(X[:0], X[:0]), ArgumentValueError, "over nothing"),
    ],
)
def test_wrong_uses_of_cross_entropy(wrong, error, said):
    with pytest.raises(error, match=said) as caught:
        wrong()
    assert isinstance(caught.value, AutogradError)
