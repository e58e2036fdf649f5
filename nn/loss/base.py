"""What losses have in common: a reduction, and that they add up and scale."""

from numbers import Real
from typing import Any

from autograd_lite.errors import ArgumentValueError, KindError, ShapeError, describe
from autograd_lite.tensor import Tensor
from nn.arguments import choice, number
from nn.functional.targets import REDUCTIONS
from nn.label import Label
from nn.module import Module


class Loss(Module):
    """The parent of every loss: a module that is called with a prediction and a target.

    Parameters
    ----------
    reduction : what becomes of the losses of a batch: "mean", "sum", or "none", which keeps them all.

    Losses are added with + and -, and scaled with * and / by numbers; the result is a loss. Raises
    `ArgumentValueError` for other reductions and for factors that are not finite.

    >>> import nn
    >>> loss = nn.MSELoss() + 0.5 * nn.L1Loss()
    >>> loss([1.0, 2.0], [0.0, 4.0]).item()
    3.25
    """

    # NumPy's numbers leave the multiplication to the loss.
    __array_ufunc__ = None
    #: The words that `reduction` may be.
    reductions: tuple[str, ...] = REDUCTIONS

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__()
        self.reduction = choice(type(self).__name__, "reduction", reduction, self.reductions)

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of a prediction. Each subclass defines its own."""
        return super().forward(input, target)

    def __add__(self, other: Any) -> "Loss":
        # The sum() of losses begins with 0.
        if isinstance(other, Real) and other == 0:
            return self
        return WeightedSum([*_terms(self), *_terms(other)]) if isinstance(other, Loss) else NotImplemented

    __radd__ = __add__

    def __sub__(self, other: Any) -> "Loss":
        return self + -other if isinstance(other, Loss) else NotImplemented

    def __neg__(self) -> "Loss":
        return self * -1.0

    def __mul__(self, factor: Any) -> "Loss":
        if not isinstance(factor, Real):
            return NotImplemented
        factor = _factor(factor)
        return WeightedSum([(factor * weight, loss) for weight, loss in _terms(self)])

    __rmul__ = __mul__

    def __truediv__(self, divisor: Any) -> "Loss":
        if not isinstance(divisor, Real):
            return NotImplemented
        if divisor == 0:
            raise ArgumentValueError(f"{type(self).__name__}: divided by 0; divide by another number.")
        return self * (1.0 / _factor(divisor))

    def extra_repr(self) -> str:
        return f"reduction={self.reduction!r}"


class WeightedSum(Loss):
    """Losses of the same prediction and target, each times a factor, added up.

    Parameters
    ----------
    terms : pairs of a factor and a loss, at least one.

    It is what `+` and `*` make. Each loss is a module within it: "0", "1" .... Raises `ShapeError` for a
    sum of losses of two shapes, as those with reduction "none" may have.

    >>> import nn
    >>> nn.WeightedSum([(2.0, nn.MSELoss())])([1.0], [4.0]).item()
    18.0
    """

    def __init__(self, terms: Any) -> None:
        super().__init__()
        pairs = terms if isinstance(terms, list | tuple) else [None]
        if not all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs):
            raise KindError(f"WeightedSum: terms is {describe(terms)}; give a list of pairs of a factor and a loss.")
        self.factors = tuple(_factor(factor) for factor, _ in terms)
        if not self.factors:
            raise ArgumentValueError("WeightedSum: there is no loss; give pairs of a factor and a loss.")
        for position, (_, loss) in enumerate(terms):
            self.add_module(str(position), loss)
            if loss._label.path.isdecimal():
                # Its place in a sum that this one takes the place of.
                loss._label = Label(loss._label.kind, str(position))

    def terms(self) -> list[tuple[float, Loss]]:
        """The factors and the losses, in order."""
        return [(factor, getattr(self, str(i))) for i, factor in enumerate(self.factors)]

    def forward(self, input: Any, target: Any) -> Tensor:
        total: Any = None
        for factor, loss in self.terms():
            found = loss(input, target)
            part = found if factor == 1.0 else found * factor
            if total is not None and total.shape != part.shape:
                raise ShapeError(
                    f"WeightedSum: {loss!r} gives losses of shape {part.shape}, and those before it {total.shape}. "
                    'Take reduction="mean" or "sum".'
                )
            total = part if total is None else total + part
        return total  # type: ignore[no-any-return]

    def extra_repr(self) -> str:
        return " + ".join(f"{factor:g}·({i})" for i, factor in enumerate(self.factors))


def _terms(loss: Loss) -> list[tuple[float, Loss]]:
    return loss.terms() if type(loss) is WeightedSum else [(1.0, loss)]


def _factor(factor: Any) -> float:
    if isinstance(factor, bool):
        raise ArgumentValueError(f"a loss times {describe(factor)}: factors are numbers.")
    return number("a sum of losses", "a factor", factor)
