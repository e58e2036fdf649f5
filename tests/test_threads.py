"""Recording is switched per thread and per asynchronous task, and always switched back."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import Tensor, Value


def tracked() -> bool:
    """Whether an operation is recorded here and now, by both kinds of node."""
    t = (Tensor([1.0], requires_grad=True) * 2.0).requires_grad
    v = (Value(1.0) * 2.0).requires_grad
    assert t == v == ag.is_grad_enabled()
    return t


def train(steps: int, pause: Callable[[], Any]) -> list[float]:
    """The losses of a small network, with a pause in the middle of each step."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(16, 3)), rng.normal(size=(16, 1))
    w1, w2 = (Tensor(rng.normal(size=s), requires_grad=True) for s in ((3, 5), (5, 1)))
    losses = []
    for _ in range(steps):
        hidden = np.tanh(x @ w1)
        pause()
        loss = ((hidden @ w2 - y) ** 2).mean()
        pause()
        loss.backward()
        pause()
        with ag.no_grad():
            for w in (w1, w2):
                w -= 0.1 * w.grad
                w.grad = None
            pause()
        losses.append(loss.item())
    return losses


def test_two_threads_train_at_once() -> None:
    """Threads that switch back and forth at every step train as each would alone."""
    alone = train(50, lambda: None)
    assert alone[-1] < alone[0]
    barrier = threading.Barrier(2, timeout=30)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(train, 50, barrier.wait) for _ in range(2)]
        assert [f.result() for f in both] == [alone, alone]


def test_one_thread_trains_while_another_is_under_no_grad() -> None:
    """What one thread does not record, the other does."""
    alone = train(50, lambda: None)
    barrier = threading.Barrier(2, timeout=30)
    recorded = []

    def evaluate() -> None:
        w = Tensor(np.ones((3, 3)), requires_grad=True)
        with ag.no_grad():
            for _ in range(4 * 50):
                barrier.wait()
                recorded.append((w @ w).requires_grad)

    with ThreadPoolExecutor(2) as pool:
        losses, evaluation = pool.submit(train, 50, barrier.wait), pool.submit(evaluate)
        evaluation.result()
        assert losses.result() == alone
    assert recorded == [False] * 200


def test_new_thread_records() -> None:
    """A thread begun inside `no_grad` starts with recording on, and leaves the block as it was."""
    seen = []
    with ag.no_grad():
        thread = threading.Thread(target=lambda: seen.append(tracked()))
        thread.start()
        thread.join()
        assert not tracked()
    assert seen == [True]
    assert tracked()


def test_one_object_serves_several_threads() -> None:
    """A `no_grad()` kept in a variable may be entered by two threads, one inside the other in time."""
    mode = ag.no_grad()
    inside, leave = threading.Event(), threading.Event()
    after = []

    def hold() -> None:
        with ag.no_grad():
            with mode:
                inside.set()
                leave.wait(30)
                assert not tracked()
            after.append(tracked())
        after.append(tracked())

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait(30)
    assert tracked()
    with mode:
        assert not tracked()
        leave.set()
        thread.join()
        assert not tracked()
    assert tracked()
    assert after == [False, True]


def test_many_threads_use_the_same_leaf() -> None:
    """Functions of one array, differentiated by many threads at once, give each its own gradient."""
    w = np.linspace(0.1, 1.0, 10)

    def slope(k: int) -> Any:
        return ag.grad(lambda w: np.sum(np.sin(w) ** k))(w)

    with ThreadPoolExecutor(8) as pool:
        slopes = list(pool.map(slope, [1, 2, 3] * 40))
    for k, s in zip([1, 2, 3] * 40, slopes, strict=True):
        assert np.allclose(s, k * np.sin(w) ** (k - 1) * np.cos(w), rtol=1e-12)


def test_tasks_have_modes_of_their_own() -> None:
    """Tasks that take turns inside and outside `no_grad` each see their own mode."""

    async def record(on: bool) -> list[bool]:
        seen = []
        for _ in range(5):
            with ag.enable_grad() if on else ag.no_grad():
                await asyncio.sleep(0)
                seen.append(tracked() == on)
            await asyncio.sleep(0)
            seen.append(tracked())
        return seen

    async def main() -> list[list[bool]]:
        return await asyncio.gather(*(record(i % 2 == 0) for i in range(6)))

    assert all(all(seen) for seen in asyncio.run(main()))


def test_tasks_inherit_and_do_not_leak() -> None:
    """A task begun under `no_grad` is under it too; what it switches on stays inside."""

    async def child() -> bool:
        before = tracked()
        with ag.enable_grad():
            await asyncio.sleep(0)
            assert tracked()
        return before

    async def main() -> None:
        with ag.no_grad():
            assert await asyncio.create_task(child()) is False
            assert await asyncio.to_thread(tracked) is False
            assert not tracked()
        assert await asyncio.create_task(child()) is True
        assert tracked()

    asyncio.run(main())


@pytest.mark.parametrize(("mode", "inside"), [(ag.no_grad, False), (ag.enable_grad, True)])
def test_decorated_function(mode: Any, inside: bool) -> None:
    """As a decorator, the mode holds for the call, and the function keeps its name and arguments."""

    @mode()
    def look(a: int, *, b: int = 2) -> tuple[bool, int]:
        """Looks."""
        return tracked(), a + b

    outside = ag.no_grad() if inside else ag.enable_grad()
    with outside:
        assert look(1, b=5) == (inside, 6)
        assert tracked() is not inside
    assert (look.__name__, look.__doc__) == ("look", "Looks.")


def test_decorated_function_calls_itself() -> None:
    """One decorator serves calls within calls."""

    @ag.no_grad()
    def depth(n: int) -> int:
        assert not tracked()
        return 0 if n == 0 else 1 + depth(n - 1)

    assert depth(20) == 20
    assert tracked()


def test_decorated_method_and_lambda() -> None:
    """Methods and lambdas are decorated like functions."""

    class Model:
        @ag.no_grad()
        def predict(self) -> bool:
            return tracked()

    assert Model().predict() is False
    assert ag.no_grad()(lambda: tracked())() is False


def test_decorated_coroutine() -> None:
    """In a decorated coroutine the mode holds across its awaits, and not outside them."""

    @ag.no_grad()
    async def look() -> bool:
        await asyncio.sleep(0)
        return tracked()

    async def main() -> list[bool]:
        task = asyncio.create_task(look())
        await asyncio.sleep(0)
        between = tracked()
        return [await task, between, await look(), tracked()]

    assert asyncio.run(main()) == [False, True, False, True]


def test_generators_are_refused() -> None:
    """Between the steps of a generator its caller would be in the mode, so the decorator refuses it."""

    def steps() -> Iterator[int]:
        yield 1

    async def async_steps() -> AsyncIterator[int]:
        yield 1

    for generator in (steps, async_steps):
        with pytest.raises(TypeError, match=r"generator.*with no_grad\(\):"):
            ag.no_grad()(generator)


@pytest.mark.parametrize("mode", [ag.no_grad, ag.enable_grad])
def test_forgotten_parentheses(mode: Any) -> None:
    """`@no_grad` without parentheses says what to write."""
    with pytest.raises(TypeError, match=rf"Write `@{mode.__name__}\(\)`"):
        mode(tracked)
    with pytest.raises(TypeError, match="expected a function"):
        mode()(3)


def test_nested_modes() -> None:
    """Blocks within blocks each go back to what they found."""
    seen = []
    with ag.no_grad():
        seen.append(tracked())
        with ag.enable_grad():
            seen.append(tracked())
            with ag.no_grad(), ag.no_grad():
                seen.append(tracked())
            seen.append(tracked())
        seen.append(tracked())
    seen.append(tracked())
    assert seen == [False, True, False, True, False, True]


def test_one_object_entered_twice() -> None:
    """The same object may be entered again inside itself, and again afterwards."""
    mode = ag.no_grad()
    for _ in range(2):
        with mode:
            with ag.enable_grad(), mode:
                assert not tracked()
            assert not tracked()
        assert tracked()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, GeneratorExit])
def test_exceptions_restore(error: type[BaseException]) -> None:
    """However a block or a decorated call ends, the mode ends with it."""

    @ag.no_grad()
    def fail() -> None:
        raise error

    with pytest.raises(error), ag.no_grad():
        raise error
    assert tracked()
    with pytest.raises(error):
        fail()
    assert tracked()


def test_results_made_under_no_grad_stay_untracked() -> None:
    """A result is tracked or not for good; used later, it is a constant."""
    x = Tensor([2.0], requires_grad=True)
    with ag.no_grad():
        constant = x * x
    y = (constant * x).sum()
    y.backward()
    assert np.array_equal(x.grad, [4.0])
    assert constant.is_leaf


def test_leaves_made_under_no_grad_are_tracked() -> None:
    """`no_grad` is about operations: a leaf asks for gradients wherever it is made."""
    with ag.no_grad():
        x, v = Tensor([2.0], requires_grad=True), Value(2.0)
    (x * x).sum().backward()
    (v * v).backward()
    assert np.array_equal(x.grad, [4.0])
    assert v.grad == 4.0


def test_backward_under_no_grad() -> None:
    """A recorded graph goes backward inside `no_grad`, and is recorded again where that is asked for."""
    x = Tensor([2.0], requires_grad=True)
    y = (x**3).sum()
    with ag.no_grad():
        y.backward(create_graph=True)
    slope = x.grad
    assert slope.requires_grad
    x.grad = None
    slope.sum().backward()
    assert np.array_equal(x.grad, [12.0])


def test_threads_add_to_one_gradient() -> None:
    """Adding to `.grad` reads and writes it, and no thread comes in between."""
    x = Tensor(2.0, requires_grad=True)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(lambda: [(x * 1.0).backward() for _ in range(500)]) for _ in range(4)]:
                done.result()
    finally:
        sys.setswitchinterval(before)
    assert x.grad is not None
    assert x.grad.item() == 2000.0
