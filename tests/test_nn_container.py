"""Containers: lists, dictionaries and detours of modules; what is found in them, and what they refuse."""

import numpy as np
import pytest

import nn
from autograd_lite import AutogradError, Tensor
from autograd_lite.errors import ArgumentError, ArgumentValueError, DtypeError, IndexingError, KindError, ShapeError


def linears(*sizes):
    return [nn.Linear(n, n) for n in sizes]


def sizes(modules):
    return [m.in_features for m in modules]


@pytest.mark.parametrize("make", [nn.ModuleList, lambda modules: nn.Sequential(*modules)])
def test_lists_grow_and_shrink_and_number_their_parts(make):
    layers = make(linears(1, 2))
    assert layers.append(nn.Linear(3, 3)) is layers
    assert sizes(layers.insert(0, nn.Linear(9, 9))) == [9, 1, 2, 3]
    assert sizes(layers.insert(-1, nn.Linear(8, 8))) == [9, 1, 2, 8, 3]
    assert sizes(layers.extend(linears(4, 5))) == [9, 1, 2, 8, 3, 4, 5]
    assert layers.pop(0).in_features == 9
    assert layers.pop().in_features == 5
    del layers[1:3]
    assert sizes(layers) == [1, 3, 4]
    assert [name for name, _ in layers.named_children()] == ["0", "1", "2"]
    layers[1] = nn.Linear(7, 7)
    layers += linears(6)
    assert sizes(layers) == [1, 7, 4, 6]
    assert layers[1] in layers
    assert nn.Linear(1, 1) not in layers
    both = layers + make(linears(5))
    assert type(both) is type(layers)
    assert sizes(both) == [1, 7, 4, 6, 5]
    assert list(layers.state_dict()) == [f"{i}.{name}" for i in range(4) for name in ("weight", "bias")]


def test_a_slice_of_a_sequential_keeps_its_names_and_still_grows():
    part = nn.Sequential(*linears(1, 2, 3))[1:]
    assert [n for n, _ in part.named_children()] == ["1", "2"]
    assert sizes(part) == [2, 3]
    part.append(nn.Linear(4, 4))
    assert sizes(part) == [2, 3, 4]
    named = nn.Sequential({"a": nn.ReLU(), "b": nn.Tanh()})
    del named[0]
    assert [n for n, _ in named.named_children()] == ["b"]
    assert nn.ModuleList(linears(1, 2, 3))[1:].state_dict().keys() >= {"0.weight", "1.bias"}


def test_a_list_of_modules_in_a_module():
    class Deep(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList(nn.Linear(2, 2, dtype=float) for _ in range(2))
            self.scales = nn.ParameterList([Tensor([1.0, 2.0]), nn.Parameter([3.0])])
            self.kinds = nn.ModuleDict({"relu": nn.ReLU()})

        def forward(self, x):
            for layer in self.layers:
                x = self.kinds["relu"](layer(x))
            return x * self.scales[0] + self.scales[-1]

    deep = Deep()
    assert [n for n, _ in deep.named_parameters()] == [
        "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias", "scales.0", "scales.1",
    ]  # fmt: skip
    deep(np.ones((3, 2))).sum().backward()
    assert all(p.grad is not None for p in deep.parameters())
    assert deep.layers[0].weight.name == "layers.0.weight"
    assert deep.get_submodule("layers.1") is deep.layers[1]
    assert deep.get_parameter("scales.1") is deep.scales[1]
    assert repr(nn.ParameterList([np.zeros(2)])) == "ParameterList((0): Parameter '0' (2,) float64)"
    with pytest.raises(KindError, match="no forward pass"):
        deep.layers(1.0)


def test_a_dictionary_of_modules():
    d = nn.ModuleDict([("a", nn.ReLU())])
    d["b"] = nn.Linear(2, 1)
    d.update({"a": nn.Tanh()})
    assert list(d) == list(d.keys()) == ["a", "b"]
    assert [type(m) for m in d.values()] == [nn.Tanh, nn.Linear]
    assert dict(d.items())["b"] is d["b"]
    assert ("b" in d, "c" in d, len(d)) == (True, False, 2)
    assert type(d.pop("a")) is nn.Tanh
    del d["b"]
    assert len(d) == 0
    d["c"] = nn.ReLU()
    d.clear()
    assert list(d.modules()) == [d]


def test_a_residual_adds_what_it_was_given():
    layer = nn.Linear(3, 3, dtype=float)
    x = Tensor(np.random.default_rng(0).normal(size=(4, 3)), requires_grad=True)
    out = nn.Residual(layer)(x)
    np.testing.assert_allclose(out.data, x.data + layer(x).data)
    out.sum().backward()
    np.testing.assert_allclose(x.grad.data, 1.0 + np.tile(layer.weight.data.sum(axis=0), (4, 1)))
    assert list(nn.Residual(layer).state_dict()) == ["module.weight", "module.bias"]


def test_what_fails_leaves_a_list_as_it_was():
    layers = nn.Sequential(*linears(1, 2))
    with pytest.raises(KindError):
        layers.extend([nn.ReLU(), 3])
    with pytest.raises(ArgumentValueError, match="part of itself"):
        layers.insert(0, nn.Sequential(layers))
    with pytest.raises(ArgumentValueError, match="part of itself"):
        layers.extend([nn.ReLU(), layers])
    named = nn.Sequential({"a": nn.ReLU(), "b": nn.Tanh()})
    with pytest.raises(ArgumentValueError, match="mapping of names"):
        named.insert(0, nn.ReLU())
    assert sizes(layers) == [1, 2]
    assert len(named) == 2
    d = nn.ModuleDict()
    with pytest.raises(KindError):
        d.update({"a": nn.ReLU(), "b": 1})
    assert len(d) == 0


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: nn.ModuleList([nn.ReLU]), KindError, r"ReLU\(\.\.\.\)"),
        (lambda: nn.ModuleList(3), KindError, "expected a list"),
        (lambda: nn.ModuleList({"a": nn.ReLU()}), KindError, "expected a list"),
        (lambda: nn.ModuleList([np.tanh]), KindError, "no module"),
        (lambda: nn.ModuleList().pop(), IndexingError, "0 modules"),
        (lambda: nn.ModuleList(linears(1)).insert(3, nn.ReLU()), IndexingError, "index 3"),
        (lambda: nn.ModuleList(linears(1))["0"], KindError, "index"),
        (lambda: nn.ModuleList(linears(1)).__setitem__(1, nn.ReLU()), IndexingError, "index 1"),
        (lambda: nn.ModuleList(linears(1)).__setitem__(0, None), KindError, "no module"),
        (lambda: nn.ParameterList(["a"]), DtypeError, "'a'"),
        (lambda: nn.ParameterList([[1, 2]]), DtypeError, "int64"),
        (lambda: nn.ModuleDict(3), KindError, "mapping"),
        (lambda: nn.ModuleDict({"a": 3}), KindError, "expected a Module"),
        (lambda: nn.ModuleDict({"train": nn.ReLU()}), ArgumentValueError, "choose another name"),
        (lambda: nn.ModuleDict({"a.b": nn.ReLU()}), ArgumentValueError, "no dot"),
        (lambda: nn.ModuleDict({"a": nn.ReLU()})["b"], IndexingError, "'b', only a"),
        (lambda: nn.ModuleDict().pop("b"), IndexingError, "only nothing"),
        (lambda: nn.Residual(np.tanh), KindError, "expected a Module"),
        (lambda: nn.Residual(nn.Linear(3, 1))(np.zeros((2, 3), np.float32)), ShapeError, r"\(2, 1\).*\(2, 3\)"),
        (lambda: nn.Residual(nn.ModuleDict())("text"), KindError, "Tensor or an array"),
        (lambda: nn.Sequential({"a": nn.ReLU()}, nn.ReLU()), ArgumentError, "one mapping"),
    ],
)
def test_wrong_uses(wrong, error, said):
    with pytest.raises(error, match=said) as caught:
        wrong()
    assert isinstance(caught.value, AutogradError)
