"""What tests of your own operations need: one assertion, and Hypothesis strategies for shapes and Tensors.

Hypothesis is asked for when a strategy is made, and only then; `assert_gradients` does without. With pytest:

>>> import numpy as np, autograd_lite as ag
>>> from hypothesis import given, settings
>>> from autograd_lite.testing import assert_gradients, tensors
>>> gaussian = ag.op("gaussian", lambda x: np.exp(-x * x), elementwise=True,
...     partials=[("-2 x e^{-x^2}", lambda g, out, x: -2 * g * x * out)])
>>> @settings(max_examples=10, deadline=None)
... @given(tensors(shape=(2, 3)))
... def test_gaussian(x):
...     assert_gradients(gaussian, x)
>>> test_gaussian()
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentError, ArgumentValueError, GradientError, MissingLibraryError, describe
from autograd_lite.gradcheck import gradcheck, gradgradcheck
from autograd_lite.graph import raw
from autograd_lite.operation import Op
from autograd_lite.tensor import Tensor
from autograd_lite.tree import flatten
from autograd_lite.value import Value

__all__ = ["assert_gradients", "broadcastable_shapes", "shapes", "tensors"]


def assert_gradients(op: Callable[..., Any], *args: Any, order: int = 2, **params: Any) -> None:
    """Assert all that a differentiable operation promises, at `args`.

    Parameters
    ----------
    op : an operation, or any function of Tensors.
    args : its arguments, as for `gradcheck`: arrays, Tensors, Values, floats and trees of them; what is no
        float is a constant.
    order : 1 for gradients alone, 2 for second derivatives too.
    params : the parameters of the call, such as `axis=1`.

    Asserted are: what it is given keeps every bit; float64 gives float64, and float32 gives float32, in value
    and gradient; gradients agree with finite differences to the order; and, of an elementwise operation of
    two arguments or more, gradients are summed back over the axes along which an argument was repeated.
    Raises `GradientError`, which is an `AssertionError`, with the report of the check that failed.

    >>> assert_gradients(np.sum, np.array([[1.0, 2.0], [3.0, 4.0]]), axis=1)
    """
    if not callable(op):
        raise ArgumentError(f"assert_gradients: expected an operation or a function, got {describe(op)}.")
    if not args:
        raise ArgumentError("assert_gradients: no arguments. Give those of one call, at which to check it.")
    if order not in (1, 2):
        raise ArgumentValueError(f"assert_gradients: order is 1 or 2, got {describe(order)}.")
    name = getattr(op, "__name__", type(op).__name__)

    def call(*xs: Any) -> Any:
        return op(*xs, **params)

    call.__name__ = name
    _assert_untouched(name, op, args, params)
    for dtype in (np.float64, np.float32):
        _assert_dtype(name, call, _in_dtype(args, dtype), dtype)
    _assert_right(name, call, args, order, "")
    if isinstance(op, Op) and op.elementwise and len(args) > 1:
        for number, smaller in _repeated(args):
            shape = np.shape(smaller[number])
            _assert_right(name, call, smaller, 1, f" where argument {number} has shape {shape} and is repeated")


def _assert_right(name: str, f: Callable[..., Any], args: Sequence[Any], order: int, where: str) -> None:
    for check in (gradcheck, gradgradcheck)[:order]:
        report = check(f, args)
        if not report:
            raise GradientError(f"assert_gradients: {name} is wrong{where}.\n{report}")


def _assert_untouched(name: str, op: Callable[..., Any], args: Sequence[Any], params: dict[str, Any]) -> None:
    """Call an operation on plain arrays, which nothing protects."""
    if not isinstance(op, Op):
        return
    given, rebuild = flatten(tuple(args))
    plain = [
        x if isinstance(x, Value) else np.array(raw(x)) if isinstance(x, np.ndarray | Tensor) else x for x in given
    ]
    op(*rebuild(plain), **params)
    for before, after in zip(given, plain, strict=True):
        if isinstance(after, np.ndarray) and np.asarray(raw(before)).tobytes() != after.tobytes():
            raise GradientError(
                f"assert_gradients: {name} changes an argument, {describe(before)}, in place. Give forward a new array "
                "to write to."
            )


def _in_dtype(args: Sequence[Any], dtype: Any) -> tuple[Any, ...]:
    """Tracked leaves in the place of the arrays of floats, in one data type; the rest as it is."""
    given, rebuild = flatten(tuple(args))
    leaves = [
        Tensor(np.asarray(raw(x)).astype(dtype), requires_grad=True) if _is_array_of_floats(x) else x for x in given
    ]
    return rebuild(leaves)  # type: ignore[no-any-return]


def _assert_dtype(name: str, f: Callable[..., Any], args: Sequence[Any], dtype: Any) -> None:
    """Results and gradients of arrays of a data type are of that data type."""
    leaves = [x for x in flatten(tuple(args))[0] if isinstance(x, Tensor) and x.requires_grad]
    seen: list[Any] = []
    for x in leaves:
        # A leaf converts the gradient that it keeps: only a hook sees the one that the rule gave.
        x.register_hook(lambda g: seen.append(g.dtype))
    for y in flatten(f(*args))[0]:
        if not (leaves and isinstance(y, Tensor) and y.dtype.kind == "f"):
            continue
        if y.dtype != dtype:
            raise GradientError(f"assert_gradients: {name} gives {y.dtype} of arguments in {np.dtype(dtype)}.")
        if y.requires_grad:
            y.backward(np.ones(y.shape, dtype))
    for found in seen:
        if found != dtype:
            raise GradientError(
                f"assert_gradients: {name}: a rule gives a gradient in {found} for arguments in {np.dtype(dtype)}."
            )


def _is_array_of_floats(x: Any) -> bool:
    return isinstance(x, np.ndarray | np.floating | Tensor) and x.dtype.kind == "f"


def _repeated(args: Sequence[Any]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The arguments in one shape, but for one of them that is to be repeated, with its number."""
    if any(isinstance(a, Value | tuple | list | dict) for a in args):
        return
    arrays = [np.asarray(raw(a)) for a in args]
    shape = np.broadcast_shapes(*(a.shape for a in arrays)) or (2, 3)
    if 0 in shape:
        return
    whole = [np.broadcast_to(a, shape).copy() for a in arrays]
    for number, array in enumerate(whole):
        if array.dtype.kind == "f":
            for small in {a.shape: a for a in (array[..., :1], array[0], array.flat[0])}.values():
                if small.shape != shape:
                    yield number, (*whole[:number], np.array(small), *whole[number + 1 :])


def shapes(min_dims: int = 0, max_dims: int = 3, min_side: int = 1, max_side: int = 4) -> Any:
    """A Hypothesis strategy for shapes: tuples of `min_dims` to `max_dims` sides.

    `min_side=0` gives empty arrays too.

    >>> from hypothesis import find
    >>> find(shapes(min_dims=2), lambda shape: True)
    (1, 1)
    """
    return _hypothesis().array_shapes(min_dims=min_dims, max_dims=max_dims, min_side=min_side, max_side=max_side)


def broadcastable_shapes(n: int, min_dims: int = 0, max_dims: int = 3, min_side: int = 1, max_side: int = 4) -> Any:
    """A Hypothesis strategy for tuples of `n` shapes that broadcast together, of sizes as for `shapes`.

    >>> from hypothesis import find
    >>> find(broadcastable_shapes(2, min_dims=1), lambda pair: True)
    ((1,), (1,))
    """
    found = _hypothesis().mutually_broadcastable_shapes(
        num_shapes=n, min_dims=min_dims, max_dims=max_dims, min_side=min_side, max_side=max_side
    )
    return found.map(lambda drawn: drawn.input_shapes)


def tensors(
    shape: Any = None,
    dtype: Any = np.float64,
    elements: Any = None,
    requires_grad: bool | None = None,
    name: str | None = None,
) -> Any:
    """A Hypothesis strategy for Tensors.

    Parameters
    ----------
    shape : a tuple, or a strategy for tuples; `shapes()` where not given.
    dtype : a data type, or a strategy for data types.
    elements : a strategy for the numbers; where not given, floats are from -3 to 3, of half precision.
    requires_grad : whether they are tracked; floats are, where not given.
    name : of the Tensor.

    >>> from hypothesis import find
    >>> find(tensors(shape=(2,), dtype=np.float32), lambda t: True)
    Tensor([0., 0.], dtype=float32, requires_grad=True)
    """
    extra = _hypothesis()
    from hypothesis import strategies

    shape = shapes() if shape is None else shape

    def of(dtype: Any) -> Any:
        kind = np.dtype(dtype)
        numbers = elements
        if numbers is None and kind.kind == "f":
            # Of half precision: the smallest is 6e-8, and products of several do not vanish.
            numbers = strategies.floats(-3, 3, width=16)
        tracked = kind.kind == "f" if requires_grad is None else requires_grad
        return extra.arrays(kind, shape, elements=numbers).map(lambda array: Tensor(array, tracked, name=name))

    return dtype.flatmap(of) if isinstance(dtype, strategies.SearchStrategy) else of(dtype)


def _hypothesis() -> Any:
    """Hypothesis's own strategies for arrays."""
    try:
        from hypothesis.extra import numpy as extra
    except ImportError:
        raise MissingLibraryError(
            "autograd_lite.testing: strategies are made with Hypothesis, which is not installed. Install it: "
            "pip install hypothesis."
        ) from None
    return extra
