"""Losses between scores of classes and the right classes."""

from typing import Any

from autograd_lite.errors import ArgumentValueError
from autograd_lite.tensor import Tensor
from nn.arguments import flag, fraction, integer, number
from nn.functional import classification as functional
from nn.functional.targets import checked_weights
from nn.loss.base import Loss


class ClassLoss(Loss):
    """A loss that has a weight for each class, as a buffer."""

    weight: Tensor | None

    def __init__(self, weight: Any, reduction: str) -> None:
        super().__init__(reduction)
        self.register_buffer("weight", None if weight is None else checked_weights(type(self).__name__, weight))


class CrossEntropyLoss(ClassLoss):
    r"""How unlikely the right classes are: -w_y ln softmax(x)_y.

    Parameters
    ----------
    weight : one weight for each class, shape (C,); all 1 where None.
    ignore_index : targets of this class count for nothing.
    reduction : "mean" over the targets, by their weights; "sum"; or "none", one loss for each target.
    label_smoothing : the share, from 0 to 1, of each target that is spread evenly over all classes.

    Called with logits of shape (C,), (N, C) or (N, C, d1, ...) and targets: either classes, integers from 0 to
    C - 1 of the logits' shape without the axis C; or a probability for each class, floats of the logits'
    shape, whose mean is over the N d1 ... targets. With classes and weights w, a loss is

        (1 - ε) (-w_y ln p_y) + (ε / C) Σ_c (-w_c ln p_c),   p = softmax(x)

    with ε for `label_smoothing`. Raises `ShapeError`, `KindError` for classes of float kind,
    `ArgumentValueError` for classes out of range, for what is no probability and for a mean over nothing.

    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.2.2.3; label smoothing from
    Szegedy et al. (2016), https://arxiv.org/abs/1512.00567, section 7.

    >>> import nn
    >>> loss = nn.CrossEntropyLoss()
    >>> round(loss([[2.0, 0.0], [0.0, 2.0]], [0, 1]).item(), 6)
    0.126928
    """

    def __init__(
        self,
        weight: Any = None,
        *,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, reduction)
        self.ignore_index = integer("CrossEntropyLoss", "ignore_index", ignore_index)
        self.label_smoothing = fraction("CrossEntropyLoss", "label_smoothing", label_smoothing)

    def forward(self, input: Any, target: Any) -> Tensor:
        return functional.cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )

    def extra_repr(self) -> str:
        return f"ignore_index={self.ignore_index}, reduction={self.reduction!r}, label_smoothing={self.label_smoothing}"


class NLLLoss(ClassLoss):
    """How unlikely the right classes are, of logarithms of probabilities, as LogSoftmax gives them: -w_y x_y.

    Parameters
    ----------
    weight : one weight for each class, shape (C,); all 1 where None.
    ignore_index : targets of this class count for nothing.
    reduction : "mean" over the targets, by their weights; "sum"; or "none".

    Called with (C,), (N, C) or (N, C, d1, ...) and classes, integers of that shape without the axis C.
    Raises as `CrossEntropyLoss` does.

    >>> import nn
    >>> nn.NLLLoss()([[-0.5, -1.0], [-2.0, -0.25]], [0, 1]).item()
    0.375
    """

    def __init__(self, weight: Any = None, *, ignore_index: int = -100, reduction: str = "mean") -> None:
        super().__init__(weight, reduction)
        self.ignore_index = integer("NLLLoss", "ignore_index", ignore_index)

    def forward(self, input: Any, target: Any) -> Tensor:
        return functional.nll_loss(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction)

    def extra_repr(self) -> str:
        return f"ignore_index={self.ignore_index}, reduction={self.reduction!r}"


class MultiMarginLoss(ClassLoss):
    """By how much the right class fails to lead every other one: Σ_{c≠y} w_y max(0, margin - x_y + x_c)^p / C.

    Parameters
    ----------
    p : 1 or 2.
    margin : finite.
    weight : one weight for each class, shape (C,); all 1 where None.
    reduction : "mean" over the targets, "sum" or "none".

    Called with scores (C,) or (N, C) and classes, integers () or (N,). Raises as
    `nn.functional.multi_margin_loss` does.

    Source: Crammer and Singer, JMLR 2001, https://www.jmlr.org/papers/v2/crammer01a.html, in its sum form.

    >>> import nn
    >>> nn.MultiMarginLoss()([[0.5, 1.0, -2.0]], [0]).item()
    0.5
    """

    def __init__(self, p: int = 1, margin: float = 1.0, weight: Any = None, *, reduction: str = "mean") -> None:
        super().__init__(weight, reduction)
        self.p = integer("MultiMarginLoss", "p", p)
        if self.p not in (1, 2):
            raise ArgumentValueError(f"MultiMarginLoss: p is {p}; it is 1 or 2.")
        self.margin = number("MultiMarginLoss", "margin", margin)

    def forward(self, input: Any, target: Any) -> Tensor:
        return functional.multi_margin_loss(input, target, self.p, self.margin, self.weight, reduction=self.reduction)

    def extra_repr(self) -> str:
        return f"p={self.p}, margin={self.margin}, reduction={self.reduction!r}"


class Entropy(Loss):
    """How undecided a prediction is: -Σ p ln p, which is 0 for a sure one.

    Parameters
    ----------
    dim : the axis of the classes; the second, or the only one, where None.
    logits : whether the prediction goes through softmax first, as in `CrossEntropyLoss`; else it is probabilities.
    reduction : "mean" over the predictions, "sum" or "none".

    Added to another loss, `CrossEntropyLoss() + 0.1 * Entropy()`, it makes a model decide; it asks no target,
    and takes one for the sake of the sum. Raises as `nn.functional.entropy` does.

    Source: Grandvalet and Bengio, Semi-supervised learning by entropy minimization, NIPS 2004.

    >>> import nn
    >>> round(nn.Entropy()([[0.0, 0.0], [1e4, 0.0]]).item(), 6)
    0.346574
    """

    def __init__(self, dim: int | None = None, *, logits: bool = True, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.dim = None if dim is None else integer("Entropy", "dim", dim)
        self.logits = flag("Entropy", "logits", logits)

    def forward(self, input: Any, target: Any = None) -> Tensor:
        return functional.entropy(input, dim=self.dim, logits=self.logits, reduction=self.reduction)

    def extra_repr(self) -> str:
        along = "" if self.dim is None else f"dim={self.dim}, "
        return f"{along}logits={self.logits}, reduction={self.reduction!r}"
