"""The parameters of a model as one vector, for the methods of other libraries."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentValueError, KindError, ShapeError, describe
from autograd_lite.graph import Node, raw
from autograd_lite.guard import Array
from autograd_lite.modes import enable_grad
from optim.options import function
from optim.parameters import parameters_of


class Flat:
    """What `flatten` gives: see there."""

    def __init__(self, parameters: list[Any]) -> None:
        self.parameters = parameters
        self._ends = np.cumsum([np.size(p.data) for p in parameters])

    @property
    def vector(self) -> Array:
        """The parameters one after the other, in their order: a fresh float64 array of shape (n,).

        Set it to give them other numbers, each in its own shape and data type. Raises `ShapeError` for a vector of
        another length, and `KindError` for what is none; then nothing has changed.
        """
        return np.concatenate([np.ravel(p.data) for p in self.parameters]).astype(np.float64, copy=False)

    @vector.setter
    def vector(self, new: Any) -> None:
        given = np.asarray(raw(new))
        if given.dtype.kind not in "fiu":
            raise KindError(f"flatten: the vector is {describe(new)}; give an array of real numbers.")
        if given.shape != (self._ends[-1],):
            raise ShapeError(f"flatten: the vector has shape {given.shape}; the parameters need ({self._ends[-1]},).")
        for p, part in zip(self.parameters, np.split(given, self._ends[:-1]), strict=True):
            data = p.data
            p.data = float(part[0]) if isinstance(data, float) else np.array(part.reshape(data.shape), data.dtype)

    def value_and_grad(self, loss: Callable[..., Any]) -> Callable[..., tuple[float, Array]]:
        """A function of the vector: the loss and its gradient, as `scipy.optimize.minimize(jac=True)` takes it.

        Parameters
        ----------
        loss : computes the loss, a scalar, with the model as it is. It is handed what the function gets after the
            vector: `args=` of `minimize`.

        The function gives a float and a fresh float64 array of shape (n,), with zeros for parameters that the loss
        does not depend on. It leaves the parameters at its vector, and their gradients as they were. It raises
        `ShapeError` for a loss that is no scalar, and `KindError` for one that is not computed from them.
        """
        loss = function("value_and_grad", "loss", loss)

        def value_and_gradient(vector: Any, *args: Any) -> tuple[float, Array]:
            self.vector = vector
            with enable_grad():
                found = loss(*args)
            _check_loss(found)
            stood = [p.grad for p in self.parameters]
            try:
                for p in self.parameters:
                    p.grad = None
                found.backward()
                parts = [_gradient(p) for p in self.parameters]
            finally:
                for p, gradient in zip(self.parameters, stood, strict=True):
                    p.grad = gradient
            return float(raw(found)), np.concatenate(parts).astype(np.float64, copy=False)

        return value_and_gradient

    def __iter__(self) -> Iterator[Any]:
        return iter((self.vector, self.value_and_grad))

    def __len__(self) -> int:
        return int(self._ends[-1])

    def __repr__(self) -> str:
        return f"Flat({len(self)} numbers of {len(self.parameters)} parameters)"


def _gradient(p: Any) -> Array:
    return np.zeros(np.size(p.data)) if p.grad is None else np.ravel(raw(p.grad))


def _check_loss(found: Any) -> None:
    if not isinstance(found, Node) or not getattr(found, "requires_grad", True):
        raise KindError(
            f"value_and_grad: the loss is {describe(found)}, which is not computed from the parameters. Compute it "
            "with the model, in the function that is given."
        )
    if np.size(raw(found)) != 1:
        raise ShapeError(f"value_and_grad: the loss has shape {np.shape(raw(found))}; reduce it, as in .mean().")


def flatten(model: Any) -> Flat:
    """One vector of all parameters, and the loss and its gradient as functions of it, for any method of scipy.

    Parameters
    ----------
    model : a module, a list of parameters or one alone. A shared parameter is in the vector once; a frozen one,
        which does not require gradients, is left out.

    Gives an object with `vector`, which can be set, and `value_and_grad(loss)`; it unpacks into the two. Raises
    `KindError` for what has no parameters, and `ArgumentValueError` where all are frozen.

    Methods such as BFGS ask for gradients more exact than float32: convert the model with `double()` before.

    >>> import autograd_lite as ag, optim
    >>> from scipy.optimize import minimize
    >>> a, b = (ag.Tensor([start], requires_grad=True) for start in (-1.2, 1.0))
    >>> flat = optim.flatten([a, b])
    >>> rosenbrock = lambda: ((1 - a) ** 2 + 100 * (b - a**2) ** 2).sum()
    >>> result = minimize(flat.value_and_grad(rosenbrock), flat.vector, jac=True, method="BFGS")
    >>> flat.vector = result.x
    >>> round(a.item(), 4), round(b.item(), 4)
    (1.0, 1.0)
    """
    chosen = [p for p in parameters_of("flatten", model) if getattr(p, "requires_grad", True)]
    if not chosen:
        raise ArgumentValueError("flatten: all parameters are frozen. Free some of them with requires_grad_().")
    return Flat(chosen)
