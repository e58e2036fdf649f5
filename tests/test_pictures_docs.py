"""The code in docs/pictures.md runs as it stands and prints what it says; its pictures are current."""

import importlib.util
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from autograd_lite.draw.render import FORMATS
from tests.drawings import needs_an_engine, words

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "pictures.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", PAGE, flags=re.DOTALL)
PICTURES = sorted((DOCS / "pictures").glob("*.svg"))


@needs_an_engine
def test_the_page_runs_from_top_to_bottom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {}
    for code, text in BLOCKS:
        exec(compile(code, "pictures.md", "exec"), namespace)
        assert capsys.readouterr().out == text, code
    saved = re.findall(r'save\(f?"([^"]+)"\)', PAGE)
    assert len(saved) > 6
    for name in saved:
        assert list(tmp_path.glob(name.replace("{direction}", "*"))), name


def test_every_format_is_in_the_table() -> None:
    table = {suffix for row in re.findall(r"^\| (`.*?) \|", PAGE, flags=re.MULTILINE) for suffix in row.split(", ")}
    assert table == {f"`{suffix}`" for suffix in FORMATS}


@needs_an_engine
@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_pictures_are_current(path: Path) -> None:
    """What is written on them; where it stands moves with the fonts."""
    spec = importlib.util.spec_from_file_location("pictures", DOCS / "pictures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    current = words(module.pictures()[path.stem].svg())
    assert sorted(words(path.read_text(encoding="utf-8"))) == sorted(current), "run: python docs/pictures.py"
    ET.parse(path)


def test_pictures_are_shown_with_a_description() -> None:
    shown = re.findall(r"!\[([^\]]+)\]\((pictures/[^)]+)\)", PAGE)
    assert {DOCS / path for _, path in shown} == set(PICTURES)
    assert all(len(said) > 20 for said, _ in shown)
