"""Functions to functions: gradients, products with the Jacobian, second derivatives.

Each transform runs its function on leaves of its own, so that its backward pass ends there. What
these leaves were made from stays linked, so transforms nest to any depth and see outer variables.

Arguments are floats, arrays, Tensors, Values, and tuples, lists and dictionaries of them; a result
has the kind of its argument. Only where something outside may yet differentiate a result, such as
a tracked variable that the function captured, is it a Tensor whatever came in: a float would lose
that derivative. Under `no_grad` nothing outside may.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentError, describe
from autograd_lite.graph import Node, raw
from autograd_lite.run import Argnums, Run, in_kind, matching
from autograd_lite.tensor import Tensor
from autograd_lite.tree import flatten, tree_map
from autograd_lite.value import Value


def value_and_grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """A function that gives `(f(x), gradient of f at x)`.

    `f` gives a single number. `argnums` says which positional argument to differentiate by, or
    which ones: then the gradients are a tuple. Raises `ShapeError` where f gives more than one
    number, `DtypeError` for integer arguments.

    >>> value_and_grad(lambda x: x * x)(3.0)
    (9.0, 6.0)
    """

    @wraps(f)
    def differentiated(*args: Any, **kwargs: Any) -> Any:
        run = Run("grad", f, args, kwargs, argnums)
        y = run.scalar()
        gradients = run.pull({y: 1.0 if y.holds is float else Tensor(np.ones_like(raw(y)))})
        return run.result(), run.pack(gradients, argnums)

    return differentiated


def grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The gradient of `f`, which gives a single number, as a function: see `value_and_grad`.

    >>> grad(np.sin)(0.0), grad(grad(np.sin))(0.0)
    (1.0, -0.0)
    """
    both = value_and_grad(f, argnums)

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


def vjp(f: Callable[..., Any], *xs: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """`f(*xs)` and the pullback, which takes a vector v in the form of f's result to the tuple of v^T J by each x.

    Raises `ShapeError` where v has not the shape of the result.

    >>> y, pullback = vjp(lambda x: x * x, np.array([1.0, 2.0]))
    >>> pullback(np.array([1.0, 10.0]))
    (array([ 2., 40.]),)
    """
    run = Run("vjp", f, xs, {}, range(len(xs)))
    return run.result(), run.pullback


def jvp(f: Callable[..., Any], xs: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """`f(*xs)` and its derivative along `tangents`, J t, in the form of the result: two reverse passes.

    The pullback v -> v^T J is linear in v, so pulling t back through the pullback gives J t.
    Raises `ShapeError` where the tangents have not the shapes of xs.

    >>> jvp(lambda x: x * x, (3.0,), (2.0,))
    (9.0, 12.0)
    """
    if not isinstance(xs, tuple | list) or not isinstance(tangents, tuple | list):
        raise ArgumentError(
            f"jvp: xs and tangents are tuples, with an entry for each argument of the function; got {describe(xs)} "
            f"and {describe(tangents)}. Write (x,), (t,)."
        )
    tangents = tuple(matching("jvp", "the tangents", tuple(xs), tuple(tangents)))
    run = Run("jvp", f, xs, {}, range(len(xs)))
    out = run.result()
    linear = Run("jvp", run.pullback, (tree_map(_ones_like, out),), {}, (0,), hidden=set(run.inputs))
    return out, linear.pullback(run.rebuild(tangents))[0]


def jacobian(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The Jacobian of `f` as a function: for each output and argument, an array of shape out.shape + x.shape.

    One reverse pass for each element of the output.

    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """

    @wraps(f)
    def differentiated(*args: Any, **kwargs: Any) -> Any:
        run = Run("jacobian", f, args, kwargs, argnums)
        return run.rebuild_out([run.pack(_jacobian_rows(run, y), argnums) for y in run.outputs])

    return differentiated


def hessian(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The matrix of second derivatives of `f`, of shape x.shape + x.shape: the Jacobian of the gradient.

    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 2.0]))
    array([[4., 2.],
           [2., 0.]])
    """
    return jacobian(grad(f, argnums), argnums)


def hvp(f: Callable[..., Any], x: Any, v: Any) -> Any:
    """The Hessian of `f` at `x` times `v`: the slope of the gradient along v.

    >>> hvp(lambda x: (x ** 3).sum(), np.array([1.0, 2.0]), np.array([1.0, 0.0]))
    array([6., 0.])
    """
    leaves, rebuild = flatten(x)
    slopes = flatten(jvp(grad(f), (x,), (v,))[1])[0]
    return rebuild([in_kind(leaf, slope) for leaf, slope in zip(leaves, slopes, strict=True)])


def stop_gradient(x: Any) -> Any:
    """`x` as a constant: the same values, through which no gradient flows.

    >>> grad(lambda x: x * stop_gradient(x))(3.0)
    3.0
    """
    return tree_map(lambda leaf: leaf.detach() if isinstance(leaf, Tensor | Value) else leaf, x)


def _jacobian_rows(run: Run, y: Node) -> list[Any]:
    """The Jacobian of one output by each input, a reverse pass for each element of the output."""
    shape = np.shape(raw(y))
    size = int(np.prod(shape))
    rows = []
    for i in range(size):
        one = np.zeros(size, np.asarray(raw(y)).dtype)
        one[i] = 1.0
        rows.append(run.pull({y: float(one[0]) if y.holds is float else Tensor(one.reshape(shape))}))
    blocks = []
    for number, leaf in enumerate(run.inputs):
        column = [row[number] for row in rows]
        if shape == ():
            blocks.append(column[0])
        elif not column:
            blocks.append(np.zeros(shape + np.shape(raw(leaf)), np.asarray(raw(leaf)).dtype))
        else:
            blocks.append(np.stack(column).reshape(shape + np.shape(raw(leaf))))
    return blocks


def _ones_like(y: Any) -> Any:
    if isinstance(y, Value):
        return Value(1.0).detach()
    ones = np.ones_like(raw(y))
    return Tensor(ones) if isinstance(y, Tensor) else ones if isinstance(y, np.ndarray) else 1.0
