"""Hooks: what they see, what they replace, when they are called, and how they are taken off."""

import copy

import numpy as np
import pytest

import autograd_lite as ag
import nn
from autograd_lite import Tensor
from autograd_lite.errors import ArgumentError, KindError, ShapeError


class Two(nn.Module):
    """Two inputs, one option, two outputs in a dictionary."""

    def forward(self, x, y, factor=1.0):
        return {"sum": (x + y) * factor, "product": x * y}


def leaf(*numbers):
    return Tensor(numbers, requires_grad=True)


def test_a_pre_hook_sees_and_replaces_the_arguments():
    layer, seen = nn.ReLU(), []
    layer.register_forward_pre_hook(lambda module, args: seen.append((module, args)))
    layer.register_forward_pre_hook(lambda module, args: Tensor([7.0]))
    assert layer([1.0]).item() == 7.0
    assert seen == [(layer, ([1.0],))]
    layer.register_forward_pre_hook(lambda module, args: (Tensor([2.0]),), prepend=True)
    layer([1.0])
    assert seen[-1][1][0].item() == 2.0


def test_a_pre_hook_with_keywords():
    module, seen = Two(), []
    module.register_forward_pre_hook(lambda m, args, kwargs: seen.append(kwargs), with_kwargs=True)
    module.register_forward_pre_hook(lambda m, args, kwargs: (args, {"factor": 10.0}), with_kwargs=True)
    assert module(leaf(1.0), leaf(2.0), factor=3.0)["sum"].item() == 30.0
    assert seen == [{"factor": 3.0}]
    other = Two()
    other.register_forward_pre_hook(lambda m, args, kwargs: 5, with_kwargs=True)
    with pytest.raises(KindError, match="pair"):
        other(leaf(1.0), leaf(2.0))


def test_a_forward_hook_sees_and_replaces_the_output_in_order():
    layer, order = nn.ReLU(), []
    layer.register_forward_hook(lambda module, args, output: order.append("first"))
    layer.register_forward_hook(lambda module, args, output: output + 1, prepend=True)
    layer.register_forward_hook(lambda m, args, kwargs, output: order.append((kwargs, output.item())), with_kwargs=True)
    assert layer([1.0]).item() == 2.0
    assert order == ["first", ({}, 2.0)]


def test_handles_take_hooks_off_and_twice_does_no_harm():
    layer, seen = nn.ReLU(), []
    handles = [
        layer.register_forward_pre_hook(lambda *a: seen.append("pre")),
        layer.register_forward_hook(lambda *a: seen.append("post")),
        layer.register_full_backward_hook(lambda *a: seen.append("back")),
    ]
    x = leaf(1.0)
    layer(x).sum().backward()
    assert seen == ["pre", "post", "back"]
    for handle in handles * 2:
        handle.remove()
    layer(x).sum().backward()
    assert len(seen) == 3


def test_hooks_of_parts_and_copies():
    model, seen = nn.Sequential(nn.Linear(2, 2, dtype=float), nn.ReLU()), []
    model[0].register_forward_hook(lambda module, args, output: seen.append(module))
    twin = copy.deepcopy(model)
    model(np.ones(2))
    twin(np.ones(2))
    assert seen == [model[0], twin[0]]


def test_a_backward_hook_sees_the_gradients_and_replaces_those_of_the_inputs():
    module, seen = Two(), []
    module.register_full_backward_hook(lambda m, gi, go: seen.append((gi, go)))
    x, y = leaf(1.0, 2.0), leaf(3.0, 5.0)
    out = module(x, y)
    (out["sum"].sum() + 2 * out["product"].sum()).backward()
    ((by_x, by_y), (by_sum, by_product)) = seen[0]
    assert by_x.tolist() == x.grad.tolist() == [1 + 2 * 3.0, 1 + 2 * 5.0]
    assert by_y.tolist() == y.grad.tolist() == [1 + 2 * 1.0, 1 + 2 * 2.0]
    assert (by_sum.tolist(), by_product.tolist()) == ([1.0, 1.0], [2.0, 2.0])
    module.register_full_backward_hook(lambda m, gi, go: (gi[0] * 0, np.ones(2)))
    x.grad = y.grad = None
    module(x, y)["sum"].sum().backward()
    assert (x.grad.tolist(), y.grad.tolist()) == ([0.0, 0.0], [1.0, 1.0])


def test_a_backward_hook_where_one_output_is_not_used_and_one_input_not_tracked():
    module, seen = Two(), []
    module.register_full_backward_hook(lambda m, gi, go: seen.append((gi, go)))
    x = leaf(2.0)
    module(x, np.array([3.0]))["sum"].backward()
    (gi, go) = seen.pop()
    assert gi[1] is None
    assert gi[0].tolist() == [1.0]
    assert [g.tolist() for g in go] == [[1.0], [0.0]]
    assert x.grad.tolist() == [1.0]


def test_a_backward_hook_of_a_layer_whose_input_is_not_tracked():
    layer, seen = nn.Linear(2, 1, dtype=float), []
    layer.register_full_backward_hook(lambda m, gi, go: seen.append((gi, go)))
    layer(np.ones(2)).sum().backward()
    assert seen[0][0] == (None,)
    assert seen[0][1][0].tolist() == [1.0]
    with ag.no_grad():
        layer(np.ones(2))
    assert len(seen) == 1


def test_a_backward_hook_is_differentiated_with_the_rest():
    layer = nn.Tanh()
    layer.register_full_backward_hook(lambda m, gi, go: (gi[0] * 3,))
    x = leaf(0.5)
    layer(x).backward(create_graph=True)
    slope = x.grad
    x.grad = None
    slope.backward()
    t = np.tanh(0.5)
    assert x.grad.item() == pytest.approx(3 * 3 * -2 * t * (1 - t * t))


def test_gradients_of_two_widths_keep_theirs():
    module = Two()
    module.register_full_backward_hook(lambda m, gi, go: None)
    x, y = Tensor(np.float32([1.0]), requires_grad=True), leaf(2.0)
    module(x, y)["product"].backward()
    assert (x.grad.dtype, x.grad.item()) == (np.float32, 2.0)
    assert (y.grad.dtype, y.grad.item()) == (np.float64, 1.0)


@pytest.mark.parametrize(
    ("answer", "said"),
    [((), r"\[\] for \[\(2,\)\]"), ((np.ones(3),), r"\(3,\)"), ((None,), "None"), (np.ones((2, 2)), r"\(2, 2\)")],
)
def test_a_backward_hook_that_gives_what_does_not_fit_is_refused(answer, said):
    layer = nn.ReLU()
    layer.register_full_backward_hook(lambda m, gi, go: answer)
    with pytest.raises(ShapeError, match=said):
        layer(leaf(1.0, 2.0)).sum().backward()


@pytest.mark.parametrize("kind", ["forward_pre_hook", "forward_hook", "full_backward_hook"])
def test_wrong_hooks(kind):
    register = getattr(nn.ReLU(), f"register_{kind}")
    with pytest.raises(ArgumentError, match="expected a function"):
        register(3)
    with pytest.raises(KindError, match="prepend"):
        register(print, prepend=1)
