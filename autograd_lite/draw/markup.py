"""The markup of Graphviz's labels: tables of coloured text, safe for any name."""

from collections.abc import Iterable
from html import escape
from unicodedata import east_asian_width

from autograd_lite.draw.numbers import FEW, MINUS, is_scalar, number, rows, size, summary

#: DejaVu's widths are near Verdana's, so that a browser without the one sets the other in its room.
FONT = "DejaVu Sans,Verdana,Geneva,sans-serif"
MONOSPACED = "DejaVu Sans Mono,Menlo,Consolas,monospace"
NO_BREAK_SPACE = "\u00a0"
INK, QUIET, LINE, FAINT = "#1f2933", "#7b8794", "#9aa5b1", "#d3d8dd"
VALUE, GRADIENT, DERIVATIVE = "#137a3a", "#b3261e", "#5b3f9e"
#: What stands behind a number that has changed, in a film.
CHANGED = "#fff0b3"
#: The colour of what takes its place without being seen.
HIDDEN = "#ffffff00"
#: How wide some characters are, of the height of the text; most are 0.64.
WIDTHS = dict.fromkeys("mMwW+−=<>≤≥≠×", 0.84) | dict.fromkeys(" ·/()[]", 0.36) | {"∂": 0.52}


def plain(text: str) -> str:
    """Text as markup that shows it."""
    return escape(text, quote=False)


def font(html: str, color: str, points: int, bold: bool = False) -> str:
    """Markup in a colour and a size; a space where there is nothing, because Graphviz wants something."""
    html = html or " "
    return f'<FONT COLOR="{color}" POINT-SIZE="{points}">{f"<B>{html}</B>" if bold else html}</FONT>'


def cell(html: str, **attributes: str | int) -> str:
    """One cell, with attributes in the order given."""
    said = "".join(f' {name.upper()}="{value}"' for name, value in attributes.items())
    return f"<TD{said}>{html}</TD>"


def table(lines: Iterable[Iterable[str]], padding: int = 0, spacing: int = 0) -> str:
    """Cells in lines, without borders."""
    body = "".join(f"<TR>{''.join(line)}</TR>" for line in lines)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="{spacing}" CELLPADDING="{padding}">{body}</TABLE>'


def width(text: str, points: int) -> int:
    """About how many points a text is wide; rather a few too many than one too few."""
    return round(points * sum(WIDTHS.get(c, 1.0 if east_asian_width(c) in "WF" else 0.64) for c in text))


def quantity(data: object, color: str, few: int = FEW, bold: bool = True) -> str:
    """A number, the entries of an array of a few, or three numbers that sum up a larger one."""
    if data is None:
        return font("", color, 12)
    if is_scalar(data):
        return font(number(data), color, 12, bold=True)
    if not size(data):
        return font("empty", color, 10)
    if size(data) <= few:
        columns = [_aligned(column, color, bold) for column in zip(*rows(data), strict=True)]
        return "<BR/>".join(_unseen("00", bold).join(line) for line in zip(*columns, strict=True))
    words, numbers = zip(*summary(data), strict=True)
    # In a monospaced face the numbers start below each other, though every line is centred.
    labels = [word.ljust(max(map(len, words)) + 1, NO_BREAK_SPACE) for word in words]
    named = [f'<FONT FACE="{MONOSPACED}">{font(label, color, 9)}</FONT>' for label in labels]
    return "<BR/>".join(map("".join, zip(named, _aligned(numbers, color, bold), strict=True)))


def _aligned(column: tuple[str, ...], color: str, bold: bool) -> list[str]:
    """Numbers filled up to one width with unseen signs, digits and points, so that their points are in line."""
    parts = [x.removeprefix(MINUS).partition(".") for x in column]
    whole, decimals = (max(len(part[i]) for part in parts) for i in (0, 2))
    signed = any(x.startswith(MINUS) for x in column)
    lines = []
    for x, (before, point, after) in zip(column, parts, strict=True):
        sign = MINUS if signed and not x.startswith(MINUS) else ""
        start = sign + "0" * (whole - len(before))
        end = ("" if point or not decimals else ".") + "0" * (decimals - len(after))
        lines.append(_unseen(start, bold) + font(x, color, 10, bold) + _unseen(end, bold))
    return lines


def _unseen(text: str, bold: bool) -> str:
    return font(text, HIDDEN, 10, bold) if text else ""
