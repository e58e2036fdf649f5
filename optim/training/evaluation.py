"""A trained model asked: its loss and metrics on data, and what it predicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd_lite.errors import KindError, describe
from autograd_lite.graph import raw
from autograd_lite.modes import no_grad
from autograd_lite.tree import flatten, tree_map
from optim.batches import Batches, pair, samples
from optim.training.metrics import Metric, checked_metrics, measured


def evaluate(model: Any, loss: Any, data: Any, metrics: Any = (), *, batch_size: int | None = None) -> dict[str, float]:
    """The loss of a model on data that it does not learn from, and metrics.

    Parameters
    ----------
    model : a module, called in evaluation mode; afterwards it is in the mode that it was in.
    loss : a function of an output and targets, which gives one number: the mean over the samples.
    data : a pair (inputs, targets) of as many samples, or `optim.batches` of one.
    metrics : names ("accuracy", "mse", "mae") and functions of all outputs and all targets, in a list, or in a
        dictionary by the names that they are to have.
    batch_size : how many samples are computed at a time; all where None.

    Gives a dictionary of floats. Raises `KindError` for what is no pair or gives no number, `ShapeError` for
    different numbers of samples.

    >>> import numpy as np, nn, optim
    >>> model = nn.Linear(1, 1)
    >>> model.load_state_dict({"weight": [[2.0]], "bias": [0.0]})
    IncompatibleKeys(missing_keys=[], unexpected_keys=[])
    >>> optim.evaluate(model, nn.MSELoss(), (np.ones((4, 1), "f4"), np.zeros((4, 1), "f4")), ["mae"])
    {'loss': 4.0, 'mae': 2.0}
    """
    check_called("evaluate", model=model, loss=loss)
    checked = checked_metrics("evaluate", metrics, loss)
    return evaluated("evaluate", model, loss, in_batches("evaluate", data, batch_size), checked)


def in_batches(owner: str, data: Any, batch_size: int | None) -> Iterable[Any]:
    """Batches of a pair in its order; what is in batches already as it is."""
    if isinstance(data, Batches):
        pair(owner, "the data of the batches", data.data)
        return data
    return Batches(pair(owner, "data", data), batch_size, False, None, False, None)


def evaluated(
    owner: str, model: Any, loss: Any, batches: Iterable[Any], metrics: Mapping[str, Metric]
) -> dict[str, float]:
    """The loss and metrics over batches; a metric sees all outputs at once, as an F1 score has to."""
    total, seen = 0.0, 0
    outputs, wanted = [], []
    with evaluating(model, loss), no_grad():
        for inputs, targets in batches:
            output = called(model, inputs)
            n = samples(targets, owner)
            total += number(owner, loss(output, targets)) * n
            seen += n
            if metrics:
                outputs.append(tree_map(raw, output))
                wanted.append(tree_map(raw, targets))
    found = {"loss": total / seen}
    if metrics:
        output, target = joined(outputs), joined(wanted)
        found |= {name: measured(owner, name, metric, output, target) for name, metric in metrics.items()}
    return found


def predict(model: Any, x: Any, batch_size: int | None = None) -> Any:
    """What a model gives for inputs, in evaluation mode, as arrays.

    Parameters
    ----------
    model : a module, which is afterwards in the mode that it was in.
    x : inputs, with samples along the first axis; a tuple is given to the model as its arguments, a dictionary as
        its arguments by name.
    batch_size : how many samples are computed at a time; all where None.

    Raises `KindError` for what is no sequence of samples and `ShapeError` for parts of different lengths.

    >>> import numpy as np, nn, optim
    >>> optim.predict(nn.ReLU(), np.array([[-1.0], [2.0], [3.0]]), batch_size=2).tolist()
    [[0.0], [2.0], [3.0]]
    """
    check_called("predict", model=model)
    found = []
    batches = Batches(x, batch_size, False, None, False, None)
    with evaluating(model), no_grad():
        for inputs in batches:
            found.append(tree_map(raw, called(model, inputs)))
    return joined(found)


def check_called(owner: str, **parts: Any) -> None:
    """Raise `KindError` for a model or a loss that cannot be called."""
    for name, part in parts.items():
        if not callable(part) or isinstance(part, type):
            raise KindError(f"{owner}: {name} is {describe(part)}; give a module or a function.")


def called(model: Any, inputs: Any) -> Any:
    """The output of a model, which takes a tuple as its arguments and a dictionary as those by name."""
    if isinstance(inputs, tuple):
        return model(*inputs)
    return model(**inputs) if isinstance(inputs, dict) else model(inputs)


def number(owner: str, value: Any) -> float:
    """The one number that a loss gives. Raises `KindError` where it gives something else."""
    value = raw(value)
    if isinstance(value, int | float | np.number) or (isinstance(value, np.ndarray) and value.size == 1):
        return float(value if not isinstance(value, np.ndarray) else value.item())
    raise KindError(
        f"{owner}: the loss gave {describe(value)}; it must give one number, such as with reduction='mean'."
    )


def joined(parts: list[Any]) -> Any:
    """Outputs of batches as those of all samples: each leaf of their trees, one after the other."""
    if len(parts) == 1:
        return tree_map(np.array, parts[0])
    _, rebuild = flatten(parts[0])
    return rebuild([np.concatenate(leaves) for leaves in zip(*(flatten(part)[0] for part in parts), strict=True)])


@contextmanager
def modes_kept(*models: Any) -> Iterator[None]:
    """Afterwards every module within is in training, or not, as it was before: each for itself."""
    parts = [part for model in models if hasattr(model, "modules") for part in model.modules()]
    before = [(part, part.training) for part in parts if hasattr(part, "training")]
    try:
        yield
    finally:
        for part, training in before:
            part.training = training


@contextmanager
def evaluating(*models: Any) -> Iterator[None]:
    """Models that can be are in evaluation mode."""
    with modes_kept(*models):
        for model in models:
            if hasattr(model, "eval"):
                model.eval()
        yield
