"""The summary of a model: its numbers, counted by hand, and that the model stays as it was."""

import numpy as np
import pytest

import nn
from autograd_lite import Tensor
from autograd_lite.errors import ArgumentValueError, DtypeError, KindError, ShapeError


def row(found, path):
    return next(r for r in found.rows if r.path == path)


def test_the_counts_of_a_convolutional_network():
    model = nn.Sequential(
        nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5, groups=2), nn.Flatten(), nn.Linear(1600, 10)
    )
    found = nn.summary(model, (2, 3, 32, 32))
    # 28 x 28 places of 3 x 5 x 5 products for each of 6 channels and 2 images.
    assert row(found, "0").multiply_adds == 2 * 6 * 28 * 28 * 75
    # Two groups: each output channel sees 3 of the 6.
    assert row(found, "3").multiply_adds == 2 * 16 * 10 * 10 * 75
    assert row(found, "3").parameters == 16 * 75 + 16
    assert row(found, "5").multiply_adds == 2 * 1600 * 10
    assert row(found, "2").output == ((2, 6, 14, 14),)
    assert row(found, "2").memory == 2 * 6 * 14 * 14 * 4
    assert found.parameters == sum(p.size for p in model.parameters()) == found.trainable
    assert found.multiply_adds == sum(r.multiply_adds for r in found.rows)
    assert found.memory == 4 * found.parameters + sum(4 * np.prod(r.output[0]) for r in found.rows[1:])


@pytest.mark.parametrize(
    ("model", "shape", "expected"),
    [
        # Each of 2 x 3 x 4 inputs goes to 5 channels at 2 places.
        (nn.ConvTranspose1d(3, 5, 2), (2, 3, 4), 2 * 3 * 4 * 5 * 2),
        (nn.Conv1d(3, 5, 2), (2, 3, 4), 2 * 5 * 3 * 6),
        # Two directions, 6 steps of 5 rows, three gates.
        (nn.GRU(4, 7, bidirectional=True), (6, 5, 4), 6 * 5 * 2 * 3 * 7 * (4 + 7)),
        # The second layer sees the 7 of the first.
        (nn.RNN(4, 7, num_layers=2), (6, 5, 4), 6 * 5 * (7 * (4 + 7) + 7 * (7 + 7))),
        (nn.LSTMCell(4, 7), (5, 4), 5 * 4 * 7 * (4 + 7)),
        (nn.Linear(3, 2), (4, 5, 3), 4 * 5 * 3 * 2),
        # 5 queries, 7 keys and values, 2 in a batch: three projections, scores, their mix, and the last layer.
        (nn.MultiheadAttention(4, 2), [(5, 2, 4), (7, 2, 4), (7, 2, 4)],
            2 * ((5 + 7 + 7) * 16 + 2 * 5 * 7 * 4 + 5 * 16)),
        (nn.MultiheadAttention(4, 2, batch_first=True), [(2, 5, 4), (2, 7, 4), (2, 7, 4)],
            2 * ((5 + 7 + 7) * 16 + 2 * 5 * 7 * 4 + 5 * 16)),
        (nn.ReLU(), (4, 5, 3), 0),
    ],
)  # fmt: skip
def test_multiply_adds(model, shape, expected):
    assert nn.summary(model, shape).multiply_adds == expected


class Net(nn.Module):
    """Several inputs; a layer called twice under two names, one never; frozen parts; a buffer."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 3)
        self.again = self.first
        self.unused = nn.Linear(5, 5).requires_grad_(False)
        self.drop = nn.Dropout(0.5)
        self.drop.eval()
        self.scale = nn.Parameter(np.ones(3, np.float32))
        self.register_buffer("mean", np.zeros(3, np.float32))

    def forward(self, x, y, pair=None):
        hidden = self.drop(self.again(self.first(x))) * self.scale - self.mean
        return {"sum": hidden + y, "pair": hidden if pair is None else pair["a"][0]}


def test_shared_unused_frozen_and_own_parameters():
    found = nn.summary(Net(), [(2, 3), (2, 3)])
    assert [r.path for r in found.rows] == ["", "first", "unused", "drop"]
    assert row(found, "first").calls == 2
    assert row(found, "first").multiply_adds == 2 * 2 * 9
    assert row(found, "first").memory == 12 * 4 + 2 * 6 * 4
    assert row(found, "unused").output is None
    assert (found.parameters, found.trainable) == (3 + 12 + 30, 15)
    assert row(found, "").output == ((2, 3), (2, 3))
    assert row(found, "").memory == (3 + 3) * 4
    text = str(found)
    assert "not called" in text
    assert "(2, 3) ×2" in text
    assert "30 of the parameters are frozen" in text


def test_a_weight_of_two_layers_counts_once():
    tied = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    tied[1].weight = tied[0].weight
    found = nn.summary(tied, (2, 3))
    assert [r.parameters for r in found.rows] == [0, 12, 3]
    assert row(found, "1").memory == (3 + 2 * 3) * 4
    assert row(found, "1").multiply_adds == 2 * 9


def test_inputs_of_every_kind():
    net = Net()
    shape = (2, 3)
    array = np.ones(shape, np.float32)
    for inputs in (
        [shape, shape],
        (shape, shape),
        [array, Tensor(array)],
        {"x": shape, "y": array},
        {"x": shape, "y": shape, "pair": {"a": [shape, array]}},
    ):
        assert row(nn.summary(net, inputs), "").output[0] == shape
    model = nn.Sequential(nn.Embedding(10, 4), nn.Linear(4, 2))
    assert nn.summary(model, (6, 5), dtype=int).rows[0].output == ((6, 5, 2),)
    assert nn.summary(nn.Linear(3, 2, dtype=float), (5, 3)).rows[0].memory == (8 + 10) * 8
    assert nn.summary(nn.ReLU(), [array], dtype=[None]).rows[0].output == (shape,)


def test_the_model_is_left_as_it_was():
    net = nn.Sequential(nn.BatchNorm1d(3), Net().drop, nn.Linear(3, 1))
    seen = []
    net[2].register_forward_hook(lambda *a: seen.append(1))
    before = net.state_dict()
    nn.summary(net, (4, 3))
    with pytest.raises(ShapeError):
        nn.summary(net, (4, 5))
    assert [m.training for m in net.modules()] == [True, True, False, True]
    assert all(np.array_equal(before[name], array) for name, array in net.state_dict().items())
    assert net[0]._hooks is None
    assert seen == [1]
    net(np.ones((4, 3), np.float32))
    assert seen == [1, 1]
    assert all(p.grad is None for p in net.parameters())


def test_a_layer_tells_its_own_multiply_adds():
    class Squares(nn.Module):
        def forward(self, x):
            return x @ x.T

        def multiply_adds(self, inputs, outputs):
            return outputs[0].size * inputs[0].shape[-1]

    class Deeper(nn.Linear):
        pass

    model = nn.Sequential(Squares(), Deeper(4, 2))
    found = nn.summary(model, (4, 3))
    assert [r.multiply_adds for r in found.rows] == [0, 4 * 4 * 3, 4 * 4 * 2]


@pytest.mark.parametrize(
    ("size", "said"),
    [(999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_960, "1.0 MB"), (3 * 10**15, "3,000.0 TB")],
)
def test_bytes(size, said):
    from nn.summary import _in_bytes

    assert _in_bytes(size) == said


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: nn.summary(np.tanh, (1, 2)), KindError, "expected a Module"),
        (lambda: nn.summary(nn.ReLU(), 3), ArgumentValueError, "no shape"),
        (lambda: nn.summary(nn.ReLU(), (2, -3)), ArgumentValueError, "no shape"),
        (lambda: nn.summary(nn.ReLU(), [(2, "a")]), ArgumentValueError, "no shape"),
        (lambda: nn.summary(nn.ReLU(), (2, 3), dtype="nonsense"), DtypeError, "nonsense"),
        (lambda: nn.summary(nn.ReLU(), [(2, 3)], dtype=[int, int]), ArgumentValueError, "2 data types"),
    ],
)
def test_wrong_calls(wrong, error, said):
    with pytest.raises(error, match=said):
        wrong()
