"""Modules: conversion to another data type, and what is found at a path."""

import copy

import numpy as np
import pytest

import nn
from autograd_lite import AutogradError, Tensor
from autograd_lite.errors import ArgumentError, ArgumentValueError, DtypeError, IndexingError, KindError


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
        self.twin = self.body[0]
        self.register_buffer("mean", np.zeros(2, np.float32))
        self.register_buffer("count", np.array(3))
        self.register_buffer("none", None)

    def forward(self, x):
        return self.body(x) - self.mean


def dtypes(net):
    return {str(p.dtype) for p in net.parameters()} | {str(net.mean.dtype)}


@pytest.mark.parametrize(
    ("convert", "expected"),
    [
        (lambda n: n.to(np.float64), "float64"),
        (lambda n: n.to("float64"), "float64"),
        (lambda n: n.to(dtype=float), "float64"),
        (lambda n: n.to("cpu", np.float16), "float16"),
        (lambda n: n.to(Tensor([1.0])), "float64"),
        (lambda n: n.double(), "float64"),
        (lambda n: n.half(), "float16"),
        (lambda n: n.double().float(), "float32"),
        (lambda n: n.to("cpu"), "float32"),
        (lambda n: n.to(device="cpu:0"), "float32"),
    ],
)
def test_conversion(convert, expected):
    net = Net()
    before = {name: (p, p.data) for name, p in net.named_parameters()}
    assert convert(net) is net
    assert dtypes(net) == {expected}
    assert net.count.dtype.kind == "i"
    for name, p in net.named_parameters():
        # The same parameters, so that an optimizer keeps them.
        assert p is before[name][0]
        assert p.requires_grad
        np.testing.assert_allclose(p.data, before[name][1], rtol=1e-3, atol=1e-4)
    assert net.twin is net.body[0]
    x = np.ones((2, 4), expected)
    assert net(x).dtype == expected
    net(x).sum().backward()
    assert {str(p.grad.dtype) for p in net.parameters()} == {expected}


def test_gradients_and_recorded_graphs_keep_their_numbers_through_a_conversion():
    net = nn.Linear(2, 1, bias=False)
    x = Tensor(np.float32([[3.0, 5.0]]), requires_grad=True)
    out = net(x)
    out.sum().backward()
    net.double()
    assert net.weight.grad.dtype == np.float64
    assert net.weight.grad.tolist() == [[3.0, 5.0]]
    out.sum().backward()
    assert net.weight.grad.tolist() == [[6.0, 10.0]]
    assert x.grad.dtype == np.float32
    frozen = nn.Linear(2, 1).requires_grad_(False).double()
    assert not frozen.weight.requires_grad


def test_a_conversion_that_overflows_changes_nothing():
    net = nn.Sequential(nn.Linear(2, 2, dtype=float), nn.Linear(2, 2, dtype=float))
    net[1].weight.data = np.full((2, 2), 1e10)
    with pytest.raises(RuntimeWarning, match="overflow"):
        net.half()
    assert {str(p.dtype) for p in net.parameters()} == {"float64"}


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda n: n.to("cuda"), ArgumentValueError, "cpu"),
        (lambda n: n.to(device="cuda:1"), ArgumentValueError, "cpu"),
        (lambda n: n.to(device=3), ArgumentValueError, "3"),
        (lambda n: n.to(int), DtypeError, "int64"),
        (lambda n: n.to("nonsense"), DtypeError, "nonsense"),
        (lambda n: n.to(Tensor([1])), DtypeError, "int64"),
        (lambda n: n.to(np.float32, dtype=np.float64), ArgumentError, "2 data types"),
        (lambda n: n.get_submodule("body.3"), IndexingError, r"'body.3': body, a Sequential, has the modules 0, 1, 2"),
        (lambda n: n.get_submodule("head"), IndexingError, "it, a Net, has the modules body, twin"),
        (lambda n: n.get_submodule(3), KindError, "path"),
        (lambda n: n.get_parameter("body.0.mass"), IndexingError, "has the parameters weight, bias"),
        (lambda n: n.get_parameter("body.1.weight"), IndexingError, "none"),
        (lambda n: n.get_parameter(""), IndexingError, "no parameter ''"),
        (lambda n: n.get_parameter("mean"), IndexingError, "parameter 'mean'"),
        (lambda n: n.get_buffer("body.0.weight"), IndexingError, "buffer"),
    ],
)
def test_wrong_calls(wrong, error, said):
    net = Net()
    with pytest.raises(error, match=said) as caught:
        wrong(net)
    assert isinstance(caught.value, AutogradError)
    assert dtypes(net) == {"float32"}


def test_what_is_at_a_path():
    net = Net()
    assert net.get_submodule("") is net
    assert net.get_submodule("body.2") is net.body[2]
    assert net.get_parameter("body.0.weight") is net.twin.weight
    assert net.get_buffer("mean") is net.mean
    assert copy.deepcopy(net).get_buffer("count").item() == 3


def test_shared_buffers_stay_shared_through_a_conversion():
    outer = nn.Sequential(nn.Module(), nn.Module())
    shared = Tensor([1.0, 2.0])
    outer[0].register_buffer("b", shared)
    outer[1].register_buffer("b", shared)
    outer.float()
    assert outer[0].b is outer[1].b
    assert outer[0].b.dtype == np.float32
