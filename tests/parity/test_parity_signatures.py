"""The arguments of layers, losses and functions beside PyTorch's: names, order and defaults."""

import inspect

import pytest

import nn

torch = pytest.importorskip("torch")

#: PyTorch's, for machines and for older programs: nothing here has them, and each is a keyword in practice.
NOT_OURS = {"device", "size_average", "reduce", "args", "kwargs", "min_value", "max_value", "_weight", "_freeze"}
#: Ours: keywords alone.
OURS = {"generator", "dtype"}
#: What the signature of PyTorch's does not tell.
UNTOLD = {"RNN", "LSTM", "GRU", "Module", "ModuleList", "ModuleDict", "ParameterList", "Sequential", "Parameter"}
CLASSES = [n for n in nn.__all__ if isinstance(getattr(nn, n), type) and hasattr(torch.nn, n) and n not in UNTOLD]


def arguments(f):
    """Names and defaults, without self, in order."""
    return {n: p.default for n, p in inspect.signature(f).parameters.items() if n != "self"}


@pytest.mark.parametrize("name", CLASSES)
def test_constructors(name):
    ours, theirs = (arguments(getattr(kit, name).__init__) for kit in (nn, torch.nn))
    ours = {n: default for n, default in ours.items() if n not in {*OURS, "args", "kwargs"}}
    later = {"align_corners", "recompute_scale_factor"}
    theirs = {n: default for n, default in theirs.items() if n not in NOT_OURS | OURS | later}
    if name == "TransformerEncoderLayer":
        # PyTorch's default is the function of that name.
        assert ours.pop("activation") == theirs.pop("activation").__name__
    assert [*ours.items()] == [*theirs.items()]


@pytest.mark.parametrize("name", [*CLASSES, "RNN", "LSTM", "GRU", "Sequential"])
def test_forward(name):
    ours, theirs = (arguments(getattr(kit, name).forward) for kit in (nn, torch.nn))
    assert [*ours.items()] == [*theirs.items()]
