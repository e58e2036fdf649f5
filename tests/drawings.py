"""What the tests of drawings share: the lectures' first graphs, and ways to find things in a picture."""

import importlib.util
import shutil
import xml.etree.ElementTree as ET

import pytest

from autograd_lite.draw import Picture, PictureEdge, PictureNode
from tests import lectures

HAS_PYGRAPHVIZ = importlib.util.find_spec("pygraphviz") is not None
needs_pygraphviz = pytest.mark.skipif(not HAS_PYGRAPHVIZ, reason="pygraphviz has no wheel for this machine")
needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="no dot program on the PATH")
needs_an_engine = pytest.mark.skipif(not HAS_PYGRAPHVIZ and shutil.which("dot") is None, reason="no layout engine")

A1_AS_TEXT = """\
1  x            =  1    gradient −3
2  y            =  3    gradient −3
3  z            =  −3   gradient 4
4  p  =  x + y  =  4    gradient −3
5  g  =  p × z  =  −12  gradient 1"""


a1 = lectures.a1


def b1() -> lectures.Example:
    """The lectures' B1, and its names, but for those of the predictions."""
    return lectures.b1(predictions=False)


def node(picture: Picture, name: str) -> PictureNode:
    (found,) = [n for n in picture.nodes if n.name == name]
    return found


def edge(picture: Picture, source: str, target: str) -> PictureEdge:
    (found,) = edges(picture, source, target)
    return found


def edges(picture: Picture, source: str, target: str) -> list[PictureEdge]:
    ends = node(picture, source).number, node(picture, target).number
    return [e for e in picture.edges if (e.source, e.target) == ends]


def formula(e: PictureEdge) -> str:
    assert e.formula is not None
    return f"{e.left} = {e.formula.text}"


def words(svg: str) -> list[str]:
    """The texts of an SVG, in order; fails where it is no XML."""
    return [t.text or "" for t in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def boxes(svg: str) -> list[str]:
    """Where the boxes of an SVG are."""
    groups = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}g")
    drawn = [g for g in groups if g.get("class") == "node"]
    return [p.get("d", "") for g in drawn for p in g.iter("{http://www.w3.org/2000/svg}path")]
