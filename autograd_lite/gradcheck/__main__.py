"""Check a function's gradients from the command line.

python -m autograd_lite.gradcheck package.module:function --inputs 2.5 3x4 "[1.0, 2.0]" data.npy
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from autograd_lite.errors import AutogradError
from autograd_lite.gradcheck import gradcheck, gradgradcheck

HELP = """\
each input is
  2.5          a number; 2 is an integer, which is passed on as a constant
  3x4          an array of this shape, 5x a vector, of standard normal numbers
  "[1.0, 2.0]" a Python literal; lists become arrays
  data.npy     the array in a file
  data.npz     a dictionary of the arrays in a file; data.npz:w one of them

exit status: 0 where all is well, 1 where a gradient is wrong, 2 where nothing could be checked"""


class UsageError(Exception):
    """What was typed does not name a function, or an input."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report; give the exit status."""
    parser = _parser()
    typed = sys.argv[1:] if arguments is None else arguments
    # argparse takes -1e-3 for an option, and nothing that begins with a space.
    given = parser.parse_args([f" {word}" if re.fullmatch(r"-[\d.].*", word) else word for word in typed])
    try:
        f = function(given.function)
        rng = np.random.default_rng(given.seed)
        inputs = tuple(read(word.strip(), rng) for word in given.inputs)
        check = gradgradcheck if given.second else gradcheck
        report = check(f, inputs, rtol=given.rtol, fast=given.fast, seed=given.seed)
    except SystemExit as end:
        print(f"{parser.prog}: the function ended the program, with status {end.code}.", file=sys.stderr)
        return 2
    except (UsageError, AutogradError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    except Exception:
        traceback.print_exc()
        return 2
    print(report)
    return 0 if report else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m autograd_lite.gradcheck",
        description="Check the gradients of a function against finite differences.",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("function", help="where it is: package.module:function")
    parser.add_argument("--inputs", nargs="+", required=True, help="its arguments, as below", metavar="INPUT")
    parser.add_argument("--fast", action="store_true", help="random directions instead of every entry")
    parser.add_argument("--second", action="store_true", help="second derivatives: gradgradcheck")
    parser.add_argument("--rtol", type=float, default=1e-6, help="the relative agreement asked of each entry: 1e-6")
    parser.add_argument("--seed", type=int, default=0, help="of random inputs and directions: 0")
    return parser


def function(where: str) -> Callable[..., Any]:
    """The function that `package.module:function` names. Raises `UsageError` where there is none."""
    module, colon, path = where.partition(":")
    if not (module and colon and path):
        raise UsageError(f"{where!r} names no function. Write package.module:function.")
    try:
        found: Any = import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        raise UsageError(f"there is no module {error.name!r} here. The search starts in this folder.") from None
    for name in path.split("."):
        if not hasattr(found, name):
            raise UsageError(f"{module} has no {path!r}.")
        found = getattr(found, name)
    if not callable(found):
        raise UsageError(f"{where} is no function, but {type(found).__name__}.")
    return found  # type: ignore[no-any-return]


def read(word: str, rng: np.random.Generator) -> Any:
    """One input, as typed.

    >>> rng = np.random.default_rng(0)
    >>> read("2.5", rng), read("3x4", rng).shape, read("[1.0, 2.0]", rng)
    (2.5, (3, 4), array([1., 2.]))
    """
    if re.fullmatch(r"\d+(x\d+)+|\d+x", word):
        return rng.standard_normal([int(side) for side in word.split("x") if side])
    path, _, name = word.partition(".npz:")
    if word.endswith((".npy", ".npz")) or name:
        return _loaded(Path(f"{path}.npz" if name else word), name)
    try:
        return _with_arrays(ast.literal_eval(word))
    except (ValueError, SyntaxError):
        raise UsageError(
            f"{word!r} is no input. Give a number, 2.5; a shape, 3x4; a literal, '[1.0, 2.0]'; or a .npy or .npz file."
        ) from None


def _loaded(path: Path, name: str) -> Any:
    """The array in a file, the dictionary of its arrays, or the one among them that is called `name`."""
    try:
        found = np.load(path)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}.") from None
    if isinstance(found, np.ndarray):
        return found
    with found:
        if name and name not in found.files:
            raise UsageError(f"{path} has no array {name!r}; it has {', '.join(found.files)}.")
        return found[name] if name else {key: found[key] for key in found.files}


def _with_arrays(literal: Any) -> Any:
    """A literal with arrays for lists."""
    if isinstance(literal, list):
        return np.array(literal)
    if isinstance(literal, tuple):
        return tuple(_with_arrays(part) for part in literal)
    if isinstance(literal, dict):
        return {key: _with_arrays(part) for key, part in literal.items()}
    return literal


if __name__ == "__main__":
    sys.exit(main())
