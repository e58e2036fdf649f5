"""Data sets of OpenML, through scikit-learn's loader and its cache."""

import zlib
from http.client import HTTPException
from importlib.util import find_spec

import numpy as np

from demos.data.kinds import Array, DataError


def fetch(name: str, shape: tuple[int | None, int], classes: tuple[str, ...]) -> tuple[Array, Array]:
    """The table (n, columns) of numbers, and int64 indices into `classes`, in the order of OpenML.

    The first call downloads; later ones find the data in the cache (the folder in the environment variable
    SCIKIT_LEARN_DATA, or scikit_learn_data in the home folder).

    Raises
        DataError: no network and nothing in the cache, or data of another form.
    """
    from sklearn.datasets import fetch_openml

    # The parser of pandas is quicker and takes less memory; the other needs nothing more than scikit-learn.
    parser = "pandas" if find_spec("pandas") else "liac-arff"
    try:
        found = fetch_openml(name, version=1, as_frame=False, parser=parser)
    except (OSError, ValueError, LookupError, ImportError, EOFError, HTTPException, zlib.error) as error:
        raise DataError(
            f"OpenML: {name} cannot be fetched: {type(error).__name__}: {error}. It needs a network the first time; "
            "without one, give the files by --data, or neither option for scikit-learn's bundled data."
        ) from error
    table, target = np.asarray(found.data), np.asarray(found.target)
    _expect_table(name, table, shape)
    # The parsers give a class as text, as a number, or as text in quotes.
    index = {kind: i for i, kind in enumerate(classes)}
    named = [str(kind).strip("'") for kind in target.ravel()]
    if len(named) != len(table):
        raise DataError(f"OpenML: {name}: {len(named):,} classes for {len(table):,} rows.")
    if (i := next((i for i, kind in enumerate(named) if kind not in index), None)) is not None:
        raise DataError(f"OpenML: {name}: row {i} is of class {named[i]!r}, none of {', '.join(classes)}.")
    return table, np.array([index[kind] for kind in named], np.int64)


def _expect_table(name: str, table: Array, shape: tuple[int | None, int]) -> None:
    """Refuse another shape, what are not numbers, and numbers that are missing."""
    rows, columns = shape
    if table.ndim != 2 or table.shape[1] != columns or rows not in (None, len(table)):
        expected = f"{'n' if rows is None else rows} x {columns}"
        raise DataError(f"OpenML: {name} has the shape {' x '.join(map(str, table.shape))}; {expected} is expected.")
    if table.dtype.kind not in "iuf":
        raise DataError(f"OpenML: {name} holds {table.dtype}, where numbers are expected.")
    if not np.isfinite(table).all():
        i, j = np.argwhere(~np.isfinite(table))[0]
        raise DataError(f"OpenML: {name}: row {i}, column {j} is {table[i, j]}, where a number is expected.")
