"""Functions with one faulty rule each, in an operation called "planted", alone or among others."""

from typing import Any, NamedTuple

import numpy as np

import autograd_lite as ag
from autograd_lite import Tensor, Value, op
from autograd_lite.graph import raw

RNG = np.random.default_rng(11)
X = np.array([[0.3, -0.7, 1.1], [1.3, 0.6, -2.2]])
Y = np.array([[1.7, 0.4], [-0.9, 0.8], [2.1, 0.5]])
B = np.array([0.5, -1.0, 2.0])
S = np.array([[0.4, -1.2, 0.9], [1.5, 0.7, -0.3], [-0.8, 2.1, 1.1]])
V = np.array([0.7, -0.4, 1.9, -1.3])
MANY = RNG.normal(size=10_000)
LARGE = RNG.normal(size=200_000)


class Case(NamedTuple):
    """`f` holds the planted operation, whose rule of `argument` is wrong in the way that `kind` says."""

    f: Any
    inputs: tuple[Any, ...]
    argument: int = 0
    kind: str = ""
    fast: bool = False


def planted(forward: Any, *rules: Any, **options: Any) -> Any:
    return op("planted", forward, partials=[rule and ("?", rule) for rule in rules], **options)


def elementwise(forward: Any, *rules: Any) -> Any:
    return planted(forward, *rules, elementwise=True)


def product(first: Any, second: Any) -> Any:
    return planted(lambda x, y: x @ y, first or (lambda g, out, x, y: g @ y.T),
                   second or (lambda g, out, x, y: x.T @ g))  # fmt: skip


def bent(shape: tuple[int, ...], at: Any, by: float) -> Any:
    array = np.ones(shape)
    array[at] += by
    return array


def padded(g: Any, before: int, after: int) -> Any:
    return np.concatenate([np.zeros(before), g, np.zeros(after)])


def deep(x: Any, middle: Any) -> Any:
    for i in range(30):
        x = np.tanh(x) + 0.8 * x if i != 15 else middle(x)
    return x.sum()


def network(p: Any, x: Any, layer: Any) -> Any:
    h = np.tanh(layer(x, p["w1"], p["b1"]))
    return -ag.log_softmax(h @ p["w2"])[:, 0].mean()


def affine(first: Any = None, second: Any = None, third: Any = None) -> Any:
    return planted(lambda x, w, b: x @ w + b, first or (lambda g, out, x, w, b: g @ w.T),
                   second or (lambda g, out, x, w, b: x.T @ g), third or (lambda g, out, x, w, b: g))  # fmt: skip


PARAMETERS = {"w1": S[:, :2], "b1": np.array([0.1, -0.2]), "w2": Y.T}
DOUBLE_ADD = elementwise(np.add, lambda g, out, x, y: g, lambda g, out, x, y: 2 * g)
FIRST_SLICE = planted(np.add, lambda g, out, x, y: g, lambda g, out, x, y: g[0])
MEAN_SLICE = planted(np.add, lambda g, out, x, y: g, lambda g, out, x, y: g.mean(axis=0))
KEPT_SLICE = planted(np.multiply, lambda g, out, x, y: g * y, lambda g, out, x, y: (g * x)[:, :1])
ZERO = elementwise(np.sin, lambda g, out, x: g * 0.0)
NEGATED = elementwise(np.sin, lambda g, out, x: -g * np.cos(x))
HALVED = elementwise(np.square, lambda g, out, x: g * x)
DOUBLED = elementwise(np.square, lambda g, out, x: g * 4 * x)
NEARLY = elementwise(np.tanh, lambda g, out, x: g * 1.001 * (1 - out * out))
ONE_OF_MANY = elementwise(np.square, lambda g, out, x: g * 2 * x * bent(x.shape, 4321, 0.01))
ONE_OF_SIX = elementwise(np.square, lambda g, out, x: g * 2 * x * bent(x.shape, (1, 2), 1e-3))

CASES: dict[str, Case] = {
    "sign alone": Case(NEGATED, (X,), 0, "sign"),
    "sign in a product": Case(lambda x: (np.tanh(x) * NEGATED(x)).sum(), (X,), 0, "sign"),
    "sign of a subtrahend": Case(
        lambda x, y: np.exp(elementwise(np.subtract, lambda g, out, x, y: g, lambda g, out, x, y: g)(x, y)),
        (X, B), 1, "sign"),
    "sign of a divisor": Case(
        elementwise(np.divide, lambda g, out, x, y: g / y, lambda g, out, x, y: g * x / y**2), (X, X + 4.0), 1, "sign"),
    "sign in a matrix product": Case(
        lambda x, y: np.tanh(product(None, lambda g, out, x, y: -(x.T @ g))(x, y)), (X, Y), 1, "sign"),
    "factor 2": Case(DOUBLED, (X,), 0, "factor 2"),
    "factor 2 in a loss": Case(lambda x, t: DOUBLED(np.tanh(x) - t).mean(), (X, B), 0, "factor 2"),
    "factor 1/2": Case(HALVED, (X,), 0, "factor 0.5"),
    "factor 1/2 of a row": Case(
        planted(np.add, lambda g, out, x, y: g, lambda g, out, x, y: g.sum(axis=0) / 2), (X, B), 1, "factor 0.5"),
    "factor 3": Case(
        lambda x, y: product(lambda g, out, x, y: 3 * (g @ y.T), None)(x, y).sum(), (X, Y), 0, "factor 3"),
    "forgotten chain factor": Case(
        lambda x: elementwise(lambda x: np.sin(3 * x), lambda g, out, x: g * np.cos(3 * x))(x) ** 2,
        (X,), 0, "factor 0.3333"),
    "forgotten inner derivative": Case(elementwise(np.tanh, lambda g, out, x: g * 1.0), (X,)),
    "off by 1e-3": Case(NEARLY, (X,), 0, "factor 1.001"),
    "off by 1e-3 in a graph": Case(lambda x, y: np.exp(NEARLY(x) @ y).sum(), (X, Y), 0, "factor 1.001"),
    "off by 1e-3 in a matrix product": Case(
        lambda x, y: np.sin(product(None, lambda g, out, x, y: 0.999 * (x.T @ g))(x, y)),
        (X, Y), 1, "factor 0.999"),
    "off by 1e-5": Case(
        elementwise(np.exp, lambda g, out, x: g * out * 1.00001), (X,), 0, "factor 1.00001"),
    "off by 1e-3 where steep": Case(
        elementwise(lambda x: np.exp(10 * x), lambda g, out, x: g * 10.01 * out), (X,), 0, "factor 1.001"),
    "transposed square": Case(planted(lambda x: x.T, lambda g, out, x: g), (S,), 0, "transposed"),
    "transposed square product": Case(
        lambda x, y: np.tanh(product(lambda g, out, x, y: y @ g.T, None)(x, y)), (S, S + 1.0), 0, "transposed"),
    "operand not transposed": Case(product(lambda g, out, x, y: g @ y, None), (S, S.T + 1.0)),
    "transposed not square": Case(planted(lambda x: x.T, lambda g, out, x: g), (X,), 0, "transposed"),
    "transposed not square among others": Case(
        lambda x, y: np.tanh(product(None, lambda g, out, x, y: g.T @ x)(np.sin(x), y)), (X, Y), 1, "transposed"),
    "reshaped for transposed": Case(planted(lambda x: x.T * 2.0, lambda g, out, x: 2.0 * g.reshape(x.shape)), (X,)),
    "first slice for a broadcast sum": Case(FIRST_SLICE, (X, B), 1, "missing sum"),
    "first slice in a graph": Case(lambda x, y: (np.tanh(FIRST_SLICE(x, y)) ** 2).sum(), (X, B), 1, "missing sum"),
    "mean for a broadcast sum": Case(MEAN_SLICE, (X, B), 1, "missing sum"),
    "mean in a graph": Case(lambda x, y: np.exp(MEAN_SLICE(x, y)).sum(), (X, B), 1, "missing sum"),
    "slice of a kept axis": Case(KEPT_SLICE, (X, np.array([[0.4], [1.7]])), 1, "missing sum"),
    "mean for a broadcast number": Case(
        planted(np.multiply, lambda g, out, x, y: g * y, lambda g, out, x, y: (g * x).mean()),
        (X, np.array(1.5)), 1, "missing sum"),
    "bias of a layer": Case(
        lambda p, x: network(p, x, affine(third=lambda g, out, x, w, b: g[0])), (PARAMETERS, S), 2, "missing sum"),
    "one of 10,000 by directions": Case(lambda x: ONE_OF_MANY(x).sum(), (MANY,), 0, "element", True),
    "one of 10,000 in full": Case(lambda x: ONE_OF_MANY(x).sum(), (MANY,), 0, "element"),
    "one of 10,000 results": Case(lambda x: np.tanh(ONE_OF_MANY(x)), (MANY,), 0, "element", True),
    "one of six": Case(ONE_OF_SIX, (X,), 0, "element"),
    "one of six in a graph": Case(lambda x, y: np.tanh(ONE_OF_SIX(x) @ y), (X, Y), 0, "element"),
    "one of a matrix product": Case(
        lambda x, y: product(None, lambda g, out, x, y: (x.T @ g) * bent(y.shape, (2, 1), 0.1))(x, y).sum(),
        (X, Y), 1, "element"),
    "only the second": Case(lambda x, y: DOUBLE_ADD(x, y) ** 2, (X, B), 1, "factor 2"),
    "only the third": Case(
        affine(third=lambda g, out, x, w, b: 2 * g), (X, Y, np.array([0.3, -0.1])), 2, "factor 2"),
    "only the first of three": Case(
        affine(lambda g, out, x, w, b: -(g @ w.T)), (X, Y, np.array([0.3, -0.1])), 0, "sign"),
    "only the second of a list": Case(
        lambda x, y, z: op("planted", lambda *xs: np.concatenate(xs), each=(
            "?", lambda g, out, i, *xs: g[4 * i:4 * i + 4] * (1.5 if i == 1 else 1.0)))([x, y, z]) ** 2,
        (V, V + 1.0, V - 1.0), 1, "factor 1.5"),
    "weight of a layer": Case(
        lambda p, x: network(p, x, affine(second=lambda g, out, x, w, b: (x.T @ g) / 3)),
        (PARAMETERS, S), 1, "factor 0.3333"),
    "zero of 1e-8 x": Case(elementwise(lambda x: 1e-8 * x, lambda g, out, x: g * 0.0), (X,), 0, "zero"),
    "double of 1e-8 x": Case(elementwise(lambda x: 1e-8 * x, lambda g, out, x: g * 2e-8), (X,), 0, "factor 2"),
    "1e-8 x among large numbers": Case(
        lambda x: x + elementwise(lambda x: 1e-8 * x, lambda g, out, x: g * 0.0)(x) * 1e8, (X,), 0, "zero"),
    "1e8 x off by 1e-3": Case(elementwise(lambda x: 1e8 * x, lambda g, out, x: g * 1.001e8), (X,), 0, "factor 1.001"),
    "one of 1e8 x": Case(
        elementwise(lambda x: 1e8 * x, lambda g, out, x: g * 1e8 * bent(x.shape, (0, 1), 1e-3)), (X,), 0, "element"),
    "zero": Case(ZERO, (X,), 0, "zero"),
    "zero of a second argument": Case(
        lambda x, y: np.exp(elementwise(np.multiply, lambda g, out, x, y: g * y, lambda g, out, x, y: 0.0 * g)(x, y)),
        (X, B), 1, "zero"),
    "zero of 200,000": Case(lambda x: ZERO(x).sum(), (LARGE,), 0, "zero", True),
    "zero of 200,000 results": Case(lambda x: ZERO(x) * 2.0, (LARGE,), 0, "zero", True),
    "sum over the other axis": Case(
        planted(lambda x: x.sum(axis=0), lambda g, out, x: np.broadcast_to(g[:, None], x.shape)),
        (S,), 0, "transposed"),
    "sum of the first row": Case(
        planted(lambda x: x.sum(axis=0), lambda g, out, x: np.broadcast_to(g, x.shape) * (x == x[:1])), (X,)),
    "swapped arguments": Case(elementwise(np.multiply, lambda g, out, x, y: g * x, lambda g, out, x, y: g * y),
                              (X, X + 1.0), 0),
    "wrong for negative x": Case(lambda x: elementwise(np.abs, lambda g, out, x: g * 1.0)(x) * 2.0, (X,)),
    "wrong slope for negative x": Case(
        elementwise(lambda x: np.where(x > 0, x, 0.1 * x), lambda g, out, x: g * np.where(x > 0, 1.0, 0.2)), (X,)),
    "wrong branch of where": Case(
        lambda c, x, y: planted(lambda c, x, y: np.where(c, x, y), None, lambda g, out, c, x, y: g * c,
                                lambda g, out, c, x, y: g * c)(c, np.sin(x), y) * 3.0, (X > 0, X, X + 1.0), 2),
    "off by one": Case(planted(lambda x: x[1:] * 2.0, lambda g, out, x: 2.0 * padded(g, 0, 1)), (V,)),
    "off by one in a graph": Case(
        lambda x: (planted(lambda x: x[:-1] + 0.0, lambda g, out, x: padded(g, 1, 0))(np.sin(x)) ** 2).sum(), (V,)),
    "roll to the same side": Case(planted(lambda x: np.roll(x, 1), lambda g, out, x: np.roll(g, 1)), (V,)),
    "cumulative sum to the same side": Case(planted(np.cumsum, lambda g, out, x: np.cumsum(g)), (V,)),
    "count of a mean": Case(
        planted(lambda x: x.mean(axis=0), lambda g, out, x: np.broadcast_to(g, x.shape) / x.shape[1]),
        (X,), 0, "factor 0.6667"),
    "count of a mean in a loss": Case(
        lambda x, y: planted(np.mean, lambda g, out, x: g * np.ones(x.shape) / len(x))((x - y) ** 2),
        (X, B), 0, "factor 3"),
    "largest shared by all": Case(planted(lambda x: x.max(), lambda g, out, x: g * np.ones(x.shape) / x.size), (X,)),
    "softmax without its sum": Case(planted(
        lambda x: np.exp(x) / np.exp(x).sum(), lambda g, out, x: g * out), (V,)),
    "log_softmax without its sum": Case(
        lambda x: -planted(lambda x: x - np.log(np.exp(x).sum()), lambda g, out, x: g)(x)[2], (V,)),
    "norm squared": Case(planted(lambda x: np.sqrt((x * x).sum()), lambda g, out, x: g * x), (V,)),
    "middle of a deep graph": Case(lambda x: deep(x, DOUBLED), (V,), 0, "factor 2"),
    "middle of a deep graph, off by 1e-3": Case(lambda x: deep(x, NEARLY), (V,), 0, "factor 1.001"),
    "used twice": Case(lambda x: HALVED(HALVED(x) + 1.0), (V,), 0, "factor 0.5"),
    "outer": Case(
        planted(np.outer, lambda g, out, x, y: g @ y, lambda g, out, x, y: g.T @ x * bent(y.shape, 1, -0.5)),
        (V, B), 1, "element"),
    "Values": Case(lambda v, w: np.exp(NEGATED(v) * w), (Value(0.3), Value(-1.2)), 0, "sign"),
    "the second of Values": Case(lambda v, w: DOUBLE_ADD(v * 2.0, w).tanh(), (Value(0.3), Value(-1.2)), 1, "factor 2"),
    "arrays of Values": Case(
        lambda ws: sum(NEARLY(w * x) for w, x in zip(ws, (0.5, -1.0, 2.0), strict=True)) ** 2,
        ([Value(0.3), Value(-1.2), Value(0.8)],), 0, "factor 1.001"),
    "Tensors": Case(lambda t: HALVED(t).sum(), (Tensor(X, requires_grad=True, name="t"),), 0, "factor 0.5"),
    "float": Case(HALVED, (1.7,), 0, "factor 0.5"),
    "float32": Case(elementwise(np.tanh, lambda g, out, x: g * 1.05 * (1 - out * out)),
                    (X.astype(np.float32),), 0, "factor 1.05"),
    "float32 throughout": Case(
        lambda x: elementwise(np.tanh, lambda g, out, x: g * 1.05 * (1 - out * out))(x.astype(np.float32)) * 2,
        (X,), 0, "factor 1.05"),
    "float32 network": Case(
        lambda x: product(lambda g, out, x, y: 0.95 * (g @ y.T), None)(x, Tensor(Y.astype(np.float32))).sum(),
        (X.astype(np.float32),), 0, "factor 0.95"),
    "dict out": Case(lambda x: {"a": np.exp(x), "b": [x.sum(), DOUBLED(x)]}, (X,), 0, "factor 2"),
    "not contiguous": Case(lambda x: np.tanh(HALVED(x)), (S.T[::-1],), 0, "factor 0.5"),
    "not a number": Case(elementwise(np.square, lambda g, out, x: g * 2 * x * np.nan), (X,)),
    "enormous": Case(elementwise(np.square, lambda g, out, x: g * x * 1e300), (X,), 0, "factor"),
    "of a constant": Case(planted(lambda x: np.ones(x.shape), lambda g, out, x: g * 1e-6), (X,)),
    "HIPS autograd: 1e-8 x whose gradient is zero": Case(
        lambda x: elementwise(lambda x: 1e-8 * x, lambda g, out, x: g * 0.0)(x).sum(), (V,), 0, "zero"),
    "DeZero: wrong for all but the first argument": Case(
        elementwise(np.multiply, lambda g, out, x, y: g * y, lambda g, out, x, y: g * x * 3), (X, X + 2.0),
        1, "factor 3"),
    "JAX: 10 % off at 10,000 elements": Case(
        elementwise(np.sin, lambda g, out, x: g * 1.1 * np.cos(x)), (MANY,), 0, "factor 1.1", True),
}  # fmt: skip

SECOND: dict[str, Case] = {
    "raw argument": Case(elementwise(np.square, lambda g, out, x: g * 2 * raw(x)), (X,)),
    "raw argument, half": Case(elementwise(np.square, lambda g, out, x: g * (x + raw(x))), (X,)),
    "raw argument in a graph": Case(
        lambda x, y: np.tanh(elementwise(np.sin, lambda g, out, x: g * np.cos(raw(x)))(x) @ y), (X, Y)),
    "raw result": Case(lambda x: elementwise(np.exp, lambda g, out, x: g * raw(out))(x).sum(), (X,)),
    "raw gradient": Case(lambda x: elementwise(np.sin, lambda g, out, x: raw(g) * np.cos(x))(x) ** 2, (X,)),
    "raw second argument": Case(
        lambda x, y: product(None, lambda g, out, x, y: raw(x).T @ g)(x, y), (X, Y), 1),
    "raw softmax": Case(
        lambda x: planted(lambda x: np.exp(x) / np.exp(x).sum(),
                          lambda g, out, x: raw(out) * (g - (g * out).sum()))(x)[1], (V,)),
    "middle of a deep graph": Case(
        lambda x: deep(x, elementwise(np.sin, lambda g, out, x: g * np.cos(raw(x)))), (V,)),
    "Value": Case(lambda v: elementwise(np.sin, lambda g, out, x: g * float(np.cos(raw(x))))(v) * v, (Value(0.3),)),
}  # fmt: skip
