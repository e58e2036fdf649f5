"""`python -m demos`: the short tour, in under a minute, with its pictures in demos/out/index.html.

`python -m demos list` lists all demos with their options; `python -m demos a3`, `python -m demos d4 --epochs 100
--seed 1` and `python -m demos all` run them; with `--quick`, each in a few seconds, to see that everything works.
"""

import argparse
import sys
import time
from itertools import takewhile
from typing import Any

from demos.catalogue import CHAPTERS, TOUR, names, options, title
from demos.data import DataError
from demos.gallery import write_gallery
from demos.lesson import OUT
from demos.play import play


def main(arguments: list[str]) -> None:
    """Run what the command line says, one demo after the other; after each, write the gallery of all that have run."""
    said = list(takewhile(lambda word: not word.startswith("-"), arguments))
    chosen = {"list": names(), "all": names()}.get(" ".join(said), said or list(TOUR))
    unknown = [name for name in chosen if name not in names()]
    if unknown:
        sys.exit(f"demos: there is no {', '.join(unknown)}; there are list, all, {', '.join(names())}.")
    given = vars(parser(chosen).parse_args(arguments[len(said) :]))
    if said == ["list"]:
        print(listing())
        return
    start = time.perf_counter()
    for name in chosen:
        print(f"\n{title(name)}\n{'=' * len(title(name))}\n")
        try:
            play(name, **{option: value for option, value in given.items() if option in {"quick", *options(name)}})
        except DataError as error:
            sys.exit(f"demos: {error}")
        page = write_gallery()
    print(f"\nAll pictures: {page.relative_to(OUT.parent.parent)} ({time.perf_counter() - start:.0f} s)")


def parser(chosen: list[str]) -> argparse.ArgumentParser:
    """What may follow the names: the options of these demos, each for those of them that have it."""
    made = argparse.ArgumentParser(
        prog="python -m demos [list | all | NAME ...]",
        description="The lectures as programs. Without a name: the short tour.",
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    made.add_argument("--quick", action="store_true", help="a few seconds each, to see that everything works")
    owners: dict[str, list[str]] = {}
    for name in chosen:
        for option in options(name):
            owners.setdefault(option, []).append(name)
    for option, having in owners.items():
        if option != "quick":
            said = ", ".join(f"{name}: {options(name)[option]!r}" for name in having[:6])
            made.add_argument(f"--{option}", help=said, **kind(options(having[0])[option]))
    return made


def kind(value: Any) -> dict[str, Any]:
    """How a text becomes a value like this one, in argparse's words."""
    return {"action": "store_true"} if isinstance(value, bool) else {"type": type(value), "metavar": "VALUE"}


def listing() -> str:
    """Chapters, demos, and the options of each with their values."""
    lines = []
    for chapter, inside in CHAPTERS.items():
        lines += ["", chapter]
        for name in inside:
            if name in names():
                own = " ".join(f"--{option} {value!r}" for option, value in options(name).items() if option != "quick")
                lines.append(f"  {name:12}{title(name)}")
                lines += [f"  {'':12}{own}"] if own else []
    return "\n".join(lines[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
