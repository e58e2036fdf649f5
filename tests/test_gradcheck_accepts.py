"""gradcheck accepts what is right: at every scale, near poles and kinks, of every kind and in every tree."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd_lite as ag
import nn
from autograd_lite import Tensor, Value, gradcheck, gradgradcheck, op
from autograd_lite.graph import raw
from autograd_lite.tree import flatten

RNG = np.random.default_rng(7)
X = np.array([[0.3, -0.7, 1.1], [1.3, 0.6, -2.2]])
Y = np.array([[1.7, 0.4], [-0.9, 0.8], [2.1, 0.5]])
B = np.array([0.5, -1.0, 2.0])
POSITIVE = np.array([0.4, 1.5, 2.5])
SQUARE = X @ Y
SPREAD = SQUARE @ SQUARE.T + np.eye(2)
IMAGES = RNG.normal(size=(2, 6))
CLASSES = np.array([2, 0])
LOGITS = RNG.normal(size=(2, 4))
MANY = RNG.normal(size=10_000)
LARGE = RNG.normal(size=200_000)


class Pair(NamedTuple):
    w: Any
    b: Any


def mlp(*sizes: int, dtype: Any = np.float64) -> nn.Module:
    """A network, the same each time."""
    rng = np.random.default_rng(0)
    layers: list[nn.Module] = []
    for inner, outer in pairwise(sizes):
        layers += [nn.Linear(inner, outer, dtype=dtype, generator=rng), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


NETWORK = mlp(6, 5, 4)
CROSS_ENTROPY = nn.CrossEntropyLoss()


def two_layers(p: Any, x: Any) -> Any:
    return np.tanh(np.tanh(x @ p["w1"] + p["b1"]) @ p["w2"]).sum()


def recurrent(w: Any, h: Any) -> Any:
    for _ in range(6):
        h = np.tanh(w @ h)
    return h


def deep(x: Any) -> Any:
    for _ in range(40):
        x = x + 0.1 * np.sin(x)
    return x


def rooted(x: Any) -> Any:
    with np.errstate(invalid="ignore"):
        return ag.where(x > 0, np.sqrt(x), 0.0)


def scalar_neuron(ws: Any, b: Any) -> Any:
    return (ws[0] * 2.0 + ws[1] * -1.5 + b).tanh()


RIGHT: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "exp": (np.exp, (X,)),
    "sine times exponential": (lambda x: np.sin(x) * np.exp(x), (X,)),
    "log": (np.log, (POSITIVE,)),
    "square root": (np.sqrt, (POSITIVE,)),
    "sigmoid": (ag.sigmoid, (X,)),
    "power": (lambda x, y: x**y, (POSITIVE, B)),
    "division": (lambda x, y: x / y, (X, X + 5.0)),
    "power of a negative base": (lambda x: x**3.0, (X,)),
    "sum of an axis": (lambda x: x.sum(axis=1, keepdims=True), (X,)),
    "mean": (lambda x: x.mean(axis=0), (X,)),
    "product": (lambda x: x.prod(axis=1), (X,)),
    "variance": (lambda x: x.var(axis=1, ddof=1), (X,)),
    "maximum of an axis": (lambda x: x.max(axis=1), (X,)),
    "softmax": (lambda x: ag.softmax(x, axis=1), (X,)),
    "logsumexp": (lambda x: ag.logsumexp(x), (X,)),
    "norm": (lambda x: np.sqrt((x * x).sum()), (X,)),
    "matmul": (lambda x, y: x @ y, (X, Y)),
    "batched matmul": (lambda x, y: x @ y, (np.stack([X, X + 1.0]), Y)),
    "quadratic form": (lambda x, a: x @ a @ x, (B[:2], SPREAD)),
    "determinant by hand": (lambda a: a[0, 0] * a[1, 1] - a[0, 1] * a[1, 0], (SPREAD,)),
    "broadcast row": (lambda x, b: x * b + b, (X, B)),
    "broadcast column and number": (lambda x, c, s: (x - c) * s, (X, np.array([[0.5], [2.0]]), 3.0)),
    "outer by broadcasting": (lambda x, y: x[:, None] * y, (B, POSITIVE)),
    "slice": (lambda x: x[:, 1:] * x[:, :-1], (X,)),
    "index arrays that repeat": (lambda x: x[[0, 1, 1], [2, 0, 0]], (X,)),
    "mask": (lambda x: x[X > 0] ** 2, (X,)),
    "concatenate": (lambda x, y: np.concatenate([x, y.T * x]), (X, Y)),
    "where guards the logarithm": (lambda x: np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), x), (X,)),
    "where leaks no nan": (rooted, (X,)),
    "clip inside its bounds": (lambda x: np.clip(x, -1.0, 1.2), (X,)),
    "mean squared error": (lambda p, t: ((p - t) ** 2).mean(), (X, X * 0.7 + 0.2)),
    "binary cross-entropy": (lambda z: (np.log1p(np.exp(z)) - z * (X > 0)).mean(), (X,)),
    "cross-entropy": (lambda z: CROSS_ENTROPY(z, CLASSES), (LOGITS,)),
    "log_softmax": (lambda z: ag.log_softmax(z, axis=1), (LOGITS,)),
    "network of nn": (NETWORK, (IMAGES,)),
    "network of nn and its loss": (lambda x: CROSS_ENTROPY(NETWORK(x), CLASSES), (IMAGES,)),
    "two layers": (two_layers, ({"w1": RNG.normal(size=(3, 4)), "b1": np.zeros(4), "w2": RNG.normal(size=(4, 2))}, X)),
    "recurrent": (recurrent, (SQUARE / 3, np.array([0.3, -0.6]))),
    "deep": (deep, (B,)),
    "1e-8 x": (lambda x: 1e-8 * x, (X,)),
    "1e-150 x": (lambda x: 1e-150 * x, (X,)),
    "1e8 x": (lambda x: 1e8 * x, (X,)),
    "x + 1e6": (lambda x: x + 1e6, (X,)),
    "x squared at 1e6": (lambda x: x * x, (1e6 * X,)),
    "x squared at 1e-6": (lambda x: x * x, (1e-6 * X,)),
    "log near 1e-6": (np.log, (POSITIVE * 1e-6,)),
    "square root near 1e-9": (np.sqrt, (POSITIVE * 1e-9,)),
    "exp of 10 x": (lambda x: np.exp(10.0 * x), (X,)),
    "steep sigmoid": (lambda x: ag.sigmoid(50.0 * x), (X * 0.1,)),
    "near a pole": (lambda x: 1 / x, (np.array([0.05, -0.002]),)),
    "tangent near its pole": (np.tan, (np.array([1.55, -1.56]),)),
    "fast oscillation": (lambda x: np.sin(200.0 * x), (X,)),
    "saturated": (np.tanh, (20.0 * X,)),
    "empty": (lambda x: x * 2.0, (np.zeros((0, 3)),)),
    "empty result": (lambda x: x[:, 3:] * 2.0, (X,)),
    "zero-dimensional": (lambda x: x * x, (np.array(1.5),)),
    "float": (lambda x: x**3, (2.0,)),
    "np.float64": (lambda x: x**3, (np.float64(2.0),)),
    "not contiguous": (lambda x: x**2, (X.T[::-1],)),
    "Fortran order": (lambda x: x @ x.T, (np.asfortranarray(X),)),
    "read-only": (np.sin, (np.broadcast_to(B, (2, 3)),)),
    "Tensor": (lambda t: (t * t).sigmoid().unsqueeze(0), (Tensor(X, requires_grad=True, name="t"),)),
    "Values": (scalar_neuron, ([Value(0.3), Value(-1.2)], Value(0.1, name="b"))),
    "Values in NumPy": (lambda v, w: np.tanh(v * w) + np.exp(v), (Value(0.3), Value(-1.2))),
    "tuple in": (lambda p: p[0] @ p[1], ((X, Y),)),
    "namedtuple in": (lambda p: p.w * p.b, (Pair(X, 0.5),)),
    "dict of lists in": (lambda p, x: x @ p["layer"][0] + p["b"], ({"layer": [Y], "b": 2.0}, X)),
    "tuple out": (lambda x, y: (x @ y, np.exp(x)), (X, Y)),
    "dict out": (lambda x: {"square": x * x, "rest": [x.sum(), {"sine": np.sin(x)}]}, (X,)),
    "integers and strings pass through": (lambda x, i, how: x[i] * 2.0 if how == "double" else x, (X, 1, "double")),
    "index array among the inputs": (lambda x, i: x[i] ** 2, (B, np.array([0, 2, 2]))),
    "unused argument": (lambda x, y: x * 2.0, (X, Y)),
    "constant": (lambda x: Tensor(3.0) * 1.0, (X,)),
    "absolute value away from 0": (np.abs, (X,)),
    "maximum away from ties": (lambda x: np.maximum(x, 0.2) + np.minimum(x, 1.0), (X,)),
    "kink within the first step": (np.abs, (np.array([1e-6, -1e-6]),)),
    "relu": (ag.relu, (X,)),
}  # fmt: skip

FLOAT32: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "exp": (np.exp, (X.astype(np.float32),)),
    "matmul": (lambda x, y: np.tanh(x @ y), (X.astype(np.float32), Y.astype(np.float32))),
    "cast inside": (lambda x: np.tanh(x.astype(np.float32)) * np.float32(3.0), (X,)),
    "constant of float32": (lambda x: x @ Tensor(Y.astype(np.float32)), (X.astype(np.float32),)),
    "np.float32": (lambda x: x * x, (np.float32(1.5),)),
    "mixed": (lambda x, y: x @ y, (X.astype(np.float32), Y)),
    "network": (mlp(3, 4, 2, dtype=np.float32), (X.astype(np.float32),)),
}


def bits(inputs: Any) -> list[Any]:
    """Every bit of the inputs, and what else a check could change in them."""
    found: list[Any] = []
    for x in flatten(inputs)[0]:
        data = np.asarray(raw(x))
        grad = x.grad if isinstance(x, Tensor | Value) else None
        writeable = x.flags.writeable if isinstance(x, np.ndarray) else None
        found.append((type(x), data.dtype, data.shape, data.tobytes(), grad, writeable, getattr(x, "name", None)))
    return found


def test_there_are_enough() -> None:
    assert len(RIGHT) + len(FLOAT32) >= 60


@pytest.mark.parametrize(("f", "inputs"), RIGHT.values(), ids=RIGHT)
def test_right_to_first_order(f: Callable[..., Any], inputs: tuple[Any, ...]) -> None:
    """Accepted in full and by directions, with nothing to say of an entry; the inputs keep every bit."""
    before = bits(inputs)
    for fast in (False, True):
        report = gradcheck(f, inputs, fast=fast)
        assert report, str(report)
        assert report.worst is None
        assert report.culprit is None
        assert report.mismatches == []
        assert report.sampled == fast
    assert bits(inputs) == before


@pytest.mark.parametrize(("f", "inputs"), RIGHT.values(), ids=RIGHT)
def test_right_to_second_order(f: Callable[..., Any], inputs: tuple[Any, ...]) -> None:
    """Accepted, and the inputs keep every bit."""
    before = bits(inputs)
    report = gradgradcheck(f, inputs)
    assert report, str(report)
    assert bits(inputs) == before


@pytest.mark.parametrize(("f", "inputs"), FLOAT32.values(), ids=FLOAT32)
def test_right_in_float32(f: Callable[..., Any], inputs: tuple[Any, ...]) -> None:
    """Accepted to both orders, in float64 where the function allows it; the report says in what."""
    before = bits(inputs)
    for check in (gradcheck, gradgradcheck):
        report = check(f, inputs)
        assert report, str(report)
        assert report.precision in str(report)
    assert bits(inputs) == before


def test_float32_is_checked_in_float64_where_the_function_allows_it() -> None:
    """A cast inside the function, or a parameter of float32, does not."""
    assert gradcheck(*FLOAT32["exp"]).precision == "float64"
    assert gradcheck(*FLOAT32["cast inside"]).precision == "float32"
    assert gradcheck(*FLOAT32["network"]).precision == "float32"


@pytest.mark.parametrize("fast", [False, True])
def test_ten_thousand_elements(fast: bool) -> None:
    """In full as by directions."""
    before = MANY.tobytes()
    report = gradcheck(lambda x: (np.tanh(x) * x).sum(), (MANY,), fast=fast)
    assert report, str(report)
    assert report.sampled is fast
    assert MANY.tobytes() == before


def test_many_elements_by_directions() -> None:
    """Arrays in and out of 200,000 elements, and values that differ by sixteen powers of ten."""
    report = gradcheck(lambda x: np.exp(x) * x, (LARGE,), fast=True)
    assert report, str(report)
    assert "direction" in str(report)
    scales = np.logspace(-8, 8, LARGE.size)
    report = gradcheck(lambda x: x * scales, (LARGE,), fast=True)
    assert report, str(report)


SMOOTH = ("sine times exponential", "matmul", "two layers", "network of nn and its loss", "exp of 10 x", "deep",
          "1e-8 x", "log near 1e-6", "Values", "tuple out")  # fmt: skip


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("fast", [False, True])
def test_remainder_is_of_second_order(name: str, fast: bool) -> None:
    """As Taylor's theorem says; of a linear function there is none."""
    report = gradcheck(*RIGHT[name], fast=fast)
    if name == "1e-8 x":
        assert report.order is None
    else:
        assert report.order is not None
        assert abs(report.order - 2) < 0.15
        assert f"{report.order:.2f}" in str(report)


KINKS: dict[str, tuple[Callable[..., Any], tuple[Any, ...], str]] = {
    "relu at 0": (lambda x: ag.relu(x * 2.0).sum(), (np.array([0.5, 0.0, -1.0]),), "relu"),
    "absolute value at 0": (lambda x: 3.0 * np.abs(x), (np.array([0.0, 1.0]),), "abs"),
    "maximum at a tie": (np.maximum, (np.array([1.0, 2.0]), np.array([1.0, 0.5])), "maximum"),
    "largest of equals": (lambda x: x.max(), (np.array([1.0, 3.0, 3.0]),), "max"),
    "clip at its bound": (lambda x: np.clip(x, -1.0, 1.0), (np.array([1.0, 0.2]),), "clip"),
}


@pytest.mark.parametrize(("f", "inputs", "name"), KINKS.values(), ids=KINKS)
def test_kinks_are_accepted_by_convention(f: Callable[..., Any], inputs: tuple[Any, ...], name: str) -> None:
    """Where the slopes of the two sides differ and the gradient lies between them, a note names the node."""
    before = bits(inputs)
    report = gradcheck(f, inputs)
    assert report, str(report)
    assert any(name in note for note in report.notes)
    assert bits(inputs) == before


def test_operation_of_the_user() -> None:
    """An op of one's own, alone and among others."""
    softsign = op("softsign", lambda x: x / (1 + abs(x)), elementwise=True,
                  partials=[(r"1 / (1 + |x|)^2", lambda g, out, x: g / (1 + abs(x)) ** 2)])  # fmt: skip
    assert gradcheck(softsign, (X,))
    assert gradgradcheck(lambda x, y: np.tanh(softsign(x) @ y), (X, Y))
