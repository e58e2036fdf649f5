"""Gradients against finite differences: what is right is accepted, what is wrong is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd_lite.gradcheck.report import Culprit, Mismatch, Report

__all__ = ["Culprit", "Mismatch", "Report", "check_model", "gradcheck", "gradgradcheck"]


def gradcheck(f: Callable[..., Any], inputs: Sequence[Any], **options: Any) -> Report:
    """Compare the derivatives of `f(*inputs)` with finite differences, every output by every input.

    Parameters
    ----------
    f : a function of Tensors, Values and trees of them that gives the like, of any shape.
    inputs : its arguments: arrays, Tensors, floats, Values, and tuples, lists and dictionaries of
        them. Integers, masks, strings and None are passed on as constants. They are not changed.
    step : of the first differences, in units of each element's size (at least 1).
    rtol, atol : the agreement asked of each entry, relative to it and absolute; to these comes the
        noise of the entry's own differences.
    fast : check random directions instead of every entry, for large inputs; `directions` says how
        many for each input, `seed` which.
    raise_on_failure : raise `GradientError`, with the report for its text, instead of giving a false one.
    progress : show a bar.

    Gives a `Report`, true in a condition when all is well; otherwise it names the operation whose
    rule is wrong. float32 is checked in float64 where the function allows that. Raises `ArgumentError`
    where there is no float among the inputs.
    Source: W. H. Press et al., Numerical Recipes, 3rd edition, section 5.7.

    >>> import numpy as np
    >>> bool(gradcheck(lambda x, y: np.tanh(x @ y), (np.eye(2), np.ones(2))))
    True
    """
    # Loaded with the first check: most programs make none.
    from autograd_lite.gradcheck.core import gradcheck as check

    return check(f, inputs, **options)


def gradgradcheck(f: Callable[..., Any], inputs: Sequence[Any], **options: Any) -> Report:
    """Compare second derivatives with differences of first ones, for a random mix of the outputs.

    Arguments and errors are those of `gradcheck`; `seed` also chooses the mix.

    >>> import numpy as np
    >>> bool(gradgradcheck(np.exp, (np.ones(3),)))
    True
    """
    from autograd_lite.gradcheck.core import gradgradcheck as check

    return check(f, inputs, **options)


def __getattr__(name: str) -> Any:
    if name == "check_model":
        from autograd_lite.gradcheck.model import check_model

        return check_model
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from autograd_lite.gradcheck import report

    return getattr(report, name)
