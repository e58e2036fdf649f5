"""Modes of recording, per thread and per asynchronous task."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from types import TracebackType
from typing import Any, Self, TypeVar

from autograd_lite.errors import ArgumentError, describe

F = TypeVar("F", bound=Callable[..., Any])

#: True while operations on tracked nodes are recorded.
RECORDING: ContextVar[bool] = ContextVar("autograd_lite.recording", default=True)
#: What to go back to when the open `with` blocks end. One object may serve several threads at once,
#: so it cannot remember that itself.
BEFORE: ContextVar[tuple[bool, ...]] = ContextVar("autograd_lite.before", default=())


def is_grad_enabled() -> bool:
    """Whether operations are recorded here and now.

    >>> with no_grad():
    ...     is_grad_enabled()
    False
    """
    return RECORDING.get()


#: True while a transform runs its function.
TRANSFORMING: ContextVar[bool] = ContextVar("autograd_lite.transforming", default=False)


@contextmanager
def transforming() -> Iterator[None]:
    """Marks the run of a function by a transform, in which to leave the graph unsaid is a mistake."""
    token = TRANSFORMING.set(True)
    try:
        yield
    finally:
        TRANSFORMING.reset(token)


class _Mode:
    """Sets `RECORDING` for a `with` block or for the calls of a decorated function."""

    recording: bool

    def __init__(self, f: Any = None) -> None:
        if f is not None:
            name = type(self).__name__
            raise ArgumentError(f"{name}: takes no argument, got {describe(f)}. Write `@{name}()` or `with {name}():`.")

    def __enter__(self) -> Self:
        BEFORE.set((*BEFORE.get(), RECORDING.get()))
        RECORDING.set(self.recording)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        *rest, before = BEFORE.get()
        BEFORE.set(tuple(rest))
        RECORDING.set(before)

    def __call__(self, f: F) -> F:
        import inspect

        name = type(self).__name__
        if not callable(f):
            raise ArgumentError(f"{name}: expected a function to decorate, got {f!r}. Write `@{name}()`.")
        if inspect.isgeneratorfunction(f) or inspect.isasyncgenfunction(f):
            raise ArgumentError(
                f"{name}: {f.__qualname__} is a generator; between its steps the mode would leak into "
                f"the caller. Write `with {name}():` inside it."
            )
        mode = type(self)
        if inspect.iscoroutinefunction(f):

            @wraps(f)
            async def awaited(*args: Any, **kwargs: Any) -> Any:
                with mode():
                    return await f(*args, **kwargs)

            return awaited  # type: ignore[return-value]

        @wraps(f)
        def called(*args: Any, **kwargs: Any) -> Any:
            with mode():
                return f(*args, **kwargs)

        return called  # type: ignore[return-value]


class no_grad(_Mode):
    """Records nothing: results are untracked. A `with` block or a decorator.

    >>> import autograd_lite as ag
    >>> w = ag.Tensor([1.0, 2.0], requires_grad=True)
    >>> with ag.no_grad():
    ...     (w * 2).requires_grad
    False
    """

    recording = False


class enable_grad(_Mode):
    """Records again inside a `no_grad` block. A `with` block or a decorator.

    >>> import autograd_lite as ag
    >>> w = ag.Tensor([1.0, 2.0], requires_grad=True)
    >>> with ag.no_grad(), ag.enable_grad():
    ...     (w * 2).requires_grad
    True
    """

    recording = True
