"""`python -m demos`: the short tour, in under a minute, with its pictures in demos/out/index.html.

`python -m demos list` lists all demos with their options; `python -m demos a3`, `python -m demos d4 --epochs 100
--seed 1` and `python -m demos all` run them; with `--quick`, each in a few seconds, to see that everything works.
"""

import argparse
import math
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from demos.catalogue import CHAPTERS, TOUR, names, options, title
from demos.data import DataError
from demos.gallery import write_gallery
from demos.lesson import OUT
from demos.play import play

#: What a run can end in that has been given numbers which do not go together, or are out of all proportion.
UNFIT = (ValueError, ArithmeticError, LookupError, MemoryError)


def main(arguments: list[str]) -> None:
    """Run what the command line says, one demo after the other; after each, write the gallery of all that have run."""
    given, words = parser(names()).parse_known_args(arguments)
    own = vars(given)
    if strange := [word for word in words if word.startswith("-")]:
        stop(f"unrecognized arguments: {' '.join(strange)}")
    chosen = demos(words)
    if own.pop("help", False):
        parser(chosen).print_help()
        return
    runs = {name: values(name, own) for name in chosen}
    for option in own:
        if option != "quick" and not any(option in run for run in runs.values()):
            stop(
                f"unrecognized arguments: --{option} {own[option]}; {', '.join(words) or 'the tour'} has no such option"
            )
    if words == ["list"]:
        print(listing())
        return
    start = time.perf_counter()
    for name, run in runs.items():
        print(f"\n{title(name)}\n{'=' * len(title(name))}\n")
        try:
            play(name, **run)
        except DataError as error:
            sys.exit(f"demos: {error}")
        except UNFIT as error:
            said = " ".join(f"--{option} {value}" for option, value in run.items() if option != "quick")
            if not said:
                raise
            sys.exit(f"demos: {name} cannot run with {said}: {str(error) or type(error).__name__}")
        page = write_gallery().resolve()
    place = page.relative_to(Path.cwd()) if page.is_relative_to(Path.cwd()) else page
    print(f"\nAll pictures: {place} ({time.perf_counter() - start:.0f} s)")


def demos(words: list[str]) -> list[str]:
    """The demos that these words name, each once."""
    for alone in ("list", "all"):
        if alone in words and len(words) > 1:
            stop(f"{alone} stands alone, without {', '.join(word for word in words if word != alone) or 'another'}")
    chosen = {("list",): names(), ("all",): names(), (): list(TOUR)}.get(tuple(words), list(dict.fromkeys(words)))
    if unknown := [name for name in chosen if name not in names()]:
        stop(f"there is no {', '.join(map(printable, unknown))}; there are list, all, {', '.join(names())}")
    return chosen


def printable(word: str) -> str:
    """A word as it is, where one can see it."""
    return word if word.isprintable() and word.strip() else repr(word)


def values(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """What the command line gives of the options of this demo, each as a value of the option's type."""
    known = options(name)
    found = {option: value(option, known[option], text, name) for option, text in given.items() if option in known}
    return found | {"quick": True} if given.get("quick") else found


def value(option: str, usual: Any, text: Any, name: str) -> Any:
    """A text as a value like the usual one. A whole number counts something, or is a seed."""
    kind = type(usual)
    if kind not in (int, float):
        return text
    try:
        number = kind(text)
    except ValueError:
        stop(f"argument --{option}: invalid {kind.__name__} value: {text!r}, for {name}")
    least, most = (0, 2**32 - 1) if option == "seed" else (1, math.inf)
    if kind is int and not least <= number <= most:
        limit = f"from {least} to {most}" if option == "seed" else f"of at least {least}"
        stop(f"argument --{option}: {number}, where a number {limit} is expected, for {name}")
    if not math.isfinite(number):
        stop(f"argument --{option}: {number}, where a finite number is expected, for {name}")
    return number


def stop(why: str) -> NoReturn:
    """End with what is wrong with the command line."""
    sys.exit(f"demos: {why}.")


class Parser(argparse.ArgumentParser):
    """Tells what is wrong in one sentence."""

    def error(self, message: str) -> NoReturn:
        stop(message)


def parser(chosen: list[str]) -> argparse.ArgumentParser:
    """The options of these demos, each for those of them that have it; names may stand before and after."""
    made = Parser(
        prog="python -m demos [list | all | NAME ...]",
        description="The lectures as programs. Without a name: the short tour.",
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
        add_help=False,
    )
    made.add_argument("-h", "--help", action="store_true", help="show these options and end")
    made.add_argument("--quick", action="store_true", help="a few seconds each, to see that everything works")
    owners: dict[str, list[str]] = {}
    for name in chosen:
        for option in options(name):
            owners.setdefault(option, []).append(name)
    for option, having in owners.items():
        if option != "quick":
            said = ", ".join(f"{name}: {options(name)[option]!r}" for name in having[:6])
            plain = {"action": "store_true"} if options(having[0])[option] is False else {"metavar": "VALUE"}
            made.add_argument(f"--{option}", help=said, **plain)
    return made


def listing() -> str:
    """Chapters, demos, and the options of each with their values."""
    lines = []
    for chapter, inside in CHAPTERS.items():
        lines += ["", chapter]
        for name in inside:
            own = " ".join(f"--{option} {value!r}" for option, value in options(name).items() if option != "quick")
            lines.append(f"  {name:12}{title(name)}")
            lines += [f"  {'':12}{own}"] if own else []
    return "\n".join(lines[1:])


def command() -> None:
    """`main` as a program: what stops it from outside is no fault of a demo."""
    # An output that knows no ∂ gets a question mark.
    sys.stdout.reconfigure(errors="replace")
    try:
        main(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        # Who presses the keys twice needs no traceback of the end either.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print("\ndemos: stopped.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough; what is left would complain once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        place = Path(error.filename or OUT)
        if not OUT.is_relative_to(place) and not place.is_relative_to(OUT):
            raise
        sys.exit(f"demos: {place}: cannot be written: {error.strerror}.")


if __name__ == "__main__":
    command()
