"""State dictionaries as safetensors, between PyTorch's modules and ours, both ways."""

import numpy as np
import pytest

import nn

torch = pytest.importorskip("torch")

from safetensors.torch import load_file, save_file  # noqa: E402


def build(kit):
    return kit.Sequential(
        kit.Conv2d(2, 3, 3, padding=1), kit.BatchNorm2d(3), kit.ReLU(), kit.MaxPool2d(2), kit.Flatten(),
        kit.Linear(3 * 4 * 4, 8), kit.LayerNorm(8), kit.Tanh(), kit.Linear(8, 2),
    )  # fmt: skip


def both(kit):
    """A network with normalization, and a recurrent layer."""
    return {"network": build(kit), "lstm": kit.LSTM(4, 3, 2, bidirectional=True), "table": kit.Embedding(7, 4)}


@pytest.mark.parametrize("name", ["network", "lstm", "table"])
def test_there_and_back(name, tmp_path):
    ours, theirs = both(nn)[name], both(torch.nn)[name]
    rng = np.random.default_rng(0)
    x = rng.integers(0, 7, size=5) if name == "table" else rng.normal(
        size=(2, 2, 8, 8) if name == "network" else (5, 2, 4)).astype(np.float32)  # fmt: skip
    if name == "network":
        theirs(torch.tensor(x))
    ours.eval(), theirs.eval()
    save_file(theirs.state_dict(), tmp_path / "theirs.safetensors")
    assert ours.load(tmp_path / "theirs.safetensors") == ([], [])
    out, expected = ours(x), theirs(torch.tensor(x))
    out, expected = (out[0], expected[0]) if name == "lstm" else (out, expected)
    np.testing.assert_allclose(out.data, expected.detach().numpy(), rtol=1e-4, atol=1e-5)

    fresh = both(torch.nn)[name].eval()
    fresh.load_state_dict(load_file(ours.save(tmp_path / "ours.safetensors")), strict=True)
    for path, tensor in fresh.state_dict().items():
        assert tensor.dtype == theirs.state_dict()[path].dtype
        assert torch.equal(tensor, theirs.state_dict()[path])


def test_half_precision_of_pytorch_s(tmp_path):
    theirs = torch.nn.Linear(3, 2).to(torch.bfloat16)
    save_file(theirs.state_dict(), tmp_path / "a.safetensors")
    ours = nn.Linear(3, 2)
    ours.load(tmp_path / "a.safetensors")
    np.testing.assert_array_equal(ours.weight.data, theirs.weight.detach().float().numpy())
