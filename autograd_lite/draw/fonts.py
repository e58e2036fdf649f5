"""Fonts for the layout engine, also on a machine that has none, such as a small container.

On Linux the engine finds fonts by fontconfig, which is pointed at the system's configuration and,
beside it, at the fonts that matplotlib carries, where it is installed.
"""

import atexit
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from autograd_lite.errors import DrawingError

SYSTEM = Path("/etc/fonts/fonts.conf")
DIRECTORIES = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
SUFFIXES = frozenset({".ttf", ".otf", ".ttc", ".pfb"})
CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">{system}</include>
{directories}
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""


@contextmanager
def environment() -> Iterator[None]:
    """Layout engines that start in here find fonts. A setting of the user's own stands."""
    if not sys.platform.startswith("linux") or _configured():
        yield
        return
    os.environ["FONTCONFIG_FILE"] = _configuration()
    try:
        yield
    finally:
        del os.environ["FONTCONFIG_FILE"]


def require_fonts(suffix: str) -> None:
    """Raise `DrawingError` where there is no font: every letter of the picture would be an empty box."""
    if not sys.platform.startswith("linux") or _configured() or SYSTEM.exists():
        return
    if not any(path.suffix.lower() in SUFFIXES for place in _directories() for path in place.rglob("*")):
        raise DrawingError(
            f"draw: this machine has no fonts to write a picture as {suffix} with. Run `pip install matplotlib`, which "
            "brings some along, or install a package of fonts such as fonts-dejavu-core. "
            "The formats svg, dot and txt need none."
        )


def _configured() -> bool:
    return "FONTCONFIG_FILE" in os.environ or "FONTCONFIG_PATH" in os.environ


def _directories() -> list[Path]:
    places = [Path(place).expanduser() for place in DIRECTORIES]
    matplotlib = find_spec("matplotlib")
    if matplotlib is not None and matplotlib.origin is not None:
        places.append(Path(matplotlib.origin).parent / "mpl-data" / "fonts" / "ttf")
    return [place for place in places if place.is_dir()]


@cache
def _configuration() -> str:
    """A configuration file that stays until the end of the process, because fontconfig may look again."""
    directories = "\n".join(f"  <dir>{place}</dir>" for place in _directories())
    handle, path = tempfile.mkstemp(prefix="autograd_lite_fonts_", suffix=".conf")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(CONFIGURATION.format(system=SYSTEM, directories=directories))
    atexit.register(os.unlink, path)
    return path
