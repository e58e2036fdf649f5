"""Pictures as files: laid out by pygraphviz, whose wheel carries Graphviz, or by a `dot` program."""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from autograd_lite.draw.fonts import environment, require_fonts
from autograd_lite.draw.goal import goal, write_whole
from autograd_lite.errors import DrawingError

if TYPE_CHECKING:
    from autograd_lite.draw.picture import Picture

#: Dots per inch of a PNG: sharp on a slide.
RESOLUTION = 144
FORMATS = ("svg", "png", "pdf", "tex", "dot", "txt", "html")
#: Graphviz keeps its state in global variables.
ONE_AT_A_TIME = Lock()
#: What is said of settings that are newer than the wheel, and of graphs whose layout takes a second or two.
CHATTER = ("Fontconfig warning", "Warning: graph has ")
#: Text in the one colour that is not seen; older Graphviz leaves its opacity out.
HIDDEN_TEXT = re.compile(r'<text [^>]*fill="#ffffff"[^>]*>[^<]*</text>\n?')


def render(source: str, suffix: str) -> bytes:
    """Lay out DOT source and draw it: "svg", "png" or "pdf"; as "json", where everything stands.

    Raises `DrawingError` where neither pygraphviz nor a `dot` program is there, where it fails, or
    where there is no font to write with.
    """
    if suffix in ("png", "pdf"):
        require_fonts(suffix)
    with ONE_AT_A_TIME, environment(), _without_chatter():
        try:
            pygraphviz: Any = import_module("pygraphviz")
        except ImportError:
            return _by_program(source, suffix)
        graph = pygraphviz.AGraph(string=source)
        try:
            if suffix == "png":
                graph.graph_attr["dpi"] = str(RESOLUTION)
            drawn: bytes = graph.draw(format=suffix, prog="dot")
            return drawn
        except ValueError as error:
            raise DrawingError(f"draw: pygraphviz could not lay out the picture: {error}.") from error
        finally:
            graph.close()


@contextmanager
def _without_chatter() -> Iterator[None]:
    """Hold back what layout writes to standard error, and pass it on but for two kinds of line.

    The fontconfig in pygraphviz's wheel, C code, complains of each setting of the system that is newer
    than itself; pygraphviz, Python code, of every graph past a thousand nodes.
    """
    spoken = io.StringIO()
    try:
        kept = os.dup(2)
    except OSError:
        # A program without a console has no standard error.
        yield
        return
    with tempfile.TemporaryFile() as written:
        os.dup2(written.fileno(), 2)
        try:
            with redirect_stderr(spoken):
                yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            written.seek(0)
            lines = written.read().decode(errors="replace") + spoken.getvalue()
            for line in lines.splitlines(True):
                if not line.startswith(CHATTER):
                    sys.stderr.write(line)


def _by_program(source: str, suffix: str) -> bytes:
    program = shutil.which("dot")
    if program is None:
        # TikZ is drawn by LaTeX, from the places of a layout.
        asked = "tex" if suffix == "json" else suffix
        raise DrawingError(
            f"draw: nothing on this machine can lay out a picture as {asked}. Run `pip install pygraphviz`, which "
            "brings Graphviz along, or install Graphviz so that its program `dot` is on the PATH. "
            "The formats dot and txt need neither."
        )
    command = [program, f"-T{suffix}", *([f"-Gdpi={RESOLUTION}"] if suffix == "png" else [])]
    done = subprocess.run(command, input=source.encode(), capture_output=True, check=False)
    if done.returncode or not done.stdout:
        raise DrawingError(f"draw: {program} could not lay out the picture: {done.stderr.decode(errors='replace')}")
    return done.stdout


def render_svg(source: str) -> str:
    """SVG without the text that only takes its place: it could be found, copied and read aloud."""
    svg = render(source, "svg").decode()
    # Graphviz before version 3 writes a colour that SVG does not know.
    return HIDDEN_TEXT.sub("", svg).replace('"transparent"', '"none"')


def save(picture: "Picture", given: "str | os.PathLike[str]") -> Path:
    """Write `picture` in the format of the path's suffix, whole or not at all."""
    said = f"a format that pictures are saved in: {', '.join('.' + name for name in FORMATS)}"
    path, suffix = goal(given, FORMATS, said)
    files = {path: _content(picture, suffix)}
    if picture.answers is not None:
        files[path.with_stem(f"{path.stem}-answers")] = _content(picture.answers, suffix)
    write_whole(files)
    return path


def _content(picture: "Picture", suffix: str) -> bytes:
    if suffix == "txt":
        return f"{picture}\n".encode()
    if suffix == "dot":
        return picture.dot.encode()
    if suffix == "html":
        return picture.html().encode()
    if suffix == "tex":
        return picture.tex.encode()
    return picture.svg().encode() if suffix == "svg" else render(picture.dot, suffix)


def notebook(picture: "Picture") -> dict[str, str]:
    """What a notebook shows: the drawing, or in its place the text and why there is no drawing."""
    try:
        return {"image/svg+xml": picture.svg(), "text/plain": str(picture)}
    except DrawingError as error:
        return {"text/plain": f"{picture}\n\n{error}"}
