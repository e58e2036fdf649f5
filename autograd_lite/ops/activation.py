"""The activation functions of neural networks, element by element."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from autograd_lite.convert import real_dtype
from autograd_lite.define import op
from autograd_lite.errors import ArgumentValueError, DtypeError, describe
from autograd_lite.graph import raw
from autograd_lite.ops.special import erfc


def _of_floats(x: Any) -> Any:
    """x with floats for integers: an unsigned one has no negative, nor the least of the signed ones."""
    return x.astype(float) if getattr(x, "dtype", None) is not None and x.dtype.kind in "iub" else x


def _sigmoid(x: Any) -> Any:
    # exp of a negative number only, so that nothing overflows and small results keep their digits.
    small = np.exp(-np.abs(_of_floats(x)))
    return np.where(x >= 0, 1.0, small) / (1 + small)


def _sigmoid_of_float(x: float) -> float:
    small = math.exp(-math.fabs(x))
    return (1.0 if x >= 0 else small) / (1 + small)


def _softplus(x: Any, beta: float = 1.0, threshold: float = math.inf) -> Any:
    y = x if beta == 1.0 else beta * x
    out = np.maximum(y, 0) + np.log1p(np.exp(-np.abs(_of_floats(y))))
    out = out if beta == 1.0 else out / beta
    return out if threshold == math.inf else np.where(y > threshold, x, out)


def _softplus_slope(x: Any, beta: float, threshold: float) -> Any:
    slope = sigmoid(x if beta == 1.0 else beta * x)
    return slope if threshold == math.inf else np.where(beta * raw(x) > threshold, 1.0, slope)


def _steepness(params: dict[str, Any]) -> dict[str, Any]:
    if params.get("beta", 1.0) == 0:
        raise ArgumentValueError("softplus: beta=0 divides by zero; take another number.")
    return params


def _below(x: Any) -> Any:
    """x where it is not positive, else 0: exp of it does not overflow."""
    return np.where(raw(x) > 0, 0.0, x)


def _elu(x: Any, alpha: float, scale: float, width: float) -> Any:
    """scale x above 0, and scale alpha (exp(x / width) - 1) below."""
    return np.where(raw(x) > 0, scale * x, scale * alpha * np.expm1(_below(x) / width))


def _elu_slope(x: Any, alpha: float, scale: float, width: float) -> Any:
    return np.where(raw(x) > 0, scale, scale * alpha / width * np.exp(_below(x) / width))


#: With them, numbers of mean 0 and variance 1 keep these (Klambauer et al. 2017, https://arxiv.org/abs/1706.02515).
SELU = (1.6732632423543772848170429916717, 1.0507009873554804934193349852946, 1.0)


def _gate(x: Any, approximate: str) -> tuple[Any, Any]:
    """The share of x that gelu lets through, and the slope of it."""
    if approximate == "tanh":
        c = 2 * math.sqrt(2 / math.pi)
        share = sigmoid(c * (x + 0.044715 * x * x * x))
        return share, share * (1 - share) * (c + 3 * 0.044715 * c * x * x)
    return 0.5 * erfc(x * -math.sqrt(0.5)), np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


def _gelu_slope(x: Any, approximate: str) -> Any:
    share, slope = _gate(x, approximate)
    return share + x * slope


def _approximation(params: dict[str, Any]) -> dict[str, Any]:
    if params.get("approximate", "none") not in ("none", "tanh"):
        raise ArgumentValueError(f'gelu: approximate={params["approximate"]!r}; it is "none" or "tanh".')
    return params


def _mish_slope(x: Any) -> Any:
    t = np.tanh(softplus(x))
    return t + x * (1 - t * t) * sigmoid(x)


def _range(params: dict[str, Any]) -> dict[str, Any]:
    low, high = params.get("min_val", -1.0), params.get("max_val", 1.0)
    if not np.all(low < high):
        raise ArgumentValueError(f"hard_tanh: min_val={low} is not below max_val={high}.")
    return params


def _width(params: dict[str, Any]) -> dict[str, Any]:
    if params.get("alpha", 1.0) == 0:
        raise ArgumentValueError("celu: alpha=0 divides by zero; take another number.")
    return params


def _shrinkage(params: dict[str, Any]) -> dict[str, Any]:
    if not np.all(params.get("lambd", 0.5) >= 0):
        raise ArgumentValueError(f"soft_shrink: lambd={params['lambd']} is negative; it is a width.")
    return params


def _between(x: Any, low: float, high: float) -> Any:
    """Whether x is between the bounds, and not at one of them."""
    return np.logical_not((raw(x) <= low) | (raw(x) >= high))


def _inside(x: Any, width: float) -> Any:
    """x where its magnitude is at most the width, 0 elsewhere; nan where it is nan."""
    return np.abs(raw(x)) <= width


def _one_hot(x: Any, num_classes: int, dtype: Any) -> Any:
    x, num_classes, dtype = np.asarray(x), operator.index(num_classes), real_dtype(dtype, "one_hot")
    if x.dtype.kind not in "iu":
        raise DtypeError(f"one_hot: the classes are {describe(x)}; they are integers. Convert with .astype(int).")
    count = int(x.max()) + 1 if num_classes == -1 and x.size else num_classes
    if count < 1:
        raise ArgumentValueError(f"one_hot: num_classes={num_classes} for {describe(x)}; give the number of classes.")
    if x.size and not 0 <= x.min() <= x.max() < count:
        wrong = x.min() if x.min() < 0 else x.max()
        raise ArgumentValueError(f"one_hot: there is a class {wrong}; of {count} classes, they are 0 to {count - 1}.")
    return (x[..., None] == np.arange(count)).astype(dtype)


# fmt: off
sigmoid = op("sigmoid", _sigmoid, symbol="σ", scalar=_sigmoid_of_float, elementwise=True, partials=[
    (r"\sigma(x) (1 - \sigma(x))", lambda g, out, x: g * out * (1 - out))])
relu = op("relu", lambda x: np.maximum(x, 0), symbol="relu", scalar=lambda x: 0.0 if x <= 0 else x, elementwise=True,
    doc="x where it is positive, else 0. The derivative at 0 is 0.", partials=[
    (r"[x > 0]", lambda g, out, x: g * (raw(x) > 0))])
softplus = op("softplus", _softplus, symbol="softplus", elementwise=True, prepare=_steepness,
    doc="ln(1 + exp(beta x)) / beta; where beta x is above the threshold, x itself.", partials=[
    (r"\sigma(\beta x)", lambda g, out, x, beta=1.0, threshold=math.inf: g * _softplus_slope(x, beta, threshold))])
log_sigmoid = op("log_sigmoid", lambda x: -_softplus(-_of_floats(x)), symbol="ln σ", elementwise=True, partials=[
    (r"\sigma(-x)", lambda g, out, x: g * sigmoid(-x))])
softsign = op("softsign", lambda x: x / (1 + np.abs(x)), symbol="softsign", elementwise=True, doc="x / (1 + |x|)",
    partials=[
    (r"\frac{1}{(1 + \operatorname{abs}(x))^2}", lambda g, out, x: g / np.square(1 + np.abs(x)))])
tanh_shrink = op("tanh_shrink", lambda x: x - np.tanh(x), symbol="tanh_shrink", elementwise=True, partials=[
    (r"\tanh^2 x", lambda g, out, x: g * np.square(np.tanh(x)))])

gelu = op("gelu", lambda x, approximate="none": x * _gate(x, approximate)[0], symbol="gelu", elementwise=True,
    prepare=_approximation, partials=[
    (r"\Phi(x) + x \Phi'(x)", lambda g, out, x, approximate="none": g * _gelu_slope(x, approximate))],
    doc='x Φ(x), Φ(x) being how likely a normal number is below x; with approximate="tanh", a formula for it.')
silu = op("silu", lambda x: x * _sigmoid(x), symbol="silu", elementwise=True, doc="x σ(x), or swish.", partials=[
    (r"\sigma(x) (1 + x \sigma(-x))", lambda g, out, x: g * sigmoid(x) * (1 + x * sigmoid(-x)))])
mish = op("mish", lambda x: x * np.tanh(_softplus(x)), symbol="mish", elementwise=True, doc="x tanh(softplus(x))",
    partials=[
    (r"\frac{f}{x} + x \sigma(x) (1 - \frac{f^2}{x^2})", lambda g, out, x: g * _mish_slope(x))])

leaky_relu = op("leaky_relu", lambda x, negative_slope=0.01: np.where(x > 0, x, negative_slope * x),
    symbol="leaky_relu", elementwise=True, doc="x where positive, else negative_slope x, which has a gradient too.",
    partials=[
    (r"[x > 0] + y [x \le 0]", lambda g, out, x, y: np.where(raw(x) > 0, g, g * y)),
    (r"x [x \le 0]", lambda g, out, x, y: np.where(raw(x) > 0, 0.0, g * x))])
elu = op("elu", lambda x, alpha=1.0: _elu(x, alpha, 1.0, 1.0), symbol="elu", elementwise=True,
    doc="x where it is positive, else alpha (exp(x) - 1).", partials=[
    (r"[x > 0] + \alpha e^x [x \le 0]", lambda g, out, x, alpha=1.0: g * _elu_slope(x, alpha, 1.0, 1.0))])
celu = op("celu", lambda x, alpha=1.0: _elu(x, alpha, 1.0, alpha), symbol="celu", elementwise=True, prepare=_width,
    doc="x where it is positive, else alpha (exp(x / alpha) - 1).", partials=[
    (r"[x > 0] + e^{x / \alpha} [x \le 0]", lambda g, out, x, alpha=1.0: g * _elu_slope(x, alpha, 1.0, alpha))])
selu = op("selu", lambda x: _elu(x, *SELU), symbol="selu", elementwise=True,
    doc="elu with the alpha and the scale that keep numbers normal.", partials=[
    (r"\lambda [x > 0] + \lambda \alpha e^x [x \le 0]", lambda g, out, x: g * _elu_slope(x, *SELU))])

# Straight pieces: the derivatives where they meet are PyTorch's.
hard_tanh = op("hard_tanh", lambda x, min_val=-1.0, max_val=1.0: np.clip(x, min_val, max_val), symbol="hard_tanh",
    elementwise=True, prepare=_range, doc="x kept between bounds. Unlike that of clip, the derivative at them is 0.",
    partials=[
    (r"[a < x < b]", lambda g, out, x, min_val=-1.0, max_val=1.0: g * _between(x, min_val, max_val))])
relu6 = op("relu6", lambda x: np.clip(x, 0, 6), symbol="relu6", elementwise=True, partials=[
    (r"[0 < x < 6]", lambda g, out, x: g * _between(x, 0, 6))])
hard_sigmoid = op("hard_sigmoid", lambda x: np.clip(x + 3, 0, 6) / 6, symbol="hard_sigmoid", elementwise=True,
    partials=[
    (r"\frac{1}{6} [-3 < x < 3]", lambda g, out, x: g / 6 * _between(x, -3, 3))])
hard_swish = op("hard_swish", lambda x: x * np.clip(x + 3, 0, 6) / 6, symbol="hard_swish", elementwise=True,
    doc="x times its hard_sigmoid.", partials=[
    (r"\frac{2 x + 3}{6} [-3 < x < 3] + [x \ge 3]",
        lambda g, out, x: g * (x / 3 + 0.5) * _between(x, -3, 3) + g * (raw(x) >= 3))])
hard_shrink = op("hard_shrink", lambda x, lambd=0.5: x * np.logical_not(_inside(x, lambd)), symbol="hard_shrink",
    elementwise=True, doc="x where |x| > lambd, else 0.", partials=[
    (r"[x^2 > \lambda^2]", lambda g, out, x, lambd=0.5: g * np.logical_not(_inside(x, lambd)))])
soft_shrink = op("soft_shrink", lambda x, lambd=0.5: x - np.clip(x, -lambd, lambd), symbol="soft_shrink",
    elementwise=True, prepare=_shrinkage, doc="x moved towards 0 by lambd, and no further.", partials=[
    (r"[x^2 > \lambda^2]", lambda g, out, x, lambd=0.5: g * np.logical_not(_inside(x, lambd)))])
threshold = op("threshold", lambda x, threshold, value: np.where(x <= threshold, value, x), symbol="threshold",
    elementwise=True, doc="x where it is above the threshold, else the value.", partials=[
    (r"[x > t]", lambda g, out, x, threshold, value: g * np.logical_not(raw(x) <= threshold))])

# Without gradient: the results are untracked.
one_hot = op("one_hot", lambda x, num_classes=-1, dtype=int: _one_hot(x, num_classes, dtype), symbol="one_hot",
    doc="A row for each class number, 1 in its place and 0 elsewhere. num_classes=-1: the largest and one.",
    partials=[None])
