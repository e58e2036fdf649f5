"""What the demos share: options, a folder for pictures, and the lecture's figures beside ours.

A demo is a script that reads from top to bottom, in cells: `# %% [markdown]` is text, `# %%` is code. Run by
`python -m demos NAME` it prints and writes into `demos/out/NAME/`; as a notebook it shows its pictures inline.
"""

import base64
import io
import json
import os
import sys
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from autograd_lite.files import write_whole
from demos.catalogue import running

#: Where pictures go, each demo's into a folder of its own.
OUT = Path(os.environ.get("AUTOGRAD_LITE_OUT") or Path(__file__).parent / "out")

#: What the command line says of the options of the demo that runs; a notebook has it in the environment, as JSON.
GIVEN: ContextVar[Mapping[str, Any] | None] = ContextVar("given", default=None)
ENVIRONMENT = "AUTOGRAD_LITE_DEMO"


class Lesson:
    """One run of a demo: `lesson = Lesson("d4", epochs=700, seed=0, quick={"epochs": 20})`.

    Each option is an attribute: its value here, or what `--epochs 100` said. `quick` are the values of a run with
    `--quick`, which shows in a few seconds that everything works. What `show` and `compare` get is kept in `pictures`
    and `figures`, each with the cell of the script that it comes from and the rows with the number of their table, for
    the gallery and the tests.
    """

    def __init__(self, name: str, *, quick: Mapping[str, Any] | None = None, **options: Any) -> None:
        given = GIVEN.get()
        if given is None:
            given = json.loads(os.environ.get(ENVIRONMENT, "{}"))
        given = dict(given)
        if given.pop("quick", False):
            options |= quick or {}
        unknown = [option for option in given if option not in options]
        if unknown:
            raise ValueError(f"{name}: there is no option {unknown[0]!r}; there are {', '.join(options) or 'none'}.")
        self.name = name
        self.options = options | given
        self.out = OUT / name
        self.out.mkdir(parents=True, exist_ok=True)
        self.pictures: list[dict[str, Any]] = []
        self.figures: list[dict[str, Any]] = []
        self.printed = ""

    def __getattr__(self, option: str) -> Any:
        try:
            return self.__dict__["options"][option]
        except KeyError:
            raise AttributeError(f"the lesson has no option {option!r}; it has {list(self.options)}.") from None

    def show(self, picture: Any, file: str, caption: str) -> None:
        """Save a drawing of the library or a figure of matplotlib as `file`, and show it where this is a notebook.

        The suffix says the format. `picture` is None for a file that the demo has written itself.
        """
        path = self.out / file
        if any(shown["file"] == file for shown in self.pictures):
            raise ValueError(f"{self.name}: {file} is shown twice; each picture needs a file of its own.")
        if hasattr(picture, "savefig"):
            import matplotlib

            with matplotlib.rc_context({"svg.hashsalt": "demos"}):
                drawn = io.BytesIO()
                kind = path.suffix.removeprefix(".")
                picture.savefig(drawn, format=kind, dpi=160, metadata={"Date": None} if kind == "svg" else None)
            write_whole(path, drawn.getvalue())
        elif picture is not None:
            picture.save(path)
        self.pictures.append({"file": file, "caption": caption, "cell": running(self.name)})
        if "ipykernel" in sys.modules:
            display(path, caption, picture)

    def compare(self, rows: Iterable[tuple[str, str, float]], within: float | None = None) -> None:
        """Print figures of the lecture beside ours: what, the text that is printed there, and our number.

        They agree where they differ by `within` at most; without it, whole numbers agree exactly, and others to a
        unit of the last printed digit, since lectures go on with rounded numbers.
        """
        new = [figure(*row, within) for row in rows]
        place = {"cell": running(self.name), "table": len({row["table"] for row in self.figures})}
        self.figures += [row | place for row in new]
        print(table(new))


HEAD = {"what": "", "lecture": "lecture", "here": "here", "said": ""}


def table(rows: list[dict[str, Any]]) -> str:
    """Rows as `figure` makes them, in columns, under a head."""
    widths = [max(len(row[key]) for row in [HEAD, *rows]) for key in HEAD]
    lines = []
    for row in [HEAD, *rows]:
        what, lecture, here, said = (row[key] for key in HEAD)
        lines.append(f"{what:{widths[0]}}  {lecture:>{widths[1]}}  {here:>{widths[2]}}  {said}".rstrip())
    return "\n".join(lines)


def figure(what: str, lecture: str, here: Any, within: float | None) -> dict[str, Any]:
    """One row of `Lesson.compare`: texts for people, numbers and whether they agree for tests."""
    decimals = len(lecture.partition(".")[2])
    number = float(here)
    # The least difference that is none is rounding in the sixteenth digit.
    allowed = (10.0**-decimals if decimals else 1e-9) if within is None else within
    agrees = bool(np.isfinite(number)) and abs(number - float(lecture)) <= allowed
    text = f"{number:.{decimals + 1}f}" if decimals or abs(number - round(number)) > 1e-9 else f"{number:.0f}"
    return {
        "what": what, "lecture": lecture, "here": text, "said": "" if agrees else "differs",
        "number": number, "within": allowed, "agrees": agrees,
    }  # fmt: skip


#: An svg of more bytes than this, such as one with thousands of points, is shown in a notebook as png.
LARGE = 300_000


def display(path: Path, caption: str, picture: Any = None) -> None:
    """Show a saved picture in the notebook that runs, with its caption; of a page, a link to it."""
    from IPython.display import HTML, SVG, Image, Markdown
    from IPython.display import display as put

    if path.suffix == ".html":
        put(Markdown(f"[{caption}](../out/{path.parent.name}/{path.name})"))
        return
    if path.suffix == ".svg" and (path.stat().st_size <= LARGE or picture is None):
        put(SVG(filename=str(path)))
    elif hasattr(picture, "savefig"):
        # As wide as its svg, and sharp on a dense screen.
        pixels = io.BytesIO()
        picture.savefig(pixels, format="png", dpi=160)
        put(Image(smaller(pixels.getvalue()), width=round(96 * picture.get_figwidth())))
    elif path.suffix == ".svg":
        with TemporaryDirectory() as folder:
            picture.save(Path(folder) / "picture.png")
            put(Image(filename=str(Path(folder) / "picture.png")))
    elif path.suffix == ".gif":
        # As an image of its own kind it would not move, or not be seen, where notebooks are pages.
        film = base64.b64encode(path.read_bytes()).decode()
        put(HTML(f'<img src="data:image/gif;base64,{film}" alt="{escape(caption)}">'))
    else:
        put(Image(filename=str(path)))
    put(Markdown(f"*{caption}*"))


def smaller(png: bytes) -> bytes:
    """A png of more bytes than `LARGE` with 256 colours, which is a third of it; others as they are."""
    if len(png) <= LARGE:
        return png
    from PIL import Image

    few, pixels = Image.Quantize.MAXCOVERAGE, io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(256, method=few, dither=Image.Dither.NONE).save(pixels, "png", optimize=True)
    return pixels.getvalue()
