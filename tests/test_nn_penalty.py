"""Penalties: what counts, what does not, and that the gradient is that of weight decay."""

import numpy as np
import pytest

import nn
from autograd_lite.errors import ArgumentValueError, KindError


class Net(nn.Module):
    """Weights, biases, a scale, a slope, a vector without a layer, and a weight that is shared."""

    def __init__(self, dtype=float):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(2, 3, dtype=dtype), nn.PReLU(dtype=dtype), nn.Linear(3, 3, dtype=dtype))
        self.norm = nn.LayerNorm(3, dtype=dtype)
        self.twin = self.body[2]
        self.w = nn.Parameter(np.array([2.0, -3.0], dtype))


def weights(net):
    return [net.w.data, net.body[0].weight.data, net.body[2].weight.data]


def test_weights_count_once_and_biases_scales_and_slopes_do_not():
    net = Net()
    expected = sum(np.abs(w).sum() for w in weights(net))
    assert nn.penalty.l1(net, 0.3).item() == pytest.approx(0.3 * expected)
    expected = sum((w * w).sum() for w in weights(net))
    assert nn.penalty.l2(net, 0.3).item() == pytest.approx(0.3 * expected)


def test_a_weight_of_two_layers_counts_once():
    tied = nn.Sequential(nn.Linear(3, 3, dtype=float), nn.Linear(3, 3, dtype=float))
    tied[1].weight = tied[0].weight
    assert nn.penalty.l1(tied, 1.0).item() == pytest.approx(np.abs(tied[0].weight.data).sum())


def test_biases_count_where_asked():
    net = Net()
    biases = [net.body[0].bias.data, net.body[2].bias.data]
    expected = sum((w * w).sum() for w in weights(net) + biases)
    assert nn.penalty.l2(net, 1.0, bias=True).item() == pytest.approx(expected)


@pytest.mark.parametrize("layer", [nn.LSTM(3, 4), nn.MultiheadAttention(4, 2), nn.Conv2d(2, 3, 3), nn.GRUCell(2, 3)])
def test_biases_by_any_name(layer):
    for parameter in layer.parameters():
        parameter.data = np.ones(parameter.shape)
    every = nn.penalty.l1(layer, 1.0, bias=True).item()
    assert every == sum(p.size for p in layer.parameters())
    assert (
        nn.penalty.l1(layer, 1.0).item() == sum(p.size for n, p in layer.named_parameters() if "bias" not in n) < every
    )


def test_the_gradients():
    net = Net()
    (nn.penalty.l2(net, 0.5) + nn.penalty.l1(net, 2.0)).backward()
    for parameter in (net.w, net.body[0].weight):
        np.testing.assert_allclose(parameter.grad.data, parameter.data + 2 * np.sign(parameter.data))
    assert net.body[0].bias.grad is None
    assert net.norm.weight.grad is None
    assert net.body[1].weight.grad is None


def test_what_is_frozen_or_says_so_does_not_count():
    net = Net()
    net.body.requires_grad_(False)
    assert nn.penalty.l1(net, 1.0).item() == 5.0
    net.penalized = False
    assert nn.penalty.l1(net, 1.0).item() == 0.0


def test_float32_stays_float32_and_nothing_costs_nothing():
    assert nn.penalty.l2(Net(np.float32), 0.1).dtype == np.float32
    assert nn.penalty.l2(nn.ReLU(), 0.1).item() == 0.0


@pytest.mark.parametrize("penalty", [nn.penalty.l1, nn.penalty.l2])
def test_wrong_calls(penalty):
    with pytest.raises(KindError, match="expected a Module"):
        penalty([nn.Parameter([1.0])], 0.1)
    with pytest.raises(ArgumentValueError, match="at least 0"):
        penalty(nn.ReLU(), -0.1)
    with pytest.raises(KindError, match="lam"):
        penalty(nn.ReLU(), "a")
    with pytest.raises(KindError, match="bias"):
        penalty(nn.ReLU(), 0.1, bias=1)
