"""Small layers as scalar graphs."""

from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
import nn
from autograd_lite import Value
from autograd_lite.errors import ArgumentValueError, KindError, ShapeError, UnsupportedError
from autograd_lite.graph import topological_order
from tests.drawings import edge, node

RNG = np.random.default_rng(0)


def leaves(y: Any) -> dict[str, Value]:
    return {n.name: n for n in topological_order(list(np.ravel(y))) if n._op is None}  # type: ignore[misc]


def test_a_layer_has_the_lecture_s_names_and_its_own_numbers() -> None:
    layer = nn.Linear(2, 1)
    layer.weight.data, layer.bias.data = [[0.5, -1.0]], [0.25]
    y = ag.expand(layer, [2.0, 3.0])
    # 0.5 · 2 − 1 · 3 + 0.25
    assert y.data == -1.75
    picture = ag.draw(y, fold="names")
    assert [(n.name, n.value) for n in picture.nodes] == [
        ("x₁", 2.0), ("x₂", 3.0), ("w₁₁", 0.5), ("w₁₂", -1.0), ("b", 0.25), ("y", -1.75),
    ]  # fmt: skip
    assert node(picture, "w₁₂").kind == "parameter"
    formula = edge(picture, "w₁₂", "y").formula
    assert formula is not None
    assert formula.text == "x₂"


@pytest.mark.parametrize(
    "last", [nn.ReLU(), nn.Sigmoid(), nn.Tanh(), nn.ELU(0.7), nn.LeakyReLU(0.1), nn.Softplus(), nn.SiLU(), nn.GELU()]
)
def test_networks_give_the_module_s_output_and_its_gradients(last: Any) -> None:
    net = nn.Sequential(
        nn.Linear(3, 4, dtype=np.float64, generator=RNG), last, nn.Linear(4, 2, bias=False, dtype=np.float64), last
    )
    x = np.array([0.3, -0.2, 0.9])
    y = ag.expand(net, x)
    out = net(x[None])
    assert y.shape == (2,)
    assert [v.data for v in y] == pytest.approx(out.data[0].tolist())
    (out * out).sum().backward()
    (y * y).sum().backward()
    found = leaves(y)
    for i in range(4):
        for j in range(3):
            w = found[f"w⁽¹⁾{'₁₂₃₄'[i]}{'₁₂₃'[j]}"]
            assert (w.data, w.grad) == pytest.approx((net[0].weight.data[i, j], net[0].weight.grad.data[i, j]))
    assert found["b⁽¹⁾₃"].grad == pytest.approx(net[0].bias.grad.data[2])
    assert found["w⁽²⁾₂₄"].grad == pytest.approx(net[2].weight.grad.data[1, 3])
    assert "b⁽²⁾₁" not in found
    named = {n.name for n in topological_order(list(y)) if n.name and n._op}
    assert named == {f"{c}⁽¹⁾{i}" for c in "zh" for i in "₁₂₃₄"} | {"z⁽²⁾₁", "z⁽²⁾₂", "y₁", "y₂"}


def test_the_module_is_left_alone() -> None:
    layer = nn.Linear(2, 2)
    before = layer.weight.data
    y = ag.expand(nn.Sequential(layer, nn.Identity()))
    (y[0] + y[1]).backward()
    assert layer.weight.grad is None
    assert np.array_equal(layer.weight.data, before)
    assert [n.data for name, n in leaves(y).items() if name[0] == "x"] == [1.0, 1.0]


def test_inputs_may_have_names_and_come_as_a_batch_of_one() -> None:
    y = ag.expand(nn.Linear(2, 1), ag.Tensor([[1.0, 2.0]]), names=["age", "income"])
    assert {"age", "income"} <= set(leaves(y))
    assert set(leaves(ag.expand(nn.Linear(1, 1)))) == {"x", "w₁₁", "b"}


def test_two_digits_are_kept_apart() -> None:
    y = ag.expand(nn.Linear(11, 1))
    assert {"w₁₋₁", "w₁₋₁₁", "x₁₁"} <= set(leaves(y))


def test_the_count_in_the_refusal_is_that_of_the_graph() -> None:
    net = nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 2, bias=False))
    count = len(topological_order(list(ag.expand(net))))
    large = nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 100, bias=False))
    # 98 outputs more, each with 4 weights, 4 products and 3 sums.
    with pytest.raises(ArgumentValueError, match=f"{count + 98 * 11:,} nodes, of which 1,000"):
        ag.expand(large)


@pytest.mark.parametrize(
    ("module", "x", "names", "error", "said"),
    [
        (3, None, None, KindError, "expected a Linear"),
        (nn.ReLU(), None, None, UnsupportedError, "no Linear in it"),
        (nn.Sequential(nn.Linear(2, 2), nn.Softmax(dim=1)), None, None, UnsupportedError, "Softmax does not work"),
        (nn.Sequential(nn.Linear(2, 2), nn.LayerNorm(2)), None, None, UnsupportedError, "LayerNorm does not work"),
        (nn.Sequential(nn.Linear(2, 3), nn.Linear(2, 1)), None, None, ShapeError, "takes 2 features.*has 3"),
        (nn.Linear(2, 1), [1.0], None, ShapeError, "x has shape \\(1,\\)"),
        (nn.Linear(2, 1), [[1.0, 2.0], [3.0, 4.0]], None, ShapeError, "one example of 2"),
        (nn.Linear(2, 1), "x", None, KindError, "x takes the 2 real numbers of one example, got str 'x'"),
        (nn.Linear(2, 1), [1j, 2.0], None, KindError, "x takes the 2 real numbers"),
        (nn.Linear(2, 1), None, 3, ArgumentValueError, "a name for each of the 2"),
        (nn.Linear(2, 1), None, ["a"], ArgumentValueError, "a name for each of the 2"),
        (nn.Linear(2, 1), None, "ab", ArgumentValueError, "a name for each of the 2"),
    ],
)
def test_wrong_calls(module: Any, x: Any, names: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=f"expand: .*{said}"):
        ag.expand(module, x, names)
