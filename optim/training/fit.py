"""fit: a model learns from data, and shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import contextmanager
from copy import deepcopy
from numbers import Real
from pathlib import Path
from typing import Any

from autograd_lite.errors import ArgumentError, ArgumentValueError, KindError, describe
from autograd_lite.generator import default_generator, manual_seed
from optim.batches import Batches, pair, taken
from optim.options import count, flag, whole
from optim.training.callbacks import as_callback, writable
from optim.training.evaluation import check_called, in_batches, modes_kept
from optim.training.history import History
from optim.training.metrics import checked_metrics
from optim.training.progress import Progress
from optim.training.rate import LearningRate
from optim.training.resume import Saved
from optim.training.run import Run

#: Without gradients there is room for at least so many samples at a time.
VALIDATION_BATCH = 256
#: What of an optimizer is used.
OPTIMIZER = ("step", "zero_grad", "param_groups")


def fit(
    model: Any,
    loss: Any,
    optimizer: Any,
    train: Any,
    *,
    validation: Any = None,
    epochs: int = 1,
    batch_size: int | None = 32,
    shuffle: bool | str = True,
    drop_last: bool = False,
    callbacks: Sequence[Any] = (),
    metrics: Any = (),
    schedule: Any = None,
    seed: int | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = True,
    progress: bool = True,
) -> History:
    """Train a model, epoch by epoch, and give the history of it.

    Parameters
    ----------
    model : a module, or a function of the inputs: it is given a tuple of inputs as its arguments, and a dictionary as
        those by name. While it trains it is in training mode, and afterwards in the mode that it was in.
    loss : a function of an output and targets, which gives one number.
    optimizer : over the parameters to be trained.
    train : a pair (inputs, targets) of arrays, or of tuples or dictionaries of such, with samples along the first
        axis; or `optim.batches` of one; or anything else that gives such pairs each time it is gone through.
    validation : another such pair, or a fraction: so much from the end of `train` is not trained on.
    epochs : how often to go through the data, at least 1.
    batch_size, shuffle, drop_last : as for `optim.batches`; a batch_size of None takes all samples at once.
    callbacks : each an `optim.Callback`, or a function of the `Run`, which is called after each epoch.
    metrics : as for `optim.evaluate`. In training they are means over the batches, in validation of all samples.
    schedule : of the learning rate: whatever has `step()`, which is called after each epoch, or a function that gives
        the rate for the number of epochs that are over. `optim.LearningRate` steps after each step instead.
    seed : starts the library's own random numbers, which order the batches and drop out, anew for this run;
        afterwards they go on from where they were.
    checkpoint : the path of a `.safetensors` or `.npz` file. After each epoch the whole state of the run is written
        to it. Where it is there when training begins, training goes on from it, bit by bit as if it had never ended.
    resume : whether it does; otherwise the file is written over.
    progress : whether to show a bar on a terminal, or a line for each epoch elsewhere, on standard error.

    A row of the history has the mean of the loss over the samples of the epoch, while the model was learning.
    Raises `TrainingError`, with the epoch, the step and the first node to blame, for a loss or a gradient that is nan
    or infinite, before the optimizer takes that step; and for wrong arguments before anything else is done.

    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), https://www.deeplearningbook.org, sections 8.1.3
    and 7.8.

    >>> import numpy as np, nn, optim
    >>> x = np.linspace(-1, 1, 64, dtype=np.float32).reshape(-1, 1)
    >>> model = nn.Linear(1, 1)
    >>> optimizer = optim.SGD(model.parameters(), lr=0.5)
    >>> history = optim.fit(model, nn.MSELoss(), optimizer, (x, 3 * x - 1), epochs=20, seed=0, progress=False)
    >>> len(history), history["loss"][-1] < 1e-6, model.weight.data.round(2).tolist()
    (20, True, [[3.0]])
    """
    if not isinstance(checkpoint, str | Path | None):
        raise KindError(f"fit: checkpoint is {describe(checkpoint)}; give the path of a .safetensors or .npz file.")
    if seed is not None:
        whole("fit", "seed", seed)
    _check_parts(model, loss, optimizer)
    epochs = count("fit", "epochs", epochs)
    if batch_size is not None:
        batch_size = count("fit", "batch_size", batch_size)
    train, validation = _split(train, validation)
    batches = _training_batches(train, batch_size, shuffle, drop_last, epochs)
    if validation is not None:
        size = None if batch_size is None else max(batch_size, VALIDATION_BATCH)
        validation = in_batches("fit, validation", validation, size)
    run = Run(
        model, loss, optimizer, batches, validation, epochs,
        checked_metrics("fit", metrics, loss), _callbacks(callbacks, schedule),
    )  # fmt: skip
    path = None if checkpoint is None else writable("fit", checkpoint)
    saved = Saved(run, path, _about(run, seed))
    begun = flag("fit", "resume", resume), flag("fit", "progress", progress)
    with modes_kept(model, loss), _seeded(seed):
        return _trained(run, saved, *begun)


def _trained(run: Run, saved: Saved, resume: bool, shown: bool) -> History:
    """The history of the run, from the beginning or from where it ended."""
    for callback in run.callbacks:
        if isinstance(callback, LearningRate):
            callback.bind(run.optimizer)
    resumed = resume and saved.read()
    steps = len(run.batches) if isinstance(run.batches, Sized) else None
    with Progress(shown, run.epochs, steps, run.epoch) as progress:
        if resumed:
            progress.say(f"resumed from {saved.path} after epoch {run.epoch}")
        run.go(progress, saved.write)
    return run.history


def _check_parts(model: Any, loss: Any, optimizer: Any) -> None:
    check_called("fit", model=model, loss=loss)
    if isinstance(optimizer, type) or any(not hasattr(optimizer, name) for name in OPTIMIZER):
        raise KindError(
            f"fit: optimizer is {describe(optimizer)}; give an optimizer, such as optim.Adam(model.parameters())."
        )


def _split(train: Any, validation: Any) -> tuple[Any, Any]:
    """The data to train on, and the pair to validate with, taken from its end where that is a fraction."""
    if not isinstance(validation, Real):
        return train, validation
    if isinstance(validation, bool) or not 0.0 < float(validation) < 1.0:
        raise ArgumentValueError(f"fit: validation is {validation}; a fraction is above 0 and below 1.")
    if not isinstance(train, tuple):
        raise ArgumentError("fit: a fraction can be taken of a pair of arrays only; give validation a pair of its own.")
    pair("fit", "train", train)
    n = Batches(train, None, False, None, False, None).samples
    # 1 - 0.9 is a little less than 0.1, and ten times that less than one sample.
    first = int(round(n * (1.0 - float(validation)), 6))
    if not 0 < first < n:
        raise ArgumentValueError(f"fit: validation={validation} of {n} samples leaves {first} to train on.")
    return taken(train, slice(0, first)), taken(train, slice(first, n))


def _training_batches(train: Any, batch_size: Any, shuffle: Any, drop_last: Any, epochs: int) -> Iterable[Any]:
    if isinstance(train, Batches):
        pair("fit", "the data of the batches", train.data)
        return train
    # An array or a list of pairs may be meant as samples or as batches; neither is guessed.
    data = isinstance(train, tuple | list | Mapping | str) or hasattr(train, "shape")
    if isinstance(train, Iterable) and not data:
        if isinstance(train, Iterator) and epochs > 1:
            raise KindError(f"fit: train is {describe(train)}, which is used up after one epoch of {epochs}.")
        return train
    return Batches(pair("fit", "train", train), batch_size, shuffle, None, drop_last, None)


def _callbacks(callbacks: Any, schedule: Any) -> list[Any]:
    if isinstance(callbacks, Mapping | str) or not isinstance(callbacks, Iterable):
        raise KindError(f"fit: callbacks is {describe(callbacks)}; give a list.")
    if schedule is not None and not isinstance(schedule, LearningRate):
        schedule = LearningRate(schedule)
    found = [as_callback(callback) for callback in callbacks]
    # The schedule comes last: the others see the rate of the epoch that has ended.
    return found if schedule is None else [*found, schedule]


def _about(run: Run, seed: int | None) -> dict[str, Any]:
    """What a run that goes on has to have in common with the one before."""
    about: dict[str, Any] = {"optimizer": type(run.optimizer).__name__, "seed": seed, "metrics": list(run.metrics)}
    for name, data in (("train", run.batches), ("validation", run.validation)):
        if isinstance(data, Batches):
            about[f"{name} samples"], about[f"{name} batch_size"] = data.samples, data.batch_size
            about[f"{name} shuffle"] = data.shuffle
        else:
            about[name] = None if data is None else type(data).__name__
    return about


@contextmanager
def _seeded(seed: int | None) -> Iterator[None]:
    """Inside, the library's own random numbers start from the seed; afterwards they go on from where they were."""
    generator = default_generator()
    before = deepcopy(generator.bit_generator.state)
    try:
        if seed is not None:
            manual_seed(seed)
        yield
    finally:
        if seed is not None:
            generator.bit_generator.state = before
