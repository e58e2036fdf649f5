"""History: what a training run was like, epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from autograd_lite.errors import ArgumentError, ArgumentValueError, KindError, StorageError, describe
from autograd_lite.files import write_whole

#: What a row says beside losses and metrics.
ABOUT = ("epoch", "lr", "seconds")


class History:
    """A table with one row for each epoch.

    Parameters
    ----------
    rows : dictionaries of numbers by column: `epoch`, `loss`, the metrics, the same of the validation with `val_` in
        front, `lr` and `seconds`.

    Attributes
    ----------
    rows : them, as plain data.
    stopped : why training ended before its last epoch; empty where it did not.

    `history["loss"]` is a column, None where a row has no such entry.

    >>> history = History([{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}])
    >>> history["loss"], len(history), history.best("loss")
    ([0.5, 0.25], 2, {'epoch': 2, 'loss': 0.25})
    """

    def __init__(self, rows: Any = ()) -> None:
        self.rows: list[dict[str, Any]] = []
        self.stopped = ""
        for row in rows:
            self.append(row)

    def append(self, row: Mapping[str, Any]) -> None:
        """Add the row of an epoch, which is copied. Raises `KindError` for what is no row."""
        if not isinstance(row, Mapping) or not all(isinstance(key, str) for key in row):
            raise KindError(f"History: the row is {describe(row)}; give a dictionary of numbers by column.")
        for key, value in row.items():
            if isinstance(value, bool) or not isinstance(value, int | float | None):
                raise KindError(f"History: {key} is {describe(value)}; a row has plain numbers and None.")
        self.rows.append(dict(row))

    @property
    def columns(self) -> list[str]:
        """The names of all columns, in the order in which they first come."""
        return list(dict.fromkeys(key for row in self.rows for key in row))

    def __getitem__(self, column: str) -> list[Any]:
        if column not in self.columns:
            raise ArgumentValueError(f"History: no column {column!r}; there are {', '.join(self.columns) or 'none'}.")
        return [row.get(column) for row in self.rows]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, History) and self.rows == other.rows

    __hash__ = None  # type: ignore[assignment]

    def best(self, column: str, mode: str | None = None) -> dict[str, Any]:
        """The first of the rows whose entry in a column is best: see `EarlyStopping` for `mode`."""
        sign = direction("History", column, mode)
        rows = [row for row in self.rows if isinstance(row.get(column), int | float) and not math.isnan(row[column])]
        if not rows:
            raise ArgumentValueError(f"History: no row has a number in {column!r}; columns: {', '.join(self.columns)}.")
        return min(rows, key=lambda row: -sign * row[column])

    def to_csv(self, path: str | Path) -> Path:
        """Write the table to a file, whole or not at all, and give its path; numbers keep all their digits.

        Raises `StorageError` where the folder or the disk does not take it.

        >>> import os, tempfile
        >>> history = History([{"epoch": 1, "loss": 0.1}, {"epoch": 2, "loss": float("inf")}])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     History.from_csv(history.to_csv(os.path.join(folder, "history.csv"))) == history
        True
        """
        import csv
        import io

        if not isinstance(path, str | Path):
            raise KindError(f"to_csv: path is {describe(path)}; give the path of a file.")
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        # Of None there stays an empty field.
        writer.writerows([row.get(column) for column in self.columns] for row in self.rows)
        path = Path(path)
        try:
            write_whole(path, text.getvalue().encode())
        except OSError as error:
            raise StorageError(f"to_csv: {path} cannot be written: {error.strerror or error}.") from error
        return path

    @classmethod
    def from_csv(cls, path: str | Path) -> Self:
        """Read the table that `to_csv` wrote. Raises `StorageError` for a file that is missing or no such table."""
        import csv
        import io

        try:
            lines = list(csv.reader(io.StringIO(Path(path).read_text(encoding="utf-8"), newline="")))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise StorageError(f"from_csv: {path} cannot be read: {error}.") from error
        columns, *rows = lines or [[]]
        for i, row in enumerate(rows, 2):
            if len(row) != len(columns):
                raise StorageError(f"from_csv: line {i} of {path} has {len(row)} fields of {len(columns)}.")
        try:
            return cls({c: _number(text) for c, text in zip(columns, row, strict=True) if text} for row in rows)
        except ValueError as error:
            raise StorageError(f"from_csv: {path} has something else than numbers in it: {error}.") from None

    def plot(self) -> Any:
        """Loss and each metric over the epochs, of training and validation, as a figure of matplotlib.

        Raises `ArgumentError` where no epoch has ended, and `MissingLibraryError` without matplotlib.
        """
        if not self.rows:
            raise ArgumentError("plot: the history has no rows yet; train for an epoch first.")
        from optim.training.plots import curves

        return curves(self)

    def __repr__(self) -> str:
        if not self.rows:
            return "History of no epochs"
        last = {key: value for key, value in self.rows[-1].items() if key not in ABOUT and value is not None}
        said = ", ".join(f"{key} {value:.4g}" for key, value in last.items())
        count = "1 epoch" if len(self) == 1 else f"{len(self)} epochs"
        return f"History of {count}: {said}{f'; {self.stopped}' if self.stopped else ''}"


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


def direction(owner: str, monitor: Any, mode: str | None) -> int:
    """1 where a larger number is better and -1 where a smaller one is, by `mode`, or by the name where that tells."""
    if not isinstance(monitor, str):
        raise KindError(f'{owner}: monitor is {describe(monitor)}; give the name of a column, such as "val_loss".')
    if mode is None:
        if monitor.endswith(("loss", "error", "mse", "mae")):
            return -1
        if monitor.endswith("accuracy"):
            return 1
        raise ArgumentError(f'{owner}: is a small {monitor} good, or a large one? Give mode="min" or mode="max".')
    if mode not in ("min", "max"):
        raise ArgumentValueError(f'{owner}: mode is {mode!r}; it must be "min" or "max".')
    return 1 if mode == "max" else -1
