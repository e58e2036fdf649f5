"""No cycles: a graph is freed with its output, at once, with the collector off, at any depth."""

import gc
import sys
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
import nn
from autograd_lite import Tensor, Value
from autograd_lite.graph import Node, topological_order

DEPTH = 200_000


@contextmanager
def no_garbage() -> Iterator[None]:
    """The collector is off inside, and has nothing to collect afterwards."""
    # What one collection frees may have held other tests' garbage: figures of matplotlib, found in a flaking run.
    while gc.collect():
        pass
    gc.disable()
    try:
        yield
        found = gc.collect()
    finally:
        gc.enable()
    assert found == 0, f"{found} objects were in cycles"


def alive() -> int:
    """How many nodes exist; the collector tracks them all, whether it is on or not."""
    # Of the type, because isinstance asks other libraries' proxies for their class.
    return sum(issubclass(type(x), Node) for x in gc.get_objects())


def blocks_in_use() -> int:
    """Memory blocks without those that Python keeps for its next tuples, which a full collection gives back."""
    found = gc.collect()
    assert found == 0, f"{found} objects were in cycles"
    return sys.getallocatedblocks()


def scalar_pass() -> None:
    a, b = Value(0.5), Value(-1.5)
    ((a * b + 1.0).tanh() - a.exp() / b).backward()


def array_pass(w: Tensor = Tensor(np.ones((3, 3)), requires_grad=True)) -> None:  # noqa: B008
    w.grad = None
    x = np.arange(float(len(w)))
    (ag.softmax(ag.tanh(w @ x) + w[0, [0, 0, 1]].sum()) * ag.where(w.sum() > 0, w.mean(axis=0), 0.0)).sum().backward()


def recorded_scalar_pass() -> None:
    a, b = Value(0.5), Value(-1.5)
    ((a * b).tanh() / b).backward(create_graph=True)
    slope = a.grad * b.grad
    a.grad = b.grad = None
    slope.backward()


def recorded_array_pass(w: Tensor = Tensor(np.ones((2, 2)), requires_grad=True)) -> None:  # noqa: B008
    (ag.tanh(w @ w).sum()).backward(create_graph=True)
    penalty = (w.grad * w.grad).sum()
    w.grad = None
    penalty.backward()
    w.grad = None


def transformed_pass() -> None:
    ag.grad(ag.grad(lambda x: np.sin(x) * x))(0.3)


def hooked_pass() -> None:
    w = Tensor([1.0, 2.0], requires_grad=True)
    y = w * w
    y.retain_grad()
    handle = y.register_hook(lambda g: g * 2)
    y.sum().backward()
    handle.remove()


MODEL = nn.Sequential(
    nn.Conv1d(1, 2, 3, padding=1), nn.BatchNorm1d(2), nn.ReLU(), nn.MaxPool1d(2), nn.AvgPool1d(2),
    nn.Flatten(), nn.Dropout(0.1), nn.Linear(4, 3), nn.LayerNorm(3),
)  # fmt: skip
LOSS = nn.CrossEntropyLoss() + 0.1 * nn.Entropy()
LSTM, ATTENTION = nn.LSTM(3, 2, 2, dropout=0.1, bidirectional=True), nn.TransformerEncoderLayer(4, 2, 4)


def training_pass() -> None:
    MODEL.zero_grad()
    (LOSS(MODEL(np.ones((3, 1, 8), np.float32)), [0, 1, 2]) + nn.penalty.l2(MODEL, 1e-3)).backward()
    for p in MODEL.parameters():
        p.data = p.data - 0.01 * p.grad.data


def sequence_pass() -> None:
    LSTM.zero_grad(), ATTENTION.zero_grad()
    ATTENTION(LSTM(np.ones((3, 2, 3), np.float32))[0]).sum().backward()


PASSES = [
    (scalar_pass, 10_000),
    (array_pass, 10_000),
    (recorded_scalar_pass, 10_000),
    (recorded_array_pass, 10_000),
    (transformed_pass, 10_000),
    (hooked_pass, 10_000),
    (training_pass, 1_000),
    (sequence_pass, 600),
]


@pytest.mark.parametrize(("one_pass", "times"), PASSES)
def test_memory_is_flat(one_pass: Callable[[], None], times: int) -> None:
    """Passes by the thousand leave no node, no garbage and no memory behind."""
    one_pass()
    with no_garbage():
        before = alive()
        for _ in range(times // 2):
            one_pass()
        blocks = blocks_in_use()
        for _ in range(times // 2):
            one_pass()
        grown = blocks_in_use() - blocks
        assert alive() == before
    # NumPy keeps small buffers too, which it takes into use by and by.
    assert grown < 200, f"{grown} memory blocks more after {times} passes"


def test_traced_memory_is_flat() -> None:
    """NumPy's buffers, which the interpreter does not count, are returned as well."""
    w = Tensor(np.ones((100, 100)), requires_grad=True)
    tracemalloc.start()
    try:
        array_pass(w)
        size = tracemalloc.get_traced_memory()[0]
        for _ in range(100):
            array_pass(w)
        assert tracemalloc.get_traced_memory()[0] - size < w.data.nbytes
    finally:
        tracemalloc.stop()


def test_planted_cycle_is_found() -> None:
    """The measure itself works: a node kept alive by a cycle is seen, and so is its collection."""
    before = alive()
    guarded = no_garbage()
    guarded.__enter__()
    loop: list[Any] = [Value(1.0)]
    loop.append(loop)
    del loop
    assert alive() == before + 1
    with pytest.raises(AssertionError, match="in cycles"):
        guarded.__exit__(None, None, None)
    assert alive() == before


@pytest.mark.parametrize(
    "leaf", [lambda: Tensor([0.5, 0.25], requires_grad=True), lambda: Value(0.5)], ids=["Tensor", "Value"]
)
def test_deep_chain(leaf: Callable[[], Any]) -> None:
    """A chain of 200,000 operations goes forward, backward, in order, and is freed at once."""
    with no_garbage():
        before = alive()
        x = leaf()
        y = x
        for _ in range(DEPTH // 2):
            y = (y * 0.5) + x
        first = weakref.ref(y)
        if isinstance(y, Tensor):
            y = y.sum()
        y.backward()
        # y' = y / 2 + x has the fixed point 2 x.
        assert np.allclose(np.asarray(x.grad), 2.0, rtol=1e-12)
        order = topological_order([y])
        assert len(order) >= DEPTH + 1
        assert order[0] is x
        assert order[-1] is y
        assert alive() >= before + DEPTH
        del order, y
        assert first() is None
        x.grad = None
        assert alive() == before + 1


@pytest.mark.parametrize(
    "leaf", [lambda: Tensor([0.5, 0.25], requires_grad=True), lambda: Value(0.5)], ids=["Tensor", "Value"]
)
def test_deep_chain_of_gradients(leaf: Callable[[], Any]) -> None:
    """The graph of a recorded backward pass is as deep, differentiates again, and is freed at once."""
    with no_garbage():
        before = alive()
        x = leaf()
        y = x
        for _ in range(10_000):
            y = y * 0.5 + x * x
        if isinstance(y, Tensor):
            y = y.sum()
        y.backward(create_graph=True)
        slope = x.grad
        assert np.allclose(np.asarray(slope.data), 4 * np.asarray(x.data), rtol=1e-12)
        x.grad = None
        (slope.sum() if isinstance(slope, Tensor) else slope).backward()
        assert np.allclose(np.asarray(getattr(x.grad, "data", x.grad)), 4.0, rtol=1e-12)
        assert alive() > before + 20_000
        x.grad = None
        # Every Value keeps its gradient, so the recorded pass hangs on the first graph.
        del slope, y
        assert alive() == before + 1


def test_deep_drawing() -> None:
    """A drawing of a graph deeper than Python's stack needs no recursion."""
    y = Value(1.0)
    for _ in range(sys.getrecursionlimit()):
        y = y * 0.5 + 1.0
    y.backward()
    picture = ag.draw(y, fold="none")
    assert len(picture.nodes) > 2 * sys.getrecursionlimit()
    assert str(picture)


def test_untracked_chain_keeps_nothing() -> None:
    """Without a tracked leaf, or under no_grad, a step does not hold on to the one before it."""
    before = alive()
    constant, tracked = Tensor([1.0]), Tensor([1.0], requires_grad=True)
    y = constant
    for _ in range(100):
        y = y * 2.0
    with ag.no_grad():
        z = tracked
        for _ in range(100):
            z = z * 2.0
    assert alive() == before + 4


def test_leaf_outlives_its_graphs() -> None:
    """A leaf does not know what was computed from it."""
    w = Tensor([1.0], requires_grad=True)
    watched = weakref.ref(w * 2.0)
    assert watched() is None


def test_gradient_is_dropped_with_its_owner() -> None:
    """A gradient that was not recorded holds on to no graph."""
    w = Tensor([1.0], requires_grad=True)
    y = w * w
    y.backward()
    watched = weakref.ref(y)
    assert w.grad is not None
    del y
    assert watched() is None


def test_error_in_a_rule_leaves_no_garbage() -> None:
    """A backward pass that fails gives everything back once its error is dropped."""

    def refuse(g: Any, out: Any, x: Any) -> Any:
        raise ValueError("no")

    broken = ag.op("broken", lambda x: x * 1.0, elementwise=True, partials=[("1", refuse)])
    w = Tensor([1.0], requires_grad=True)
    before = alive()
    y = broken(w * 2.0)
    watched = weakref.ref(y)
    with pytest.raises(ValueError, match="no"):
        y.sum().backward()
    del y
    # The error holds frames, and frames of a caught error may hold each other.
    gc.collect()
    assert watched() is None
    assert alive() == before
