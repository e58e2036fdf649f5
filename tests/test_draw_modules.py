"""Modules in drawings: boxes, closed at a depth, equal blocks with their count."""

import re
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_lite as ag
import nn
from autograd_lite import Tensor, Value
from autograd_lite.draw import Picture, PictureNode
from autograd_lite.draw.picture import PictureBox
from tests.drawings import edge, needs_an_engine, node

RNG = np.random.default_rng(0)


class Net(nn.Module):
    """Two layers and a block with a residual connection."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.block = nn.Linear(4, 3, generator=RNG), Residual(3)
        self.head = nn.Sequential(nn.ReLU(), nn.Linear(3, 2, generator=RNG))

    def forward(self, x: Any) -> Any:
        return self.head(self.block(self.fc1(x)))


class Residual(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.inner = nn.Linear(size, size, generator=RNG)

    def forward(self, x: Any) -> Any:
        return x + self.inner(x)


class Plus(nn.Module):
    """A network that adds after each block, itself."""

    def __init__(self, blocks: int) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*(nn.Linear(3, 3, generator=RNG) for _ in range(blocks)))

    def forward(self, x: Any) -> Any:
        for block in self.blocks:
            x = x + block(x)
        return x


def batch(features: int = 4) -> Tensor:
    return Tensor(RNG.normal(size=(5, features)).astype(np.float32), name="x")


def loss(y: Any) -> Any:
    total = (y * y).sum()
    total.name = "L"
    return total


def box(picture: Picture, title: str) -> PictureBox:
    (found,) = [b for b in picture.boxes if b.title == title]
    return found


def inside(picture: Picture, title: str) -> list[str]:
    """What stands directly in a box: the names of leaves and modules, the symbols of operations."""
    numbers = box(picture, title).nodes
    return [n.name if n.named else n.symbol for n in picture.nodes if n.number in numbers]


def shown(picture: Picture) -> list[str]:
    return [n.heading if n.is_module else n.name for n in picture.nodes if not n.is_literal]


def test_open_modules_are_boxes_in_boxes() -> None:
    net = Net()
    picture = ag.draw(loss(net(batch())), names={"net": net})
    assert [(b.title, b.parent) for b in picture.boxes] == [
        ("net: Net", None),
        ("fc1: Linear", 1),
        ("block: Residual", 1),
        ("block.inner: Linear", 3),
        ("head: Sequential", 1),
        ("head.0: ReLU", 5),
        ("head.1: Linear", 5),
    ]
    assert inside(picture, "fc1: Linear") == ["fc1.weight", "fc1.bias", "linear"]
    assert inside(picture, "block: Residual") == ["+"]
    assert inside(picture, "head.0: ReLU") == ["relu"]
    assert inside(picture, "net: Net") == []
    # The input, the square and the sum are of no module.
    boxed = {n for b in picture.boxes for n in b.nodes}
    assert [n.symbol or n.name for n in picture.nodes if n.number not in boxed] == ["x", "×", "Σ"]


def test_sizes_and_parameters_are_counted() -> None:
    net = Net()
    picture = ag.draw(loss(net(batch())))
    assert box(picture, "fc1: Linear").detail == "4 → 3, 15 parameters"
    assert box(picture, "block: Residual").detail == "3 → 3, 12 parameters"
    assert box(picture, "head.0: ReLU").detail == "3 → 3"
    # 4·3 + 3, 3·3 + 3 and 3·2 + 2.
    assert box(picture, "Net").detail == "4 → 2, 35 parameters"
    assert sum(p.data.size for p in net.parameters()) == 35


def test_the_frozen_are_parameters_still() -> None:
    net = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2))
    net[0].requires_grad_(False)
    assert box(ag.draw(loss(net(batch()))), "Sequential").detail == "3 → 2, 8 parameters"
    x = Tensor(np.ones((5, 4), np.float32), requires_grad=True, name="x")
    picture = ag.draw(loss(net(x)))
    assert box(picture, "0: Linear").detail == "4 → 3, 15 parameters"
    assert shown(ag.draw(loss(net(x)), depth=1)) == ["x", "Linear₀", "Linear₁", "v₈", "L"]


def test_depth_closes_modules() -> None:
    net = Net()
    out = loss(net(batch()))
    whole = ag.draw(out, depth=0, names={"net": net})
    assert shown(whole)[:2] == ["x", "net: Net"]
    assert [n.symbol for n in whole.nodes[2:]] == ["×", "Σ"]
    assert whole.boxes == ()
    children = ag.draw(out, depth=1)
    assert shown(children)[:4] == ["x", "fc1: Linear", "block: Residual", "head: Sequential"]
    assert [b.title for b in children.boxes] == ["Net"]
    assert inside(children, "Net") == ["fc1", "block", "head"]
    parts = ag.draw(out, depth=2)
    assert [b.title for b in parts.boxes] == ["Net", "fc1: Linear", "block: Residual", "head: Sequential"]
    assert inside(parts, "block: Residual") == ["block.inner", "+"]
    assert len(ag.draw(out, depth=3).nodes) == len(ag.draw(out).nodes)


def test_a_closed_module_has_the_numbers_of_its_result() -> None:
    net = Net()
    out = loss(net(batch()))
    result = out._inputs[0]._inputs[0]
    closed = node(ag.draw(out, depth=0), "Net")
    assert closed.kind == "module"
    assert (closed.symbol, closed.detail) == ("Net", "4 → 2, 35 parameters")
    assert np.array_equal(closed.value, result._data)
    # d sum(y²)/dy = 2y.
    assert np.allclose(closed.gradient, 2 * result._data)
    # Six parameters, linear, linear, +, relu, linear.
    assert closed.folded == 11


def test_an_edge_into_a_closed_module_is_the_sum_of_those_within() -> None:
    """x goes two ways into the residual block: what comes back is the whole gradient of x."""
    block = Residual(3)
    x = Tensor(np.ones((5, 3), np.float32), requires_grad=True, name="x")
    out = loss(block(x))
    picture = ag.draw(out, depth=0, names={"block": block})
    (into,) = [e for e in picture.edges if e.source == node(picture, "x").number]
    assert into.left == "∂block/∂x"
    assert into.formula is not None
    assert into.formula.text.replace(" ", "") == "(5×3)×(5×3)"
    y = block(x).data
    expected = 2 * y @ (np.eye(3) + block.inner.weight.data)
    assert np.allclose(into.contribution, expected, rtol=1e-5)
    assert np.allclose(node(picture, "x").gradient, expected, rtol=1e-5)


def test_formulas_call_a_closed_module_by_its_path() -> None:
    net = Net()
    out = (net(batch()) ** 2).sum()
    picture = ag.draw(out, depth=1)
    square = next(n for n in picture.nodes if n.symbol == "^")
    formula = edge(picture, "head", square.name).formula
    assert formula is not None
    assert formula.text == "2·head"


def test_a_given_name_stays_with_the_path_beside_it() -> None:
    net = nn.Sequential(nn.Linear(4, 3))
    z1 = net[0](batch())
    picture = ag.draw(loss(z1), depth=0, names={"z1": z1})
    assert node(picture, "z₁").detail == "Linear₀: 4 → 3, 15 parameters"


def test_of_several_results_each_is_called_by_its_own_name() -> None:
    class Two(nn.Module):
        def forward(self, x: Any) -> Any:
            return {"square": [x * x], "double": x + x}

    x = Value(3.0, name="x")
    both = Two()(x)
    lines = str(ag.draw(both["square"][0] * both["double"], depth=0)).splitlines()
    # 9 · 6, of which the module's node shows the 6.
    assert lines[-1].split() == ["4", "v₄", "=", "v₂", "×", "Two", "=", "54", "gradient", "1"]
    assert lines[1].split()[:5] == ["3", "Two", "=", "Two(x)", "="]


def test_a_scalar_module_keeps_its_derivative() -> None:
    class Square(nn.Module):
        def forward(self, x: Any) -> Any:
            return x * x + x

    x = Value(3.0, name="x")
    picture = ag.draw(Square()(x) * 2.0, depth=0)
    # d(x² + x)/dx = 7 and twice that flows back.
    into = edge(picture, "x", "Square")
    assert (into.derivative, into.contribution) == (7.0, 14.0)


def test_the_output_may_be_in_a_closed_module() -> None:
    layer = nn.CrossEntropyLoss()
    net = nn.Linear(4, 3)
    out = layer(net(batch()), np.array([0, 1, 2, 0, 1]))
    picture = ag.draw(out, depth=0, names={"net": net, "loss": layer})
    assert shown(picture) == ["x", "net: Linear", "loss: CrossEntropyLoss"]
    assert picture.output.is_module
    assert picture.output.value == pytest.approx(out.item())


def test_a_layer_that_stands_alone_is_called_by_its_variable() -> None:
    fc1, fc2 = nn.Linear(4, 3), nn.Linear(3, 2)
    picture = ag.draw(loss(fc2(fc1(batch()))), names={"fc1": fc1, "fc2": fc2, "_": fc1, "n": 3})
    assert [b.title for b in picture.boxes] == ["fc1: Linear", "fc2: Linear"]
    assert inside(picture, "fc2: Linear") == ["fc2.weight", "fc2.bias", "linear"]


def test_shared_modules_are_closed_twice_and_share_their_parameters() -> None:
    cell = nn.Linear(3, 3)
    net = nn.Sequential(cell, nn.ReLU(), cell)
    out = loss(net(batch(3)))
    opened = ag.draw(out)
    # What two calls use stands in the box around both.
    assert inside(opened, "Sequential") == ["0.weight", "0.bias"]
    closed = ag.draw(out, depth=1)
    assert [n.heading for n in closed.nodes if n.is_module] == ["Linear₀", "ReLU₁", "Linear₀"]
    assert [n.detail for n in closed.nodes if n.is_module] == [
        "3 → 3, 12 shared parameters", "3 → 3", "3 → 3, 12 shared parameters",
    ]  # fmt: skip
    assert not any(n.kind == "parameter" for n in closed.nodes)


def test_a_parameter_that_is_used_outside_as_well_stays() -> None:
    net = nn.Sequential(nn.Linear(4, 3))
    penalty = (net[0].weight ** 2).sum()
    picture = ag.draw(loss(net(batch())) + penalty, depth=0)
    assert "0.weight" in shown(picture)
    opened = ag.draw(loss(net(batch())) + penalty)
    assert inside(opened, "0: Linear") == ["0.weight", "0.bias", "linear"]


def repeated(picture: Picture) -> PictureNode:
    (found,) = [n for n in picture.nodes if "×" in n.symbol and n.is_module]
    return found


def test_equal_blocks_are_one_with_their_count() -> None:
    net = nn.Sequential(nn.Linear(4, 3), *(Residual(3) for _ in range(6)), nn.Linear(3, 2))
    out = loss(net(batch()))
    picture = ag.draw(out, depth=1)
    assert repeated(picture).heading == "Residual₁…Residual₆: Residual × 6"
    assert repeated(picture).detail == "3 → 3, 72 parameters"
    assert [n.heading for n in picture.nodes if n.is_module] == [
        "Linear₀", "Residual₁…Residual₆: Residual × 6", "Linear₇",
    ]  # fmt: skip
    each = ag.draw(out, depth=1, repeats=True)
    assert [n.name for n in each.nodes if n.is_module] == [
        "Linear₀", *(f"Residual{c}" for c in "₁₂₃₄₅₆"), "Linear₇",
    ]  # fmt: skip
    # No box of a block that is folded away is left about it.
    for some in (picture, ag.draw(out, depth=2), ag.draw(out, repeats=False)):
        (home,) = [b.title for b in some.boxes if repeated(some).number in b.nodes]
        assert home == "Sequential"
        assert not any("Residual" in b.title or "inner" in b.title for b in some.boxes)
    folded = ag.draw(out, repeats=False)
    assert repeated(folded).detail == "3 → 3, 72 parameters"
    assert "0.weight" in shown(folded)


def test_blocks_of_several_modules_repeat() -> None:
    layers = [part for _ in range(4) for part in (nn.Linear(3, 3), nn.ReLU())]
    picture = ag.draw(loss(nn.Sequential(*layers)(batch(3))), depth=1)
    assert repeated(picture).symbol == "(Linear, ReLU) × 4"


def test_blocks_with_an_operation_of_the_module_around_repeat() -> None:
    picture = ag.draw(loss(Plus(5)(batch(3))), depth=1)
    assert repeated(picture).symbol == "(Linear, +) × 5"
    assert repeated(picture).heading.startswith("blocks.0…4: ")
    assert [n.symbol for n in picture.nodes] == ["", "(Linear, +) × 5", "×", "Σ"]


@pytest.mark.parametrize("layers", [[(3, 3), (3, 3)], [(3, 4), (4, 3), (3, 4), (4, 2)], [(3, 4), (4, 5), (5, 6)]])
def test_what_is_not_equal_or_too_few_does_not_repeat(layers: list[tuple[int, int]]) -> None:
    net = nn.Sequential(*(nn.Linear(*sizes) for sizes in layers))
    picture = ag.draw(loss(net(batch(3))), depth=1)
    assert [n.name for n in picture.nodes if n.is_module] == [f"Linear{c}" for c in "₀₁₂₃"[: len(layers)]]


def part(draw: Any, depth: int) -> nn.Module:
    """A random module that takes three features and gives three."""
    kind = draw(st.sampled_from(["linear", "relu", "tanh", *(["chain", "around", "again"] if depth else [])]))
    if kind == "linear":
        return nn.Linear(3, 3, bias=draw(st.booleans()), generator=RNG)
    if kind in ("relu", "tanh"):
        return nn.ReLU() if kind == "relu" else nn.Tanh()
    if kind == "around":
        return Around(part(draw, depth - 1))
    if kind == "again":
        shared = part(draw, depth - 1)
        return nn.Sequential(*[shared] * draw(st.integers(1, 4)))
    return nn.Sequential(*(part(draw, depth - 1) for _ in range(draw(st.integers(1, 4)))))


class Around(nn.Module):
    """What a module gives, beside what it takes."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Any) -> Any:
        return x + self.inner(x)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_however_a_network_is_closed_the_chain_rule_holds(data: Any) -> None:
    """What flows back along the edges from a node adds up to its gradient, and each node is in the picture once."""
    net = nn.Sequential(*(data.draw(st.builds(lambda d: part(data.draw, d), st.just(2))) for _ in range(3)))
    x = Tensor(RNG.normal(size=(2, 3)).astype(np.float32), requires_grad=True, name="x")
    out = (net(x) * 1.5).sum()
    depth, repeats = data.draw(st.sampled_from([None, 0, 1, 2, 3])), data.draw(st.booleans())
    picture = ag.draw(out, depth=depth, repeats=repeats)
    whole = ag.draw(out, fold="none")
    numbers = [n.number for n in picture.nodes]
    assert len(set(numbers)) == len(numbers)
    for drawn in picture.nodes:
        leaving = [e.contribution for e in picture.edges if e.source == drawn.number]
        if drawn.kind != "output" and drawn.gradient is not None:
            assert np.allclose(sum(leaving), drawn.gradient, rtol=1e-4, atol=1e-5), drawn.heading
    assert np.allclose(node(picture, "x").gradient, node(whole, "x").gradient, rtol=1e-5, atol=1e-6)
    shown_parameters = {n.name for n in picture.nodes if n.kind == "parameter"}
    inside = sum(n.folded for n in picture.nodes if n.folded)
    hidden = len([n for n in whole.nodes if n.kind == "parameter" and n.name not in shown_parameters])
    single = len([n for n in picture.nodes if not n.folded and not n.is_literal])
    everything = len([n for n in whole.nodes if not n.is_literal])
    assert everything - hidden <= inside + single <= everything
    boxed = [n for b in picture.boxes for n in b.nodes]
    assert sorted(boxed) == sorted(set(boxed))
    assert set(boxed) <= set(numbers)


def test_text_says_where_each_node_is() -> None:
    net = nn.Sequential(nn.Linear(4, 3), nn.ReLU())
    lines = str(ag.draw(loss(net(batch())))).splitlines()
    assert lines[0].endswith("  in 0: Linear")
    assert [line.endswith("  in 1: ReLU") for line in lines].count(True) == 1
    assert not any(" in " in line for line in lines if " x " in line)


@needs_an_engine
def test_boxes_are_clusters_with_titles_and_ids() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.add_module('<b onload="x">&', nn.Linear(4, 3))

        def forward(self, x: Any) -> Any:
            return next(self.children())(x)

    picture = ag.draw(loss(Net()(batch())))
    root = ET.fromstring(picture.svg())
    ids = {group.get("id") for group in root.iter("{http://www.w3.org/2000/svg}g")}
    assert {"m1", "m2"} <= ids
    texts = ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert '<b onload="x">&: Linear' in texts


@needs_an_engine
def test_every_node_and_label_is_in_its_box() -> None:
    """The rectangles of the svg: a box holds its nodes, the boxes within it, and no other node."""
    net = Net()
    picture = ag.draw(loss(net(batch())))
    root = ET.fromstring(picture.svg())
    groups = {g.get("id"): g for g in root.iter("{http://www.w3.org/2000/svg}g") if g.get("id")}
    extents = {name: extent(group) for name, group in groups.items() if name and re.match(r"[nm]\d", name)}
    home = {f"n{n}": f"m{b.number}" for b in picture.boxes for n in b.nodes}
    around = {f"m{b.number}": f"m{b.parent}" for b in picture.boxes if b.parent}
    for name in [n for n in extents if n[0] == "n"]:
        chain, at = [], home.get(name)
        while at is not None:
            chain.append(at)
            at = around.get(at)
        for cluster in [m for m in extents if m[0] == "m"]:
            assert within(extents[name], extents[cluster]) == (cluster in chain), (name, cluster)


def extent(group: ET.Element) -> tuple[float, float, float, float]:
    numbers = [
        (float(x), float(y))
        for element in group.iter()
        for points in (element.get("points"), element.get("d"))
        if points
        for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", points)
    ]
    xs, ys = zip(*numbers, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def within(inner: tuple[float, ...], outer: tuple[float, ...]) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


@pytest.mark.parametrize(
    "asked", [{"depth": -1}, {"depth": True}, {"depth": 1.0}, {"depth": "all"}, {"repeats": 3}, {"fold": "all"}]
)
def test_wrong_calls(asked: dict[str, Any]) -> None:
    with pytest.raises(ag.AutogradError, match=f"draw: {next(iter(asked))}="):
        ag.draw(Value(1.0) * 2.0, **asked)


def test_the_same_program_gives_the_same_bytes() -> None:
    def program() -> str:
        rng = np.random.default_rng(1)
        net = nn.Sequential(nn.Linear(4, 3, generator=rng), nn.ReLU(), nn.Linear(3, 2, generator=rng))
        out = loss(net(Tensor(rng.normal(size=(5, 4)).astype(np.float32), name="x")))
        return ag.draw(out).dot + ag.draw(out, depth=1).dot

    assert program() == program()
