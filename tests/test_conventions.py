"""The fixed conventions: what a derivative is where there is none, one row each, on Tensors and on Values."""

import operator

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import Tensor, Value

INF, NAN = np.inf, np.nan

#: A convention, an elementwise function, the numbers at which it holds, and its derivative by each of them.
ELEMENTWISE = [
    ("relu'(0) = 0", ag.relu, (0.0,), (0.0,)),
    ("abs'(0) = 0", abs, (0.0,), (0.0,)),
    ("abs'(-0) = 0", np.abs, (-0.0,), (0.0,)),
    ("sign'(0) = 0", np.sign, (0.0,), (0.0,)),
    ("sign' = 0", np.sign, (3.0,), (0.0,)),
    ("(x // y)' = 0", operator.floordiv, (6.0, 3.0), (0.0, 0.0)),
    ("maximum at a tie", np.maximum, (1.0, 1.0), (0.5, 0.5)),
    ("minimum at a tie", np.minimum, (1.0, 1.0), (0.5, 0.5)),
    ("maximum of x and x", lambda x: np.maximum(x, x), (1.0,), (1.0,)),
    ("maximum with 0, unlike relu", lambda x: np.maximum(x, 0), (0.0,), (0.5,)),
    ("sqrt'(0) = inf", np.sqrt, (0.0,), (INF,)),
    ("0 ** 0 is 1 and flat", operator.pow, (0.0, 0.0), (0.0, 0.0)),
    ("0 ** 1", operator.pow, (0.0, 1.0), (1.0, 0.0)),
    ("0 ** y is flat in y", operator.pow, (0.0, 2.5), (0.0, 0.0)),
    ("0 ** 0.5 is steep in x", operator.pow, (0.0, 0.5), (INF, 0.0)),
    ("x ** 0 is flat at 0", lambda x: x**0, (0.0,), (0.0,)),
    ("0 ** y of a number", lambda y: 0**y, (2.0,), (0.0,)),
    ("0 ** 0 of a number", lambda y: 0.0**y, (0.0,), (0.0,)),
    ("clip at its lower bound", ag.clip, (1.0, 1.0, 2.0), (1.0, 0.0, 0.0)),
    ("clip at its upper bound", ag.clip, (2.0, 1.0, 2.0), (1.0, 0.0, 0.0)),
    ("clip below", ag.clip, (0.0, 1.0, 2.0), (0.0, 1.0, 0.0)),
    ("clip above", ag.clip, (3.0, 1.0, 2.0), (0.0, 0.0, 1.0)),
    ("clip at a bound that is a number", lambda x: ag.clip(x, 0, 1), (0.0,), (1.0,)),
    ("hypot at (0, 0)", np.hypot, (0.0, 0.0), (0.0, 0.0)),
    ("arctan2 at (0, 0)", np.arctan2, (0.0, 0.0), (0.0, 0.0)),
    ("cbrt'(0) = inf", np.cbrt, (0.0,), (INF,)),
    ("sinc'(0) = 0", np.sinc, (0.0,), (0.0,)),
    ("floor' = 0, as ceil, trunc, rint, round, fix", np.floor, (2.5,), (0.0,)),
    ("floor' = 0, as ceil, trunc, rint, round, fix", np.ceil, (2.0,), (0.0,)),
    ("floor' = 0, as ceil, trunc, rint, round, fix", np.trunc, (-2.5,), (0.0,)),
    ("floor' = 0, as ceil, trunc, rint, round, fix", np.rint, (2.5,), (0.0,)),
    ("floor' = 0, as ceil, trunc, rint, round, fix", np.round, (2.5,), (0.0,)),
    ("floor' = 0, as ceil, trunc, rint, round, fix", np.fix, (-2.5,), (0.0,)),
    ("fmax at a tie, as fmin", np.fmax, (1.0, 1.0), (0.5, 0.5)),
    ("fmax at a tie, as fmin", np.fmin, (1.0, 1.0), (0.5, 0.5)),
    ("fmax beside a nan, as fmin", np.fmax, (NAN, 1.0), (0.0, 1.0)),
    ("fmax beside a nan, as fmin", np.fmin, (1.0, NAN), (1.0, 0.0)),
    ("copysign at x = 0", np.copysign, (0.0, 2.0), (0.0, 0.0)),
    ("heaviside", np.heaviside, (0.0, 0.5), (0.0, 1.0)),
    ("heaviside", np.heaviside, (1.0, 0.5), (0.0, 0.0)),
    ("logaddexp at (-inf, -inf)", np.logaddexp, (-INF, -INF), (0.0, 0.0)),
    ("xlogy by x at (0, y)", ag.xlogy, (0.0, 2.0), (np.log(2.0), 0.0)),
    ("xlogy by x at (0, y)", ag.xlogy, (0.0, 0.0), (0.0, 0.0)),
    ("binary_cross_entropy at (0, 0) and (1, 1)", ag.binary_cross_entropy, (0.0, 0.0), (0.0, 100.0)),
    ("binary_cross_entropy at (0, 0) and (1, 1)", ag.binary_cross_entropy, (1.0, 1.0), (0.0, -100.0)),
    ("binary_cross_entropy at (0, 1) and (1, 0)", ag.binary_cross_entropy, (0.0, 1.0), (-1e12, 100.0)),
    ("binary_cross_entropy at (0, 1) and (1, 0)", ag.binary_cross_entropy, (1.0, 0.0), (1e12, -100.0)),
    ("kl_div at y = 0", ag.kl_div, (-INF, 0.0), (0.0, 0.0)),
    ("huber at its width", ag.huber, (-1.0,), (-1.0,)),
    ("nan_to_num where it replaces", np.nan_to_num, (NAN,), (0.0,)),
    ("leaky_relu'(0) = its slope below", ag.leaky_relu, (0.0,), (0.01,)),
    ("elu'(0) = alpha", ag.elu, (0.0,), (1.0,)),
    ("hard_tanh at its bounds, relu6 and hard_sigmoid too", ag.hard_tanh, (1.0,), (0.0,)),
    ("hard_tanh at its bounds, relu6 and hard_sigmoid too", ag.hard_tanh, (-1.0,), (0.0,)),
    ("hard_tanh at its bounds, relu6 and hard_sigmoid too", ag.relu6, (6.0,), (0.0,)),
    ("hard_tanh at its bounds, relu6 and hard_sigmoid too", ag.hard_sigmoid, (3.0,), (0.0,)),
    ("hard_shrink and soft_shrink at lambd", ag.hard_shrink, (0.5,), (0.0,)),
    ("hard_shrink and soft_shrink at lambd", ag.soft_shrink, (-0.5,), (0.0,)),
    ("where takes x", lambda x, y: ag.where(True, x, y), (2.0, 3.0), (1.0, 0.0)),
    ("where takes y", lambda x, y: ag.where(False, x, y), (2.0, 3.0), (0.0, 1.0)),
]

#: The same for functions of an array.
OF_ARRAYS = [
    ("max shares among ties", ag.max, [1.0, 3.0, 3.0], [0.0, 0.5, 0.5]),
    ("min shares among ties", ag.min, [1.0, 1.0, 1.0, 2.0], [1 / 3, 1 / 3, 1 / 3, 0.0]),
    (
        "max_pool gives all to the first of a tie",
        lambda x: ag.max_pool(x.reshape(1, 1, 3), 3).sum(),
        [1.0, 3.0, 3.0],
        [0.0, 1.0, 0.0],
    ),
    ("std'(constant) = 0", ag.std, [2.0, 2.0, 2.0], [0.0, 0.0, 0.0]),
    ("std' of one element = 0", ag.std, [2.0], [0.0]),
    ("prod with a zero", ag.prod, [2.0, 0.0, 3.0], [0.0, 6.0, 0.0]),
    ("prod with two zeros", ag.prod, [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]),
    ("cumprod with a zero", lambda x: np.cumprod(x).sum(), [2.0, 0.0, 3.0], [1.0, 8.0, 0.0]),
    (
        "sort keeps the order of ties",
        lambda x: np.sort(x) @ np.array([1.0, 2.0, 3.0]),
        [2.0, 1.0, 1.0],
        [3.0, 1.0, 2.0],
    ),
    ("nansum at a nan, as nanmean and the others", np.nansum, [1.0, NAN], [1.0, 0.0]),
    ("nansum at a nan, as nanmean and the others", np.nanmean, [1.0, NAN], [1.0, 0.0]),
    ("nansum at a nan, as nanmean and the others", np.nanmax, [1.0, NAN], [1.0, 0.0]),
    ("interp at a node: the segment to the right", lambda x: np.interp(x, [0, 1, 2], [0, 1, 3]).sum(), [1.0], [2.0]),
    ("interp outside its nodes", lambda x: np.interp(x, [0, 1, 2], [0, 1, 3]).sum(), [-1.0, 3.0], [0.0, 0.0]),
    ("norm'(0) = 0, of every order", np.linalg.norm, [0.0, 0.0], [0.0, 0.0]),
    ("norm'(0) = 0, of every order", lambda x: np.linalg.norm(x, 3), [0.0, 0.0], [0.0, 0.0]),
    ("norm'(0) = 0, of every order", lambda x: np.linalg.norm(x, 1), [0.0, -2.0], [0.0, -1.0]),
    ("norm of order 0", lambda x: np.linalg.norm(x, 0), [0.0, -2.0], [0.0, 0.0]),
    ("norm of order inf shares among ties", lambda x: np.linalg.norm(x, np.inf), [3.0, -3.0, 1.0], [0.5, -0.5, 0.0]),
    ("det of a singular matrix: the cofactors", np.linalg.det, [[1.0, 2.0], [2.0, 4.0]], [[4.0, -2.0], [-2.0, 1.0]]),
    ("eigvalsh where values coincide", lambda x: np.linalg.eigvalsh(x).sum(), [[2.0, 0.0], [0.0, 2.0]], np.eye(2)),
    (
        "at(x)[i].set, i named twice: the last one stays",
        lambda v: ag.at(np.zeros(2))[[0, 0]].set(v).sum(),
        [1.0, 2.0],
        [0.0, 1.0],
    ),
]
#: What the documentation lists.
CONVENTIONS = dict.fromkeys(
    [*(row[0] for row in ELEMENTWISE), *(row[0] for row in OF_ARRAYS), "where takes nothing of the other branch"]
)

#: Functions made whole by where, at a number where the branch not taken has no value or no slope: name,
#: function, number, first and second derivative; then the same function at a number where the branch is taken.
GUARDED = [
    ("log", lambda x: ag.where(x > 0, np.log(x), 0), 0.0, 0.0, 0.0),
    ("log", lambda x: ag.where(x > 0, np.log(x), 0), 2.0, 1 / 2, -1 / 4),
    ("log of a negative number", lambda x: ag.where(x > 0, np.log(x), 0), -1.0, 0.0, 0.0),
    ("sqrt", lambda x: ag.where(x > 0, np.sqrt(x), 0), 0.0, 0.0, 0.0),
    ("sqrt", lambda x: ag.where(x > 0, np.sqrt(x), 0), 4.0, 1 / 4, -1 / 32),
    ("sqrt of a negative number", lambda x: ag.where(x > 0, np.sqrt(x), 0), -1.0, 0.0, 0.0),
    ("not taken second", lambda x: ag.where(x <= 0, 0, np.sqrt(x)), 0.0, 0.0, 0.0),
    ("reciprocal", lambda x: ag.where(abs(x) > 0, 1 / x, 0), 0.0, 0.0, 0.0),
    ("reciprocal", lambda x: ag.where(abs(x) > 0, 1 / x, 0), 2.0, -1 / 4, 1 / 4),
    ("sin x / x", lambda x: ag.where(abs(x) > 0, np.sin(x) / x, 1), 0.0, 0.0, 0.0),
    ("x log x", lambda x: ag.where(x > 0, x * np.log(x), 0), 0.0, 0.0, 0.0),
    ("x log x", lambda x: ag.where(x > 0, x * np.log(x), 0), 2.0, np.log(2) + 1, 1 / 2),
    ("x ** 0.5", lambda x: ag.where(x > 0, x**0.5, 0), 0.0, 0.0, 0.0),
    ("x ** -2", lambda x: ag.where(x > 0, x**-2, 0), 0.0, 0.0, 0.0),
    ("x ** x", lambda x: ag.where(x > 0, x**x, 1), 0.0, 0.0, 0.0),
    ("x ** x of a negative number", lambda x: ag.where(x > 0, x**x, 1), -1.5, 0.0, 0.0),
    ("arcsin", lambda x: ag.where(abs(x) < 1, np.arcsin(x), 0), 1.0, 0.0, 0.0),
    ("arccos", lambda x: ag.where(abs(x) < 1, np.arccos(x), 0), 1.0, 0.0, 0.0),
    ("arccosh", lambda x: ag.where(x > 1, np.arccosh(x), 0), 1.0, 0.0, 0.0),
    ("arctanh", lambda x: ag.where(abs(x) < 1, np.arctanh(x), 0), 1.0, 0.0, 0.0),
    ("log1p", lambda x: ag.where(x > -1, np.log1p(x), 0), -1.0, 0.0, 0.0),
    ("exp(-1 / x)", lambda x: ag.where(x > 0, np.exp(-1 / x), 0), 0.0, 0.0, 0.0),
    ("exp(-1 / x)", lambda x: ag.where(x > 0, np.exp(-1 / x), 0), 1.0, np.exp(-1), -np.exp(-1)),
    ("overflow", lambda x: ag.where(x < 1, x * x, np.exp(x)), 0.5, 1.0, 2.0),
    ("overflow", lambda x: ag.where(x < 1e4, x * x, np.exp(x)), 2e3, 4e3, 2.0),
    ("deep", lambda x: ag.where(x > 0, np.sqrt(np.log(x) ** 2 + 1) * np.tanh(1 / x), 0), 0.0, 0.0, 0.0),
    ("a nan itself", lambda x: ag.where(np.isnan(x), 0, x * x), NAN, 0.0, 0.0),
    ("both branches", lambda x: ag.where(x > 0, np.log(x), 2 * x + x * x), 0.0, 2.0, 2.0),
    ("beside the guard", lambda x: ag.where(x > 0, np.sqrt(x), 0) + x**3, 0.0, 0.0, 0.0),
    ("a guard of a guard", lambda x: np.sqrt(1 + ag.where(x > 0, np.log(x), 0)), 0.0, 0.0, 0.0),
    ("a guard in a guard", lambda x: ag.where(x > 0, np.log(ag.where(x > 0, np.sqrt(x), 1)), 0), 0.0, 0.0, 0.0),
    ("a guard in a guard", lambda x: ag.where(x > 0, np.log(ag.where(x > 0, np.sqrt(x), 1)), 0), 2.0, 1 / 4, -1 / 8),
    ("a square of a guard", lambda x: ag.where(x > 0, np.log(x), 0) ** 2, 0.0, 0.0, 0.0),
]


def names(rows):
    return [row[0] for row in rows]


def tensors(*numbers):
    return [Tensor(x, requires_grad=True) for x in numbers]


def arrays(*numbers):
    return [Tensor([x, x], requires_grad=True) for x in numbers]


def values(*numbers):
    return [Value(x) for x in numbers]


@pytest.mark.parametrize("kind", [tensors, arrays, values])
@pytest.mark.parametrize(("name", "f", "at", "expected"), ELEMENTWISE, ids=names(ELEMENTWISE))
def test_elementwise(name, f, at, expected, kind):
    nodes = kind(*at)
    with np.errstate(divide="ignore"):
        out = f(*nodes)
        (out if kind is not arrays else out.sum()).backward()
    for node, slope in zip(nodes, expected, strict=True):
        np.testing.assert_array_equal(getattr(node.grad, "data", node.grad) if kind is not values else node.grad, slope)


@pytest.mark.parametrize(("name", "f", "at", "expected"), OF_ARRAYS, ids=names(OF_ARRAYS))
def test_of_arrays(name, f, at, expected):
    np.testing.assert_allclose(ag.grad(f)(np.array(at)), expected, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("kind", [float, Tensor, Value], ids=["float", "Tensor", "Value"])
@pytest.mark.parametrize(("name", "f", "at", "first", "second"), GUARDED, ids=[f"{r[0]} at {r[2]}" for r in GUARDED])
def test_where_leaks_nothing_from_the_branch_not_taken(name, f, at, first, second, kind):
    with np.errstate(all="ignore"):
        slope = ag.grad(f)(kind(at))
        bend = ag.grad(ag.grad(f))(kind(at))
    assert float(slope) == pytest.approx(first, rel=1e-14)
    assert float(bend) == pytest.approx(second, rel=1e-13)


@pytest.mark.parametrize(("name", "f", "at", "first", "second"), GUARDED, ids=[f"{r[0]} at {r[2]}" for r in GUARDED])
def test_where_leaks_nothing_into_neighbours(name, f, at, first, second):
    """The same in an array whose other element lies where all is well."""
    there = 3.0 if name != "arctanh" and not name.startswith("arc") else 0.5
    x = np.array([at, there])
    with np.errstate(all="ignore"):
        alone = ag.grad(f)(there), ag.grad(ag.grad(f))(there)
        slopes = ag.grad(lambda x: f(x).sum())(x)
        bends = ag.hessian(lambda x: f(x).sum())(x)
    np.testing.assert_allclose(slopes, [first, alone[0]], rtol=1e-13)
    np.testing.assert_allclose(bends, np.diag([second, alone[1]]), rtol=1e-13)


@pytest.mark.parametrize(
    ("name", "f"),
    [
        ("norm", lambda x: ag.where((x * x).sum() > 0, np.sqrt((x * x).sum()), 0)),
        ("norm of rows", lambda x: ag.where((x * x).sum(0) > 0, np.sqrt((x * x).sum(0)), 0).sum()),
        ("mean of logs", lambda x: ag.where(x.sum() > 0, np.log(x).mean(), 0)),
        ("log of the mean", lambda x: ag.where(x.sum() > 0, np.log(x.mean()), 0)),
        ("reciprocals in a product", lambda x: ag.where(x.sum() > 0, np.prod(1 / x), 0)),
        ("reciprocals in a matrix product", lambda x: ag.where(x.sum() > 0, (1 / x) @ (1 / x), 0)),
        ("reciprocals in a dot", lambda x: ag.where(x.sum() > 0, np.dot(1 / x, x), 0)),
        ("reciprocals in a variance", lambda x: ag.where(x.sum() > 0, np.var(1 / x), 0)),
        ("reciprocals in a maximum", lambda x: ag.where(x.sum() > 0, np.max(1 / x), 0)),
        ("logs in logsumexp", lambda x: ag.where(x.sum() > 0, ag.logsumexp(1 / x), 0)),
        ("logs in softmax", lambda x: ag.where(x > 0, ag.softmax(np.log(x)), 0).sum()),
        ("parts", lambda x: ag.where(x.sum() > 0, np.log(x[::-1][[0, 0]]).sum(), 0)),
        ("joined", lambda x: ag.where(x.sum() > 0, np.concatenate([np.log(x), 1 / x]).reshape(2, -1).T.sum(), 0)),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_where_leaks_nothing_through_operations_on_whole_arrays(name, f):
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(ag.grad(f)(np.zeros(3)), np.zeros(3))
        np.testing.assert_array_equal(ag.hessian(f)(np.zeros(3)), np.zeros((3, 3)))


@pytest.mark.parametrize("kind", [float, Tensor, Value, lambda x: np.array([x, -1.0])])
def test_a_derivative_that_is_there_survives_the_guard(kind):
    def total(y):
        return y.sum() if getattr(y, "ndim", 0) else y

    def f(a, x):
        return total(a * ag.where(x > 0, x**2, 0))

    # The gradient that enters the guard is a = 0, and its derivative by a is not.
    slope = ag.grad(lambda a: total(ag.grad(f, 1)(a, kind(3.0))))(0.0)
    assert float(slope) == 6.0
    bend = ag.grad(lambda x: total(ag.grad(f, 0)(0.0, x)))(kind(3.0))
    np.testing.assert_array_equal(np.asarray(getattr(bend, "data", bend)).flat[0], 6.0)


def test_a_derivative_at_a_zero_of_the_weight_survives_the_guard():
    def f(a, x):
        return (a * ag.where(x > 0, np.log(x), 0)).sum()

    x = np.array([2.0, 0.0])
    with np.errstate(divide="ignore"):
        cross = ag.jacobian(lambda a: ag.grad(f, 1)(a, x))(np.zeros(2))
        third = ag.jacobian(lambda a: ag.grad(lambda x: ag.grad(f, 1)(a, x).sum())(x))(np.zeros(2))
    np.testing.assert_array_equal(cross, [[0.5, 0.0], [0.0, 0.0]])
    np.testing.assert_array_equal(third, [[-0.25, 0.0], [0.0, 0.0]])


def test_a_nan_that_is_taken_is_shown():
    x = Tensor([-1.0, 2.0], requires_grad=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        out = ag.where(Tensor([True, True]), np.log(x), 0.0).sum()
        out.backward()
        assert np.isnan(out.item())
        assert np.isnan(ag.where(np.array([True, False]), Tensor([np.nan, 1.0]), 0.0).data[0])
    np.testing.assert_array_equal(x.grad.data, [-1.0, 0.5])


def test_where_on_values_among_tensors_leaks_nothing():
    v, t = Value(0.0), Tensor([1.0, 2.0], requires_grad=True)
    with np.errstate(divide="ignore"):
        out = ag.where(Tensor([False, False]), np.log(v), t)
        out.sum().backward()
    assert v.grad == 0.0
    np.testing.assert_array_equal(t.grad.data, [1.0, 1.0])


def test_a_warning_tells_of_an_infinite_slope():
    for x in (Tensor(0.0, requires_grad=True), Value(0.0)):
        with pytest.warns(RuntimeWarning, match="divide by zero"):
            np.sqrt(x).backward()


@pytest.mark.parametrize("f", [np.maximum, np.minimum])
def test_a_nan_that_wins_gets_the_gradient(f):
    x, y = Tensor([NAN, 1.0], requires_grad=True), Tensor([2.0, NAN], requires_grad=True)
    f(x, y).sum().backward()
    np.testing.assert_array_equal(x.grad, [1.0, 1.0])
    np.testing.assert_array_equal(y.grad, [1.0, 1.0])
