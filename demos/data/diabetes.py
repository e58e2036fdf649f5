"""The diabetes table: eight measurements and an outcome, 0 or 1, per row."""

import csv
import io
import math
from pathlib import Path

import numpy as np

from demos.data.files import path_of, whole
from demos.data.kinds import Array, Data, DataError, one_source
from demos.data.openml import fetch

COLUMNS: tuple[str, ...] = (
    "pregnancies",
    "glucose",
    "blood pressure",
    "skin thickness",
    "insulin",
    "body mass index",
    "pedigree",
    "age",
)
LABELS: tuple[str, ...] = ("no diabetes", "diabetes")
OUTCOMES = {"tested_negative": 0, "tested_positive": 1}
MOST = 1 << 24


def diabetes(data: str | Path = "", openml: bool = False) -> Data:
    """A table of eight columns: `x` is (n, 8) with mean 0 and deviation 1 in the training part; `y` is 0 or 1.

    `data` is a csv file, with or without a row of names; `openml` fetches the table into scikit-learn's cache. Without
    either, it is the breast-cancer table that scikit-learn carries: the means of its first eight measurements, with 1
    for a malignant tumour, so that 1 is the illness here too. A fifth of the rows is held out.

    Raises
        DataError: a file that is missing or damaged, by line and column; no network; both sources at once.
    """
    one_source("diabetes", data, openml)
    columns, labels = COLUMNS, LABELS
    if data:
        path = path_of("diabetes", data)
        table, outcome, names = _csv(path)
        columns = names or columns
        said = f"Data: the table {path}, {len(table):,} rows."
    elif openml:
        table, outcome = fetch("diabetes", (None, 8), tuple(OUTCOMES))
        said = f"Data: the diabetes table from OpenML (diabetes), {len(table):,} rows."
    else:
        table, outcome, columns, labels = _breast_cancer()
        said = (
            f"Data: the breast-cancer table that scikit-learn carries, {len(table):,} rows, its first eight columns.\n"
            "The diabetes table: --data FILE, its csv, or --openml."
        )
    return _split(table, outcome, labels, said, columns)


def _breast_cancer() -> tuple[Array, Array, tuple[str, ...], tuple[str, ...]]:
    from sklearn.datasets import load_breast_cancer

    found = load_breast_cancer()
    columns = tuple(map(str, found.feature_names[:8]))
    return found.data[:, :8], 1 - found.target.astype(np.int64), columns, ("benign", "malignant")


def _split(table: Array, outcome: Array, labels: tuple[str, ...], said: str, columns: tuple[str, ...]) -> Data:
    """Four fifths to train, one fifth to test, both outcomes in the same shares; scaled by the training part."""
    from sklearn.model_selection import train_test_split

    if min(np.bincount(outcome, minlength=2)) < 5:
        raise DataError(f"{said} At least five rows with each outcome, 0 and 1, are needed.")
    x, x_test, y, y_test = train_test_split(table, outcome, test_size=0.2, random_state=0, stratify=outcome)
    # Too large or too small a number gives no deviation, or no float32; what comes of it is looked at below.
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
        middle, scale = x.mean(0), x.std(0)
        # A column that is the same everywhere is 0, also where its mean is rounded.
        same = (x == x[0]).all(0)
        middle[same], scale[same] = x[0, same], 1
        x, x_test = (((part - middle) / scale).astype(np.float32) for part in (x, x_test))
    fine = np.isfinite(scale) & np.isfinite(x).all(0) & np.isfinite(x_test).all(0)
    if not fine.all():
        raise DataError(f"{said} The numbers in {_column(int(np.argmin(fine)), columns)} cannot be scaled.")
    return Data(x, y, x_test, y_test, labels, said, columns)


def _csv(path: Path) -> tuple[Array, Array, tuple[str, ...]]:
    """The eight columns, the outcomes, and the names of the columns where the file gives them."""
    if not path.is_file():
        raise DataError(f"diabetes: {path}: a csv file with eight columns and an outcome is expected there.")
    content = whole(path, MOST)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: byte {error.start}: not text in UTF-8. Save the table as csv in UTF-8.") from error
    names: tuple[str, ...] = ()
    rows: list[list[float]] = []
    outcomes: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != 9:
                raise DataError(
                    f"{path}: line {reader.line_num}: {len(cells)} columns, where 8 numbers and the outcome are "
                    "expected, with commas between them."
                )
            if not rows and not names and not any(map(_is_number, cells)):
                names = tuple(cell.strip() for cell in cells)
                continue
            place = f"{path}: line {reader.line_num}"
            rows.append([_number(place, j, cells[j], names) for j in range(8)])
            outcomes.append(_outcome(place, cells[8], names))
    except csv.Error as error:
        raise DataError(f"{path}: line {reader.line_num}: not a csv table: {error}.") from error
    if not rows:
        raise DataError(f"{path}: line {reader.line_num}: no rows of numbers.")
    return np.array(rows), np.array(outcomes, np.int64), names[:8]


def _is_number(cell: str) -> bool:
    return _value(cell) is not None or cell.strip() in OUTCOMES


def _value(cell: str) -> float | None:
    """The number in a cell; Python alone also takes 1_000 and the digits of other scripts for one."""
    try:
        return float(cell) if cell.isascii() and "_" not in cell else None
    except ValueError:
        return None


def _number(place: str, j: int, cell: str, names: tuple[str, ...]) -> float:
    number = _value(cell)
    if number is not None and math.isfinite(number):
        return number
    raise DataError(f"{place}, {_column(j, names)}: {cell[:40]!r}, where a number is expected.")


def _outcome(place: str, cell: str, names: tuple[str, ...]) -> int:
    if (kind := cell.strip()) in OUTCOMES:
        return OUTCOMES[kind]
    if (number := _number(place, 8, cell, names)) not in (0, 1):
        raise DataError(f"{place}, {_column(8, names)}: {cell.strip()[:40]!r}, where the outcome 0 or 1 is expected.")
    return int(number)


def _column(j: int, names: tuple[str, ...]) -> str:
    return f"column {j + 1}" + (f" ({names[j]})" if names else "")
