"""What the tests of drawings share: the lectures' first graphs, and ways to find things in a picture."""

import importlib.util
import shutil
import xml.etree.ElementTree as ET
from typing import Any

import pytest

import autograd_lite as ag
from autograd_lite.draw import Picture, PictureEdge, PictureNode

HAS_PYGRAPHVIZ = importlib.util.find_spec("pygraphviz") is not None
needs_pygraphviz = pytest.mark.skipif(not HAS_PYGRAPHVIZ, reason="pygraphviz has no wheel for this machine")
needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="no dot program on the PATH")
needs_an_engine = pytest.mark.skipif(not HAS_PYGRAPHVIZ and shutil.which("dot") is None, reason="no layout engine")

B1_LEAVES = {
    "w1": 0.1, "w2": 0.3, "b1": 0.5, "w3": 0.35, "w4": 0.5, "b2": 0.7, "w5": 0.5, "w6": 0.25, "w7": 0.9, "w8": 0.15,
    "b3": 0.4, "b4": 0.1, "x1": 0.2, "x2": 0.5,
}  # fmt: skip
A1_AS_TEXT = """\
1  x            =  1    gradient −3
2  y            =  3    gradient −3
3  z            =  −3   gradient 4
4  p  =  x + y  =  4    gradient −3
5  g  =  p × z  =  −12  gradient 1"""


def tracked(kind: type, x: Any, name: str | None = None) -> Any:
    return ag.Value(x, name=name) if kind is ag.Value else ag.Tensor(x, requires_grad=True, name=name)


def a1(kind: type = ag.Value) -> tuple[Any, dict[str, Any]]:
    """The lectures' A1, and its names."""
    x, y, z = (tracked(kind, v) for v in (1.0, 3.0, -3.0))
    p = x + y
    g = p * z
    return g, {"x": x, "y": y, "z": z, "p": p, "g": g}


def b1() -> tuple[Any, dict[str, Any]]:
    """The lectures' B1, and its names."""
    n: dict[str, Any] = {name: ag.Value(x) for name, x in B1_LEAVES.items()}
    n["u1"] = n["w1"] * n["x1"] + n["w2"] * n["x2"] + n["b1"]
    n["u2"] = n["w3"] * n["x1"] + n["w4"] * n["x2"] + n["b2"]
    n["h1"], n["h2"] = n["u1"].relu(), n["u2"].relu()
    n["z1"] = n["h1"] * n["w5"] + n["h2"] * n["w7"] + n["b3"]
    n["z2"] = n["h1"] * n["w6"] + n["h2"] * n["w8"] + n["b4"]
    e1, e2 = n["z1"].exp(), n["z2"].exp()
    n["l"] = -(e2 / (e1 + e2)).log()
    return n["l"], n


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
