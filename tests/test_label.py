"""What nodes know of the modules that made them."""

import gc
import threading
import weakref
from copy import deepcopy
from pickle import dumps, loads
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
import nn
from autograd_lite import Tensor, Value
from autograd_lite.graph import Node
from nn.module import Module


def calls(node: Node) -> list[str]:
    """The labels of the calls that gave `node` back, from the inside out."""
    found, call = [], getattr(node, "_call", None)
    while call is not None:
        found.append(repr(call[0]))
        call = call[2]
    return found[::-1]


class Apply(Module):
    """A module that does what it is told."""

    def __init__(self, forward: Any) -> None:
        super().__init__()
        self.does = forward

    def forward(self, *args: Any) -> Any:
        return self.does(*args)


def batch() -> Tensor:
    return Tensor(np.ones((5, 3), np.float32))


def test_a_result_knows_its_calls_from_the_inside_out() -> None:
    model = nn.Sequential(nn.Linear(3, 3), nn.Sequential(nn.ReLU(), Apply(lambda x: x * 2 + 1)))
    y = model(batch())
    assert calls(y) == ["1.1: Apply", "1: Sequential", "Sequential"]
    # What 1 is added to was made in the same call, and given back by none.
    assert calls(y._inputs[0]) == []
    assert calls(model[0].weight) == []


def test_what_is_made_on_the_way_is_known_by_its_number() -> None:
    """Only what a call gives back is touched; the rest lies between the call's beginning and its result."""
    module = Apply(lambda x: (x * 2.0).exp())
    x = Value(1.0)
    y = module(x)
    between = y._inputs[0]
    assert calls(between) == []
    assert x._number < y._call[1] < between._number < y._number


def test_the_path_is_the_one_from_the_outermost_module() -> None:
    inner = nn.Sequential(nn.Linear(3, 3))
    assert repr(inner[0]._label) == "0: Linear"
    outer = Apply(lambda x: outer.block(x))
    outer.block = inner
    assert repr(inner[0]._label) == "block.0: Linear"
    assert outer.block[0].weight.name == "block.0.weight"


def test_a_module_with_two_places_keeps_the_first() -> None:
    shared = nn.Linear(3, 3)
    model = nn.Sequential(shared, nn.ReLU(), shared)
    assert repr(shared._label) == "0: Linear"
    assert shared.weight.name == "0.weight"
    part = model[:2]
    assert repr(part[1]._label) == "1: ReLU"


def test_what_a_module_gives_back_unchanged_is_not_its_own() -> None:
    x = Tensor([1.0], requires_grad=True)
    y = x * 2.0
    model = nn.Sequential(Apply(lambda x: x))
    assert model(y) is y
    assert calls(y) == []
    assert model(x) is x
    assert calls(x) == []


def test_what_a_module_within_made_is_also_of_the_one_around() -> None:
    """Identity gives back what the linear layer made: the call is the layer's and the network's, not the identity's."""
    model = nn.Sequential(nn.Linear(3, 2), Apply(lambda x: x))
    assert calls(model(batch())) == ["0: Linear", "Sequential"]


@pytest.mark.parametrize("wrap", [lambda y: (y, y), lambda y: [y], lambda y: {"y": (y,)}, lambda y: np.array([y, y])])
def test_results_in_containers(wrap: Any) -> None:
    made: list[Value] = []

    def forward(x: Value) -> Any:
        made.append(x * x)
        return wrap(made[0])

    Apply(forward)(Value(2.0))
    assert calls(made[0]) == ["Apply"]


def test_two_calls_are_two() -> None:
    layer = nn.Linear(3, 3)
    first = layer(batch())
    second = layer(first)
    assert first._call[0] is second._call[0]
    assert first._call[1] < first._number < second._call[1] < second._number


def test_without_tracking_there_is_no_call() -> None:
    with ag.no_grad():
        assert calls(nn.Linear(3, 3)(batch())) == []


def test_a_module_without_init_has_a_label() -> None:
    class Bare(Module):
        def __init__(self) -> None:
            pass

        def forward(self, x: Any) -> Any:
            return x * 2.0

    assert calls(Bare()(Value(1.0))) == ["Bare"]


def test_nodes_outlive_the_module_and_make_no_cycle() -> None:
    gc.collect()
    gc.disable()
    try:
        layer = nn.Linear(3, 2)
        y = layer(batch())
        module, node = weakref.ref(layer), weakref.ref(y)
        del layer
        assert module() is None
        assert calls(y) == ["Linear"]
        del y
        assert node() is None
    finally:
        gc.enable()


def test_copies_have_labels() -> None:
    model = nn.Sequential(nn.Linear(3, 2))
    for copy in (deepcopy(model), loads(dumps(model))):
        assert calls(copy(batch())) == ["0: Linear", "Sequential"]


def test_threads_do_not_mix_up() -> None:
    """Each thread calls a module of its own kind within another, all at once."""
    wrong: list[Any] = []
    ready = threading.Barrier(4)

    def run(kind: str) -> None:
        inner = type(kind, (Apply,), {})(lambda x: x * 2.0)
        outer = nn.Sequential(inner, nn.ReLU())
        ready.wait()
        for _ in range(300):
            y = outer(Tensor([1.0], requires_grad=True))
            if calls(y) != ["1: ReLU", "Sequential"] or calls(y._inputs[0]) != [f"0: {kind}"]:
                wrong.append((kind, calls(y)))

    threads = [threading.Thread(target=run, args=(kind,)) for kind in ("A", "B", "C", "D")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
