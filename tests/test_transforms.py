"""Functions to functions, against finite differences and closed forms, nested and in every kind of argument."""

import math
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import Tensor, Value, grad, hessian, hvp, jacobian, jvp, stop_gradient, value_and_grad, vjp
from autograd_lite.errors import (
    ArgumentError,
    ArgumentValueError,
    DtypeError,
    ImmutableError,
    KindError,
    ShapeError,
    UnsupportedError,
)

X = np.array([0.3, -0.7, 1.1])
A = np.array([[1.5, 0.2, -0.4], [0.3, 2.0, 0.7]])


def numeric(f: Callable[[Any], Any], x: Any) -> Any:
    """The Jacobian of f at x by central differences with Richardson's extrapolation."""
    x = np.asarray(x, dtype=float)

    def central(i: Any, h: float) -> Any:
        step = np.zeros_like(x)
        step[i] = h
        return (np.asarray(f(x + step)) - np.asarray(f(x - step))) / (2 * h)

    columns = [(4 * central(i, 1e-4) - central(i, 2e-4)) / 3 for i in np.ndindex(x.shape)]
    return np.stack(columns, axis=-1).reshape(np.shape(f(x)) + x.shape)


# Functions that only use NumPy, from an array to a number
SCALAR_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "sum of sines": lambda x: np.sum(np.sin(x) * x),
    "log-sum-exp": lambda x: np.log(np.sum(np.exp(A @ x))),
    "quadratic": lambda x: x @ np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 0.0, 1.0]]) @ x,
    "norm": lambda x: np.sqrt(np.sum(np.square(x))),
    "product": lambda x: np.prod(x) + np.prod(x[:2]) ** 2,
    "variance": lambda x: np.var(x) * np.std(x),
    "network": lambda x: np.mean(np.tanh(A @ np.maximum(np.outer(x, x), 0.01)) ** 2),
    "parts": lambda x: np.sum(np.concatenate([x[1:], x[:1] ** 2]) * np.where(x > 0, x, np.exp(x))),
}
ARRAY_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "elementwise": lambda x: np.exp(x) * x,
    "linear": lambda x: A @ x,
    "softmax": lambda x: np.exp(x) / np.sum(np.exp(x)),
    "outer": lambda x: np.outer(x, np.sin(x)),
    "number": lambda x: np.sum(x**3),
    "reversed": lambda x: x[::-1] * x[0],
}
every_scalar_function = pytest.mark.parametrize("f", SCALAR_FUNCTIONS.values(), ids=SCALAR_FUNCTIONS)
every_array_function = pytest.mark.parametrize("f", ARRAY_FUNCTIONS.values(), ids=ARRAY_FUNCTIONS)


# Against finite differences


@every_scalar_function
def test_grad(f: Callable[[Any], Any]) -> None:
    """Unmodified NumPy code differentiates; the value comes along in value_and_grad."""
    slope = grad(f)(X)
    assert type(slope) is np.ndarray
    assert slope.flags.writeable
    assert np.allclose(slope, numeric(f, X), rtol=1e-8, atol=1e-10)
    value, again = value_and_grad(f)(X)
    assert type(value) is float
    assert value == pytest.approx(float(f(X)), rel=1e-14)
    assert np.array_equal(slope, again)


@every_scalar_function
def test_hessian_and_hvp(f: Callable[[Any], Any]) -> None:
    """The Hessian is the Jacobian of the gradient, symmetric, and hvp is its product with a vector."""
    h = hessian(f)(X)
    assert h.shape == (3, 3)
    assert np.allclose(h, numeric(grad(f), X), rtol=1e-7, atol=1e-9)
    assert np.allclose(h, h.T, rtol=1e-10, atol=1e-12)
    v = np.array([0.5, -1.0, 2.0])
    product = hvp(f, X, v)
    assert type(product) is np.ndarray
    assert np.allclose(product, h @ v, rtol=1e-10, atol=1e-12)


@every_array_function
def test_jacobian_jvp_and_vjp(f: Callable[[Any], Any]) -> None:
    """One matrix, seen whole, from the right and from the left."""
    j = jacobian(f)(X)
    shape = np.shape(f(X))
    assert j.shape == (*shape, 3)
    assert np.allclose(j, numeric(f, X), rtol=1e-8, atol=1e-10)
    t = np.array([0.5, -1.0, 2.0])
    out, tangent = jvp(f, (X,), (t,))
    assert np.allclose(out, f(X), rtol=1e-14)
    assert np.shape(tangent) == shape
    assert np.allclose(tangent, j @ t, rtol=1e-12)
    v = np.random.default_rng(0).normal(size=shape)
    out, pullback = vjp(f, X)
    assert np.allclose(out, f(X), rtol=1e-14)
    assert np.allclose(pullback(v)[0], np.tensordot(v, j, axes=len(shape)), rtol=1e-12)


@every_scalar_function
def test_order_of_modes_does_not_matter(f: Callable[[Any], Any]) -> None:
    """Forward over reverse, reverse over forward and reverse over reverse give one Hessian product."""
    v = np.array([0.5, -1.0, 2.0])
    expected = hessian(f)(X) @ v
    assert np.allclose(grad(lambda x: jvp(f, (x,), (v,))[1])(X), expected, rtol=1e-9, atol=1e-11)
    assert np.allclose(jvp(grad(f), (X,), (v,))[1], expected, rtol=1e-9, atol=1e-11)
    assert np.allclose(grad(lambda x: np.sum(grad(f)(x) * v))(X), expected, rtol=1e-9, atol=1e-11)
    assert np.allclose(vjp(grad(f), X)[1](v)[0], expected, rtol=1e-9, atol=1e-11)
    assert np.allclose(jacobian(lambda x: vjp(f, x)[1](1.0)[0])(X) @ v, expected, rtol=1e-9, atol=1e-11)


# Closed forms


def test_hessian_of_log_sum_exp() -> None:
    """It is diag(p) - p p^T with p the softmax."""
    p = np.exp(X) / np.exp(X).sum()
    expected = np.diag(p) - np.outer(p, p)
    for f in (ag.logsumexp, lambda x: np.log(np.sum(np.exp(x)))):
        assert np.allclose(hessian(f)(X), expected, rtol=1e-12, atol=1e-14)


def test_hessian_of_a_quadratic_form() -> None:
    """x^T B x has the Hessian B + B^T everywhere."""
    b = np.random.default_rng(0).normal(size=(3, 3))
    for x in (X, np.zeros(3)):
        assert np.allclose(hessian(lambda x: x @ b @ x)(x), b + b.T, rtol=1e-12)


def test_hessian_of_a_matrix_argument() -> None:
    """Its shape is that of the argument twice."""
    h = hessian(lambda x: np.sum(x**3))(A)
    assert h.shape == (2, 3, 2, 3)
    assert np.allclose(h.reshape(6, 6), np.diag(6 * A.reshape(-1)))


def test_rosenbrock() -> None:
    """Gradient and Hessian of Rosenbrock's function at its minimum and elsewhere."""

    def f(x: Any) -> Any:
        return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2

    assert np.array_equal(grad(f)(np.ones(2)), [0.0, 0.0])
    assert np.allclose(hessian(f)(np.ones(2)), [[802.0, -400.0], [-400.0, 200.0]])
    assert np.allclose(grad(f)(np.array([-1.0, 2.0])), [-4.0 + 400.0, 200.0])


def test_derivatives_of_a_power_to_order_five() -> None:
    """Five nested grads of x^7, as floats."""
    f: Callable[[Any], Any] = lambda x: x**7  # noqa: E731
    for expected in (7.0, 42.0, 210.0, 840.0, 2520.0):
        f = grad(f)
        assert f(1.0) == expected
        assert type(f(1.0)) is float


def test_derivatives_of_sine_to_order_five() -> None:
    """The derivatives go round: cos, -sin, -cos, sin, cos."""
    f: Callable[[Any], Any] = np.sin
    for expected in (np.cos(0.4), -np.sin(0.4), -np.cos(0.4), np.sin(0.4), np.cos(0.4)):
        f = grad(f)
        assert f(0.4) == pytest.approx(expected, rel=1e-12)


def test_third_derivatives_of_an_array() -> None:
    """The Jacobian of the Hessian is the tensor of third derivatives."""
    third = jacobian(hessian(lambda x: np.sum(x**4) + x[0] * x[1] * x[2]))(X)
    expected = np.zeros((3, 3, 3))
    for i in range(3):
        expected[i, i, i] = 24 * X[i]
    for i, j, k in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)):
        expected[i, j, k] = 1.0
    assert np.allclose(third, expected, rtol=1e-12)


def test_newton_step() -> None:
    """With gradient and Hessian one step solves a quadratic problem."""
    b, c = np.array([[2.0, 0.5], [0.5, 1.0]]), np.array([1.0, -2.0])
    f = lambda x: 0.5 * (x @ b @ x) - c @ x  # noqa: E731
    x = np.array([5.0, 5.0])
    x = x - np.linalg.solve(hessian(f)(x), grad(f)(x))
    assert np.allclose(b @ x, c)


# Nesting and captured variables


def test_captured_outer_variable_of_a_transform() -> None:
    """An inner gradient sees the outer variable that its function captured."""
    # d/dx [x d/dy (x y^2) at y = 2] = d/dx [x 4 x] = 8 x
    assert grad(lambda x: x * grad(lambda y: x * y * y)(2.0))(3.0) == 24.0
    assert grad(lambda x: grad(lambda y: x * y)(1.0))(3.0) == 1.0
    assert grad(lambda x: grad(lambda y: x * x * y * y)(x))(3.0) == 54.0


def test_perturbation_confusion() -> None:
    """The examples by which forward modes go wrong: the inner 1 is not the outer 1."""
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6.0
    assert jvp(lambda x: x * jvp(lambda y: x + y, (1.0,), (1.0,))[1], (1.0,), (1.0,))[1] == 1.0
    assert jvp(lambda x: x * jvp(lambda y: x * y, (2.0,), (1.0,))[1], (3.0,), (1.0,))[1] == 6.0
    # A function that gives functions: f(x)(y) = x + y, differentiated twice by itself.
    assert grad(lambda x: grad(lambda y: (lambda z: x + z)(y) * x)(x))(5.0) == 1.0


def test_five_levels_of_captured_variables() -> None:
    """Each level is differentiated inside the one before; the result is the product rule's."""

    def nested(depth: int, outer: Any) -> Any:
        if depth == 0:
            return outer**2
        return grad(lambda y: nested(depth - 1, outer * y))(1.5)

    # d/dy (o y)^2 = 2 o^2 y, and again for each level: every one multiplies by 2 y.
    assert nested(5, 2.0) == pytest.approx(4.0 * 3.0**5, rel=1e-12)
    assert grad(lambda x: nested(5, x))(2.0) == pytest.approx(2 * 2.0 * 3.0**5, rel=1e-12)


def test_inner_leaves_end_the_inner_pass() -> None:
    """grad(grad(f)) does not walk on into outer variables and give 0."""
    assert grad(grad(lambda x: x * x * x))(2.0) == 12.0
    w = Tensor(5.0, requires_grad=True)
    second = grad(grad(lambda x: w * x * x * x))(2.0)
    assert float(second) == 60.0
    second.backward()
    assert w.grad.item() == 12.0


@pytest.mark.parametrize("leaf", [lambda: Tensor(3.0, requires_grad=True), lambda: Value(3.0)], ids=["Tensor", "Value"])
def test_captured_tracked_leaf(leaf: Callable[[], Any]) -> None:
    """A result that depends on a tracked leaf stays in its graph: a later backward reaches the leaf."""
    w = leaf()
    slope = grad(lambda y: w * w * y * y)(2.0)
    assert slope.requires_grad
    assert float(slope) == 36.0
    assert float(np.asarray(w.grad) if w.grad is not None else 0.0) == 0.0
    slope.backward()
    assert float(w.grad) == 24.0


def test_tracked_argument() -> None:
    """So does the result at a tracked argument: a gradient penalty."""
    x = Tensor(X, requires_grad=True)
    penalty = (grad(lambda v: (v**3).sum())(x) ** 2).sum()
    penalty.backward()
    assert np.allclose(x.grad, 36 * X**3, rtol=1e-12)


def test_transforms_touch_no_grad_attribute() -> None:
    """`.grad` is for backward alone."""
    w, x = Tensor(A, requires_grad=True), Tensor(X, requires_grad=True)
    f = lambda x: np.sum(np.tanh(w @ x))  # noqa: E731
    grad(f)(x), hessian(f)(X), jvp(f, (x,), (X,)), vjp(f, x)[1](1.0), hvp(f, x, X)
    assert w.grad is None
    assert x.grad is None


def test_captured_untracked_tensors_and_new_leaves_leave_results_plain() -> None:
    """Only what somebody outside can still differentiate by makes a result a node."""
    c = Tensor(A)
    assert type(grad(lambda x: (c @ x).sum())(X)) is np.ndarray
    assert type(grad(lambda x: x * Value(2.0))(3.0)) is float
    assert type(grad(lambda x: (x * Tensor(X, requires_grad=True)).sum())(X)) is np.ndarray


def test_gradient_penalty_of_a_network() -> None:
    """The slope of |df/dx|^2 by the weights, against finite differences in the weights."""
    rng = np.random.default_rng(0)
    w1, w2, x = rng.normal(size=(4, 3)), rng.normal(size=4), rng.normal(size=3)

    def penalty(w1: Any, w2: Any) -> Any:
        return np.sum(grad(lambda x: w2 @ np.tanh(w1 @ x))(x) ** 2)

    for found, expected in zip(
        grad(penalty, (0, 1))(w1, w2),
        (numeric(lambda w: penalty(w, w2), w1), numeric(lambda w: penalty(w1, w), w2)),
        strict=True,
    ):
        assert np.allclose(found, expected, rtol=1e-7, atol=1e-9)
    leaves = [Tensor(w, requires_grad=True) for w in (w1, w2)]
    penalty(*leaves).backward()
    for leaf, expected in zip(leaves, grad(penalty, (0, 1))(w1, w2), strict=True):
        assert np.allclose(leaf.grad, expected, rtol=1e-12)


def test_gradient_step_inside_a_function() -> None:
    """Through an inner gradient step, as in learning to learn: d/dx of f(x - a f'(x))."""
    f = lambda x: np.sum(x**4)  # noqa: E731
    step = lambda x: f(x - 0.1 * grad(f)(x))  # noqa: E731
    inner = X - 0.4 * X**3
    assert np.allclose(grad(step)(X), 4 * inner**3 * (1 - 1.2 * X**2), rtol=1e-12)


def test_jacobian_of_a_jvp_by_its_tangent() -> None:
    """J t is linear in t, so its Jacobian by t is J."""
    f = ARRAY_FUNCTIONS["softmax"]
    assert np.allclose(jacobian(lambda t: jvp(f, (X,), (t,))[1])(X), jacobian(f)(X), rtol=1e-12)


def test_pullback_is_differentiable_by_its_vector() -> None:
    """v -> v^T J may be transformed itself, also after the fact."""
    f = ARRAY_FUNCTIONS["outer"]
    _, pullback = vjp(f, X)
    j = jacobian(lambda v: pullback(v)[0])(np.ones((3, 3)))
    assert np.allclose(j, np.moveaxis(jacobian(f)(X), -1, 0), rtol=1e-12)


def test_pullback_may_be_called_again() -> None:
    """Each call starts anew."""
    _, pullback = vjp(lambda x: x * x, X)
    for scale in (1.0, 2.0, 1.0):
        assert np.allclose(pullback(np.full(3, scale))[0], 2 * scale * X)


# Kinds in, kinds out


class Pair(NamedTuple):
    w: Any
    b: Any


@pytest.mark.parametrize(
    ("x", "kind", "dtype"),
    [
        (0.5, float, None),
        (np.float64(0.5), np.float64, np.float64),
        (np.float32(0.5), np.float32, np.float32),
        (np.array(0.5), np.ndarray, np.float64),
        (np.array(0.5, np.float32), np.ndarray, np.float32),
        (np.array([0.5]), np.ndarray, np.float64),
        (np.array([0.5], np.float32), np.ndarray, np.float32),
        (np.array([0.5], np.float16), np.ndarray, np.float16),
        (Tensor(0.5), Tensor, np.float64),
        (Tensor(np.ones(1, np.float32) / 2), Tensor, np.float32),
        (Tensor([0.5], requires_grad=True), Tensor, np.float64),
        (Value(0.5), Value, None),
    ],
    ids=repr,
)
def test_results_have_the_kind_of_their_argument(x: Any, kind: type, dtype: Any) -> None:
    """Gradient, Hessian, product: each in kind, type and shape as the argument came."""
    f = lambda x: (x * x * x).sum() if np.ndim(x) else x * x * x  # noqa: E731
    tolerance = 1e-2 if dtype == np.float16 else 1e-6
    for found, expected in (
        (grad(f)(x), 0.75),
        (value_and_grad(f)(x)[1], 0.75),
        (vjp(f, x)[1](1.0)[0], 0.75),
        (hvp(f, x, np.ones(np.shape(x)) if np.ndim(x) else 1.0), 3.0),
        (grad(lambda x: np.sum(grad(f)(x)))(x), 3.0),
    ):
        assert type(found) is kind
        assert getattr(found, "dtype", None) == dtype
        assert np.shape(found) == np.shape(x)
        assert np.allclose(
            float(np.asarray(found.data if isinstance(found, Value) else found).item()), expected, rtol=tolerance
        )
    second = hessian(f)(x)
    assert np.shape(second) == np.shape(x) * 2
    assert type(second) is kind


def test_values_have_a_kind_too() -> None:
    """Plain arguments give plain values; Tensors give Tensors; Values give Values."""
    f = lambda x: (x * x).sum()  # noqa: E731
    assert type(value_and_grad(f)(X)[0]) is float
    assert type(value_and_grad(f)(Tensor(X))[0]) is Tensor
    assert type(value_and_grad(lambda x: x * x)(Value(2.0))[0]) is Value
    assert type(vjp(lambda x: x * x, X)[0]) is np.ndarray
    out = vjp(lambda x: x * x, Tensor(X))[0]
    assert type(out) is Tensor
    assert not out.requires_grad


def test_mixed_kinds() -> None:
    """Each argument gets its own kind back."""
    found = grad(lambda a, b, c, d: (a * b * c * d).sum(), (0, 1, 2, 3))(X, Tensor(X), 2.0, np.float32(3.0))
    assert [type(g) for g in found] == [np.ndarray, Tensor, float, np.float32]


TREES = {
    "tuple": (X, 2.0),
    "list": [X, [2.0]],
    "dict": {"w": X, "b": 2.0},
    "namedtuple": Pair(X, 2.0),
    "nested": {"layers": [Pair(X, 2.0), (np.ones((2, 2)), {"deep": np.float32(1.5)})], "scale": 0.5},
    "OrderedDict": OrderedDict([("b", 2.0), ("a", X)]),
    "defaultdict": defaultdict(list, {"w": X}),
}


def leaves_of(tree: Any) -> list[Any]:
    if isinstance(tree, dict):
        return [leaf for child in tree.values() for leaf in leaves_of(child)]
    if isinstance(tree, tuple | list):
        return [leaf for child in tree for leaf in leaves_of(child)]
    return [tree]


def same_structure(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return list(a) == list(b) and all(same_structure(a[k], b[k]) for k in a)
    if isinstance(a, tuple | list):
        return len(a) == len(b) and all(map(same_structure, a, b))
    return bool(np.shape(a) == np.shape(b))


def energy(tree: Any) -> Any:
    total = 0.0
    for leaf in leaves_of(tree):
        total = total + np.sum(leaf**3)
    return total


@pytest.mark.parametrize("tree", TREES.values(), ids=TREES)
def test_trees(tree: Any) -> None:
    """Tuples, lists, dictionaries and named tuples come back as they went in, every leaf in its kind."""
    slope = grad(energy)(tree)
    assert same_structure(slope, tree)
    for g, x in zip(leaves_of(slope), leaves_of(tree), strict=True):
        assert np.allclose(g, 3 * np.asarray(x) ** 2, rtol=1e-6)
    product = hvp(energy, tree, tree)
    assert same_structure(product, tree)
    for g, x in zip(leaves_of(product), leaves_of(tree), strict=True):
        assert np.allclose(g, 6 * np.asarray(x) ** 2, rtol=1e-6)
    out, tangent = jvp(energy, (tree,), (tree,))
    assert tangent == pytest.approx(3 * out, rel=1e-6)
    assert same_structure(vjp(energy, tree)[1](1.0)[0], tree)


def test_defaultdict_keeps_its_default() -> None:
    """What a kind of dictionary has besides its items comes back too."""
    slope = grad(energy)(defaultdict(list, {"w": X}))
    assert slope["new"] == []


def test_trees_of_outputs() -> None:
    """jacobian, vjp and jvp take functions that give trees."""
    f = lambda p: {"product": p["a"] * p["b"], "sum": (p["a"].sum(), p["b"])}  # noqa: E731
    p = {"a": X, "b": 2.0}
    j = jacobian(f)(p)
    assert np.allclose(j["product"]["a"], 2 * np.eye(3))
    assert np.allclose(j["product"]["b"], X)
    assert np.allclose(j["sum"][0]["a"], np.ones(3))
    assert j["sum"][0]["b"] == 0.0
    assert j["sum"][1]["b"] == 1.0
    out, pullback = vjp(f, p)
    (g,) = pullback({"product": np.ones(3), "sum": (10.0, 100.0)})
    assert np.allclose(g["a"], 12.0)
    assert g["b"] == pytest.approx(X.sum() + 100.0)
    again, tangent = jvp(f, (p,), ({"a": np.ones(3), "b": 1.0},))
    assert same_structure(again, out)
    assert np.allclose(tangent["product"], 2.0 + X)
    assert tangent["sum"] == (3.0, 1.0)


def test_hessian_of_a_tree() -> None:
    """Block by block, in the form of the argument twice."""
    h = hessian(lambda p: (p["a"] ** 2).sum() * p["b"])({"a": X, "b": 2.0})
    assert np.allclose(h["a"]["a"], 4 * np.eye(3))
    assert np.allclose(h["a"]["b"], 2 * X)
    assert np.allclose(h["b"]["a"], 2 * X)
    assert h["b"]["b"] == 0.0


# Arguments


def test_argnums() -> None:
    """A number, a negative number, or several in any order; the other arguments are left alone."""
    f = lambda a, b, c: a**2 * b * len(c)  # noqa: E731
    args = (3.0, 5.0, "xy")
    assert grad(f)(*args) == 60.0
    assert grad(f, 1)(*args) == grad(f, argnums=-2)(*args) == 18.0
    assert grad(f, (0, 1))(*args) == grad(f, [0, 1])(*args) == (60.0, 18.0)
    assert grad(f, (1, 0))(*args) == (18.0, 60.0)
    assert grad(f, (1,))(*args) == (18.0,)
    assert hessian(f, (0, 1))(*args) == ((20.0, 12.0), (12.0, 0.0))
    assert jacobian(f, 1)(*args) == 18.0


@pytest.mark.parametrize("argnums", [2, -3, (0, 2), "a", 1.0, None, True, (0, 0), (1, -1), np.array(0)])
@pytest.mark.parametrize("transform", [grad, value_and_grad, jacobian, hessian])
def test_wrong_argnums(transform: Any, argnums: Any) -> None:
    """They must name positional arguments of the call, each once."""
    with pytest.raises(ArgumentValueError, match="argnums"):
        transform(lambda a, b: a * b, argnums)(1.0, 2.0)


def test_keyword_arguments_pass_through() -> None:
    """They reach the function and are not differentiated."""

    def f(x: Any, *, power: int, scale: Any = 1.0) -> Any:
        return np.sum(scale * x**power)

    assert np.allclose(grad(f)(X, power=3, scale=2.0), 6 * X**2)
    assert np.allclose(hessian(f)(X, power=2), 2 * np.eye(3))
    assert np.allclose(jacobian(f)(X, power=2), 2 * X)


def test_names_and_docs_pass_through() -> None:
    """What a transform gives is called like its function."""

    def energy_of(x: Any) -> Any:
        """Energy."""
        return x * x

    for transform in (grad, value_and_grad, jacobian, hessian):
        assert transform(energy_of).__name__ == "energy_of"
        assert transform(energy_of).__doc__ == "Energy."


def test_transforms_take_operations_and_bound_methods() -> None:
    """Whatever can be called."""

    class Scale:
        def __init__(self, k: float) -> None:
            self.k = k

        def __call__(self, x: Any) -> Any:
            return self.k * x * x

        def method(self, x: Any) -> Any:
            return self.k * x

    assert grad(ag.exp)(0.0) == 1.0
    assert grad(np.cos)(0.0) == 0.0
    assert grad(Scale(3.0))(2.0) == 12.0
    assert grad(Scale(3.0).method)(2.0) == 3.0


def test_unused_arguments_have_zero_gradients() -> None:
    """In kind and shape as the argument."""
    found = grad(lambda a, b, c: (a * a).sum(), (0, 1, 2))(X, A, 2.0)
    assert np.array_equal(found[1], np.zeros((2, 3)))
    assert type(found[2]) is float
    assert found[2] == 0.0
    found = grad(lambda p: p["a"] * 1.0)({"a": 2.0, "unused": Tensor(X)})
    assert np.array_equal(found["unused"].data, np.zeros(3))
    assert np.array_equal(jacobian(lambda a, b: a * 1.0, 1)(Tensor(X), X), np.zeros((3, 3)))
    assert np.array_equal(hessian(lambda a: a.sum())(X), np.zeros((3, 3)))
    assert np.array_equal(hvp(lambda a: a.sum(), X, X), np.zeros(3))
    assert np.array_equal(grad(grad(lambda a: a * 3.0))(2.0), 0.0)


@pytest.mark.parametrize("constant", [3.0, 3, np.float32(3.0), np.array(3.0), np.array([3.0])])
def test_plain_constants_have_zero_gradients_and_warn(constant: Any) -> None:
    """A function that gives a plain number may have cut its graph, so it is told; a detached Tensor is meant."""
    for ask in (
        lambda: grad(lambda x: constant)(X),
        lambda: value_and_grad(lambda x: constant)(X)[1],
        lambda: vjp(lambda x: constant, X)[1](np.ones(np.shape(constant)))[0],
        lambda: jacobian(lambda x: constant)(X).reshape(3),
    ):
        with pytest.warns(UserWarning, match="in no graph") as caught:
            assert np.array_equal(ask(), np.zeros(3))
        assert len(caught) == 1
        assert caught[0].filename == __file__
    assert np.array_equal(grad(lambda x: Tensor(constant))(X), np.zeros(3))


def test_function_that_cuts_the_graph_warns() -> None:
    """float() inside is the usual mistake."""
    with (
        pytest.warns(UserWarning, match=r"float\(\)"),
        pytest.warns(UserWarning, match="is made a Python number inside"),
    ):
        assert grad(lambda x: float(x) ** 2)(2.0) == 0.0
    for f in (lambda x: x * math.sin(x), lambda x: Tensor(0.0) + x + math.hypot(x, 1.0)):
        for start in (0.7, Value(0.7), Tensor(0.7)):
            with pytest.warns(UserWarning, match="is made a Python number inside a transform.*NumPy's"):
                grad(f)(start)


def test_a_plain_array_is_not_updated_in_place() -> None:
    """`y += x` would write into y, and x would be no part of the graph."""

    def f(x: Any) -> Any:
        y = np.zeros(3)
        y += x
        return y.sum()

    with pytest.raises(ImmutableError, match=r"write `y = y \+ x`"):
        grad(f)(X)


def test_comparing_for_a_test_does_not_warn() -> None:
    """What numpy.testing is given is data."""

    def f(x: Any) -> Any:
        np.testing.assert_allclose(x, X)
        return (x * x).sum()

    np.testing.assert_allclose(grad(f)(X), 2 * X)


def test_linear_functions_do_not_warn() -> None:
    """A second derivative of zero is no cut graph."""
    assert hvp(lambda x: x * 3.0, 2.0, 1.0) == 0.0
    assert jvp(lambda x: x * 3.0, (2.0,), (1.0,)) == (6.0, 3.0)
    assert grad(lambda x: jvp(lambda y: y * 3.0, (x,), (1.0,))[1])(2.0) == 0.0


# Under no_grad


def test_transforms_record_under_no_grad() -> None:
    """They need a graph and make one, whatever the mode outside; results are plain there."""
    w = Tensor(A, requires_grad=True)
    with ag.no_grad():
        assert grad(lambda x: x**3)(2.0) == 12.0
        assert grad(grad(lambda x: x**3))(2.0) == 12.0
        assert hvp(lambda x: x**3, 2.0, 1.0) == 12.0
        assert jvp(lambda x: x**3, (2.0,), (1.0,)) == (8.0, 12.0)
        slope = grad(lambda x: (w @ x).sum())(X)
        assert type(slope) is np.ndarray
        at_tracked = grad(lambda x: (x**2).sum())(w)
        assert not at_tracked.requires_grad
    assert np.allclose(slope, A.sum(axis=0))


def test_no_grad_inside_a_function() -> None:
    """What the function does not record is constant."""

    def f(x: Any) -> Any:
        with ag.no_grad():
            c = x * x
        return c * x

    assert grad(f)(3.0) == 9.0


def test_error_in_the_function_restores_the_mode() -> None:
    """The function's own error comes through as it is."""

    def fail(x: Any) -> Any:
        raise ZeroDivisionError("mine")

    with ag.no_grad():
        for ask in (lambda: grad(fail)(1.0), lambda: jvp(fail, (1.0,), (1.0,)), lambda: hessian(fail)(X)):
            with pytest.raises(ZeroDivisionError, match="mine"):
                ask()
            assert not ag.is_grad_enabled()


# stop_gradient


def test_stop_gradient() -> None:
    """The same values as constants, for every kind and for trees; plain values pass."""
    assert grad(lambda x: x * stop_gradient(x))(3.0) == 3.0
    assert grad(lambda p: (p["a"] * stop_gradient(p)["a"]).sum())({"a": 3.0}) == {"a": 3.0}
    assert grad(lambda x: x * stop_gradient(grad(lambda y: y**3)(x)))(2.0) == 12.0
    x = Tensor(X, requires_grad=True)
    assert not stop_gradient(x).requires_grad
    assert not stop_gradient(Value(1.0)).requires_grad
    assert stop_gradient(X) is X
    assert stop_gradient({"a": (1, X)})["a"][0] == 1


def test_stop_gradient_in_both_orders() -> None:
    """A stopped factor is constant to every order."""
    f = lambda x: stop_gradient(x) ** 2 * x**2  # noqa: E731
    assert grad(f)(3.0) == 54.0
    assert grad(grad(f))(3.0) == 18.0


# Errors


@pytest.mark.parametrize("x", [3, True, np.int64(3), np.array([1, 2]), np.array([True]), Tensor([1, 2])], ids=repr)
@pytest.mark.parametrize("ask", [lambda x: grad(lambda x: x * 1.0)(x), lambda x: jvp(lambda x: x, (x,), (x,))])
def test_integer_arguments(ask: Any, x: Any) -> None:
    """Integers have no derivative, and the error says what to write."""
    with pytest.raises(DtypeError, match=r"3\.0 for 3"):
        ask(x)


@pytest.mark.parametrize("x", ["text", None, object(), {1, 2}, [1.0, None]])
def test_arguments_that_are_no_numbers(x: Any) -> None:
    """They are refused by name, with the way to leave them out."""
    with pytest.raises(KindError, match="argnums"):
        grad(lambda x: 1.0)(x)


@pytest.mark.parametrize(
    ("f", "shape"),
    [
        (lambda x: x * 2.0, r"\(3,\)"),
        (lambda x: x[:0], r"\(0,\)"),
        (lambda x: np.outer(x, x), r"\(3, 3\)"),
        (lambda x: (x[0], x[1]), r"\(\), \(\)"),
        (lambda x: [], ""),
    ],
)
@pytest.mark.parametrize("transform", [grad, value_and_grad, hessian])
def test_output_that_is_no_number(transform: Any, f: Callable[[Any], Any], shape: str) -> None:
    """A gradient is that of a single number; the error gives the shape and the remedy."""
    with pytest.raises(ShapeError, match=rf"single number.*{shape}.*(\.sum\(\)|jacobian)"):
        transform(f)(X)


@pytest.mark.parametrize("out", ["text", None, {1.0}, object()])
def test_output_that_is_nothing(out: Any) -> None:
    """A function that forgot to return is told so."""
    with pytest.raises(KindError, match="must give numbers or arrays"):
        grad(lambda x: out)(X)


@pytest.mark.parametrize("transform", [grad, value_and_grad, jacobian, hessian])
def test_what_is_no_function(transform: Any) -> None:
    """A value in the place of the function is named."""
    with pytest.raises(ArgumentError, match="expected a function"):
        transform(3.0)(X)
    for ask in (lambda: vjp(3.0, X), lambda: jvp(3.0, (X,), (X,)), lambda: hvp(3.0, X, X)):  # type: ignore[arg-type]
        with pytest.raises(ArgumentError, match="expected a function"):
            ask()


@pytest.mark.parametrize("v", [np.ones(2), 1.0, (np.ones(3), 1.0), np.ones((3, 1))])
def test_vector_of_another_shape(v: Any) -> None:
    """The pullback takes a vector in the form of the result."""
    with pytest.raises(ShapeError, match=r"vjp.*\(3,\)"):
        vjp(lambda x: x * x, X)[1](v)


@pytest.mark.parametrize("t", [(np.ones(2),), (1.0,), (), (X, X)])
def test_tangents_of_another_shape(t: Any) -> None:
    """Tangents have the form of the arguments."""
    with pytest.raises(
        ShapeError, match=r"jvp: the tangents must (have the shapes \[\(3,\)\]|be a tuple or list of 1)"
    ):
        jvp(lambda x: x * x, (X,), t)


@pytest.mark.parametrize(("xs", "ts"), [(X, X), (2.0, 1.0), ((2.0,), 1.0), ({"a": 1.0}, {"a": 1.0})])
def test_jvp_takes_tuples(xs: Any, ts: Any) -> None:
    """An argument that is not in a tuple is named, with the way to write it."""
    with pytest.raises(ArgumentError, match=r"Write \(x,\), \(t,\)"):
        jvp(lambda x: x * x, xs, ts)


# Edges


def test_empty_arrays() -> None:
    """No elements, no derivatives, right shapes."""
    empty = np.zeros((0, 3))
    assert grad(lambda x: x.sum())(empty).shape == (0, 3)
    assert jacobian(lambda x: x * 2.0)(empty).shape == (0, 3, 0, 3)
    assert jacobian(lambda x: x[:0])(X).shape == (0, 3)
    assert hessian(lambda x: (x * x).sum())(empty).shape == (0, 3, 0, 3)


def test_arguments_are_left_as_they_were() -> None:
    """No argument is written to, and no result is a view of one."""
    x, v = X.copy(), X.copy()
    results = [grad(lambda x: (x * v).sum())(x), vjp(lambda x: x, x)[0], *jvp(lambda x: x, (x,), (v,))]
    for r in results:
        r[...] = 7.0
    assert np.array_equal(x, X)
    assert np.array_equal(v, X)
    assert x.flags.writeable


def test_one_argument_twice() -> None:
    """The same array in two places is two variables."""
    assert [g.tolist() for g in grad(lambda a, b: (a * b * b).sum(), (0, 1))(X, X)] == [
        (X**2).tolist(),
        (2 * X * X).tolist(),
    ]


def test_function_that_gives_its_argument() -> None:
    """The identity, and a result used twice."""
    assert grad(lambda x: x)(2.0) == 1.0
    assert np.array_equal(jacobian(lambda x: x)(X), np.eye(3))
    _, pullback = vjp(lambda x: (x, x), X)
    assert np.array_equal(pullback((np.ones(3), np.full(3, 2.0)))[0], np.full(3, 3.0))
    assert np.array_equal(jvp(lambda x: (x, x), (X,), (np.ones(3),))[1][1], np.ones(3))


def test_function_with_branches_and_loops() -> None:
    """Python's control flow is followed as it runs."""

    def f(x: Any) -> Any:
        total = 0.0
        for i in range(3):
            total = total + x**i if x > 1.0 else total - x
        return total

    assert grad(f)(2.0) == 1.0 + 4.0
    assert grad(f)(0.5) == -3.0


def test_dictionaries_match_by_key() -> None:
    """Tangents and cotangents given in another order of keys go to the leaves of their keys."""
    f = lambda p: p["a"] * 10 + p["b"]  # noqa: E731
    assert ag.jvp(f, ({"a": 1.0, "b": 2.0},), ({"b": 1.0, "a": 0.0},))[1] == 1.0
    g = lambda p: p["a"] ** 2 * p["b"]  # noqa: E731
    assert ag.hvp(g, {"a": 3.0, "b": 2.0}, {"b": 1.0, "a": 0.0}) == {"a": 6.0, "b": 0.0}
    _, pullback = ag.vjp(lambda x: {"a": x, "b": x * x}, 3.0)
    assert pullback({"b": 1.0, "a": 0.0}) == (6.0,)


@pytest.mark.parametrize("v", [{"a": 1.0, "b": 1.0}, (1.0,), (1.0, (1.0,)), 1.0])
def test_cotangents_are_built_like_the_result(v: Any) -> None:
    """A dictionary is no tuple, and two are not one."""
    _, pullback = ag.vjp(lambda x: (x, x * x), 3.0)
    with pytest.raises(ShapeError, match="vjp: the vector must"):
        pullback(v)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: (np.array([x, x**2]) * x).sum(),
        lambda x: np.ones(1).dot(x) * x,
    ],
)
def test_leaving_the_graph_unsaid_warns(f: Any) -> None:
    """NumPy makes plain arrays of lists of Tensors, and the gradient would be a part of the whole."""
    with pytest.warns(UserWarning, match="inside a transform"):
        ag.grad(lambda x: f(x).sum())(2.0)


@pytest.mark.parametrize("f", [lambda x: np.sum([x * x, x]), lambda x: np.mean((x, x)), lambda x: np.linalg.norm([x])])
def test_a_list_of_nodes_inside_numpy_is_refused(f: Any) -> None:
    """NumPy does not ask about what stands in a list; it fails rather than leave the graph, in a transform or not."""
    for call in (lambda: f(Tensor(2.0, requires_grad=True)), lambda: ag.grad(f)(2.0)):
        with pytest.raises(UnsupportedError, match=r"a plain array inside NumPy.*join a list of nodes with stack"):
            call()


def test_leaving_the_graph_said_does_not_warn() -> None:
    """`.detach()`, `.data` and questions about shape are meant."""
    f = lambda x: (x * (x.detach() > 0) * (x.data > 0) * np.size(x)).sum()  # noqa: E731
    assert ag.grad(f)(np.array([1.0, -1.0])).tolist() == [2.0, 0.0]
