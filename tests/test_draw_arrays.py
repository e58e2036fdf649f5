"""Arrays in drawings: the entries of local derivatives, numbers, heat maps; and the order of the backward pass."""

import re
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import errors
from autograd_lite.draw.chain import chain_rule
from autograd_lite.draw.heatmap import HIGH, LOW, MOST, ZERO, heatmap, shade, thumbnail
from autograd_lite.draw.markup import HIDDEN, VALUE
from tests import lectures
from tests.drawings import a1, boxes, edge, needs_an_engine, node, words


def arrays(*shapes: tuple[int, ...]) -> list[ag.Tensor]:
    made = np.random.default_rng(5)
    return [ag.Tensor(made.normal(size=s), requires_grad=True, name=n) for s, n in zip(shapes, "xyz", strict=False)]


# The entries of local derivatives


def test_a2_has_the_other_factor_on_each_edge() -> None:
    c, names = lectures.a2()
    picture = ag.draw(c, names=names)
    assert np.array_equal(edge(picture, "x", "a").entries, names["y"].data)
    assert np.array_equal(edge(picture, "y", "a").entries, names["x"].data)
    assert np.array_equal(edge(picture, "z", "b").entries, np.ones((3, 4)))
    assert np.array_equal(edge(picture, "b", "c").entries, np.ones((3, 4)))
    assert all(e.derivative is None for e in picture.edges)


@pytest.mark.parametrize(
    "operation",
    [
        lambda x, y: x * y, lambda x, y: x / (2 + y * y), lambda x, y: np.maximum(x, y), lambda x, y: np.arctan2(x, y),
        lambda x, y: x - y, lambda x, y: ag.where(x > 0, x * 2, y), lambda x, y: x * 3.0 + y**2,
    ],
)  # fmt: skip
@pytest.mark.parametrize("shapes", [((3, 4), (3, 4)), ((3, 4), (4,)), ((3, 1), (1, 4)), ((2, 3), ()), ((), (5,))])
def test_entries_are_the_diagonal_of_the_jacobian_before_sums(operation: Any, shapes: Any) -> None:
    """Against central differences: every entry of an argument is moved, as it meets each entry of the result."""
    x, y = arrays(*shapes)
    out = operation(x, y)
    for (made, i), entries in chain_rule(out.sum()).entries.items():
        if made.op is None or not made.op.elementwise:
            continue
        values = [np.broadcast_to(v, made.shape) if isinstance(v, np.ndarray) else v for v in made._values]
        step = np.zeros(made.shape)
        step += 1e-6
        ahead = made.op.forward(*values[:i], values[i] + step, *values[i + 1 :], **(made._params or {}))
        behind = made.op.forward(*values[:i], values[i] - step, *values[i + 1 :], **(made._params or {}))
        assert entries.shape == made.shape
        assert entries == pytest.approx((ahead - behind) / 2e-6, abs=1e-6)


def test_entries_of_a_single_number_are_its_gradient() -> None:
    (x,) = arrays((2, 3))
    picture = ag.draw(x.mean() * 2)
    assert edge(picture, "x", "v₂").entries == pytest.approx(np.full((2, 3), 1 / 6))
    assert "= 0.1667" in picture.dot


def test_operations_that_mix_entries_have_none() -> None:
    x, y = arrays((2, 3), (3, 2))
    picture = ag.draw((x @ y).sum())
    assert edge(picture, "x", "v₃").entries is None
    softened = ag.draw((ag.softmax(x) * x).sum())
    assert edge(softened, "x", "v₂").entries is None


def test_a_formula_of_the_whole_gradient_goes_with_no_local_entries() -> None:
    (x,) = arrays((3,))
    picture = ag.draw((x @ x) * 3)
    assert all(e.entries is None for e in picture.edges if e.formula is not None and e.formula.is_gradient)
    direct = ag.draw(x @ x)
    assert np.array_equal(direct.edges[0].entries, x.data)


def test_the_label_says_what_the_formula_does_not() -> None:
    c, names = lectures.a2()
    dot = ag.draw(c, names=names).dot
    label = next(line for line in dot.splitlines() if "∂a/∂x = y" in line)
    assert all(f">{x}<" in label for x in ("−0.75", "0.25", "1.75"))
    ones = next(line for line in dot.splitlines() if "∂b/∂z = 1" in line)
    assert ones.count("1<") == 1
    (many,) = arrays((20, 30))
    dot = ag.draw(many.tanh().sum(), names={"h": many}).dot
    (label,) = [line for line in dot.splitlines() if "tanh²" in line]
    assert re.search(r"min 0\.\S+  mean 0\.\S+  max 1", label)


def test_what_flows_back_to_a_shared_array_is_shown() -> None:
    x, y = arrays((2, 2), (2, 2))
    shared = ag.draw((x * y + x).sum())
    first, second = (e for e in shared.edges if e.source == 1)
    assert np.array_equal(first.contribution + second.contribution, node(shared, "x").gradient)
    # One number of the share is in the label of its edge; y has one use, whose share its gradient shows.
    from autograd_lite.draw.numbers import number

    labels = [line for line in shared.dot.splitlines() if "\te" in line and "GRADIENT" not in line]
    label = next(line for line in labels if "∂v₃/∂x = y" in line)
    assert label.count(number(y.data[0, 0])) == 2
    alone = next(line for line in labels if "∂v₃/∂y = x" in line)
    assert alone.count(number(x.data[0, 0])) == 1


# How arrays are shown


def test_ways_to_show_arrays() -> None:
    (x,) = arrays((8, 10))
    y = (x * 2).sum()
    dots = {way: ag.draw(y, arrays=way).dot for way in ("auto", "numbers", "heatmap", "shape")}  # type: ignore[arg-type]
    assert "mean" in dots["auto"]
    assert dots["numbers"].count("<BR/>") > 4 * 7
    assert "mean" not in dots["numbers"] + dots["heatmap"] + dots["shape"]
    assert dots["heatmap"].count('BGCOLOR="#a3a3a3"') == 4
    assert all("8×10" in dot for dot in dots.values())
    (large,) = arrays((30, 30))
    assert "mean" in ag.draw(large.sum(), arrays="numbers").dot


def test_the_text_shows_arrays_as_the_drawing_does() -> None:
    x = ag.Tensor(np.arange(20.0).reshape(4, 5), requires_grad=True, name="x")
    y = x.sum()
    said = {way: str(ag.draw(y, arrays=way)).splitlines()[0] for way in ("auto", "numbers", "shape", "heatmap")}  # type: ignore[arg-type]
    assert said["auto"] == said["heatmap"]
    assert "4×5, min 0, mean 9.5, max 19" in said["auto"]
    assert "15  16  17  18  19]" in said["numbers"]
    assert said["shape"].split() == ["1", "x", "=", "4×5", "gradient", "4×5"]


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"arrays": "pixels"}, errors.ArgumentValueError, "arrays='pixels' is none of 'auto', 'numbers', 'heatmap'"),
        ({"arrays": ["auto"]}, errors.ArgumentValueError, "arrays=['auto'] is none of"),
        ({"order": 1}, errors.KindError, "order= takes True or False, got int 1"),
    ],
)
def test_wrong_options(arguments: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=re.escape(said)):
        ag.draw(ag.Value(1.0), **arguments)


def test_a_thumbnail_of_a_few_numbers() -> None:
    small = thumbnail(np.array([[3.0, -1.5, 0.0], [np.nan, np.inf, -np.inf]]))
    assert small.cells == (("#fff3a6", shade(-0.5), "#a3a3a3"), ("×", "+", "−"))
    assert (small.limit, small.block) == (3.0, (1, 1))


@pytest.mark.parametrize(
    ("shape", "cells", "block"),
    [
        ((), (1, 1), (1, 1)), ((5,), (1, 5), (1, 1)), ((30,), (1, 10), (1, 3)), ((784, 20), (12, 10), (66, 2)),
        ((12, 12), (12, 12), (1, 1)), ((13, 1), (7, 1), (2, 1)), ((2, 3, 4), (6, 4), (1, 1)),
    ],
)  # fmt: skip
def test_a_thumbnail_has_few_cells(shape: Any, cells: Any, block: Any) -> None:
    small = thumbnail(np.ones(shape))
    assert (len(small.cells), len(small.cells[0])) == cells
    assert max(cells) <= MOST
    assert small.block == block
    assert {shade for line in small.cells for shade in line} == {"#fff3a6"}


def test_cells_are_means_of_blocks() -> None:
    data = np.zeros((25, 2))
    data[:3, 0] = 4.0
    data[24, 1] = -2.0
    small = thumbnail(data)
    assert small.block == (3, 1)
    assert small.limit == pytest.approx(4.0)
    assert small.cells[0] == ("#fff3a6", "#a3a3a3")
    # The last block holds one line alone: its mean is that line's.
    assert small.cells[-1] == ("#a3a3a3", shade(-0.5))


def test_thumbnails_of_extremes() -> None:
    assert thumbnail(np.zeros((2, 2))).limit == 0
    assert set(sum(thumbnail(np.full((20, 3), np.nan)).cells, ())) == {"×"}
    assert thumbnail(np.full((40, 40), 1.7e308)).limit == pytest.approx(1.7e308)
    assert thumbnail(np.array([True, False])).cells == (("#fff3a6", "#a3a3a3"),)
    assert "all 0" in heatmap(np.zeros(3), VALUE)
    assert "nothing finite" in heatmap(np.full(3, np.inf), VALUE)
    assert "means of 2×2" in heatmap(np.ones((24, 24)), VALUE)


def test_the_palette_prints_in_grey() -> None:
    """Lightness, by the luminance of sRGB, rises with the number, with room between the ends and zero."""
    shares = np.linspace(-1, 1, 41)
    light = [luminance(shade(x)) for x in shares]
    assert np.all(np.diff(light) > 0)
    assert light[20] - light[0] > 0.25
    assert light[-1] - light[20] > 0.25
    assert len(set(ZERO)) == 1
    assert (shade(-1), shade(1)) == tuple("#" + bytes(c).hex() for c in (LOW, HIGH))


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def test_a_heat_map_that_is_not_seen_leaves_no_trace() -> None:
    hidden = heatmap(np.array([[1.0, np.nan]]), HIDDEN)
    assert "BGCOLOR" not in hidden
    assert set(re.findall(r'COLOR="(#\w+)"', hidden)) == {HIDDEN}


@needs_an_engine
@pytest.mark.parametrize("rankdir", ["LR", "TB"])
@pytest.mark.parametrize("options", [{"arrays": "heatmap"}, {"arrays": "numbers", "order": True}, {"order": True}])
def test_all_directions_of_arrays_have_one_layout(rankdir: Any, options: dict[str, Any]) -> None:
    c, names = lectures.a2()
    directions: Any = ("forward", "backward", "both")
    svgs = [ag.draw(c, names=names, direction=d, rankdir=rankdir, **options).svg() for d in directions]
    assert boxes(svgs[0])
    assert boxes(svgs[0]) == boxes(svgs[1]) == boxes(svgs[2])


@needs_an_engine
@pytest.mark.parametrize("rankdir", ["LR", "TB"])
@pytest.mark.parametrize("options", [{}, {"order": True}, {"arrays": "heatmap"}])
@pytest.mark.parametrize("example", [lectures.b1, lectures.a3])
def test_all_directions_of_folded_graphs_have_one_layout(example: Any, options: dict[str, Any], rankdir: Any) -> None:
    output, names = example()
    directions: Any = ("forward", "backward", "both")
    svgs = [ag.draw(output, names, d, rankdir, fold="names", **options).svg() for d in directions]
    assert boxes(svgs[0])
    assert boxes(svgs[0]) == boxes(svgs[1]) == boxes(svgs[2])


# The order of the backward pass


@pytest.mark.parametrize("kind", [ag.Value, ag.Tensor])
def test_the_order_is_the_engine_s(kind: type) -> None:
    g, names = a1(kind)
    seen: list[str] = []
    for name, n in names.items():
        n.register_hook(lambda grad, name=name: seen.append(name))
    g.backward()
    picture = ag.draw(g, names=names, order=True)
    turns = {node.name: picture.visits[node.number] for node in picture.nodes}
    assert turns == {name: i for i, name in enumerate(seen, 1)}
    assert turns == {"g": 1, "p": 2, "z": 3, "y": 4, "x": 5}


def test_what_no_gradient_reaches_has_no_turn() -> None:
    x = ag.Tensor(2.0, requires_grad=True, name="x")
    picture = ag.draw(ag.where(x > 0, x * 3.0, 1.0), order=True)
    assert sorted(picture.visits.values()) == [1, 2, 3]
    assert {n.number for n in picture.nodes if n.gradient is None}.isdisjoint(picture.visits)


@needs_an_engine
def test_the_order_stands_in_circles() -> None:
    g, names = a1()
    plain, ordered = (words(ag.draw(g, names=names, order=o, legend=False).svg()) for o in (False, True))
    assert sorted(set(ordered) - set(plain)) == ["2", "5"]
    assert len(ordered) == len(plain) + 5
    said = str(ag.draw(g, names=names, order=True)).splitlines()
    assert said[3] == "4  p  =  x + y  =  4    gradient −3  step 2"
    assert "step" not in str(ag.draw(g, names=names, order=True, direction="forward"))


def test_the_legend_explains_what_is_there() -> None:
    c, names = lectures.a2()
    assert "heat maps:" in ag.draw(c, names=names, arrays="heatmap").dot
    assert "order of the backward pass" in ag.draw(c, names=names, order=True).dot
    usual = ag.draw(c, names=names).dot
    assert "heat maps:" not in usual
    assert "order of the backward pass" not in usual
    g, names = a1()
    assert "heat maps:" not in ag.draw(g, names=names, arrays="heatmap").dot
