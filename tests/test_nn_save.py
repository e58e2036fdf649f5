"""Modules to disk and back."""

import numpy as np
import pytest

import autograd_lite as ag
import nn
from autograd_lite.errors import ArgumentValueError, ShapeError, StorageError


def model(hidden=4, seed=0):
    rng = np.random.default_rng(seed)
    return nn.Sequential(nn.Linear(3, hidden, generator=rng), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Linear(hidden, 2))


@pytest.mark.parametrize("suffix", [".safetensors", ".npz"])
def test_a_module_comes_back_with_its_buffers(suffix, tmp_path):
    a, b = model(), model(seed=1)
    x = np.random.default_rng(2).normal(size=(8, 3)).astype(np.float32)
    a(x)
    found = b.load(a.save(tmp_path / f"a{suffix}"))
    assert found == ([], [])
    for path, array in a.state_dict().items():
        assert b.state_dict()[path].tobytes() == array.tobytes()
        assert b.state_dict()[path].dtype == array.dtype
    np.testing.assert_array_equal(a.eval()(x).data, b.eval()(x).data)


def test_what_does_not_fit_is_listed_and_nothing_changes(tmp_path):
    path = model().save(tmp_path / "a.npz")
    other = model(5, seed=3)
    before = other.state_dict()
    with pytest.raises(ShapeError, match=r"0\.weight: shape \(5, 3\) expected, \(4, 3\) given"):
        other.load(path)
    larger = nn.Sequential(*model(), nn.Linear(2, 2))
    with pytest.raises(ArgumentValueError, match=r"missing: 4\.weight, 4\.bias"):
        larger.load(path)
    assert larger.load(path, strict=False).missing_keys == ["4.weight", "4.bias"]
    for path_, array in other.state_dict().items():
        np.testing.assert_array_equal(array, before[path_])


def test_a_damaged_file_changes_nothing(tmp_path):
    a, b = model(), model(seed=1)
    path = a.save(tmp_path / "a.safetensors")
    content = bytearray(path.read_bytes())
    content[-3] ^= 4
    path.write_bytes(bytes(content))
    before = b.state_dict()
    with pytest.raises(StorageError, match="it has changed since it was written"):
        b.load(path)
    with pytest.raises(StorageError, match="not the arrays of a module"):
        b.load(ag.save(tmp_path / "b.npz", [1, 2]))
    for name, array in b.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_shared_parameters_are_written_under_each_path_and_stay_shared(tmp_path):
    a, b = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)), nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    for m in (a, b):
        m[1].weight = m[0].weight
    b.load(a.save(tmp_path / "a.safetensors"))
    assert b[1].weight is b[0].weight
    np.testing.assert_array_equal(b[0].weight.data, a[0].weight.data)
