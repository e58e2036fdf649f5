"""Progress of training: one bar on a terminal, a line for each epoch elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from time import perf_counter
from types import TracebackType
from typing import Any, Self

#: Seconds between two pictures of the bar: what an eye can follow.
INTERVAL = 0.1


class Progress:
    """What is shown of a run while it goes on.

    Parameters
    ----------
    shown : whether anything is.
    epochs, steps : how many epochs there are, and how many steps in each; None where that is not known.
    done : how many epochs lie behind.

    Attributes
    ----------
    due : the time, by `perf_counter`, at which the bar wants to be shown again.
    """

    due = float("inf")

    def __init__(self, shown: bool, epochs: int, steps: int | None, done: int = 0) -> None:
        self.epochs, self.steps = epochs, steps
        self.lines = shown and not sys.stderr.isatty()
        self.bar: Any = None
        self.said: dict[str, Any] = {}
        if shown and not self.lines:
            # Loaded here: most that import optim show no bar.
            from tqdm import tqdm

            total = None if steps is None else epochs * steps
            self.bar = tqdm(total=total, initial=done * (steps or 0), unit="step", dynamic_ncols=True, file=sys.stderr)
            self.due = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, trace: TracebackType | None) -> None:
        if self.bar is not None:
            self.bar.close()

    def step(self, epoch: int, done: int, row: Mapping[str, Any]) -> None:
        """Show where the run is: `done` steps of all; the last numbers of the validation stay in sight."""
        if self.bar is not None:
            self.said.update(row)
            self.bar.n = done
            self.bar.set_description(f"epoch {epoch}/{self.epochs}", refresh=False)
            self.bar.set_postfix_str(spelled(self.said), refresh=False)
            self.bar.refresh()
            self.due = perf_counter() + INTERVAL

    def epoch(self, done: int, row: Mapping[str, Any]) -> None:
        """Show the numbers of an epoch that has ended."""
        if self.lines:
            seconds = f"  {row['seconds']:.2f} s" if "seconds" in row else ""
            self.say(f"epoch {row['epoch']}/{self.epochs}  {spelled(row, '  ')}{seconds}")
        self.step(row["epoch"], done, row)

    def say(self, text: str) -> None:
        """A line of its own."""
        if self.lines:
            print(text, file=sys.stderr, flush=True)
        elif self.bar is not None:
            self.bar.write(text, file=sys.stderr)


def spelled(row: Mapping[str, Any], between: str = ", ") -> str:
    """The numbers of a row in words."""
    return between.join(
        f"{key} {value:.4g}" if key == "lr" else f"{key} {value:#.4g}"
        for key, value in row.items()
        if key not in ("epoch", "seconds") and value is not None
    )
