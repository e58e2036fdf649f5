"""Data from OpenML: what scikit-learn's loader gives in its true form, its cache, and a machine without a network."""

import gzip
import hashlib
import http.client
import json
import urllib.error
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import sklearn.datasets

from demos.data import DataError, cifar10, diabetes, mnist, openml

NAMES = [f"V{j}" for j in range(784)]


def stand_in(monkeypatch: pytest.MonkeyPatch, data: Any, target: Any) -> list[dict[str, Any]]:
    """Put a loader in place that gives these, and note how it is called."""
    calls = []

    def fetch_openml(name: str, **options: Any) -> Any:
        calls.append({"name": name, **options})
        return SimpleNamespace(data=data, target=target, feature_names=NAMES, target_names=["class"], frame=None)

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fetch_openml)
    return calls


def spread(rows: int, columns: int, dtype: type) -> np.ndarray:
    """A large table in the memory of one row, whose rows differ in the first two columns."""
    table = np.zeros((rows, columns), dtype)
    table[:, 0], table[:, -1] = np.arange(rows) % 256, 255
    return table


# liac-arff gives floats and texts, pandas integers and integers, or texts in quotes.
@pytest.mark.parametrize(("dtype", "kind"), [(np.float64, str), (np.int64, int), (np.int64, "'{}'".format)])
def test_mnist(monkeypatch, dtype, kind):
    target = np.array([kind(i % 10) for i in range(70_000)], dtype=object)
    calls = stand_in(monkeypatch, spread(70_000, 784, dtype), target)
    found = mnist(openml=True)
    assert [call["name"] for call in calls] == ["mnist_784"]
    assert calls[0]["version"] == 1
    assert calls[0]["as_frame"] is False
    assert found.x.shape == (60_000, 784)
    assert found.x_test.shape == (10_000, 784)
    assert found.x.dtype == np.float32
    assert found.y.dtype == np.int64
    np.testing.assert_array_equal(found.x[:, 0], np.float32(np.arange(60_000) % 256 / 255))
    assert (found.x_test[:, -1] == 1).all()
    np.testing.assert_array_equal(found.y_test, np.arange(60_000, 70_000) % 10)
    assert "OpenML" in found.said


def test_cifar10(monkeypatch):
    target = np.array([str(i % 10) for i in range(60_000)], dtype=object)
    table = spread(60_000, 3072, np.uint8)
    # Red, green and blue one after the other, each from the top row by row.
    table[7, 1024 + 2 * 32 + 5] = 51
    calls = stand_in(monkeypatch, table, target)
    found = cifar10(openml=True)
    assert found.x[7, 1, 2, 5] == np.float32(0.2)
    assert np.count_nonzero(found.x[7]) == 3
    assert calls[0]["name"] == "CIFAR_10"
    assert found.x.shape == (50_000, 3, 32, 32)
    assert found.x_test.shape == (10_000, 3, 32, 32)
    assert found.x.dtype == np.float32
    np.testing.assert_array_equal(found.x_test[:, 0, 0, 0], np.float32(np.arange(50_000, 60_000) % 256 / 255))
    assert (found.x_test[:, 2, 31, 31] == 1).all()
    np.testing.assert_array_equal(found.y, np.arange(50_000) % 10)
    assert found.labels[3] == "cat"
    assert "OpenML" in found.said


def test_other_forms_are_refused(monkeypatch):
    kinds = np.array(["tested_negative", "tested_positive"] * 10, dtype=object)
    whole = np.random.default_rng(0).random((20, 8))
    holed = whole.copy()
    holed[3, 2] = np.nan
    for data, target, message in [
        (whole[:, :7], kinds, r"diabetes has the shape 20 x 7; n x 8 is expected"),
        (holed, kinds, r"row 3, column 2 is nan, where a number is expected"),
        (whole.astype(object), kinds, r"diabetes holds object, where numbers are expected"),
        (whole, kinds[:-1], r"19 classes for 20 rows"),
        (whole, np.where(np.arange(20) == 5, None, kinds), r"row 5 is of class 'None', none of tested_negative"),
    ]:
        stand_in(monkeypatch, data, target)
        with pytest.raises(DataError, match=message):
            diabetes(openml=True)
    stand_in(monkeypatch, whole[:, :1].repeat(784, 1), kinds)
    with pytest.raises(DataError, match=r"mnist_784 has the shape 20 x 784; 70000 x 784 is expected"):
        mnist(openml=True)


@pytest.mark.parametrize(
    "error",
    [
        urllib.error.URLError("no route to host"),
        urllib.error.HTTPError("address", 503, "unavailable", None, None),
        TimeoutError("timed out"),
        ValueError("md5 checksum of local file does not match"),
        ImportError("pandas"),
        http.client.IncompleteRead(b""),
        zlib.error("Error -3 while decompressing data"),
        KeyError("data_set_description"),
    ],
)
def test_no_network_is_a_clear_error(monkeypatch, error):
    def fetch_openml(name: str, **options: Any) -> Any:
        raise error

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fetch_openml)
    for reader, name in ((mnist, "mnist_784"), (cifar10, "CIFAR_10"), (diabetes, "diabetes")):
        with pytest.raises(DataError, match=rf"OpenML: {name} cannot be fetched: .* needs a network .* give the files"):
            reader(openml=True)


COLUMNS = ["preg", "plas", "pres", "skin", "insu", "mass", "pedi", "age"]
OUTCOMES = ("tested_negative", "tested_positive")


def write_cache(home: Path, numbers: np.ndarray, outcome: np.ndarray) -> None:
    """What scikit-learn keeps of OpenML's data set 37: four answers in JSON and the table in ARFF, all gzip."""
    kinds = "{" + ",".join(OUTCOMES) + "}"
    lines = ["@relation pima_diabetes", *(f"@attribute {name} real" for name in COLUMNS)]
    lines += [f"@attribute class {kinds}", "@data"]
    lines += [
        ",".join(map(repr, row.tolist())) + f",{OUTCOMES[kind]}" for row, kind in zip(numbers, outcome, strict=True)
    ]
    features = [
        {
            "index": str(j),
            "name": name,
            "data_type": "numeric" if j < 8 else "nominal",
            "is_target": str(j == 8).lower(),
            "is_ignore": "false",
            "is_row_identifier": "false",
            "number_of_missing_values": "0",
        }
        for j, name in enumerate([*COLUMNS, "class"])
    ]
    content = "\n".join(lines).encode()
    described = {
        "id": "37",
        "name": "diabetes",
        "version": "1",
        "format": "ARFF",
        "status": "active",
        "file_id": "37",
        "url": "https://api.openml.org/data/v1/download/37/diabetes.arff",
        "md5_checksum": hashlib.md5(content).hexdigest(),
        "description": "",
        "licence": "Public",
    }
    entry = {"did": 37, "name": "diabetes", "version": 1, "status": "active", "format": "ARFF"}
    answers = {
        "api/v1/json/data/list/data_name/diabetes/limit/2/data_version/1": {"data": {"dataset": [entry]}},
        "api/v1/json/data/37": {"data_set_description": described},
        "api/v1/json/data/features/37": {"data_features": {"feature": features}},
        "api/v1/json/data/qualities/37": {
            "data_qualities": {"quality": [{"name": "NumberOfInstances", "value": str(len(numbers))}]}
        },
    }
    files = {name: json.dumps(answer).encode() for name, answer in answers.items()}
    files["data/v1/download/37/diabetes.arff"] = content
    for name, some in files.items():
        path = home / "openml" / "openml.org" / f"{name}.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(some))


def test_the_diabetes_table_from_scikit_learns_own_cache(tmp_path, monkeypatch):
    """The real loader, which finds in its cache what an earlier call has fetched."""
    numbers, outcome = np.random.default_rng(0).random((50, 8)), np.arange(50) % 5 // 3
    write_cache(tmp_path, numbers, outcome)
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    monkeypatch.setattr(sklearn.datasets._openml, "urlopen", no_network)
    table, kinds = openml.fetch("diabetes", (None, 8), OUTCOMES)
    np.testing.assert_array_equal(table, numbers)
    np.testing.assert_array_equal(kinds, outcome)
    found = diabetes(openml=True)
    assert found.x.shape == (40, 8)
    assert (found.y.sum(), found.y_test.sum()) == (16, 4)
    assert "OpenML" in found.said
    assert "50 rows" in found.said


def no_network(request: Any) -> Any:
    raise urllib.error.URLError("there is no network")


@pytest.mark.filterwarnings("ignore:A network error occurred")
def test_nothing_in_the_cache_and_no_network(tmp_path, monkeypatch):
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    monkeypatch.setattr(sklearn.datasets._openml, "urlopen", no_network)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with pytest.raises(DataError, match=r"diabetes cannot be fetched: URLError: .*there is no network"):
        diabetes(openml=True)
