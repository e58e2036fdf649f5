"""What pages of the gallery are made of: text and code as HTML, and the sizes of pictures."""

import html
import re
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from demos import catalogue
from demos.gallery import markup
from demos.gallery.images import size
from tests.test_gallery import Elements


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<svg width="72pt" height="36pt" viewBox="0 0 9 9">', (96, 48)),
        ('<?xml version="1.0"?><!-- <x> --><svg\n width="300"\n height="20px">', (300, 20)),
        ('<svg width="2.54cm" height="25.4mm">', (96, 96)),
        ('<svg width="1in" height="1em" viewBox="0 0 8 9">', (8, 9)),
        ('<svg viewBox="0.00 -4.5 640 480.5">', (640, 480)),
        ('<svg width="100%" height="50%" viewBox="0 0 30 20">', (30, 20)),
        ('<svg width="100%">', None),
        ('<svg width="0pt" height="10pt">', None),
        ('<svg width="1.2.3" height="10pt">', None),
        ("<html>", None),
        ("", None),
    ],
)
def test_the_size_of_an_svg(tmp_path: Path, content: str, expected: Any) -> None:
    (tmp_path / "x.svg").write_text(content)
    assert size(tmp_path / "x.svg") == expected


def test_the_size_of_images(tmp_path: Path) -> None:
    """A png counts by its resolution, which matplotlib writes; what is cut short has none."""
    Figure(figsize=(5, 3)).savefig(tmp_path / "a.png", dpi=160)
    assert size(tmp_path / "a.png") == (480, 288)
    Figure(figsize=(5, 3)).savefig(tmp_path / "a.png", dpi=72)
    assert size(tmp_path / "a.png") == (360, 216)
    (tmp_path / "b.gif").write_bytes(b"GIF89a" + (320).to_bytes(2, "little") + (200).to_bytes(2, "little") + b"\x00")
    assert size(tmp_path / "b.gif") == (320, 200)
    for name, content in (("c.gif", b"GIF89a\x01"), ("d.png", b"\x89PNG\r\n\x1a\n"), ("e.png", b"GIF89a")):
        (tmp_path / name).write_bytes(content)
        assert size(tmp_path / name) is None
    assert size(tmp_path / "none.png") is None
    assert size(tmp_path / "steps.html") is None


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# One\n## Two", "<h2>One</h2>\n<h2>Two</h2>"),
        ("### Three\ntext", "<h3>Three</h3>\n<p>text</p>"),
        ("a\nb\n\nc", "<p>a\nb</p>\n<p>c</p>"),
        ("so:\n- a\n  b\n- c", "<p>so:</p>\n<ul>\n<li>a\nb</li>\n<li>c</li>\n</ul>"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
        ("**a** and *b*, `c < *d*`", "<p><strong>a</strong> and <em>b</em>, <code>c &lt; *d*</code></p>"),
        ("a * b * c, W* = 2, x*y*z", "<p>a * b * c, W* = 2, x*y*z</p>"),
        ("    x < 1\n    y", "<pre><code>x &lt; <span class=\"number\">1</span>\ny</code></pre>"),
        ("```python\n# y\n\nx\n```\nz", '<pre><code><span class="comment"># y</span>\n\nx</code></pre>\n<p>z</p>'),
        ("[a](b1.py) [c](https://d.e/f)", '<p><a href="b1.py">a</a> <a href="https://d.e/f">c</a></p>'),
        ("[a](javascript:bad%20words)", "<p>[a](javascript:bad%20words)</p>"),
        ("[a](https:beyond-reach.org)", "<p>[a](https:beyond-reach.org)</p>"),
        ("[a](data:text/html,word)", "<p>[a](data:text/html,word)</p>"),
        ("y = σ(X w) + 6-4-3", '<p>y = <span class="kept">σ(X w)</span> + <span class="kept">6-4-3</span></p>'),
        ("[a](1-2.md)", '<p><a href="1-2.md">a</a></p>'),
        ("a_1 = b_2, 3 < 4 & 5", "<p>a_1 = b_2, 3 &lt; 4 &amp; 5</p>"),
        ("", ""),
    ],
)  # fmt: skip
def test_markup(markdown: str, expected: str) -> None:
    assert markup.text(markdown) == expected


def test_a_table_in_text() -> None:
    made = markup.text("| a | b |\n|---|:-:|\n| 1 | *2* |")
    assert "<tr><th>a</th><th>b</th></tr><tr><td>1</td><td><em>2</em></td></tr>" in made


@pytest.mark.parametrize("name", catalogue.names())
def test_nothing_of_a_script_is_lost(name: str) -> None:
    """Without its tags, the code is the code; and of the text, every word is there."""
    for kind, source in catalogue.cells(name):
        if kind == "code":
            assert html.unescape(re.sub(r"<[^>]+>", "", markup.code(source))) == source
        else:
            numbers = re.compile(r"^ *\d+[.)] ", re.MULTILINE)
            assert re.findall(r"\w+", Elements(markup.text(source)).text) == re.findall(r"\w+", numbers.sub("", source))


def test_code_has_its_parts_in_colour() -> None:
    made = markup.code("""for x in "a # b":  # 'c'\n    f'''d\ne''' + 1e-3""")
    for part in (
        '<span class="keyword">for</span>', '<span class="string">&quot;a # b&quot;</span>',
        '<span class="comment"># &#x27;c&#x27;</span>', '<span class="string">f&#x27;&#x27;&#x27;d\ne',
        '<span class="number">1e-3</span>',
    ):  # fmt: skip
        assert part in made


def test_the_first_sentence() -> None:
    assert markup.first_sentence("# A1. Title\n\nThe *error*, e.g. that of `x`, is h². Then more.") == (
        "The *error*, e.g. that of x, is h²."
    )
    assert markup.first_sentence("# Title") == ""
