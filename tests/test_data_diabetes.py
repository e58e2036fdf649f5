"""The diabetes table from a csv file, whole and damaged."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.data import DataError, diabetes

HEADER = "Pregnancies,Glucose,BloodPressure,SkinThickness,Insulin,BMI,Pedigree,Age,Outcome"
ROWS = 40


def table() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return np.round(100 * rng.random((ROWS, 8)), 3), np.arange(ROWS) % 4 // 3


def lines() -> list[str]:
    numbers, outcome = table()
    return [",".join(map(repr, [*row.tolist(), int(kind)])) for row, kind in zip(numbers, outcome, strict=True)]


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_csv_file_with_and_without_names(tmp_path, header, end, mark):
    path = tmp_path / "table.csv"
    path.write_bytes((mark + end.join(([HEADER] if header else []) + lines()) + end + end).encode())
    found = diabetes(path)
    numbers, outcome = table()
    assert found.x.shape == (32, 8)
    assert found.x_test.shape == (8, 8)
    assert found.x.dtype == np.float32
    assert found.y.dtype == np.int64
    np.testing.assert_allclose(found.x.mean(0), 0, atol=1e-6)
    np.testing.assert_allclose(found.x.std(0), 1, atol=1e-6)
    # Scaled back by any two rows, the rows are those of the table, each with its outcome.
    together, kinds = np.vstack([found.x, found.x_test]).astype(float), np.concatenate([found.y, found.y_test])
    assert (found.y.sum(), found.y_test.sum()) == (8, 2)
    order, original = np.argsort(together[:, 0]), np.argsort(numbers[:, 0])
    np.testing.assert_array_equal(kinds[order], outcome[original])
    for j in range(8):
        slope, start = np.polyfit(together[order, j], numbers[original, j], 1)
        np.testing.assert_allclose(slope * together[order, j] + start, numbers[original, j], atol=1e-4)
    assert found.columns == (tuple(HEADER.split(",")[:8]) if header else diabetes.__globals__["COLUMNS"])
    assert found.said == f"Data: the table {path}, 40 rows."


def test_the_held_out_rows_have_no_part_in_the_scale(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines()))
    before = diabetes(path)
    numbers, _ = table()
    # The row of the test part that comes first: a large number in it leaves the training part as it was.
    scaled = (numbers[:, 0] - numbers[:, 0].mean()) / numbers[:, 0].std()
    ranks = np.argsort(np.argsort(scaled))
    place = np.argsort(np.argsort(np.concatenate([before.x_test[:, 0], before.x[:, 0]])))[0]
    row = int(np.flatnonzero(ranks == place)[0])
    changed = lines()
    changed[row] = "1e6," + changed[row].split(",", 1)[1]
    path.write_text("\n".join(changed))
    after = diabetes(path)
    np.testing.assert_array_equal(after.x, before.x)
    assert after.x_test[0, 0] > 1000


# The mean of 32 times 0.1 or 1.1e30 is another number.
@pytest.mark.parametrize("number", ["5", "0.1", "1.1e30", "0"])
def test_a_column_that_is_the_same_everywhere_stays_0(tmp_path, number):
    path = tmp_path / "table.csv"
    path.write_text("\n".join(f"{number}," + line.split(",", 1)[1] for line in lines()))
    found = diabetes(path)
    assert not found.x[:, 0].any()
    assert not found.x_test[:, 0].any()


@pytest.mark.parametrize("numbers", [["1e308"], ["-1e200"], ["1e-320", "2e-320"]])
def test_numbers_that_cannot_be_scaled_are_refused(tmp_path, numbers):
    path = tmp_path / "table.csv"
    rows = [line.split(",") for line in lines()]
    for i, row in enumerate(rows):
        if len(numbers) > 1 or i == 3:
            row[2] = numbers[i % len(numbers)]
    path.write_text("\n".join([HEADER, *map(",".join, rows)]))
    with pytest.raises(DataError, match=rf"{path}.* The numbers in column 3 \(BloodPressure\) cannot be scaled"):
        diabetes(path)


def changed(line: int, column: int, cell: str, header: bool = False) -> str:
    some = ([HEADER] if header else []) + lines()
    cells = some[line - 1].split(",")
    cells[column - 1] = cell
    some[line - 1] = ",".join(cells)
    return "\n".join(some)


WRONG = {
    "empty": ("", "line 0: no rows of numbers"),
    "names alone": (HEADER, "line 1: no rows of numbers"),
    "a word": (changed(3, 2, "many"), "line 3, column 2: 'many', where a number is expected"),
    "a word in the first row": (changed(1, 2, "many"), "line 1, column 2: 'many', where a number is expected"),
    "below names": (changed(3, 2, "many", True), "line 3, column 2 (Glucose): 'many', where a number is expected"),
    "nothing": (changed(4, 8, " "), "line 4, column 8: ' ', where a number is expected"),
    "nan": (changed(4, 8, "nan"), "line 4, column 8: 'nan', where a number is expected"),
    "underscore": (changed(4, 8, "1_000"), "line 4, column 8: '1_000', where a number is expected"),
    "other digits": (changed(4, 8, "１２"), "line 4, column 8: '１２', where a number is expected"),
    "inf": (changed(4, 8, "-inf"), "line 4, column 8: '-inf', where a number is expected"),
    "outcome 2": (changed(5, 9, "2", True), "line 5, column 9 (Outcome): '2', where the outcome 0 or 1 is expected"),
    "outcome half": (changed(5, 9, "0.5"), "line 5, column 9: '0.5', where the outcome 0 or 1 is expected"),
    "outcome word": (changed(5, 9, "ill"), "line 5, column 9: 'ill', where a number is expected"),
    "names twice": (HEADER + "\n" + HEADER, "line 2, column 1 (Pregnancies): 'Pregnancies', where a number"),
    "eight columns": ("\n".join([*lines()[:6], "1,2,3,4,5,6,7,1"]), "line 7: 8 columns, where 8 numbers and"),
    "ten columns": (lines()[0] + ",1", "line 1: 10 columns"),
    "semicolons": (lines()[0].replace(",", ";"), "line 1: 1 columns, where 8 numbers and the outcome are expected"),
    "quote": (lines()[0] + '\n"1,2', "line 2: not a csv table: unexpected end of data"),
    "one outcome": ("\n".join(line[:-1] + "0" for line in lines()), "At least five rows with each outcome"),
}


@pytest.mark.parametrize("what", WRONG)
def test_damaged_tables_are_refused_by_line_and_column(tmp_path, what):
    content, message = WRONG[what]
    path = tmp_path / "table.csv"
    path.write_text(content)
    with pytest.raises(DataError, match=re.escape(message)) as caught:
        diabetes(path)
    assert str(path) in str(caught.value)


def test_a_path_that_is_none_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere.csv"):
        with pytest.raises(DataError, match=re.escape(f"diabetes: {path}: a csv file with eight columns")):
            diabetes(path)
    (tmp_path / "table.csv").write_bytes(b"1,2\xff")
    with pytest.raises(DataError, match=r"table.csv: byte 3: not text in UTF-8"):
        diabetes(tmp_path / "table.csv")
    with pytest.raises(DataError, match=r"diabetes: data='x' and openml=True are two sources"):
        diabetes("x", openml=True)


def test_outcomes_in_words_as_openml_writes_them(tmp_path):
    path = tmp_path / "table.csv"
    words = {"0": "tested_negative", "1": "tested_positive"}
    path.write_text("\n".join([HEADER] + [line[:-1] + words[line[-1]] for line in lines()]))
    found = diabetes(path)
    assert (found.y.sum(), found.y_test.sum()) == (8, 2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("csv")


@given(st.data())
def test_a_flipped_byte_gives_a_table_or_an_error(folder, data):
    content = bytearray("\n".join([HEADER, *lines()]).encode())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path = folder / "table.csv"
    path.write_bytes(content)
    try:
        found = diabetes(path)
    except DataError as error:
        assert str(path) in str(error)  # noqa: PT017
    else:
        assert np.isfinite(found.x).all()
        assert len(found.x) + len(found.x_test) in (ROWS - 1, ROWS)
