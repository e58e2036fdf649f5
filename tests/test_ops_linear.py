"""Products of vectors and matrices in all of NumPy's cases."""

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import Tensor, Value
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
]


def arrays(*shapes):
    return [RNG.uniform(0.5, 2.0, shape) for shape in shapes]


@pytest.mark.parametrize(("f", "first", "second"), CASES, ids=lambda x: getattr(x, "name", str(x)))
def test_every_case(f, first, second):
    x, y = arrays(first, second)
    reference = getattr(np, f.name)
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
@pytest.mark.parametrize("f", [ag.dot, ag.outer], ids=lambda f: f.name)
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


@pytest.mark.parametrize("f", [ag.matmul, ag.dot, ag.outer], ids=lambda f: f.name)
def test_plain_arguments_give_plain_results(f):
    x, y = arrays((2, 2), (2, 2))
    same(f(x, y), getattr(np, f.name)(x, y))
    same(f(x.tolist(), y.tolist()), getattr(np, f.name)(x, y))
    assert not isinstance(f(x, y), Tensor)
