"""Polynomials by their coefficients in all of NumPy's cases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite import Tensor, Value
from autograd_lite.errors import AutogradError, UnsupportedError
from tests.checks import check_float32, check_orders, gradients, same
from tests.samples.row import joined

RNG = np.random.default_rng(0)


def arrays(*shapes):
    return [RNG.uniform(-2, 2, shape) for shape in shapes]


def check(f, args):
    """Assert that f, NumPy's function on arrays, gives the same on Tensors and is right to second order."""
    plainly = joined(f(*args))
    out = joined(f(*map(Tensor, args)))
    assert type(out) is Tensor
    assert out.shape == np.shape(plainly)
    np.testing.assert_allclose(out.data, plainly, rtol=2e-14, atol=2e-15)
    check_orders(lambda *xs: joined(f(*xs)), args)


@pytest.mark.parametrize(
    ("coefficients", "places"),
    [
        ((4,), (2, 3)), ((4,), ()), ((1,), (3,)), ((2,), (3,)), ((0,), (3,)), ((3,), (0,)), ((3, 2), (4, 2)),
        ((3, 1), (4, 2)), ((3, 4, 2), (2,)),
    ],
)  # fmt: skip
def test_polyval(coefficients, places):
    p, x = arrays(coefficients, places)
    check(np.polyval, [p, x])
    check_float32(ag.polyval, [p.astype(np.float32), x.astype(np.float32)])
    if p.size:
        for i, a in enumerate((p, x)):
            assert gradients(ag.polyval, [p, x], [i])[0].shape == a.shape


def test_polyval_at_zero_and_at_numbers():
    (p,) = arrays(4)
    check(np.polyval, [p, np.array([0.0, 1.0])])
    check(lambda p: np.polyval(p, 0.7), [p])
    check(lambda p: np.polyval(p, 2), [p])
    check(lambda x: np.polyval([3, 0, 1], x), [p])
    check_float32(lambda p: ag.polyval(p, 0.7), [p.astype(np.float32)])
    x = Value(0.5)
    ag.polyval([1.0, 2.0, 3.0], x).backward()
    assert x.grad == pytest.approx(3.0)


@pytest.mark.parametrize("increasing", [False, True])
@pytest.mark.parametrize("n", [None, 0, 1, 2, 5])
def test_vander(n, increasing):
    x = np.array([0.0, -0.7, 1.3])
    check(lambda x: np.vander(x, n, increasing), [x])
    check_float32(lambda x: ag.vander(x, n, increasing=increasing), [x.astype(np.float32)])
    same(ag.vander(Tensor([1, 2, 3]), n).data, np.vander([1, 2, 3], n))


SUMS = [np.polyadd, np.polysub, np.polymul]


@pytest.mark.parametrize("f", SUMS, ids=lambda f: f.__name__)
def test_sums_and_products(f):
    for n, m in [(3, 3), (4, 2), (2, 4), (1, 3), (3, 1)]:
        check(f, arrays(n, m))
    check(f, arrays((), 3))
    check(f, arrays(3, ()))
    check(lambda x: f(x, [1, 2]), arrays(3))
    check(lambda x: f(2.0, x), arrays(3))
    entry = getattr(ag, f.__name__)
    check_float32(entry, [a.astype(np.float32) for a in arrays(4, 2)])


def test_leading_zeros_are_dropped_from_a_product():
    for p in ([0.0, 0.0, 1.5, -2.0], [0.0, 0.0]):
        same(np.polymul(Tensor(p), Tensor([0.0, 2.0, 1.0])).data, np.polymul(p, [0.0, 2.0, 1.0]))


@pytest.mark.parametrize(("n", "m"), [(4, 2), (5, 3), (3, 3), (2, 4), (3, 1), (1, 1)])
def test_polydiv(n, m):
    u, v = arrays(n, m)
    v[0] += np.sign(v[0])
    check(np.polydiv, [u, v])
    # What is left where the rest vanishes is dropped or not, by its size.
    if n >= m:
        check_float32(lambda *xs: ag.polydiv(*xs)[0], [u.astype(np.float32), v.astype(np.float32)])
    assert ag.polydiv(Tensor(u.astype(np.float32)), v.astype(np.float32))[1].dtype == np.float32


def test_polydiv_of_mixed_kinds():
    for u, v in [
        ([1, 2, 3], [2, 1]),
        (np.float32([1, 2, 3]), [2.0, 1.0]),
        ([1.0], np.float32([2, 1])),
        ([np.inf, 1.0], [2, 1, 3]),
    ]:
        for got, expected in zip(np.polydiv(Tensor(u), Tensor(v)), np.polydiv(u, v), strict=True):
            same(got.data, expected)


def test_polydiv_without_a_rest():
    u, v = np.array([1.0, 1.0, -2.0]), np.array([1.0, -1.0])
    for got, expected in zip(np.polydiv(Tensor(u), Tensor(v)), np.polydiv(u, v), strict=True):
        same(got.data, expected)


@pytest.mark.parametrize("m", [0, 1, 2, 3, 5])
def test_polyder_and_polyint(m):
    (p,) = arrays(4)
    check(lambda p: np.polyder(p, m), [p]) if m < 4 else same(np.polyder(Tensor(p), m).data, np.polyder(p, m))
    check(lambda p: np.polyint(p, m), [p])
    check(lambda p: np.polyint(p, m, k=0.5), [p])
    check(lambda p: np.polyint(p, m, k=[1, 2, 3, 4, 5, 6]), [p])
    if m:
        check(lambda p, k: np.polyint(p, m, k=k), arrays(4, m))
        check(lambda p, k: np.polyint(p, m, k=k), arrays(4, ()))
    check_float32(lambda p: ag.polyint(p, m, k=0.5), [p.astype(np.float32)])


def test_poly():
    check(np.poly, arrays(4))
    check(np.poly, arrays(1))
    (x,) = arrays(2)
    check(lambda x: np.poly([x[0], 2.0, x[1], 1]), [x])
    check_float32(ag.poly, [x.astype(np.float32)])
    same(ag.poly(Tensor([1, 2])).data, np.poly([1, 2]))
    assert ag.poly(Tensor(np.zeros(0))).data == np.poly(np.zeros(0))


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_a_product_has_the_values_of_its_factors_multiplied(n, m, seed):
    rng = np.random.default_rng(seed)
    args = rng.uniform(-2, 2, n), rng.uniform(-2, 2, m), rng.uniform(-2, 2, 3)
    product = [lambda p, q, x: np.polyval(np.polymul(p, q), x), lambda p, q, x: np.polyval(p, x) * np.polyval(q, x)]
    of_product, of_factors = (gradients(f, args, [0, 1, 2], np.ones(3)) for f in product)
    for got, expected in zip(of_product, of_factors, strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-11, atol=1e-11)


X, V = (Tensor(a, requires_grad=True) for a in arrays((2, 3), 3))


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("polyval", lambda: ag.polyval(V[0], X)),
        ("polyval", lambda: ag.polyval(X, np.ones((3, 4)))),
        ("vander", lambda: ag.vander(X)),
        ("vander", lambda: ag.vander(V, -1)),
        ("vander", lambda: ag.vander(V, 1.5)),
        ("polyadd", lambda: ag.polyadd(X, V)),
        ("polyadd", lambda: ag.polyadd([V[0], V[1]], V)),
        ("polymul", lambda: ag.polymul(X, V)),
        ("polymul", lambda: ag.polymul(V, V[:0])),
        ("polydiv", lambda: ag.polydiv(V[:0], V)),
        ("polyder", lambda: ag.polyder(V, -1)),
        ("polyder", lambda: ag.polyder(V[0])),
        ("polyint", lambda: ag.polyint(V, -1)),
        ("polyint", lambda: ag.polyint(V, 3, [1, 2])),
        ("polyint", lambda: ag.polyint(V, 1, [V[0]])),
        ("poly", lambda: ag.poly(X)),
    ],
)
def test_wrong_calls(name, call):
    with pytest.raises(AutogradError, match=f"^{name}: "):
        call()


def test_what_has_no_derivative_is_refused():
    with pytest.raises(UnsupportedError, match=r"poly: .*eigenvalues"):
        np.poly(Tensor(np.eye(2), requires_grad=True))
    for f in (lambda t: np.roots(t), lambda t: np.polyfit(t, t, 1, full=True), lambda t: np.polyfit(t, t, 1, cov=True)):
        with pytest.raises(UnsupportedError):
            f(Tensor([1.0, 2.0, 4.0], requires_grad=True))


@pytest.mark.parametrize("deg", [0, 1, 2])
@pytest.mark.parametrize("w", [None, np.array([0.5, 1.5, 1.0, 2.0])])
@pytest.mark.parametrize("columns", [(), (2,)])
def test_polyfit(deg, w, columns):
    x = np.array([-1.0, 0.5, 1.5, 2.5])
    y = np.random.default_rng(0).normal(size=(4, *columns))
    given = [x, y] if w is None else [x, y, w]

    def fit(x, y, w=None):
        return np.polyfit(x, y, deg, w=w)

    np.testing.assert_allclose(fit(*map(Tensor, given)).data, fit(*given), rtol=1e-12, atol=1e-14)
    check_orders(fit, given)


def test_wrong_calls_of_polyfit():
    x = Tensor([1.0, 2.0, 4.0], requires_grad=True)
    for f, text in (
        (lambda: np.polyfit(x, x[:2], 1), "polyfit: .*as many in y as in x|polyfit: .*same length"),
        (lambda: np.polyfit(x, x, -1), "polyfit: .*deg"),
        (lambda: np.polyfit(x, x, 1.5), "polyfit: .*"),
        (lambda: np.polyfit(x[:0], x[:0], 1), "polyfit: .*"),
    ):
        with pytest.raises(AutogradError, match=text):
            f()
