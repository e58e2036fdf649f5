"""What is written about a graph: the same as text, LaTeX and HTML, and as files of these."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from autograd_lite.draw import latex
from autograd_lite.draw.goal import goal, write_whole

DOCUMENT = r"""\documentclass[border=6pt]{standalone}
\usepackage[T1]{fontenc}
\usepackage{lmodern}
\usepackage{amsmath}
\usepackage{textcomp}
%s\begin{document}
%s
\end{document}
"""
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>%s</title>
<style>body { font: 1rem/1.5 "DejaVu Sans", Verdana, Geneva, sans-serif; margin: 1.5rem; }</style>
</head>
<body>
%s
</body>
</html>
"""


def letters(tex: str) -> str:
    """LaTeX with commands for the letters that its own fonts lack; a document defines them by `OTHER_LETTERS`."""
    return re.sub(r"[^\x00-\x7f]+", lambda found: latex.text(found[0]), tex)


class Written:
    """What shows itself as text in a terminal, typeset in a notebook, and is saved as txt, tex or html."""

    title: str

    @property
    def text(self) -> str:
        """As text in lines."""
        raise NotImplementedError

    @property
    def latex(self) -> str:
        r"""As LaTeX, to be put into a document that loads amsmath; letters that TeX lacks are its `\otherletter`."""
        raise NotImplementedError

    @property
    def html(self) -> str:
        """As a piece of HTML with MathML, which needs nothing else."""
        raise NotImplementedError

    def save(self, path: str | Path) -> Path:
        """Write a file in the format of its suffix: txt, tex (a document of its own) or html (a page).

        Gives the path. Raises `DrawingError` for another suffix or a folder that is not there; a file is
        written whole or not at all.
        """
        path, suffix = goal(path, ("txt", "tex", "html"), "a format of text: .txt, .tex or .html")
        if suffix == "txt":
            content = f"{self.text}\n"
        elif suffix == "tex":
            content = DOCUMENT % (latex.OTHER_LETTERS, self.latex)
        else:
            content = PAGE % (escape(self.title), self.html)
        write_whole({path: content.encode()})
        return path

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html
