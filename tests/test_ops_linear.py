"""Products of vectors and matrices in all of NumPy's cases."""

from itertools import pairwise
from operator import attrgetter

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import Tensor, Value
from autograd_lite.errors import AutogradError
from autograd_lite.ops import linear
from tests.checks import check_float32, check_orders, gradients, leaves, same

RNG = np.random.default_rng(0)

MATMUL = [
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 4)),
    ((2, 3), (3, 4)),
    ((1, 3), (3, 1)),
    ((5, 2, 3), (5, 3, 4)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 1, 2, 3), (6, 3, 4)),
    ((1, 2, 3), (5, 3, 4)),
    ((5, 2, 3), (1, 3, 4)),
    ((6, 1, 2, 3), (1, 5, 3, 4)),
    ((3,), (5, 3, 4)),
    ((5, 2, 3), (3,)),
    ((3,), (6, 5, 3, 4)),
    ((6, 5, 2, 3), (3,)),
]
DOT = [
    ((), ()),
    ((), (3,)),
    ((2, 3), ()),
    ((), (2, 3, 4)),
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 4)),
    ((2, 3), (3, 4)),
    ((5, 2, 3), (3,)),
    ((3,), (5, 3, 4)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (6, 3, 4)),
    ((2, 2, 2, 3), (5, 2, 3, 4)),
]
OUTER = [((3,), (4,)), ((), (4,)), ((3,), ()), ((), ()), ((2, 3), (4,)), ((3,), (2, 2)), ((2, 3), (2, 1, 2))]
INNER = [
    ((3,), (3,)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 3), (4, 3)), ((5, 2, 3), (4, 3)), ((2, 3), (5, 4, 3)),
    ((), ()), ((), (2, 3)), ((2, 3), ()), ((2, 0), (3, 0)), ((0, 3), (2, 3)),
]  # fmt: skip
VDOT = [((3,), (3,)), ((2, 3), (2, 3)), ((2, 3), (6,)), ((), ()), ((), (1,)), ((0,), (0,))]
KRON = [
    ((3,), (2,)), ((2, 3), (3, 2)), ((3,), (2, 2)), ((2, 2), (3,)), ((2, 1, 3), (2, 2)), ((2,), (2, 1, 3)),
    ((), ()), ((), (2, 3)), ((2, 3), ()), ((0, 2), (3, 2)),
]  # fmt: skip
CROSS = [
    ((3,), (3,)), ((2, 3), (2, 3)), ((3,), (2, 3)), ((2, 3), (3,)), ((2, 1, 3), (4, 3)), ((1, 3), (5, 3)),
    ((0, 3), (3,)),
]  # fmt: skip
VECDOT = [((3,), (3,)), ((2, 3), (3,)), ((2, 1, 3), (4, 3)), ((1, 3), (5, 3)), ((2, 0), (2, 0)), ((0, 3), (3,))]
MATVEC = [
    ((2, 3), (3,)),
    ((5, 2, 3), (3,)),
    ((2, 3), (4, 3)),
    ((5, 1, 2, 3), (4, 3)),
    ((1, 2, 3), (4, 3)),
    ((2, 0), (0,)),
]
VECMAT = [
    ((2,), (2, 3)),
    ((5, 2), (2, 3)),
    ((2,), (4, 2, 3)),
    ((5, 1, 2), (4, 2, 3)),
    ((5, 2), (1, 2, 3)),
    ((0,), (0, 3)),
]
EMPTY_MATMUL = [
    ((0,), (0,)), ((2, 0), (0, 3)), ((0, 3), (3, 2)), ((2, 3), (3, 0)), ((0, 3), (3,)), ((3,), (3, 0)),
    ((0, 2, 3), (3, 4)), ((2, 0), (0,)), ((0, 2, 3), (0, 3, 4)), ((5, 2, 0), (5, 0, 4)),
]  # fmt: skip
EMPTY_DOT = [
    ((0,), (0,)), ((2, 0), (0, 3)), ((0, 3), (3, 2)), ((2, 3), (3, 0)), ((), (0, 3)), ((0, 3), ()), ((0, 3), (3,)),
    ((3,), (0, 3, 4)), ((2, 0), (5, 0, 4)), ((2, 3), (5, 3, 0)), ((3,), (3, 0)), ((2, 0), (0,)),
]  # fmt: skip
EMPTY_OUTER = [((0,), (3,)), ((3,), (0,)), ((0,), (0,)), ((0, 2), (3,)), ((), (0,))]
CASES = [
    *((ag.matmul, *shapes) for shapes in MATMUL + EMPTY_MATMUL),
    *((ag.dot, *shapes) for shapes in DOT + EMPTY_DOT),
    *((ag.outer, *shapes) for shapes in OUTER + EMPTY_OUTER),
    *((ag.inner, *shapes) for shapes in INNER),
    *((ag.vdot, *shapes) for shapes in VDOT),
    *((ag.kron, *shapes) for shapes in KRON),
    *((ag.cross, *shapes) for shapes in CROSS),
    *((ag.linalg.cross, *shapes) for shapes in CROSS),
    *((ag.vecdot, *shapes) for shapes in VECDOT),
    *((ag.linalg.vecdot, *shapes) for shapes in VECDOT),
    *((ag.matvec, *shapes) for shapes in MATVEC),
    *((ag.vecmat, *shapes) for shapes in VECMAT),
]


def arrays(*shapes):
    return [RNG.uniform(0.5, 2.0, shape) for shape in shapes]


def numpys(f):
    """NumPy's function of the same name; some versions have no `matvec` and `vecmat`."""
    without = {
        "matvec": lambda x, y: np.matmul(x, y[..., None])[..., 0],
        "vecmat": lambda x, y: np.matmul(x[..., None, :], y)[..., 0, :],
    }
    return without[f.name] if f.name in without and not hasattr(np, f.name) else attrgetter(f.name)(np)


@pytest.mark.parametrize(("f", "first", "second"), CASES, ids=lambda x: getattr(x, "name", str(x)))
def test_every_case(f, first, second):
    x, y = arrays(first, second)
    reference = numpys(f)
    same(f(Tensor(x), Tensor(y)).data, reference(x, y))
    same(reference(Tensor(x), y).data, reference(x, y))
    same(reference(x, Tensor(y)).data, reference(x, y))
    check_orders(f, [x, y])
    check_orders(f, [x, y], wrt=[0])
    check_orders(f, [x, y], wrt=[1])
    for g, a in zip(gradients(f, [x, y], [0, 1]), (x, y), strict=True):
        assert g.shape == a.shape


@pytest.mark.parametrize(("first", "second"), MATMUL)
def test_operator(first, second):
    x, y = arrays(first, second)
    for f in (lambda a, b: a @ b, lambda a, b: a @ y + x @ b, lambda a, b: x.tolist() @ b + a @ y.tolist()):
        check_orders(f, [x, y])
        out = f(*leaves([x, y], [0, 1]))
        assert type(out) is Tensor
        assert out.shape == (x @ y).shape


@pytest.mark.parametrize(("first", "second"), MATMUL)
def test_gradient_is_that_of_einsum(first, second):
    x, y = arrays(first, second)
    m, n = (x[None] if x.ndim == 1 else x), (y[:, None] if y.ndim == 1 else y)
    weights = RNG.uniform(0.5, 2.0, (x @ y).shape)
    g = weights.reshape(np.matmul(m, n).shape)
    by_x = np.einsum("...ik,...jk->...ij", g, np.broadcast_to(n, g.shape[:-2] + n.shape[-2:]))
    by_y = np.einsum("...ki,...kj->...ij", np.broadcast_to(m, g.shape[:-2] + m.shape[-2:]), g)
    for got, whole in zip(gradients(ag.matmul, [x, y], [0, 1], weights), (by_x, by_y), strict=True):
        target = m.shape if whole is by_x else n.shape
        whole = whole.sum(axis=tuple(range(whole.ndim - len(target))))
        whole = whole.sum(axis=tuple(i for i, k in enumerate(target[:-2]) if k == 1), keepdims=True)
        np.testing.assert_allclose(got, whole.reshape(got.shape), rtol=1e-13)


@pytest.mark.parametrize(("f", "first", "second"), CASES, ids=lambda x: getattr(x, "name", str(x)))
def test_float32(f, first, second):
    check_float32(f, [a.astype(np.float32) for a in arrays(first, second)])


@pytest.mark.parametrize("number", [2, 2.0, np.float64(2), np.array(2.0), Tensor(2.0), Value(2.0)])
@pytest.mark.parametrize("f", [ag.dot, ag.outer, ag.inner, ag.kron], ids=lambda f: f.name)
def test_numbers_do_not_promote(f, number):
    # Of two Tensors without axes, neither gives way.
    for shape in ((3,), (2, 3)) if isinstance(number, Tensor) else ((), (3,), (2, 3)):
        x = arrays(shape)[0]
        reference = getattr(np, f.name)
        for g, expected in (
            (lambda x: f(x, number), reference(x, 2.0)),
            (lambda x: f(number, x), reference(2.0, x)),
        ):
            same(g(Tensor(x)).data, expected)
            check_orders(g, [x])
            check_float32(g, [x.astype(np.float32)])


def test_products_of_an_array_with_itself():
    (x,) = arrays((3, 3))
    check_orders(lambda x: x @ x.T @ x, [x])
    check_orders(lambda x: ag.dot(x, x), [x])
    check_orders(lambda x: ag.outer(x, x), [x])
    check_orders(lambda x: x[0] @ x @ x[:, 1], [x])


@pytest.mark.parametrize(
    "f", [ag.matmul, ag.dot, ag.outer, ag.inner, ag.vdot, ag.kron, ag.vecdot], ids=lambda f: f.name
)
def test_plain_arguments_give_plain_results(f):
    x, y = arrays((2, 2), (2, 2))
    same(f(x, y), getattr(np, f.name)(x, y))
    same(f(x.tolist(), y.tolist()), getattr(np, f.name)(x, y))
    assert not isinstance(f(x, y), Tensor)


AXES = [
    ((3, 5), (3, 5), {"axis": 0}),
    ((3, 5), (5, 3), {"axisa": 0}),
    ((5, 3), (3, 5), {"axisb": 0}),
    ((3, 5), (3, 5), {"axisa": 0, "axisb": 0}),
    ((5, 3), (5, 3), {"axisc": 0}),
    ((3, 5), (2, 5, 3), {"axisa": 0}),
    ((2, 3, 5), (3,), {"axisa": 1, "axisc": 0}),
    ((2, 5, 3), (3, 5), {"axisa": -1, "axisb": -2, "axisc": 1}),
    ((1, 3, 5), (2, 3, 1), {"axis": 1}),
    ((1, 3, 5), (2, 3, 1), {"axis": -2}),
]


@pytest.mark.parametrize(("first", "second", "axes"), AXES)
def test_cross_along_axes(first, second, axes):
    x, y = arrays(first, second)
    check_product(ag.cross, np.cross, x, y, **axes)


def check_product(f, reference, x, y, **params):
    expected = reference(x, y, **params)
    same(f(Tensor(x), Tensor(y), **params).data, expected)
    same(reference(Tensor(x), y, **params).data, expected)
    check_orders(lambda x, y: f(x, y, **params), [x, y])
    check_float32(lambda x, y: f(x, y, **params), [x.astype(np.float32), y.astype(np.float32)])
    for g, a in zip(gradients(lambda x, y: f(x, y, **params), [x, y], [0, 1]), (x, y), strict=True):
        assert g.shape == a.shape


@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors are deprecated")
@pytest.mark.parametrize(
    ("first", "second", "axes"),
    [
        ((2,), (2,), {}), ((4, 2), (2,), {}), ((4, 2), (3,), {}), ((3,), (4, 2), {}), ((4, 3), (5, 1, 2), {}),
        ((2, 4), (2, 4), {"axis": 0}), ((2, 4), (4, 3), {"axisa": 0, "axisc": 0}), ((1, 2), (4, 2), {}),
    ],
)  # fmt: skip
def test_cross_in_a_plane(first, second, axes):
    x, y = arrays(first, second)
    check_product(ag.cross, np.cross, x, y, **axes)


@pytest.mark.parametrize("name", ["cross", "vecdot"])
@pytest.mark.parametrize(
    ("first", "second", "axis"), [((3, 4), (3, 4), 0), ((3,), (3, 4), 0), ((2, 3, 4), (1, 3, 4), -2), ((3, 4), (3,), 0)]
)
def test_linalg_along_an_axis(name, first, second, axis):
    x, y = arrays(first, second)
    f, reference = getattr(ag.linalg, name), getattr(np.linalg, name)
    try:
        reference(x, y, axis=axis)
    except ValueError:
        with pytest.raises(AutogradError, match=f"linalg.{name}: "):
            f(Tensor(x), Tensor(y), axis=axis)
    else:
        check_product(f, reference, x, y, axis=axis)


CHAINS = [
    [(2, 3), (3, 4)],
    [(3,), (3,)],
    [(3,), (3, 4)],
    [(2, 3), (3,)],
    [(2, 3), (3, 4), (4, 2)],
    [(3,), (3, 4), (4, 2)],
    [(2, 3), (3, 4), (4,)],
    [(3,), (3, 4), (4,)],
    [(5, 2), (2, 4), (4, 1), (1, 3)],
    [(2, 5), (5, 1), (1, 4), (4, 3), (3, 2)],
    [(5,), (5, 1), (1, 4), (4, 3), (3,)],
]


@pytest.mark.parametrize("shapes", CHAINS, ids=str)
def test_multi_dot(shapes):
    args = arrays(*shapes)
    same(ag.linalg.multi_dot(list(map(Tensor, args))).data, np.linalg.multi_dot(args))
    same(np.linalg.multi_dot([Tensor(args[0]), *args[1:]]).data, np.linalg.multi_dot(args))
    check_orders(lambda *xs: np.linalg.multi_dot(xs), args)
    check_float32(lambda *xs: ag.linalg.multi_dot(xs), [a.astype(np.float32) for a in args])


@pytest.mark.parametrize("lengths", [(10, 100, 5, 50), (5, 50, 100, 10, 3), (30, 35, 15, 5, 10, 20, 25)])
def test_multi_dot_takes_the_fewest_multiplications(lengths, monkeypatch):
    done = []

    def counted(x, y):
        done.append(x.shape[0] * x.shape[1] * y.shape[1])
        return x @ y

    monkeypatch.setattr(linear, "dot", counted)
    ag.linalg.multi_dot([Tensor(np.ones(shape)) for shape in pairwise(lengths)])
    n = len(lengths) - 1

    def cost(i, j):
        if i == j:
            return 0
        return min(cost(i, k) + cost(k + 1, j) + lengths[i] * lengths[k + 1] * lengths[j + 1] for k in range(i, j))

    assert sum(done) == cost(0, n - 1)


X, Y, V = (Tensor(a, requires_grad=True) for a in arrays((2, 3), (3, 4), 3))


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("inner", lambda: ag.inner(X, Y)),
        ("vdot", lambda: ag.vdot(X, Y)),
        ("kron", lambda: ag.kron(X, "y")),
        ("cross", lambda: ag.cross(Y, Y)),
        ("cross", lambda: ag.cross(X, X, axisa=5)),
        ("cross", lambda: ag.cross(X, np.ones((5, 3)))),
        ("vecdot", lambda: ag.vecdot(X, Y)),
        ("vecdot", lambda: np.vecdot(X, X, axis=0)),
        ("vecdot", lambda: np.vecdot(X, X, axes=[0, 0, 0])),
        ("matvec", lambda: ag.matvec(X, Y)),
        ("matvec", lambda: ag.matvec(X, 2.0)),
        ("vecmat", lambda: ag.vecmat(V, X)),
        ("matmul", lambda: np.matmul(X, Y, axis=0)),
        ("matmul", lambda: np.matmul(X, Y, axes=[(0, 1)] * 3)),
        ("linalg.outer", lambda: np.linalg.outer(X, V)),
        ("linalg.matmul", lambda: np.linalg.matmul(X, X)),
        ("linalg.matmul", lambda: np.linalg.matmul(X, 2.0)),
        ("linalg.vecdot", lambda: np.linalg.vecdot(X, X, axis=3)),
        ("linalg.vecdot", lambda: np.linalg.vecdot(X, Y)),
        ("linalg.tensordot", lambda: np.linalg.tensordot(X, Y)),
        ("linalg.cross", lambda: np.linalg.cross(Y, Y)),
        ("linalg.cross", lambda: np.linalg.cross(X, X, axis=4)),
        ("linalg.multi_dot", lambda: np.linalg.multi_dot([X])),
        ("linalg.multi_dot", lambda: np.linalg.multi_dot([X, X, Y])),
        ("linalg.multi_dot", lambda: np.linalg.multi_dot([X, V, Y])),
        ("linalg.multi_dot", lambda: np.linalg.multi_dot([X, np.ones((2, 3, 4)), Y])),
    ],
)
def test_wrong_calls(name, call):
    with pytest.raises(AutogradError, match=f"^{name}: "):
        call()


@pytest.mark.parametrize(("name", "shapes"), [("matvec", MATVEC), ("vecmat", VECMAT)])
def test_what_stands_in_for_a_function_that_numpy_lacks(name, shapes):
    stand_in = getattr(linear, f"_{name}")
    for first, second in shapes:
        x, y = arrays(first, second)
        same(stand_in(x, y), numpys(getattr(ag, name))(x, y))
    with pytest.raises(ValueError, match="expected a vector"):
        stand_in(*((np.eye(2), 2.0) if name == "matvec" else (2.0, np.eye(2))))
