"""Gradient flow: norms by layer, dead units, as table, chart and picture."""

import csv
import io
import sys
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
import nn
from autograd_lite import Tensor, Value
from autograd_lite.draw.flow import SHADES, Flow
from autograd_lite.errors import DrawingError, GraphError, KindError, MissingLibraryError, ShapeError
from tests.drawings import needs_an_engine

needs_matplotlib = pytest.mark.skipif(
    __import__("importlib.util").util.find_spec("matplotlib") is None, reason="matplotlib is not installed"
)


def deep(activation: Any, layers: int = 8, generator: Any = None) -> tuple[Any, Any]:
    """The lectures' E4: many layers of 16 units, and the loss of a batch."""
    rng = np.random.default_rng(0) if generator is None else generator
    hidden = [part for _ in range(layers - 1) for part in (nn.Linear(16, 16, generator=rng), activation())]
    net = nn.Sequential(*hidden, nn.Linear(16, 2, generator=rng))
    x = Tensor(rng.normal(size=(32, 16)).astype(np.float32), name="x")
    return nn.CrossEntropyLoss()(net(x), rng.integers(0, 2, 32)), net


def test_norms_are_those_of_the_engine() -> None:
    loss, net = deep(nn.Tanh, 3)
    flow = ag.draw.flow(loss)
    assert all(parameter.grad is None for parameter in net.parameters())
    loss.backward()
    assert [layer.name for layer in flow.layers] == ["0", "2", "4"]
    for layer in flow.layers:
        module = net[int(layer.name)]
        both = [module.weight, module.bias]
        assert layer.kind == "Linear"
        assert layer.gradient == pytest.approx(np.sqrt(sum((p.grad.data.astype(float) ** 2).sum() for p in both)))
        assert layer.weight == pytest.approx(np.sqrt(sum((p.data.astype(float) ** 2).sum() for p in both)))
        assert layer.ratio == pytest.approx(layer.gradient / layer.weight)
        assert layer.dead is None


def test_a_deep_sigmoid_network_s_gradients_vanish_and_relu_keeps_them() -> None:
    """E4: from layer to layer towards the input, the gradient shrinks by a factor, under a fifth of it stays."""
    sigmoid, relu = (ag.draw.flow(deep(activation)[0]) for activation in (nn.Sigmoid, nn.ReLU))
    norms = [layer.gradient for layer in sigmoid.layers]
    # The sigmoid's slope is at most a quarter.
    assert all(before < 0.5 * after for before, after in pairwise(norms))
    assert norms[0] < 1e-5 * norms[-1]
    assert relu.layers[0].gradient > 1e-3 * relu.layers[-1].gradient
    shades = [n.shade for n in sigmoid.picture.nodes if n.symbol == "Linear"]
    assert shades == sorted(shades, key=SHADES.index)
    assert (shades[0], shades[-1]) == (SHADES[0], SHADES[-1])


def test_dead_units_are_those_that_are_zero_for_the_whole_batch() -> None:
    net = nn.Sequential(nn.Linear(2, 4, bias=False), nn.ReLU(), nn.Linear(4, 1))
    # On the two examples: positive on both; on one; zero on both; negative on both.
    net[0].weight.data = [[1, 1], [1, -1], [0, 0], [-1, -1]]
    x = np.array([[2.0, 1.0], [1.0, 2.0]], np.float32)
    first, last = ag.draw.flow(net(x).sum()).layers
    assert first.dead == 0.5
    assert last.dead is None


def test_dead_channels_of_a_convolution() -> None:
    net = nn.Sequential(nn.Conv2d(1, 3, 1), nn.ReLU6())
    net[0].weight.data = np.ones((3, 1, 1, 1))
    net[0].bias.data = [-10.0, 0.0, 1.0]
    (layer,) = ag.draw.flow(net(np.ones((2, 1, 2, 2), np.float32)).sum()).layers
    assert layer.dead == pytest.approx(1 / 3)


def test_a_function_s_relu_counts_like_a_module_s() -> None:
    layer = nn.Linear(2, 2, bias=False)
    layer.weight.data = [[1, 1], [-1, -1]]
    (found,) = ag.draw.flow((ag.relu(layer(np.ones((1, 2), np.float32))) * 2).sum(), names={"fc": layer}).layers
    assert (found.name, found.dead) == ("fc", 0.5)


def test_layers_stand_in_the_order_of_their_calls() -> None:
    class Backwards(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.last, self.first = nn.Linear(2, 1), nn.Linear(2, 2)

        def forward(self, x: Any) -> Any:
            return self.last(self.first(x))

    flow = ag.draw.flow(Backwards()(np.ones((1, 2), np.float32)).sum())
    assert [layer.name for layer in flow.layers] == ["first", "last"]


def test_a_shared_layer_is_one() -> None:
    cell = nn.Linear(2, 2)
    net = nn.Sequential(cell, nn.ReLU(), cell)
    flow = ag.draw.flow(net(np.ones((1, 2), np.float32)).sum())
    assert [layer.name for layer in flow.layers] == ["0"]
    assert len({n.shade for n in flow.picture.nodes if n.symbol == "Linear"}) == 1


def test_frozen_layers_are_left_out_and_no_gradient_is_zero() -> None:
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 1, bias=False))
    net[0].requires_grad_(False)
    net[2].weight.data = [[0.0, 0.0]]
    flow = ag.draw.flow(net(np.ones((1, 2), np.float32)).sum())
    assert [(layer.name, layer.gradient == 0) for layer in flow.layers] == [("1", True), ("2", False)]
    assert np.isinf(flow.layers[1].ratio)
    assert "∞" in flow.table
    shades = {n.name: n.shade for n in flow.picture.nodes}
    assert (shades["Linear₁"], shades["Linear₂"]) == (SHADES[0], SHADES[-1])


def test_the_table_has_the_numbers_in_columns() -> None:
    net = nn.Sequential(nn.Linear(2, 2, bias=False), nn.ReLU(), nn.Linear(2, 1, bias=False))
    net[0].weight.data, net[2].weight.data = [[3, 0], [0, -4]], [[1, 1]]
    flow = ag.draw.flow(net(np.ones((1, 2), np.float32)).sum(), title="Two layers")
    # h = relu(3, −4) = (3, 0): the gradient of the first weights is (1, 1) in one row; of the last (3, 0).
    assert str(flow).splitlines() == [
        "Two layers",
        "",
        "layer      ‖gradient‖  ‖weight‖   ratio  dead units",
        "0: Linear       1.414         5  0.2828        50 %",
        "2: Linear           3     1.414   2.121",
    ]


def test_csv_is_read_back_in_full_precision(tmp_path: Path) -> None:
    flow = ag.draw.flow(deep(nn.ReLU, 3)[0])
    rows = list(csv.DictReader(io.StringIO(flow.save(tmp_path / "flow.csv").read_text())))
    assert [float(row["gradient"]) for row in rows] == [layer.gradient for layer in flow.layers]
    assert [row["dead"] == "" for row in rows] == [layer.dead is None for layer in flow.layers]
    assert flow.save(tmp_path / "flow.txt").read_text() == f"{flow}\n"


@needs_matplotlib
def test_the_chart_is_an_svg_with_a_bar_for_each_norm(tmp_path: Path) -> None:
    flow = ag.draw.flow(deep(nn.ReLU, 4)[0], title="$flow$ <b>")
    svg = flow.chart()
    ET.fromstring(svg)
    assert svg == flow.chart()
    assert flow.save(tmp_path / "flow.png").read_bytes().startswith(b"\x89PNG")
    assert flow.save(tmp_path / "flow.pdf").read_bytes().startswith(b"%PDF")
    assert flow.save(tmp_path / "flow.svg").read_bytes() == svg
    assert flow._repr_mimebundle_()["image/svg+xml"].encode() == svg
    with pytest.raises(ag.AutogradError, match="chart: format='gif'"):
        flow.chart("gif")


@needs_matplotlib
def test_bars_are_as_long_as_their_numbers() -> None:
    from matplotlib.figure import Figure

    from autograd_lite.draw.flow_chart import _norms

    flow = ag.draw.flow(deep(nn.Sigmoid, 4)[0])
    axis = Figure().subplots()
    _norms(axis, flow)
    widths = [bar.get_width() for bars in axis.containers for bar in bars]
    assert widths == pytest.approx([x.gradient for x in flow.layers] + [x.weight for x in flow.layers])
    assert axis.get_xscale() == "log"
    # The input's layer stands above.
    assert axis.get_ylim()[0] > axis.get_ylim()[1]
    assert [label.get_text() for label in axis.get_yticklabels()] == [f"{n}: Linear" for n in (0, 2, 4, 6)]


@needs_matplotlib
def test_a_chart_of_zeros_and_of_what_is_no_number() -> None:
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    out = net(np.ones((1, 2), np.float32))
    for total in (out.sum() * 0.0, out.sum() * np.inf):
        with np.errstate(all="ignore"):
            ET.fromstring(ag.draw.flow(total).chart())


def test_without_matplotlib_the_table_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = ag.draw.flow(deep(nn.ReLU, 2)[0])
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingLibraryError, match="pip install matplotlib"):
        flow.chart()
    shown = flow._repr_mimebundle_()
    assert list(shown) == ["text/plain"]
    assert flow.table in shown["text/plain"]


@needs_an_engine
def test_the_picture_says_the_norms_in_its_boxes_and_on_its_edges() -> None:
    loss, net = deep(nn.ReLU, 3)
    flow = ag.draw.flow(loss, names={"net": net})
    said = " ".join(ET.fromstring(flow.picture.svg()).itertext())
    assert "The darker a layer, the larger its gradient." in said
    for layer in flow.layers:
        assert f"‖gradient‖ {ag.draw.flow(loss).table.split(layer.name + ': Linear')[1].split()[0]}" in said
    assert "‖∂/∂ReLU₁‖ = " in said
    assert [b.title for b in flow.picture.boxes] == ["net: Sequential"]


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: ag.draw.flow(3), KindError, "flow: expected a Tensor"),  # type: ignore[arg-type]
        (lambda: ag.draw.flow(nn.Linear(2, 2)(np.ones((1, 2), np.float32))), ShapeError, "flow: .*no scalar"),
        (lambda: ag.draw.flow(Value(1.0) * 2), GraphError, "flow: no parameter of a layer"),
        (lambda: ag.draw.flow(Tensor(1.0)), GraphError, "flow: no parameter of a layer"),
        (lambda: ag.draw.flow(deep(nn.ReLU, 2)[0], rankdir="up"), ag.AutogradError, "rankdir"),  # type: ignore[arg-type]
        (lambda: ag.draw.flow(deep(nn.ReLU, 2)[0]).save("flow.gif"), DrawingError, "save: 'flow.gif'"),
        (lambda: ag.draw.flow(deep(nn.ReLU, 2)[0]).save("nowhere/flow.txt"), DrawingError, "no folder"),
    ],
)
def test_wrong_calls(call: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        call()


def test_the_map_prints_short() -> None:
    flow = ag.draw.flow(deep(nn.ReLU, 2)[0])
    assert isinstance(flow, Flow)
    assert "picture" not in repr(flow)


def test_weights_are_those_of_the_run_after_the_step() -> None:
    net = nn.Linear(2, 1, bias=False, dtype=np.float64)
    net.weight.data = np.array([[3.0, 4.0]])
    loss = net(np.ones((1, 2))).sum()
    net.weight.data = np.array([[30.0, 40.0]])
    (layer,) = ag.draw.flow(loss).layers
    assert layer.weight == 5.0
