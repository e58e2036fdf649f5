"""What an operation is held to, as functions of the operation: the table runs them, planted faults fail them.

Derivatives are checked without the library's own gradcheck, by differences of a function's values alone. The
function is weighted to one number and moved along random directions: a wrong derivative in any entry shows in
the slope.
"""

import copy
import gc
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_lite import Tensor
from autograd_lite.graph import raw
from tests.samples.row import joined

F = Callable[..., Any]


def same(a: Any, b: Any) -> None:
    """Assert that two results agree to the last digits, in shape and in data type."""
    a, b = np.asarray(a), np.asarray(b)
    assert (a.dtype, a.shape) == (b.dtype, b.shape)
    np.testing.assert_allclose(a, b, rtol=2e-15 if a.dtype == np.float64 else 1e-6, atol=1e-15)


def floats(args: Sequence[Any]) -> list[int]:
    """The numbers of the arguments that can be differentiated by."""
    return [i for i, a in enumerate(args) if np.asarray(a).dtype.kind == "f"]


def leaves(args: Sequence[Any], wrt: Sequence[int]) -> list[Tensor]:
    """The arguments as Tensors, those in `wrt` tracked."""
    return [Tensor(a, requires_grad=i in wrt) for i, a in enumerate(args)]


def weights_for(f: F, args: Sequence[Any]) -> Any:
    """Weights that make one number of what f gives."""
    return np.random.default_rng(1).uniform(0.5, 1.5, f(*map(Tensor, args)).shape)


def gradients(f: F, args: Sequence[Any], wrt: Sequence[int], weights: Any = None) -> list[Any]:
    """The gradients of sum(weights f) by the arguments in `wrt`."""
    nodes = leaves(args, wrt)
    (f(*nodes) * (weights_for(f, args) if weights is None else weights)).sum().backward()
    return [nodes[i].grad.data for i in wrt]


def _numeric_slopes(f: F, args: Sequence[Any], wrt: Sequence[int], weights: Any, u: Any, v: Any) -> tuple[float, float]:
    """The slope of sum(weights f) along u, and the slope along v of that slope, from values alone."""

    def value(s: float, t: float) -> float:
        moved = [a + s * u[i] + t * v[i] if i in wrt else a for i, a in enumerate(args)]
        return float(np.sum(f(*map(Tensor, moved)).data * weights))

    def first(h: float) -> float:
        return (value(h, 0) - value(-h, 0)) / (2 * h)

    def second(h: float) -> float:
        return (value(h, h) - value(h, -h) - value(-h, h) + value(-h, -h)) / (4 * h * h)

    # Richardson's extrapolation takes the error from the square of h to its fourth power.
    return (4 * first(5e-4) - first(1e-3)) / 3, (4 * second(1e-3) - second(2e-3)) / 3


def _ruled_slopes(f: F, args: Sequence[Any], wrt: Sequence[int], weights: Any, u: Any, v: Any) -> tuple[float, float]:
    """The same two slopes from the gradient rules, by two backward passes."""
    nodes = leaves(args, wrt)
    (f(*nodes) * weights).sum().backward(create_graph=True)
    slope = sum((nodes[i].grad * u[i]).sum() for i in wrt)
    for i in wrt:
        nodes[i].grad = None
    if not slope.requires_grad:
        return slope.item(), 0.0
    slope.backward()
    bends = [np.sum(nodes[i].grad.data * v[i]) for i in wrt if nodes[i].grad is not None]
    return slope.item(), float(sum(bends))


def check_orders(f: F, args: Sequence[Any], wrt: Sequence[int] | None = None) -> float:
    """Assert that f is right to second order at `args`, by all of `wrt` at once; gives the second slope."""
    wrt = floats(args) if wrt is None else wrt
    weights = weights_for(f, args)
    rng = np.random.default_rng(2)
    u, v = ({i: rng.uniform(-1, 1, np.shape(args[i])) for i in wrt} for _ in range(2))
    slope, bend = _numeric_slopes(f, args, wrt, weights, u, v)
    plain = sum(float(np.sum(g * u[i])) for i, g in zip(wrt, gradients(f, args, wrt, weights), strict=True))
    recorded, ruled_bend = _ruled_slopes(f, args, wrt, weights, u, v)
    np.testing.assert_allclose(plain, slope, rtol=1e-8, atol=1e-9, err_msg="first order")
    np.testing.assert_allclose(recorded, plain, rtol=1e-12, atol=1e-13, err_msg="first order, recorded")
    # What the rounding of the values makes of a difference over the square of the step.
    rounding = 2e-9 * float(np.sum(np.abs(f(*map(Tensor, args)).data) * weights))
    np.testing.assert_allclose(ruled_bend, bend, rtol=1e-6, atol=1e-7 + rounding, err_msg="second order")
    return bend


def check_float32(f: F, args: Sequence[Any], wrt: Sequence[int] | None = None) -> None:
    """Assert that f gives float32 of float32, and gradients in float32 that are those in float64."""
    wrt = floats(args) if wrt is None else wrt
    doubles = [a.astype(float) if getattr(a, "dtype", None) == np.float32 else a for a in args]
    nodes = [Tensor(a, requires_grad=True) if i in wrt else a for i, a in enumerate(args)]
    seen: list[Any] = []
    for i in wrt:
        # A leaf converts the gradient that it keeps: only a hook sees the one that the rule gave.
        nodes[i].register_hook(lambda g: seen.append(g.dtype))
    out = f(*nodes)
    weights = np.random.default_rng(1).uniform(0.5, 1.5, out.shape)
    for create_graph in (False, True):
        out.backward(weights.astype(np.float32), create_graph)
    assert out.dtype == np.float32
    assert seen == [np.float32] * 2 * len(wrt)
    exact = [Tensor(a, requires_grad=True) if i in wrt else a for i, a in enumerate(doubles)]
    f(*exact).backward(weights)
    for i in wrt:
        assert nodes[i].grad.dtype == np.float32
        np.testing.assert_allclose(nodes[i].grad.data, 2 * exact[i].grad.data, rtol=2e-5, atol=2e-6)


def check_untouched(f: F, args: Sequence[Any]) -> None:
    """Assert that f and its backward pass leave arguments and result as they are, and read-only."""
    before = copy.deepcopy(args)
    f(*args)
    assert all(array.tobytes() == old.tobytes() for array, old in zip(args, before, strict=True))
    nodes = leaves(args, floats(args))
    out = f(*nodes)
    result = out.data.copy()
    if out.requires_grad:
        out.backward(np.ones(out.shape), create_graph=True)
    for node, old in zip(nodes, before, strict=True):
        assert node.data.tobytes() == old.tobytes()
        assert not node.data.flags.writeable
    assert out.data.tobytes() == result.tobytes()
    assert not out.data.flags.writeable


#: How a matrix is laid out, and how it is taken from there again as a view that is not contiguous.
LAYOUTS: dict[str, tuple[F, F]] = {
    "transposed": (lambda a: a.T, lambda t: t.T),
    "reversed": (lambda a: a[::-1, ::-1], lambda t: t[::-1, ::-1]),
    "strided": (lambda a: np.repeat(a, 2, axis=1), lambda t: t[:, ::2]),
}


def check_layout(f: F, args: Sequence[Any], layout: tuple[F, F]) -> None:
    """Assert that f gives the same of matrices that are not contiguous, to second order."""
    lay, view = layout
    laid = [lay(a) if a.ndim == 2 else a for a in args]

    def seen(x: Any) -> Any:
        return view(x) if x.ndim == 2 else x

    def of_views(*xs: Any) -> Any:
        return f(*map(seen, xs))

    assert not any(seen(Tensor(a)).data.flags.c_contiguous for a in laid if a.ndim == 2)
    same(of_views(*laid), f(*args))
    out = of_views(*leaves(laid, floats(args)))
    same(out.data, f(*args))
    if out.requires_grad:
        weights = weights_for(f, args)
        got, expected = (gradients(g, a, floats(args), weights) for g, a in ((of_views, laid), (f, args)))
        for g, e in zip(got, expected, strict=True):
            same(seen(g), e)
        check_orders(of_views, laid)


def check_freed(f: F, args: Sequence[Any]) -> None:
    """Assert that what f made is gone once its result is dropped, with the garbage collector off."""
    gc.disable()
    try:
        inner = [n.clone() for n in leaves(args, floats(args))]
        out = f(*inner)
        if out.requires_grad:
            out.backward(np.ones(out.shape))
        watched = [weakref.ref(n) for n in (*inner, out)]
        del inner, out
        assert all(w() is None for w in watched)
    finally:
        gc.enable()


def check_broadcasting(f: F, args: Sequence[Any]) -> None:
    """Assert that f gives what it gives of arguments repeated to one shape, and the gradients summed back."""
    shape = np.broadcast_shapes(*(a.shape for a in args))
    repeated = [np.broadcast_to(a, shape).copy() for a in args]
    out = f(*leaves(args, floats(args)))
    assert out.shape == shape
    same(out.data, f(*map(Tensor, repeated)).data)
    if out.requires_grad:
        weights = np.random.default_rng(1).uniform(0.5, 1.5, shape)
        whole = gradients(f, repeated, floats(args), weights)
        for i, got, g in zip(floats(args), gradients(f, args, floats(args), weights), whole, strict=True):
            assert got.shape == args[i].shape
            np.testing.assert_allclose(got, summed_back(g, args[i].shape), rtol=1e-13, atol=1e-13)


def summed_back(g: Any, shape: tuple[int, ...]) -> Any:
    """g summed over the axes along which an array of `shape` was repeated."""
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    return g.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


def shapes_of(result: Any) -> Any:
    """The shape of a result, in a tuple or list as it is."""
    return type(result)(map(shapes_of, result)) if type(result) in (tuple, list) else np.shape(raw(result))


def check_linear(f: F, reference: F, shapes: Sequence[tuple[int, ...]]) -> None:
    """Assert that f is the linear map `reference` of arrays of these shapes, to the last bit and in either width.

    Whole numbers leave no rounding. The gradient is the transpose, f^T(g), for which <g, f(x)> = <f^T(g), x>; and
    what the rule recorded is transposed again, which gives f back.
    """
    rng = np.random.default_rng(4)
    for width in (np.float64, np.float32):
        x, u = ([rng.integers(-9, 10, s).astype(width) for s in shapes] for _ in range(2))
        nodes, seen = leaves(x, range(len(x))), []
        for node in nodes:
            node.register_hook(lambda g, seen=seen: seen.append(g.dtype))
        found, wanted = f(*nodes), reference(*x)
        assert shapes_of(found) == shapes_of(wanted)
        out, expected = joined(found), np.asarray(joined(wanted))
        assert (out.dtype, out.shape) == (expected.dtype, expected.shape) == (width, expected.shape)
        np.testing.assert_array_equal(out.data, expected)
        g = Tensor(rng.integers(-9, 10, out.shape).astype(width), requires_grad=True)
        out.backward(g.data)
        plain = [np.zeros(n.shape, width) if n.grad is None else n.grad.data for n in nodes]
        assert [p.shape for p in plain] == [tuple(s) for s in shapes]
        assert np.sum(g.data * expected) == sum(np.sum(p * a) for p, a in zip(plain, x, strict=True))
        for node in nodes:
            node.grad = None
        out.backward(g, create_graph=True)
        for node, p in zip(nodes, plain, strict=True):
            np.testing.assert_array_equal(0 if node.grad is None else node.grad.data, p)
        sum((n.grad * a).sum() for n, a in zip(nodes, u, strict=True) if n.grad is not None).backward()
        np.testing.assert_array_equal(g.grad.data, joined(reference(*u)))
        assert set(seen) <= {np.dtype(width)}
