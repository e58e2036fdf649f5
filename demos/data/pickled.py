"""Pickled dictionaries of arrays, read without running anything

A pickle is a small program for a stack machine, and Python's own machine imports and calls what the program names. The
machine here knows numbers, strings, containers and the way in which NumPy writes an array; it imports and calls
nothing. Whatever else a file asks for is refused by name and offset.
"""

import pickletools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from demos.data.files import GET_AGAIN
from demos.data.kinds import Array, DataError
from demos.data.numpy_pickled import KNOWN, ArrayParts, Global, MisusedError, build, call

# What these push is what the file has written there.
PLAIN = {"BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "NONE", "NEWTRUE", "NEWFALSE"}
PLAIN |= {"BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"}
CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
PYTHON_2_STRINGS = {"BINSTRING", "SHORT_BINSTRING"}
TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
MARK = object()
# A batch of CIFAR-10 has 30,000 to 50,000; each may make an object that is a hundred times as large as itself.
MOST = 200_000
# Characters in a key.
LONGEST = 200


class Items(list[Any]):
    """A list that knows where it begins in the file."""

    __slots__ = ("offset",)

    def __init__(self, offset: int) -> None:
        super().__init__()
        self.offset = offset


class Machine:
    """The stack, the memo, and how many bytes may still be made of those in the file."""

    def __init__(self, path: Path, spare: int) -> None:
        self.path, self.spare, self.offset, self.begun = path, spare, 0, False
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def wrong(self, what: str) -> DataError:
        """The error at the current opcode."""
        return DataError(f"{self.path}: byte {self.offset}: {what}. {GET_AGAIN}")

    def run(self, content: bytes) -> Any:
        """The one object that the pickle describes."""
        for count, (name, argument) in enumerate(self._opcodes(content)):
            if count == MOST:
                raise self.wrong(f"more than {MOST:,} opcodes; a dictionary of arrays needs fewer")
            self._step(name, argument)
        if self.offset + 1 != len(content):
            raise self.wrong("the pickle ends there, and more bytes follow")
        if len(self.stack) != 1:
            raise self.wrong(f"one object is expected at the end, and {len(self.stack)} are there")
        return self._pop()

    def _opcodes(self, content: bytes) -> Iterator[tuple[str, Any]]:
        """Each opcode with its argument, to the last; pickletools takes them apart and runs nothing."""
        opcodes = pickletools.genops(content)
        while True:
            try:
                opcode, argument, offset = next(opcodes)
            except StopIteration:
                return
            except Exception as error:
                raise self.wrong(f"this opcode or the next is damaged or cut off: {error}") from error
            assert offset is not None, "genops gives offsets where it is given bytes"
            self.offset = offset
            yield opcode.name, argument

    def _step(self, name: str, argument: Any) -> None:
        if name in PLAIN:
            self.stack.append(CONSTANTS.get(name, argument))
        elif name in PYTHON_2_STRINGS:
            self.stack.append(argument.encode("latin-1"))
        elif name in TUPLES:
            self.stack.append(tuple(reversed([self._pop() for _ in range(TUPLES[name])])))
        elif name in STEPS:
            STEPS[name](self, argument)
        elif name == "PROTO":
            self.begun = True
        elif name not in ("FRAME", "STOP"):
            old = "" if self.begun else "; of protocol 2 to 5, which begin with the byte 0x80, this pickle is none"
            raise self.wrong(f"the opcode {name} has no place in a dictionary of arrays{old}")

    def _pop(self) -> Any:
        if not self.stack or self.stack[-1] is MARK:
            raise self.wrong("an object is expected on the stack, and none is there")
        return self.stack.pop()

    def _top(self, kind: type) -> Any:
        """The object on top of the stack, which stays there."""
        if not self.stack or not isinstance(self.stack[-1], kind):
            raise self.wrong(f"a {kind.__name__} is expected on the stack, and none is there")
        return self.stack[-1]

    def _to_mark(self) -> list[Any]:
        """All objects above the last mark."""
        objects = []
        while self.stack and self.stack[-1] is not MARK:
            objects.append(self.stack.pop())
        if not self.stack:
            raise self.wrong("a mark is expected on the stack, and none is there")
        self.stack.pop()
        return objects[::-1]

    def _mark(self, _: Any) -> None:
        self.stack.append(MARK)

    def _empty_dict(self, _: Any) -> None:
        self.stack.append({})

    def _empty_list(self, _: Any) -> None:
        self.stack.append(Items(self.offset))

    def _empty_tuple(self, _: Any) -> None:
        self.stack.append(())

    def _tuple(self, _: Any) -> None:
        self.stack.append(tuple(self._to_mark()))

    def _append(self, _: Any) -> None:
        item = self._pop()
        self._top(list).append(item)

    def _appends(self, _: Any) -> None:
        items = self._to_mark()
        self._top(list).extend(items)

    def _setitem(self, _: Any) -> None:
        value, key = self._pop(), self._pop()
        self._set([key, value])

    def _setitems(self, _: Any) -> None:
        self._set(self._to_mark())

    def _set(self, objects: list[Any]) -> None:
        """Keys and values, one after the other, into the dictionary on top of the stack."""
        into = self._top(dict)
        if len(objects) % 2:
            raise self.wrong("a key without a value")
        for key, value in zip(objects[::2], objects[1::2], strict=True):
            # The hash of tuples within tuples, each there twice, would take forever.
            if not isinstance(key, str | bytes):
                raise self.wrong(f"a key of the dictionary is a {type(key).__name__}, where strings are expected")
            # Long keys with the same letters would be compared over and over.
            if len(key) > LONGEST:
                raise self.wrong(f"a key of the dictionary has {len(key):,} characters, where a name is expected")
            into[key] = value

    def _memoize(self, _: Any) -> None:
        self._put(len(self.memo))

    def _put(self, index: int) -> None:
        top = self._pop()
        self.memo[index] = top
        self.stack.append(top)

    def _get(self, index: int) -> None:
        if index not in self.memo:
            raise self.wrong(f"nothing has been memoized under {index}")
        self.stack.append(self.memo[index])

    def _global(self, argument: str) -> None:
        self._name(*argument.split(" ", 1))

    def _stack_global(self, _: Any) -> None:
        name, module = self._pop(), self._pop()
        if not (isinstance(name, str) and isinstance(module, str)):
            raise self.wrong("the module and the name of a global are expected on the stack")
        self._name(module, name)

    def _name(self, module: str, name: str) -> None:
        if (module, name) not in KNOWN:
            asked = f"{module}.{name}"[:80]
            raise DataError(
                f"{self.path}: byte {self.offset}: the pickle asks for {asked!r}, which is neither imported nor "
                "called here: only NumPy's arrays are read. Do not open this file with pickle.load."
            )
        self.stack.append(Global(module, name))

    def _reduce(self, _: Any) -> None:
        arguments, function = self._pop(), self._pop()
        made = self._try(call, function, arguments, self.offset, self.spare)
        if isinstance(made, bytes):
            # A long string in the memo could be encoded over and over.
            self.spare -= len(made)
        self.stack.append(made)

    def _build(self, _: Any) -> None:
        state = self._pop()
        self._try(build, self._top(object), state)

    def _try(self, function: Any, *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except MisusedError as error:
            raise self.wrong(str(error)) from error


STEPS: dict[str, Callable[[Machine, Any], None]] = {
    "MARK": Machine._mark,
    "EMPTY_DICT": Machine._empty_dict,
    "EMPTY_LIST": Machine._empty_list,
    "EMPTY_TUPLE": Machine._empty_tuple,
    "TUPLE": Machine._tuple,
    "APPEND": Machine._append,
    "APPENDS": Machine._appends,
    "SETITEM": Machine._setitem,
    "SETITEMS": Machine._setitems,
    "MEMOIZE": Machine._memoize,
    "GLOBAL": Machine._global,
    "STACK_GLOBAL": Machine._stack_global,
    "REDUCE": Machine._reduce,
    "BUILD": Machine._build,
    "BINPUT": Machine._put,
    "LONG_BINPUT": Machine._put,
    "BINGET": Machine._get,
    "LONG_BINGET": Machine._get,
}


def read(path: Path, content: bytes) -> dict[str, Any]:
    """The dictionary in a pickle of protocol 2 to 5, its keys as strings, its arrays as `ArrayParts`.

    Raises
        DataError: a damaged pickle, one that is no dictionary, or one that asks for anything but NumPy's arrays.
    """
    machine = Machine(path, spare=len(content))
    found = machine.run(content)
    if type(found) is not dict:
        raise machine.wrong(f"a dictionary is expected, and this is a {type(found).__name__}")
    named = {key.decode("latin-1") if isinstance(key, bytes) else key: value for key, value in found.items()}
    if len(named) < len(found):
        raise machine.wrong("a key is there twice, as bytes and as text")
    return named


def array(path: Path, parts: Any, key: str) -> Array:
    """The array of these parts, after all that they say has been compared.

    Raises
        DataError: something else than an array of bytes, or one with another number of elements than its shape.
    """
    if not isinstance(parts, ArrayParts):
        raise DataError(f"{path}: {key!r} is a {type(parts).__name__}, where an array is expected. {GET_AGAIN}")
    try:
        return parts.array()
    except MisusedError as error:
        raise DataError(f"{path}: byte {parts.offset}: {key!r}: {error}. {GET_AGAIN}") from error
