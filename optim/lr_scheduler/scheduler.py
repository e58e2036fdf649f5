"""What all schedulers share: the step, the rates that it sets, and the state that resumes."""

from collections import Counter
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, ClassVar

from autograd_lite.errors import ArgumentValueError, KindError, describe
from optim.optimizer import Optimizer
from optim.options import at_least_zero

#: What a state of PyTorch's has besides.
BOOKKEEPING = ("_step_count", "_get_lr_called_within_step", "_is_initial", "lr_lambdas", "_scale_fn_custom")


class LRScheduler:
    """The parent of every scheduler: a subclass gives the learning rates of the step that it has come to.

    Parameters
    ----------
    optimizer : whose groups are given their rates, at once and at every `step()`, which is called after the
        optimizer's.
    last_epoch : -1 to begin; otherwise the number of steps that have been taken but the last, to go on with groups
        that remember their "initial_lr", as those of a loaded state do. What follows from the rate before then
        keeps the rate that it finds.

    Attributes
    ----------
    base_lrs : the rates that the groups had at first.
    last_epoch : the number of steps taken.

    A subclass defines `get_lr()`, a rate for each group, from `last_epoch`, `base_lrs` and the groups.

    Raises `KindError` for what is no optimizer, and `ArgumentValueError` for rates that are not at least 0;
    then nothing has changed.
    """

    #: The attributes that a state leaves out.
    apart: ClassVar[tuple[str, ...]] = ("optimizer",)

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        self.optimizer = checked_optimizer(self, optimizer)
        owner = type(self).__name__
        if isinstance(last_epoch, bool) or not isinstance(last_epoch, int) or last_epoch < -1:
            raise ArgumentValueError(f"{owner}: last_epoch is {last_epoch!r}; it is an integer of at least -1.")
        begins = last_epoch == -1
        if not begins and any("initial_lr" not in group for group in optimizer.param_groups):
            raise ArgumentValueError(
                f"{owner}: last_epoch is {last_epoch}, but the groups do not know their initial_lr. Load the state of "
                "the optimizer that a scheduler has worked on, or set it in each group."
            )
        self.base_lrs: list[float] = [
            at_least_zero(owner, "initial_lr", group["initial_lr"] if "initial_lr" in group else group["lr"])
            for group in optimizer.param_groups
        ]
        self.last_epoch = last_epoch + 1
        self._last_lr = self.lrs
        self._take(self.get_lr() if begins else self.resumed())
        for group, base in zip(optimizer.param_groups, self.base_lrs, strict=True):
            group.setdefault("initial_lr", base)

    def get_lr(self) -> list[float]:
        """The rates of the groups at `last_epoch`."""
        raise NotImplementedError

    def resumed(self) -> list[float]:
        """The rates with which a scheduler goes on that was given a `last_epoch`."""
        return self.get_lr()

    def restarted(self) -> list[float]:
        """The rates of step 0, where another scheduler has had the groups before."""
        return self.get_lr()

    def step(self) -> None:
        """Go on by one step, and give each group the rate of it.

        Raises `ArgumentValueError` for rates that are not at least 0, and where groups have been added since the
        scheduler was made; then nothing has changed.
        """
        self._check_groups()
        self._move(self.last_epoch + 1, self.get_lr)

    def begin(self) -> None:
        """Go to step 0 from the rates that the groups have now."""
        self._check_groups()
        self._rewind()
        self._move(0, self.get_lr)

    def restart(self) -> None:
        """Go to step 0 from the rates that the groups had at first."""
        self._check_groups()
        self._rewind()
        self._move(0, self.restarted)

    def get_last_lr(self) -> list[float]:
        """The rates that the last step set."""
        return list(self._last_lr)

    @property
    def lrs(self) -> list[float]:
        """The rates of the groups, as they are now."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """All that is needed to go on from here, but for functions: numbers, and lists of them.

        The rates themselves are in the state of the optimizer, which is kept beside it.
        """
        return {name: deepcopy(value) for name, value in vars(self).items() if name not in self.apart}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from `state_dict`, which is copied; PyTorch's of the same scheduler will do.

        Raises `KindError` for what is no dictionary, and `ArgumentValueError` where something is missing, unknown
        or not of the kind or length that it has here; then nothing has changed.
        """
        vars(self).update(fitting(self, state_dict))

    def _check_groups(self) -> None:
        if len(self.base_lrs) != len(self.optimizer.param_groups):
            raise ArgumentValueError(
                f"{type(self).__name__}: made for {len(self.base_lrs)} groups of parameters, and the optimizer has "
                f"{len(self.optimizer.param_groups)}. Make a scheduler after the groups have been added."
            )

    def _rewind(self) -> None:
        """Forget what is known of the way, but for `last_epoch`."""

    def _move(self, t: int, rates: Callable[[], list[float]]) -> None:
        """Take the rates of step t; where that fails, nothing has changed."""
        before, self.last_epoch = self.last_epoch, t
        try:
            self._take(rates())
        except Exception:
            self.last_epoch = before
            raise

    def _take(self, rates: list[float]) -> None:
        """Give the groups their rates, once all are right."""
        owner = type(self).__name__
        said = f"the rate of step {self.last_epoch} for group"
        checked = [at_least_zero(owner, f"{said} {i}", rate) for i, rate in enumerate(rates)]
        for group, rate in zip(self.optimizer.param_groups, checked, strict=True):
            group["lr"] = rate
        self._last_lr = checked


def checked_optimizer(scheduler: Any, optimizer: Any) -> Optimizer:
    """`optimizer`, which is one. Raises `KindError` for anything else."""
    if not isinstance(optimizer, Optimizer):
        raise KindError(f"{type(scheduler).__name__}: got {describe(optimizer)} in the place of an optimizer.")
    return optimizer


def for_groups(owner: str, name: str, value: Any, optimizer: Optimizer) -> list[float]:
    """One number for all groups, or a list of one for each, as a list."""
    groups = len(optimizer.param_groups)
    values = list(value) if isinstance(value, list | tuple) else [value] * groups
    if len(values) != groups:
        raise ArgumentValueError(f"{owner}: {name} has {len(values)} numbers, and the optimizer {groups} groups.")
    return [at_least_zero(owner, name if len(values) == 1 else f"{name}[{i}]", v) for i, v in enumerate(values)]


def fitting(scheduler: Any, state: Any) -> dict[str, Any]:
    """The attributes of a scheduler that `state` holds, checked against those that it has, and copied."""
    owner = type(scheduler).__name__
    if not isinstance(state, Mapping):
        raise KindError(f"{owner}: expected the dictionary of state_dict(), got {describe(state)}.")
    now = scheduler.state_dict()
    missing = [name for name in now if name not in state]
    unknown = [name for name in state if name not in now and name not in BOOKKEEPING]
    if missing or unknown:
        raise ArgumentValueError(
            f"{owner}: the state lacks {', '.join(missing) or 'nothing'}, and has besides "
            f"{', '.join(map(str, unknown)) or 'nothing'}; it is of another scheduler."
        )
    for name, value in now.items():
        if not alike(value, state[name]):
            raise ArgumentValueError(
                f"{owner}: {name} in the state is {describe(state[name])}; expected something like {describe(value)}."
            )
    return {name: deepcopy(state[name]) for name in now}


def alike(now: Any, given: Any) -> bool:
    """Whether two things are of the same kind and length."""
    if isinstance(now, list | tuple):
        return (
            isinstance(given, list | tuple)
            and len(now) == len(given)
            and all(alike(a, b) for a, b in zip(now, given, strict=True))
        )
    if isinstance(now, Counter):
        return isinstance(given, Mapping)
    if isinstance(now, bool | str | Mapping):
        return isinstance(given, bool if isinstance(now, bool) else str if isinstance(now, str) else Mapping)
    if isinstance(now, int | float):
        return isinstance(given, int | float) and not isinstance(given, bool)
    return now is None or given is None
