"""Modules: what they register, what they compute, how they start, what they refuse."""

import copy
import pickle
from collections import OrderedDict

import numpy as np
import pytest

import nn
from autograd_lite import Tensor, Value, gradcheck, no_grad
from autograd_lite.errors import (
    ArgumentError,
    ArgumentValueError,
    AutogradError,
    DtypeError,
    IndexingError,
    KindError,
    ShapeError,
)


def rng(seed=0):
    return np.random.default_rng(seed)


class Net(nn.Module):
    def __init__(self, dtype=np.float64):
        super().__init__()
        generator = rng()
        self.fc1 = nn.Linear(4, 3, dtype=dtype, generator=generator)
        self.act = nn.ReLU()
        self.fc2 = nn.Linear(3, 2, dtype=dtype, generator=generator)
        self.register_buffer("seen", np.zeros(2))
        self.register_buffer("scratch", np.ones(1), persistent=False)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 3, dtype=float, generator=rng(1))
        self.b = nn.Linear(3, 3, dtype=float, generator=rng(2))
        self.b.weight = self.a.weight


# Parameter


def test_a_parameter_is_a_tracked_tensor_and_what_comes_of_it_is_a_plain_one():
    p = nn.Parameter(np.ones((2, 3), np.float32))
    assert isinstance(p, Tensor)
    assert p.requires_grad
    assert p.dtype == np.float32
    for result in (p * 2, 2 * p, np.ones((2, 3)) * p, np.exp(p), p.T, p @ p.T, p[0], p.detach(), p.clone(), p.sum()):
        assert type(result) is Tensor
    (p * 2).sum().backward()
    assert type(p.grad) is Tensor
    assert not nn.Parameter([1.0], requires_grad=False).requires_grad
    with pytest.raises(DtypeError):
        nn.Parameter([1, 2])


def test_a_parameter_copied_or_pickled_is_a_parameter():
    p = nn.Parameter([1.0, 2.0], name="w")
    for twin in (copy.deepcopy(p), pickle.loads(pickle.dumps(p))):
        assert type(twin) is nn.Parameter
        assert twin.requires_grad
        assert twin.name == "w"
        assert twin.tolist() == [1.0, 2.0]


# Module


def test_parameters_modules_and_buffers_come_in_order_with_their_paths():
    net = Net()
    assert [n for n, _ in net.named_parameters()] == ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"]
    assert [p.shape for p in net.parameters()] == [(3, 4), (3,), (2, 3), (2,)]
    assert list(net.named_parameters(recurse=False)) == []
    assert next(n for n, _ in net.named_parameters("net")) == "net.fc1.weight"
    assert [n for n, _ in net.named_modules()] == ["", "fc1", "act", "fc2"]
    assert list(net.modules()) == [net, net.fc1, net.act, net.fc2]
    assert [n for n, _ in net.named_children()] == ["fc1", "act", "fc2"]
    assert list(net.children()) == [net.fc1, net.act, net.fc2]
    assert [n for n, _ in net.named_buffers()] == ["seen", "scratch"]
    assert [b.size for b in net.buffers()] == [2, 1]
    assert list(net.state_dict()) == ["seen", "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"]


def test_what_is_shared_counts_once():
    tied = Tied()
    assert [n for n, _ in tied.named_parameters()] == ["a.weight", "a.bias", "b.bias"]
    assert len(list(tied.named_parameters(remove_duplicate=False))) == 4
    assert list(tied.state_dict()) == ["a.weight", "a.bias", "b.weight", "b.bias"]
    act = nn.ReLU()
    layers = nn.Sequential(act, act)
    assert len(layers) == 2
    assert len(list(layers.children())) == 1
    assert len(list(layers.named_modules())) == 2
    assert len(list(layers.named_modules(remove_duplicate=False))) == 3


def test_parameters_are_called_by_their_paths_unless_they_have_a_name():
    layer = nn.Linear(2, 2)
    layer.bias.name = "b1"
    model = nn.Sequential(nn.Sequential(layer))
    assert layer.weight.name == "0.0.weight"
    assert layer.bias.name == "b1"
    outer = nn.Module()
    outer.head = model
    outer.scale = nn.Parameter(1.0)
    outer.shift = nn.Parameter(0.0, name="given")
    assert [p.name for p in outer.parameters()] == ["scale", "given", "head.0.0.weight", "b1"]
    again = nn.Sequential(nn.ReLU(), layer)
    assert again[1].weight.name == "head.0.0.weight"


def test_assignment_replaces_and_keeps_the_place():
    net = Net()
    net.fc1 = nn.Linear(4, 5)
    assert [n for n, _ in net.named_children()] == ["fc1", "act", "fc2"]
    net.fc1.bias = None
    assert "fc1.bias" not in dict(net.named_parameters())
    net.fc1.bias = nn.Parameter(np.zeros(5))
    assert "fc1.bias" in dict(net.named_parameters())
    net.seen = [1.0, 2.0]
    assert type(net.seen) is Tensor
    net.seen = None
    assert "seen" not in net.state_dict()
    net.seen = nn.Parameter([1.0])
    assert "seen" in dict(net.named_parameters())
    assert "seen" not in dict(net.named_buffers())
    del net.scratch
    assert list(net.named_buffers()) == []
    del net.fc2
    assert "fc2.weight" not in net.state_dict()
    net.layers = [net.fc1, net.act]
    net.note = ["text", 1]


def test_registration_by_name():
    module = nn.Module()
    module.register_parameter("w", nn.Parameter([1.0]))
    module.register_parameter("none", None)
    module.add_module("0", nn.ReLU())
    module.register_buffer("empty", None)
    assert list(module.state_dict()) == ["w"]
    assert module.none is None
    module.register_parameter("none", nn.Parameter([2.0]))
    module.register_buffer("empty", Tensor([3.0]))
    assert list(module.state_dict()) == ["w", "none", "empty"]


def test_train_eval_apply_freeze_and_zero_grad_reach_every_module():
    net = Net()
    assert net.eval() is net
    assert not any(m.training for m in net.modules())
    assert net.train() is net
    assert all(m.training for m in net.modules())
    visited = []
    assert net.apply(visited.append) is net
    assert visited == [net.fc1, net.act, net.fc2, net]
    net(np.ones((1, 4))).sum().backward()
    assert all(p.grad is not None for p in net.parameters())
    net.zero_grad(set_to_none=False)
    assert all((p.grad.data == 0).all() for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())
    net.zero_grad(set_to_none=False)
    assert all(p.grad is None for p in net.parameters())
    assert net.requires_grad_(False) is net
    assert not net(np.ones((1, 4))).requires_grad
    net.requires_grad_()
    assert all(p.requires_grad for p in net.parameters())


def test_copies_are_independent():
    net = Net()
    for twin in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert (twin(np.ones((1, 4))) == net(np.ones((1, 4)))).all()
        twin.fc1.weight.data = np.zeros((3, 4))
        assert (net.fc1.weight.data != 0).any()
    twin = copy.deepcopy(Tied())
    assert twin.a.weight is twin.b.weight


def test_repr_shows_the_tree():
    net = Net()
    assert repr(net) == (
        "Net(\n"
        "  (fc1): Linear(in_features=4, out_features=3, bias=True)\n"
        "  (act): ReLU()\n"
        "  (fc2): Linear(in_features=3, out_features=2, bias=True)\n"
        ")"
    )
    outer = nn.Sequential(nn.Sequential(nn.ReLU(inplace=True)))
    assert repr(outer) == "Sequential(\n  (0): Sequential(\n    (0): ReLU(inplace=True)\n  )\n)"
    assert repr(nn.CrossEntropyLoss()) == ("CrossEntropyLoss(ignore_index=-100, reduction='mean', label_smoothing=0.0)")

    class Scaled(nn.Sequential):
        def extra_repr(self):
            return "scale=2"

    assert repr(Scaled(nn.ReLU())) == "Scaled(\n  scale=2\n  (0): ReLU()\n)"


class TooEarly(nn.Module):
    def __init__(self):
        self.fc = nn.Linear(2, 2)


class BufferTooEarly(nn.Module):
    def __init__(self):
        self.register_buffer("seen", [0.0])


def assign(name, value):
    def change():
        setattr(Net(), name, value())

    return change


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (TooEarly, KindError, r"super\(\).__init__\(\)"),
        (BufferTooEarly, KindError, r"super\(\).__init__\(\)"),
        (lambda: nn.Module()(1.0), KindError, "forward"),
        (lambda: nn.Linear(2, 2).__setattr__("weight", Tensor([1.0])), KindError, "weight.data"),
        (lambda: nn.Linear(2, 2).__setattr__("bias", np.zeros(2)), KindError, "bias.data"),
        (assign("fc1", lambda: np.tanh), KindError, "Assign a Module"),
        (assign("layers", lambda: [nn.ReLU()]), KindError, "not be trained"),
        (assign("layers", lambda: {"a": nn.Parameter([1.0])}), KindError, "not be trained"),
        (assign("forward", nn.ReLU), ArgumentValueError, "choose another name"),
        (assign("parameters", nn.ReLU), ArgumentValueError, "choose another name"),
        (lambda: Net().add_module("a.b", nn.ReLU()), ArgumentValueError, "no dot"),
        (lambda: Net().add_module("", nn.ReLU()), ArgumentValueError, "not empty"),
        (lambda: Net().add_module(3, nn.ReLU()), ArgumentValueError, "give a string"),
        (lambda: Net().add_module("seen", nn.ReLU()), ArgumentValueError, "attribute already"),
        (lambda: Net().add_module("fc3", np.tanh), KindError, "expected a Module"),
        (lambda: Net().register_parameter("w", Tensor([1.0])), KindError, "expected a Parameter"),
        (lambda: Net().register_buffer("fc1", [1.0]), ArgumentValueError, "attribute already"),
        (lambda: Net().register_buffer("b", [1.0], persistent=1), KindError, "True or False"),
        (lambda: Net().train("yes"), KindError, "True or False"),
        (lambda: Net().requires_grad_(1), KindError, "True or False"),
    ],
)
def test_wrong_uses_of_a_module(wrong, error, said):
    with pytest.raises(error, match=said) as caught:
        wrong()
    assert isinstance(caught.value, AutogradError)


def test_a_module_cannot_be_part_of_itself():
    outer = nn.Sequential(nn.Sequential())
    with pytest.raises(ArgumentValueError, match="part of itself"):
        outer[0].append(outer)
    with pytest.raises(ArgumentValueError, match="part of itself"):
        outer.append(outer)
    assert len(outer[0]) == 0


# State


def test_state_goes_out_as_fresh_arrays_and_comes_in_by_name():
    a, b = Net(), Net(np.float32)
    state = a.state_dict()
    for array in state.values():
        array += 1.0
    assert not (a.fc1.weight.data == state["fc1.weight"]).any()
    assert b.load_state_dict(state) == ([], [])
    assert b.fc1.weight.dtype == np.float32
    assert np.array_equal(b.fc2.bias.data, state["fc2.bias"].astype(np.float32))
    assert b.seen.tolist() == [1.0, 1.0]
    b.seen = np.zeros(2, np.float32)
    b.load_state_dict(state)
    assert b.seen.dtype == np.float32
    state["fc1.bias"][:] = 7.0
    assert not (b.fc1.bias.data == 7.0).any()
    b.load_state_dict({name: Tensor(array) for name, array in state.items()})
    assert (b.fc1.bias.data == 7.0).all()


def test_a_recorded_graph_keeps_what_it_saw_when_a_state_is_loaded():
    layer = nn.Linear(1, 1, bias=False, dtype=float)
    layer.weight.data = [[3.0]]
    x = Tensor([[2.0]], requires_grad=True)
    out = layer(x)
    layer.load_state_dict({"weight": [[5.0]]})
    out.backward()
    assert x.grad.item() == 3.0
    assert layer.weight.grad.item() == 2.0


def test_a_state_that_does_not_fit_is_told_in_full_and_changes_nothing():
    net = Net()
    before = net.state_dict()
    state = {**before, "fc1.weight": np.zeros((4, 3)), "fc1.bias": np.zeros(3), "extra": np.zeros(1)}
    state["fc2.weight"] = np.full((2, 3), "text")
    del state["fc2.bias"], state["seen"]
    with pytest.raises(ArgumentValueError) as caught:
        net.load_state_dict(state)
    said = str(caught.value)
    assert "missing: seen, fc2.bias" in said
    assert "unexpected: extra" in said
    assert "fc1.weight: shape (3, 4) expected, (4, 3) given" in said
    assert "fc2.weight: float64 numbers expected" in said
    assert "nothing was changed" in said
    with pytest.raises(ShapeError, match=r"fc1\.weight"):
        net.load_state_dict({**before, "fc1.weight": np.zeros(3)}, strict=False)
    # Numbers of other types that the parameters and counters cannot hold.
    with pytest.raises(ArgumentValueError, match=r"running_mean: 1e\+300 is too large for float32"):
        nn.BatchNorm1d(2).load_state_dict({"running_mean": [0.0, 1e300]}, strict=False)
    with pytest.raises(ArgumentValueError, match="unexpected: 1\n"):
        net.load_state_dict({**before, 1: 2})
    for name, array in net.state_dict().items():
        assert np.array_equal(array, before[name])
    with pytest.raises(KindError, match="mapping"):
        net.load_state_dict([1])
    with pytest.raises(ArgumentValueError, match="cannot be made an array"):
        net.load_state_dict({**before, "seen": [[1.0], [1.0, 2.0]]})


def test_without_strict_what_is_common_is_loaded():
    net = Net()
    answer = net.load_state_dict({"fc1.bias": np.full(3, 5.0), "other": 1}, strict=False)
    assert answer.missing_keys == ["seen", "fc1.weight", "fc2.weight", "fc2.bias"]
    assert answer.unexpected_keys == ["other"]
    assert (net.fc1.bias.data == 5.0).all()


def test_a_shared_parameter_loads_by_one_path_or_by_two_that_agree():
    tied = Tied()
    state = tied.state_dict()
    state["a.weight"] = np.eye(3)
    with pytest.raises(ArgumentValueError, match="another path"):
        tied.load_state_dict(state)
    del state["b.weight"]
    tied.load_state_dict(state)
    assert tied.b.weight is tied.a.weight
    assert (tied.b.weight.data == np.eye(3)).all()


# Linear


def test_linear_is_a_product_and_a_bias():
    layer = nn.Linear(3, 2, dtype=float, generator=rng())
    x = rng(1).normal(size=(5, 4, 3))
    assert np.allclose(layer(x).data, x @ layer.weight.data.T + layer.bias.data)
    assert layer(x[0, 0]).shape == (2,)
    assert nn.Linear(3, 2, bias=False).bias is None
    assert gradcheck(lambda x, w, b: x @ w.T + b, [x[0], layer.weight.data, layer.bias.data])
    single = nn.Linear(3, 2)
    assert single.weight.dtype == single.bias.dtype == np.float32
    out = single([[1.0, 2.0, 3.0]])
    assert out.dtype == np.float32
    out.sum().backward()
    assert single.weight.grad.dtype == np.float32


def test_initial_values_are_uniform_within_the_bound():
    layer = nn.Linear(100, 2000, dtype=float, generator=rng())
    for values in (layer.weight.data.ravel(), layer.bias.data):
        n, bound = values.size, 0.1
        assert abs(values).max() <= bound
        assert abs(values).max() > bound * (1 - 20 / n)
        # Five standard deviations of the mean, and of the variance, of n uniform numbers.
        assert abs(values.mean()) < 5 * bound / np.sqrt(3 * n)
        assert abs(values.var() / (bound**2 / 3) - 1) < 5 * np.sqrt(0.8 / n)
        shares = np.histogram(values, bins=10, range=(-bound, bound))[0] / n
        assert abs(shares - 0.1).max() < 5 * np.sqrt(0.09 / n)


def test_initial_values_follow_the_generator():
    a, b = nn.Linear(5, 4, generator=rng(3)), nn.Linear(5, 4, generator=rng(3), dtype=float)
    assert np.array_equal(a.weight.data, b.weight.data.astype(np.float32))
    assert not np.array_equal(a.weight.data, nn.Linear(5, 4, generator=rng(4)).weight.data)
    assert not np.array_equal(nn.Linear(5, 4).weight.data, nn.Linear(5, 4).weight.data)
    before = a.weight.data
    a.reset_parameters(rng(5))
    assert not np.array_equal(a.weight.data, before)


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: nn.Linear(0, 3), ArgumentValueError, "in_features"),
        (lambda: nn.Linear(3, -1), ArgumentValueError, "out_features"),
        (lambda: nn.Linear(2.0, 3), KindError, "in_features"),
        (lambda: nn.Linear(True, 3), KindError, "in_features"),
        (lambda: nn.Linear(2, 3, bias=None), KindError, "bias"),
        (lambda: nn.Linear(2, 3, dtype=int), DtypeError, "float32"),
        (lambda: nn.Linear(2, 3, dtype="nonsense"), DtypeError, "float32"),
        (lambda: nn.Linear(2, 3, generator=0), KindError, "default_rng"),
        (lambda: nn.Linear(2, 3)(np.zeros((4, 3), np.float32)), ShapeError, r"\(4, 3\).*in_features, 2"),
        (lambda: nn.Linear(2, 3)(np.float32(1.0)), ShapeError, "in_features"),
        (lambda: nn.Linear(2, 3)(np.zeros((4, 2))), DtypeError, "float64"),
        (lambda: nn.Linear(2, 3)(np.zeros((4, 2), int)), DtypeError, "int64"),
        (lambda: nn.Linear(2, 3)("text"), KindError, "Tensor or an array"),
        (lambda: nn.Linear(2, 3)(None), KindError, "Tensor or an array"),
        (lambda: nn.ReLU()(Value(1.0)), KindError, "Tensor or an array"),
        (lambda: nn.ReLU("yes"), KindError, "inplace"),
        (lambda: nn.init.uniform_(np.zeros(3)), KindError, "Tensor"),
        (lambda: nn.init.uniform_(Tensor([1.0]), 1.0, 0.0), ArgumentValueError, "a ≤ b"),
    ],
)
def test_wrong_uses_of_layers(wrong, error, said):
    with pytest.raises(error, match=said) as caught:
        wrong()
    assert isinstance(caught.value, AutogradError)


# Sequential


def test_sequential_is_a_list_of_modules():
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU())
    assert model.append(nn.Linear(3, 2)) is model
    assert len(model) == 3
    assert [type(m) for m in model] == [nn.Linear, nn.ReLU, nn.Linear]
    assert next(iter(model)) is model[0]
    assert model[np.int64(-1)].out_features == 2
    part = model[1:]
    assert type(part) is nn.Sequential
    assert len(part) == 2
    assert part[1] is model[2]
    assert list(part.state_dict()) == ["2.weight", "2.bias"]
    assert list(model.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    x = Tensor([1.0])
    assert nn.Sequential()(x) is x


def test_sequential_of_names():
    model = nn.Sequential(OrderedDict([("fc", nn.Linear(4, 3)), ("act", nn.ReLU())]))
    assert list(model.state_dict()) == ["fc.weight", "fc.bias"]
    assert model.fc is model[0]
    assert (model(np.ones((2, 4), np.float32)).data >= 0).all()


def test_a_module_given_twice_runs_twice():
    class Add(nn.Module):
        def forward(self, x):
            return x + 1

    add = Add()
    assert nn.Sequential(add, add, add)(Tensor([0.0])).item() == 3.0


def test_an_error_inside_says_at_which_module():
    model = nn.Sequential(nn.Linear(4, 3), nn.Sequential(nn.Linear(2, 2)))
    with pytest.raises(ShapeError) as caught:
        model(np.zeros((1, 4), np.float32))
    assert len(caught.value.__notes__) == 2
    assert "module 0: Linear(in_features=2" in caught.value.__notes__[0]
    assert "module 1: Sequential" in caught.value.__notes__[1]


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: nn.Sequential([nn.ReLU()]), KindError, "Unpack"),
        (lambda: nn.Sequential(nn.ReLU), KindError, r"ReLU\(\.\.\.\)"),
        (lambda: nn.Sequential(np.tanh), KindError, "no module"),
        (lambda: nn.Sequential(nn.ReLU(), {"a": nn.ReLU()}), KindError, "module 1"),
        (lambda: nn.Sequential({"a": nn.ReLU()}, nn.ReLU()), ArgumentError, "one mapping"),
        (lambda: nn.Sequential({"append": nn.ReLU()}), ArgumentValueError, "another name"),
        (lambda: nn.Sequential().append(None), KindError, "no module"),
        (lambda: nn.Sequential(nn.ReLU())[1], IndexingError, "1 modules"),
        (lambda: nn.Sequential(nn.ReLU())["0"], KindError, "index"),
    ],
)
def test_wrong_uses_of_sequential(wrong, error, said):
    with pytest.raises(error, match=said):
        wrong()


def test_nothing_is_recorded_without_gradients():
    net = Net()
    with no_grad():
        assert not nn.CrossEntropyLoss()(net(np.ones((2, 4))), [0, 1]).requires_grad
