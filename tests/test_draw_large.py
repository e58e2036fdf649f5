"""Large graphs: folded past a readable size, saying so, and drawn whole in seconds where that is asked for."""

import re
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
import nn
from autograd_lite import Tensor, Value
from autograd_lite.draw import Picture
from autograd_lite.draw.large import READABLE
from tests.drawings import edge, needs_an_engine, node


def chain(size: int = 2000) -> Value:
    """As many operations in a row, each on the one before; the constants come on top."""
    y = Value(1.0, name="x")
    for _ in range(size // 2):
        y = (y * 0.999).tanh()
    return y


def wide(size: int = 2000) -> Value:
    """A sum, in pairs of pairs, of a third as many leaves."""
    terms = [Value(i / size).tanh() for i in range(size // 3)]
    while len(terms) > 1:
        last = terms[-1:] if len(terms) % 2 else []
        terms = [a + b for a, b in zip(terms[::2], terms[1::2], strict=False)] + last
    return terms[0]


def hub(size: int = 500) -> Value:
    """One node that as many operations use."""
    x = Value(0.999, name="x")
    y = x
    for _ in range(size):
        y = y * x
    return y


def dense() -> Value:
    """A network of scalars: 4 layers of 13 units, 2,000 nodes."""
    rng = np.random.default_rng(0)
    h = np.array([Value(x) for x in rng.normal(size=13)])
    for _ in range(4):
        w = np.array([[Value(x) for x in row] for row in rng.normal(size=(13, 13))])
        h = np.tanh(w @ h)
    total: Value = (h * h).sum()
    return total


def deep() -> Tensor:
    """A network of 150 layers."""
    rng = np.random.default_rng(0)
    layers = [part for _ in range(150) for part in (nn.Linear(4, 4, generator=rng), nn.ReLU())]
    y = nn.Sequential(*layers)(Tensor(np.ones((2, 4), np.float32), name="x"))
    return (y * y).sum()


def words(picture: Picture) -> str:
    """All that a drawing says, and what its tooltips say."""
    root = ET.fromstring(picture.svg())
    return " ".join([*root.itertext(), *(x for e in root.iter() for a, x in e.items() if a.endswith("title"))])


@needs_an_engine
@pytest.mark.parametrize("make", [chain, wide, hub, dense, deep])
@pytest.mark.parametrize("fold", [None, "none"])
def test_large_graphs_draw_in_seconds(make: Callable[[], Any], fold: Any) -> None:
    output = make()
    # Of the processor: other programs may be busy.
    start = time.process_time()
    svg = ag.draw(output, fold=fold).svg()
    assert time.process_time() - start < 5.0
    ET.fromstring(svg)


@pytest.mark.parametrize("make", [chain, wide, hub, dense, deep])
def test_past_a_readable_size_graphs_fold_and_say_so(make: Callable[[], Any]) -> None:
    output = make()
    picture = ag.draw(output)
    whole = ag.draw(output, fold="none")
    drawn = [n for n in picture.nodes if not n.is_literal]
    everything = len([n for n in whole.nodes if not n.is_literal])
    assert len(drawn) <= READABLE < everything
    assert sum(n.folded or 1 for n in drawn) == everything
    assert picture.note is not None
    assert picture.note.startswith(f"{everything:,} nodes, ")
    assert picture.note.endswith('fold="none" draws all.')
    assert str(picture).splitlines()[0] == picture.note
    assert whole.note is None
    # What is left of the graph is right: the output, its gradient, and no way round in a circle.
    assert picture.output.value == whole.output.value
    assert all(e.source < e.target for e in picture.edges if not by_number(picture, e.source).is_literal)


def by_number(picture: Picture, number: int) -> Any:
    return next(n for n in picture.nodes if n.number == number)


@needs_an_engine
def test_the_note_is_in_the_drawing_and_under_a_title() -> None:
    picture = ag.draw(chain(), title="A chain")
    assert picture.note == '2,001 nodes, operations in a row summed up. fold="none" draws all.'
    said = words(picture)
    assert said.index("A chain") < said.index("2,001 nodes")
    assert str(picture).splitlines()[:3] == ["A chain", picture.note, ""]


def test_up_to_a_readable_size_all_is_drawn() -> None:
    # x and as many operations make the readable size together; the constants do not count.
    just = ag.draw(chain(READABLE - 1))
    assert just.note is None
    assert not any(n.folded for n in just.nodes)
    beyond = ag.draw(chain(READABLE + 1))
    assert beyond.note is not None


def test_a_row_of_operations_keeps_its_ends() -> None:
    picture = ag.draw(chain(200))
    symbols = [n.symbol for n in picture.nodes if not n.is_literal]
    # 200 operations: three at either end, and the output, which is in no row.
    assert symbols == ["", "×", "tanh", "×", "…", "×", "tanh", "×", "tanh"]
    (run,) = [n for n in picture.nodes if n.folded]
    assert (run.kind, run.detail) == ("folded", f"{run.folded} operations")
    into, out = [e for e in picture.edges if run.number in (e.source, e.target)]
    assert into.target == run.number == out.source
    # The derivative over the whole row.
    assert into.derivative == pytest.approx(into.contribution / run.gradient)


def test_what_goes_into_a_row_on_the_way_goes_into_its_node() -> None:
    picture = ag.draw(hub())
    (run,) = [n for n in picture.nodes if n.folded]
    whole = ag.draw(hub(), fold="none")
    x = node(picture, "x")
    back = [e.contribution for e in picture.edges if e.source == x.number]
    assert sum(back) == pytest.approx(x.gradient)
    # d x^501/dx
    assert x.gradient == pytest.approx(501 * 0.999**500)
    assert edge(picture, "x", run.name).contribution == pytest.approx(
        sum(e.contribution for e in whole.edges if e.source == x.number)
        - sum(e.contribution for e in picture.edges if e.source == x.number and e.target != run.number)
    )


def test_enough_names_fold_to_names() -> None:
    names: dict[str, Value] = {"x": Value(0.5)}
    y = names["x"]
    for i in range(1, 5):
        for _ in range(20):
            y = y * 0.99 + names["x"]
        names[f"h{i}"] = y
    picture = ag.draw(y, names=names)
    assert picture.note is not None
    assert "folded to names" in picture.note
    assert [n.name for n in picture.nodes] == ["x", "h₁", "h₂", "h₃", "h₄"]
    assert node(picture, "x").gradient == pytest.approx(ag.draw(y, names=names, fold="none").nodes[0].gradient)


def test_modules_fold_to_the_deepest_depth_that_is_readable() -> None:
    class Block(nn.Module):
        def __init__(self, inner: int) -> None:
            super().__init__()
            self.parts = nn.Sequential(*(nn.Linear(2 + i, 3 + i) for i in range(inner)))

        def forward(self, x: Any) -> Any:
            return self.parts(x)

    net = nn.Sequential(*(nn.Sequential(Block(6), nn.Linear(8, 2)) for _ in range(2)), Block(6))
    out = (net(Tensor(np.ones((3, 2), np.float32), name="x")) ** 2).sum()
    picture = ag.draw(out)
    # Every depth from 4 on has each of the 20 layers with its two parameters: 60 and more.
    assert picture.note == '63 nodes, folded to modules at depth=4. fold="none" draws all.'
    assert len([n for n in ag.draw(out, depth=3).nodes if n.is_module]) < len([n for n in picture.nodes if n.is_module])


def test_many_calls_outside_of_any_module_repeat() -> None:
    cell = nn.Linear(3, 3)
    h = Tensor(np.ones((1, 3), np.float32), name="x")
    for _ in range(100):
        h = ag.tanh(cell(h))
    picture = ag.draw((h * h).sum(), names={"cell": cell})
    assert picture.note is not None
    assert [n.symbol for n in picture.nodes if n.is_module] == ["(Linear, tanh) × 100"]
    assert picture.output.value == (h * h).sum().item()


@needs_an_engine
def test_a_whole_large_graph_has_its_derivatives_as_tooltips() -> None:
    picture = ag.draw(hub(), fold="none")
    assert " = 0.999; " in words(picture)
    assert re.search(r"∂v₃/∂v₂ = x = 0\.999; 0\.999 × ", words(picture))
    assert "when the pointer rests on an edge" in words(picture)
    forward = words(ag.draw(hub(), fold="none", direction="forward"))
    assert "∂v₃/∂v₂" not in forward
    # The node itself once, with its gradient, and its name at most of its uses.
    assert picture.dot.count(">x<") > 400
    assert sum(n.name == "x" for n in picture.nodes) == 1


@needs_an_engine
def test_layout_keeps_its_warnings_of_size_to_itself(capfd: pytest.CaptureFixture[str]) -> None:
    ag.draw(wide(), fold="none").svg()
    assert capfd.readouterr().err == ""
