"""How large a picture is, as its file says: svg, png or gif."""

import math
import re
import struct
from pathlib import Path

#: Pixels of a screen in the units of an svg's width.
UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}


def size(path: Path) -> tuple[int, int] | None:
    """Width and height in pixels of a screen, 96 an inch; None where the file is missing or does not say."""
    reader = {".svg": svg, ".png": png, ".gif": gif}.get(path.suffix)
    try:
        found = reader(path) if reader else None
    except (OSError, struct.error):
        return None
    if found is None or not all(math.isfinite(side) and 0.5 <= side < 1e5 for side in found):
        return None
    return round(found[0]), round(found[1])


def svg(path: Path) -> tuple[float, float] | None:
    """The width and height of the root, or those of its viewBox."""
    with path.open(encoding="utf-8", errors="replace") as file:
        root = re.search(r"<svg\b[^>]*>", file.read(20_000))
    if root is None:
        return None
    sides = [re.search(rf'\s{side}="([\d.]+)([a-z]*)"', root[0]) for side in ("width", "height")]
    box = re.search(r'\sviewBox="\s*[-\d.e]+[\s,]+[-\d.e]+[\s,]+([\d.]+)[\s,]+([\d.]+)', root[0])
    try:
        if all(side is not None and side[2] in UNITS for side in sides):
            width, height = (float(side[1]) * UNITS[side[2]] for side in sides if side)
            return width, height
        return (float(box[1]), float(box[2])) if box else None
    except ValueError:
        return None


def png(path: Path) -> tuple[float, float] | None:
    """The sides that the header gives, at the resolution that the file states, if it does."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.startswith(b"\x89PNG\r\n\x1a\n") or head[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", head[16:24])
    dots = head.find(b"pHYs", 0, head.find(b"IDAT"))
    scale = 1.0
    if dots > 0:
        across, _, unit = struct.unpack(">IIB", head[dots + 4 : dots + 13])
        # In dots a metre; a plain 72 an inch is what writers put who know nothing better.
        if unit == 1 and across > 2900:
            scale = 96 / (across * 0.0254)
    return width * scale, height * scale


def gif(path: Path) -> tuple[float, float] | None:
    """The sides of the logical screen."""
    with path.open("rb") as file:
        head = file.read(10)
    if head[:6] not in (b"GIF87a", b"GIF89a"):
        return None
    width, height = struct.unpack("<HH", head[6:])
    return width, height


def graph(path: Path) -> bool:
    """Whether a picture is a graph that was laid out: one can see part of it, where half a chart tells nothing."""
    if path.suffix != ".svg":
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        return 'class="graph"' in file.read(20_000)
