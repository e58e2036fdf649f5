"""LaTeX for tests: documents compiled without a warning, and the words on their pages."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from autograd_lite.draw import latex

ENGINES = [
    pytest.param(engine, marks=pytest.mark.skipif(shutil.which(engine) is None, reason=f"no {engine} on the PATH"))
    for engine in ("pdflatex", "lualatex")
]
needs_pdflatex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on the PATH")
needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext on the PATH")

#: The commands that words and formulas may hold; no other is written, whatever the names.
COMMANDS = (
    set(re.findall(r"\\([A-Za-z]+|.)", " ".join((*latex.ESCAPED.values(), *latex.LETTERS.values()))))
    | set(re.findall(r"\\([A-Za-z]+|.)", " ".join((*latex.MATHS.values(), *latex.COMMANDS.values()))))
    | {
        *latex.ACCENTS.values(),
        *latex.FUNCTIONS,
        "i",
        "j",
        "ensuremath",
        "mathrm",
        "kern",
        "otherletter",
        "fromright",
        "text",
        "bar",
    }
)


def is_safe(tex: str) -> bool:
    """Whether braces balance, only known commands occur, and no character with a meaning stands alone."""
    depth = 0
    for token in re.findall(r"\\[A-Za-z]+|\\.|.", tex, flags=re.DOTALL):
        if token[0] == "\\":
            if token[1:] not in COMMANDS:
                return False
        depth += (token == "{") - (token == "}")
        if depth < 0 or token in "#$%&~\n":
            return False
    return depth == 0


def compiled(source: str, folder: Path, engine: str = "pdflatex", *complaints: str) -> Path:
    """The PDF of a LaTeX document; fails where LaTeX stops, warns, or lacks a character; or has these complaints."""
    (folder / "document.tex").write_text(source, encoding="utf-8")
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "document.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=300)
    log = (folder / "document.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, log[-3000:]
    for complaint in complaints or ("Missing character", "Overfull", "Warning"):
        assert complaint not in log, [line for line in log.splitlines() if complaint in line]
    return folder / "document.pdf"


def words_of(pdf: Path) -> str:
    """The words of a PDF in reading order, without spaces, which TeX makes of gaps."""
    done = subprocess.run(["pdftotext", "-enc", "UTF-8", str(pdf), "-"], capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def size_of(pdf: Path) -> str:
    """The width and height of a PDF's page, as it is written in the file."""
    done = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True)
    return next(line.partition(":")[2].strip() for line in done.stdout.splitlines() if line.startswith("Page size"))
