"""The lectures' worked examples, held to the decimals that they print."""

from typing import Any

import numpy as np
import pytest

import autograd_lite as ag

# B1, by name: the printed weights, and those of the picture.
B1_WEIGHTS = {"w1": 0.1, "w2": 0.3, "w3": 0.35, "w4": 0.5, "w5": 0.5, "w6": 0.25, "w7": 0.9, "w8": 0.15}
B1_BIASES = {"b1": 0.5, "b2": 0.7, "b3": 0.4, "b4": 0.1}

# B2: the printed gradients of w5..w8 and of w1..w4 at iterations 0, 1 and 2.
B2_TABLE = [
    ([0.082167, 0.082668, -0.022603, -0.022740], [0.000439, 0.000877, 0.000498, 0.000995]),
    ([0.083706, 0.084219, -0.023732, -0.023877], [0.000366, 0.000733, 0.000426, 0.000852]),
    ([0.084819, 0.085340, -0.024896, -0.025049], [0.000285, 0.000570, 0.000345, 0.000689]),
]


def number(kind: type, x: float) -> Any:
    """A tracked number: a Value, or a 0-d Tensor."""
    return ag.Value(x) if kind is ag.Value else ag.Tensor(x, requires_grad=True)


def as_float(x: Any) -> float:
    return float(np.asarray(x.data if isinstance(x, ag.Value | ag.Tensor) else x))


@pytest.fixture(params=[ag.Value, ag.Tensor], ids=["Value", "Tensor"])
def kind(request: pytest.FixtureRequest) -> type:
    """Each example runs on single numbers of both kinds."""
    chosen: type = request.param
    return chosen


def test_a1_sum_times_number(kind: type) -> None:
    """A1: g = (x + y) z with the value on every edge and the gradient of every node."""
    x, y, z = (number(kind, v) for v in (1.0, 3.0, -3.0))
    p = x + y
    g = p * z
    p.retain_grad()
    g.retain_grad()
    g.backward()
    assert [as_float(n) for n in (p, g)] == [4.0, -12.0]
    assert [as_float(n.grad) for n in (g, z, p, x, y)] == [1.0, 4.0, -3.0, -3.0, -3.0]


def test_a2_elementwise_on_arrays() -> None:
    """A2: c = sum(x y + z) on 3 x 4 arrays has dc/dx = y, dc/dy = x, dc/dz = 1."""
    rng = np.random.default_rng(0)
    x, y, z = (ag.Tensor(rng.normal(size=(3, 4)), requires_grad=True) for _ in range(3))
    c = ag.sum(x * y + z)
    c.backward()
    assert np.isclose(c.item(), (x.data * y.data).sum() + z.data.sum(), rtol=1e-14)
    for leaf, expected in ((x, y.data), (y, x.data), (z, np.ones((3, 4)))):
        assert leaf.grad is not None
        assert np.array_equal(leaf.grad, expected)


def test_a2_elementwise_on_values() -> None:
    """A2 again, number by number, in object arrays of Values."""
    rng = np.random.default_rng(0)
    x, y, z = (np.array([[ag.Value(v) for v in row] for row in rng.normal(size=(3, 4))]) for _ in range(3))
    c = (x * y + z).sum()
    c.backward()
    for i in np.ndindex(3, 4):
        assert (x[i].grad, y[i].grad, z[i].grad) == (y[i].data, x[i].data, 1.0)


def b1_forward(p: dict[str, Any]) -> tuple[Any, Any, list[Any]]:
    """The second hidden unit, the loss and the logits of B1."""
    x1, x2 = 0.2, 0.5
    h1 = ag.relu(p["w1"] * x1 + p["w2"] * x2 + p["b1"])
    h2 = ag.relu(p["w3"] * x1 + p["w4"] * x2 + p["b2"])
    z1 = h1 * p["w5"] + h2 * p["w7"] + p["b3"]
    z2 = h1 * p["w6"] + h2 * p["w8"] + p["b4"]
    loss = ag.log(ag.exp(z1) + ag.exp(z2)) - z2
    return h2, loss, [z1, z2]


def test_b1_by_numbers(kind: type) -> None:
    """B1: every printed figure, and the new weights after one step."""
    p = {name: number(kind, v) for name, v in (B1_WEIGHTS | B1_BIASES).items()}
    h2, loss, logits = b1_forward(p)
    total = ag.exp(logits[0]) + ag.exp(logits[1])
    prediction = [as_float(ag.exp(z) / total) for z in logits]
    for z in logits:
        z.retain_grad()
    loss.backward()
    assert round(as_float(h2), 2) == 1.02
    assert [round(v, 6) for v in prediction] == [0.774256, 0.225744]
    assert round(as_float(p["w8"].grad), 6) == -0.789741
    assert round(as_float(p["w1"].grad), 6) == 0.038713
    for name in ("w1", "w8"):
        with ag.no_grad():
            p[name].data = p[name].data - 0.5 * p[name].grad
    assert round(as_float(p["w1"]), 6) == 0.080644
    assert abs(as_float(p["w1"]) - 0.0806437) < 1e-7
    # The lecture steps with the rounded slope: 0.15 + 0.5 * 0.789741 = 0.5448705, and rounds that up.
    assert abs(as_float(p["w8"]) - 0.544871) < 6e-7
    assert round(as_float(p["w8"]), 7) == 0.5448705
    # dl/dz = p - y, with the target [0, 1].
    assert [as_float(z.grad) for z in logits] == pytest.approx([prediction[0], prediction[1] - 1], rel=1e-12)


def test_b1_on_arrays() -> None:
    """B1 with weight matrices: the same gradients for all twelve parameters as number by number."""
    p = {name: ag.Value(v) for name, v in (B1_WEIGHTS | B1_BIASES).items()}
    b1_forward(p)[1].backward()
    x = np.array([0.2, 0.5])
    w_in = ag.Tensor([[0.1, 0.3], [0.35, 0.5]], requires_grad=True)
    w_out = ag.Tensor([[0.5, 0.9], [0.25, 0.15]], requires_grad=True)
    b_in = ag.Tensor([0.5, 0.7], requires_grad=True)
    b_out = ag.Tensor([0.4, 0.1], requires_grad=True)
    logits = w_out @ ag.relu(w_in @ x + b_in) + b_out
    loss = -(ag.log_softmax(logits) * np.array([0.0, 1.0])).sum()
    loss.backward()
    assert np.round(np.asarray(ag.softmax(logits)), 6).tolist() == [0.774256, 0.225744]
    for leaf, names in (
        (w_in, [["w1", "w2"], ["w3", "w4"]]),
        (w_out, [["w5", "w7"], ["w6", "w8"]]),
        (b_in, ["b1", "b2"]),
        (b_out, ["b3", "b4"]),
    ):
        expected = np.vectorize(lambda name: p[name].grad)(names)
        assert leaf.grad is not None
        assert np.allclose(leaf.grad, expected, rtol=1e-12, atol=0)


def test_b1_softmax_derivative() -> None:
    """B1: dp_j/dz_i is p_i (1 - p_i) where i = j, else -p_i p_j."""
    z = np.array([1.9, 0.7])
    p = np.exp(z) / np.exp(z).sum()
    slopes = ag.jacobian(ag.softmax)(z)
    for i in range(2):
        for j in range(2):
            expected = p[i] * (1 - p[i]) if i == j else -p[i] * p[j]
            assert slopes[j, i] == pytest.approx(expected, rel=1e-12)


def test_b1_cross_entropy_derivative() -> None:
    """B1: with a softmax before it, the slope of the cross-entropy is p - y."""
    z, y = np.array([1.9, 0.7]), np.array([0.0, 1.0])
    p = np.exp(z) / np.exp(z).sum()
    assert np.allclose(ag.grad(lambda z: -(y * ag.log(ag.softmax(z))).sum())(z), p - y, rtol=1e-12)


def test_b2_table_by_numbers(kind: type) -> None:
    """B2: three iterations with the shared biases updated too, every gradient to 6 decimals."""
    x1, x2, t1, t2 = 0.05, 0.10, 0.01, 0.99
    w = [number(kind, v) for v in (0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55)]
    b = [number(kind, v) for v in (0.35, 0.60)]
    for upper, lower in B2_TABLE:
        h1 = ag.sigmoid(w[0] * x1 + w[1] * x2 + b[0])
        h2 = ag.sigmoid(w[2] * x1 + w[3] * x2 + b[0])
        o1 = ag.sigmoid(w[4] * h1 + w[5] * h2 + b[1])
        o2 = ag.sigmoid(w[6] * h1 + w[7] * h2 + b[1])
        loss = ((o1 - t1) ** 2 + (o2 - t2) ** 2) / 2
        loss.backward()
        gradients = [round(as_float(v.grad), 6) for v in w]
        assert gradients[4:] == upper
        assert gradients[:4] == lower
        for leaf in w + b:
            leaf.data = leaf.data - 0.5 * np.asarray(leaf.grad)
            leaf.grad = None


def test_b2_table_on_arrays() -> None:
    """B2 with weight matrices, updated in place under no_grad."""
    x, t = np.array([0.05, 0.10]), np.array([0.01, 0.99])
    low = ag.Tensor([[0.15, 0.20], [0.25, 0.30]], requires_grad=True)
    high = ag.Tensor([[0.40, 0.45], [0.50, 0.55]], requires_grad=True)
    b = [ag.Tensor(0.35, requires_grad=True), ag.Tensor(0.60, requires_grad=True)]
    for upper, lower in B2_TABLE:
        o = ag.sigmoid(high @ ag.sigmoid(low @ x + b[0]) + b[1])
        (((o - t) ** 2).sum() / 2).backward()
        assert np.round(np.asarray(high.grad).reshape(-1), 6).tolist() == upper
        assert np.round(np.asarray(low.grad).reshape(-1), 6).tolist() == lower
        with ag.no_grad():
            for leaf in (low, high, *b):
                leaf -= 0.5 * leaf.grad
                leaf.grad = None
