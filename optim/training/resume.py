"""The state of a run on disk: all that the rest of it depends on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentValueError, AutogradError, KindError, StorageError, describe
from autograd_lite.generator import default_generator
from autograd_lite.save import load, save
from optim.batches import Batches
from optim.training.callbacks import Callback
from optim.training.run import Run

#: The version of what is in the file.
FORMAT = 1
KINDS = {"about": Mapping, "epoch": int, "rows": list, "stopped": str, "parts": Mapping, "generators": list}


class Saved:
    """The file that a run resumes from.

    Parameters
    ----------
    run : the run.
    path : of the file; None where there is to be none.
    about : what has to be the same for a run to go on: plain numbers and words by name.
    """

    def __init__(self, run: Run, path: Path | None, about: Mapping[str, Any]) -> None:
        self.run, self.path, self.about = run, path, dict(about)
        if path is not None:
            self._check()

    def _check(self) -> None:
        """Raise `KindError` where something that the run changes has no state that could be kept."""
        run = self.run
        for name, part in (("model", run.model), ("optimizer", run.optimizer)):
            if not _has_state(part):
                raise KindError(
                    f"fit: {name} is {describe(part)}, which has no state_dict() and load_state_dict() to keep."
                )
        known = {id(p) for owner in (run.model, run.loss) if _has_state(owner) for p in owner.parameters()}
        for p in (p for group in run.optimizer.param_groups for p in group["params"]):
            if id(p) not in known:
                raise ArgumentValueError(
                    f"fit: the optimizer has {describe(p)}, which is no parameter of the model, so that a checkpoint "
                    "would be without it. Make it one, or leave checkpoint= out."
                )

    def write(self) -> None:
        """Write the state of the run: whole or not at all."""
        if self.path is not None:
            save(self.path, {"format": FORMAT, "about": self.about, **self.state()})

    def state(self) -> dict[str, Any]:
        """All that the rest of the run depends on."""
        run = self.run
        return {
            "epoch": run.epoch,
            "rows": run.history.rows,
            "stopped": run.history.stopped,
            "parts": {name: part.state_dict() for name, part in self._parts().items()},
            "generators": [generator.bit_generator.state for generator in self._generators()],
        }

    def read(self) -> bool:
        """Go on from the file, if it is there; gives whether it was.

        Raises `StorageError` for a file that is no state of a run, and `ArgumentValueError` for one of another run;
        then nothing has changed.
        """
        if self.path is None or not self.path.exists():
            return False
        tree = load(self.path)
        if not _well_formed(tree):
            raise StorageError(f"fit: {self.path} is no checkpoint of fit. Remove it, or give another path.")
        differing = [
            f"{name} {tree['about'].get(name)!r} there and {self.about.get(name)!r} here"
            for name in {**self.about, **tree["about"]}
            if tree["about"].get(name) != self.about.get(name)
        ]
        if differing:
            raise self._other(f"it has {'; '.join(differing)}")
        self._put(tree)
        return True

    def _put(self, tree: Mapping[str, Any]) -> None:
        """Give every part its state, or none."""
        before = self.state()
        try:
            self._load(tree)
        except (AutogradError, KeyError, TypeError, ValueError) as error:
            self._load(before)
            raise self._other(f"its state does not fit: {str(error).rstrip('.')}") from error

    def _load(self, tree: Mapping[str, Any]) -> None:
        run, parts, generators = self.run, self._parts(), self._generators()
        if parts.keys() != tree["parts"].keys() or len(generators) != len(tree["generators"]):
            raise ArgumentValueError(f"it has the parts {', '.join(tree['parts'])}, and here are {', '.join(parts)}")
        for name, part in parts.items():
            part.load_state_dict(tree["parts"][name])
        for generator, state in zip(generators, tree["generators"], strict=True):
            generator.bit_generator.state = state
        run.epoch = tree["epoch"]
        run.history.rows[:] = tree["rows"]
        run.history.stopped = tree["stopped"]
        run.row = run.history.rows[-1] if run.history else {}

    def _other(self, why: str) -> ArgumentValueError:
        return ArgumentValueError(
            f"fit: {self.path} is the checkpoint of another run: {why}. Give what it was given, another path, or "
            "resume=False to begin anew and write over it."
        )

    def _parts(self) -> dict[str, Any]:
        """Whatever has a state, by name."""
        run = self.run
        parts = {"model": run.model, "optimizer": run.optimizer, "loss": run.loss, "batches": run.batches}
        parts |= {"validation": run.validation}
        # Callbacks that remember nothing may come and go.
        kept = [c for c in run.callbacks if type(c).state_dict is not Callback.state_dict]
        parts |= {f"callback {i}, {type(c).__name__}": c for i, c in enumerate(kept, 1)}
        return {name: part for name, part in parts.items() if _has_state(part)}

    def _generators(self) -> list[Any]:
        """The random numbers that a run depends on: the library's own, the batches' and the modules'."""
        run = self.run
        found = [default_generator()]
        found += [data.generator for data in (run.batches, run.validation) if isinstance(data, Batches)]
        for owner in (run.model, run.loss):
            for module in owner.modules() if hasattr(owner, "modules") else ():
                found += [value for value in vars(module).values() if isinstance(value, np.random.Generator)]
        return list({id(generator): generator for generator in found}.values())


def _well_formed(tree: Any) -> bool:
    """Whether a tree is one that `write` wrote, as far as can be seen without the run."""
    if not isinstance(tree, Mapping) or tree.get("format") != FORMAT:
        return False
    if not all(isinstance(tree.get(name), kind) for name, kind in KINDS.items()):
        return False
    return tree["epoch"] >= 0 and all(isinstance(row, Mapping) for row in tree["rows"])


def _has_state(part: Any) -> bool:
    wanted: tuple[Callable[..., Any] | None, ...]
    wanted = (getattr(part, "state_dict", None), getattr(part, "load_state_dict", None))
    return all(callable(method) for method in wanted)
