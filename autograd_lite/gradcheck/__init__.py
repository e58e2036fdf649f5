"""Gradients against finite differences: what is right is accepted, what is wrong is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd_lite.gradcheck.model import ModelReport, Row
    from autograd_lite.gradcheck.report import Culprit, Mismatch, Report

__all__ = ["Culprit", "Mismatch", "ModelReport", "Report", "Row", "check_model", "gradcheck", "gradgradcheck"]


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


def check_model(model: Any, loss: Callable[..., Any], batch: Sequence[Any], **options: Any) -> ModelReport:
    """Check the gradient of `loss(model(inputs), targets)` by every parameter of a model.

    Parameters
    ----------
    model : what is called with the inputs and has `named_parameters()`, such as a module of `nn`.
    loss : a function of the model's result and the targets.
    batch : the pair `(inputs, targets)`.
    raise_on_failure : raise `GradientError`, with the report for its text, instead of giving a false one.
    progress : show a bar; where not given, only in a terminal.
    **options : those of `gradcheck`, such as `rtol` and `fast`.

    Gives a `ModelReport` with a row for each parameter. A parameter that no path reaches has the verdict
    "no path", which is no mistake in itself. A frozen parameter is checked as the others are; one of float32
    in float64, with a batch in float64, where the model allows that. Whatever happens, parameters and buffers
    are afterwards what they were, bit for bit. Raises `ArgumentError` for what is no model, or no pair.

    >>> import numpy as np, nn
    >>> model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    >>> batch = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32), np.array([0, 1, 1, 0, 1])
    >>> bool(check_model(model, nn.CrossEntropyLoss(), batch))
    True
    """
    from autograd_lite.gradcheck.model import check_model as check

    return check(model, loss, batch, **options)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from autograd_lite.gradcheck import model, report

    return getattr(report if hasattr(report, name) else model, name)
