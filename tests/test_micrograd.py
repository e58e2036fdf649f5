"""micrograd's two engine expressions, with figures that other means than this library worked out.

The expected numbers are rational and come from exact arithmetic on dual numbers (value and slope),
one input at a time; where PyTorch is installed it has its say as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest

from autograd_lite import Value


@dataclass(frozen=True)
class Dual:
    """A number and its slope by one input, in exact arithmetic."""

    value: Fraction
    slope: Fraction = Fraction(0)

    def __add__(self, other: Any) -> "Dual":
        other = dual(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other: Any) -> "Dual":
        other = dual(other)
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __pow__(self, n: int) -> "Dual":
        return Dual(self.value**n, n * self.value ** (n - 1) * self.slope)

    def __truediv__(self, other: Any) -> "Dual":
        return self * dual(other) ** -1

    def __neg__(self) -> "Dual":
        return self * -1

    def __sub__(self, other: Any) -> "Dual":
        return self + -dual(other)

    def __rtruediv__(self, other: Any) -> "Dual":
        return dual(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def relu(self) -> "Dual":
        return self if self.value > 0 else Dual(Fraction(0))


def dual(x: Any) -> Dual:
    return x if isinstance(x, Dual) else Dual(Fraction(x))


def one_input(x: Any) -> Any:
    """The first expression: sums, products, relu."""
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    return h + q + q * x


def two_inputs(a: Any, b: Any) -> Any:
    """The second expression: powers, quotients, in-place sums, a node used many times."""
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    return g


CASES: list[tuple[Callable[..., Any], tuple[float, ...]]] = [(one_input, (-4.0,)), (two_inputs, (-4.0, 2.0))]


def exact(f: Callable[..., Any], xs: tuple[float, ...]) -> tuple[float, list[float]]:
    """The value of `f` and its slope by each input, by dual numbers."""
    runs = [f(*(Dual(Fraction(x), Fraction(i == j)) for j, x in enumerate(xs))) for i in range(len(xs))]
    return float(runs[0].value), [float(run.slope) for run in runs]


@pytest.mark.parametrize(("f", "xs"), CASES)
def test_against_exact_arithmetic(f: Callable[..., Any], xs: tuple[float, ...]) -> None:
    """Forward value and gradients equal the exact ones to the last digits of a float."""
    leaves = [Value(x) for x in xs]
    y = f(*leaves)
    y.backward()
    value, slopes = exact(f, xs)
    assert y.data == pytest.approx(value, rel=1e-14)
    assert [leaf.grad for leaf in leaves] == pytest.approx(slopes, rel=1e-14)


@pytest.mark.parametrize(("f", "xs"), CASES)
def test_against_pytorch(f: Callable[..., Any], xs: tuple[float, ...]) -> None:
    """Forward value and gradients equal PyTorch's."""
    torch = pytest.importorskip("torch")
    leaves = [Value(x) for x in xs]
    theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in xs]
    y, their_y = f(*leaves), f(*theirs)
    y.backward()
    their_y.backward()
    assert y.data == pytest.approx(their_y.item(), rel=1e-14)
    assert [leaf.grad for leaf in leaves] == pytest.approx([t.grad.item() for t in theirs], rel=1e-14)


def test_known_figures() -> None:
    """The figures themselves, worked out by hand: y = -20 with slope 46, g = 24.7041 with slopes 138.8338, 645.5773."""
    x = Value(-4.0)
    y = one_input(x)
    y.backward()
    assert (y.data, x.grad) == (-20.0, 46.0)
    a, b = Value(-4.0), Value(2.0)
    g = two_inputs(a, b)
    g.backward()
    # e = c - d = -1 - 6 = -7, and g = e^2 / 2 + 10 / e^2.
    assert g.data == pytest.approx(49 / 2 + 10 / 49, rel=1e-15)
    assert [round(v, 4) for v in (g.data, a.grad, b.grad)] == [24.7041, 138.8338, 645.5773]


def test_data_and_grad_are_plain_floats() -> None:
    """What micrograd's users print and compare are Python floats, on every node."""
    x = Value(-4.0)
    y = one_input(x)
    assert type(x.grad) is float
    y.backward()
    assert {type(v) for v in (x.data, x.grad, y.data, y.grad)} == {float}


def test_every_node_keeps_its_gradient() -> None:
    """As in micrograd, the steps between have a gradient too."""
    x = Value(3.0)
    square = x * x
    y = square + x
    y.backward()
    assert (y.grad, square.grad, x.grad) == (1.0, 1.0, 7.0)


def test_training_loop_of_micrograd() -> None:
    """Zero the gradients, go backward, step by data: the loss of one neuron falls."""
    w, b = Value(0.5), Value(0.0)
    losses = []
    for _ in range(100):
        loss = sum((w * x + b - y) ** 2 for x, y in ((1.0, 2.0), (2.0, 3.0), (3.0, 4.0)))
        for p in (w, b):
            p.grad = 0
        loss.backward()
        for p in (w, b):
            p.data -= 0.05 * p.grad
        losses.append(loss.data)
    assert losses[-1] < 0.01 < losses[0]
