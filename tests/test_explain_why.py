"""Why a gradient is None, zero or no number: each reason is found, told apart from the others, and says where."""

import gc
import pickle
import re
import weakref
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.graph import Cut


def tracked(data: Any, name: str | None = None) -> ag.Tensor:
    return ag.Tensor(data, requires_grad=True, name=name)


def leaves() -> tuple[ag.Tensor, ag.Tensor]:
    return tracked([1.5, -2.0], "x"), tracked([0.5, 2.0], "w")


def line_of(marker: str) -> str:
    """Where a comment stands in this file."""
    with open(__file__, encoding="utf-8") as file:
        (found,) = [i for i, line in enumerate(file, 1) if f"# {marker}" in line and "line_of" not in line]
    return f"test_explain_why.py:{found}"


# Why there is none


def test_detached_at_a_line() -> None:
    """The place of the call of detach, and that x is behind it."""
    x, w = leaves()
    h = ag.tanh(x)
    cut = h.detach()  # the cut of h
    found = ag.explain((cut * w).sum(), x, {"h": h})
    assert found.gradient is None
    assert found.count == 0
    assert found.why.startswith(
        f"h, which was computed from x, was detached at {line_of('the cut of h')}: from there no gradient comes back."
    )
    assert "argument of node 3, v₃ = v₂ × w" in found.text


def test_detached_by_stop_gradient() -> None:
    """The line of the user's call, not one inside the library."""
    x, w = leaves()
    y = (ag.stop_gradient(x) * w).sum()  # the stop
    assert f"x was detached at {line_of('the stop')}" in ag.explain(y, x).why


def test_detached_and_then_computed_with() -> None:
    """What is computed of a cut value alone is cut as well, by every way of calling an operation."""
    x, w = leaves()
    cut = x.detach()
    for derived in (cut * 3.0, 3.0 * cut, -cut, cut + np.ones(2), ag.concatenate([cut])):
        assert "x was detached at" in ag.explain((derived * w).sum(), x).why


def test_detached_and_gone() -> None:
    """The node that was detached is no more: the cut is told, and that it may be the reason."""
    x, w = leaves()
    y = (ag.tanh(x).detach() * w).sum()  # the cut of what is gone
    why = ag.explain(y, x).why
    assert why.startswith("No tracked path leads from v₄ back to x; if it went by way of v₂, it ends there: that was")
    assert line_of("the cut of what is gone") in why


def test_detached_value() -> None:
    v, w = ag.Value(2.5, name="v"), ag.Value(3.0, name="w")
    assert "v was detached at test_explain_why.py:" in ag.explain(v.detach() * w, v).why
    assert "v was detached" in ag.explain(v.detach() * 2.0 * w, v).why
    assert "its value was detached at" in ag.explain(v.detach() * 2.0, v).why


def test_several_cuts_are_all_told() -> None:
    x, w = leaves()
    y = ag.tanh(x).detach() * w + ag.exp(x).detach() * w
    found = ag.explain(y.sum(), x)
    assert len(re.findall(r"detached at test_explain_why.py:\d+\.", found.text)) >= 2


def test_under_no_grad() -> None:
    x, w = leaves()
    with ag.no_grad():
        h = x * 2.0
    assert (
        "by way of h, it ends there: that was computed by multiply under no_grad()"
        in ag.explain((h * w).sum(), x, {"h": h}).why
    )
    with ag.no_grad():
        y = (x * w).sum()
    found = ag.explain(y, x, {"y": y})
    assert found.why == (
        "y is not tracked, so it has no gradient by anything: its value was computed by multiply under no_grad(). "
        "Compute it outside no_grad()."
    )
    v = ag.Value(2.0, name="v")
    with ag.no_grad():
        u = v * 3.0
    assert "multiply under no_grad()" in ag.explain(u * ag.Value(1.0), v).why


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        (lambda x: x > 0, "computed by greater, which has no gradient. Use a smooth step"),
        (lambda x: x.argmax(), "computed by argmax, which has no gradient. Use softmax"),
        (lambda x: x.astype(int), "turned into int64 by astype. Only floats have gradients"),
    ],
)
def test_steps(cut: Callable[[Any], Any], said: str) -> None:
    """Comparisons, arguments of the largest, integers."""
    x, w = leaves()
    assert said in ag.explain((cut(x) * w).sum(), x).why


@pytest.mark.parametrize(
    "plain", [lambda x: x.data, lambda x: x.numpy(), lambda x: np.asarray(x), lambda x: np.array(x.tolist())]
)
def test_plain_arrays(plain: Callable[[Any], Any]) -> None:
    x, w = leaves()
    why = ag.explain((plain(x) * w).sum(), x).why
    assert why.startswith(
        "x reaches v₄ only as plain numbers: a constant of node 3, v₃ = v₂ × w is equal to its value."
    )


def test_plain_numbers() -> None:
    """Also of what was computed from x, where its name is known."""
    x, w = leaves()
    s = x.sum()
    assert "s reaches v₃ only as plain numbers" in ag.explain((s.item() * w).sum(), x, {"s": s}).why
    v = ag.Value(0.37, name="v")
    assert "v reaches v₂ only as plain numbers" in ag.explain(ag.Value(2.0) * v.data, v).why


def test_untracked_frozen_integer() -> None:
    x, w = leaves()
    untracked = ag.Tensor([1.0, 2.0], name="u")
    found = ag.explain((untracked * w).sum(), untracked)
    assert found.why == "u is not tracked. Give it requires_grad=True before computing."
    assert "It is an argument of node 3, v₃ = u × w." in found.text
    x.requires_grad_(False)
    found = ag.explain((x * w).sum(), x)
    assert found.why == "x is frozen: its requires_grad was set to False. Set it to True before computing."
    assert "It is an argument of node 3, v₃ = x × w." in found.text
    integers = ag.Tensor([1, 2], name="i")
    assert ag.explain((integers * w).sum(), integers).why.startswith("i holds int64, and only floats have gradients.")
    assert ag.explain((w * w).sum(), x.detach()).why.startswith("x is not tracked")
    with ag.no_grad():
        h = w * 2.0
    assert (
        "h is not tracked: its value was computed by multiply under no_grad()" in ag.explain(w.sum(), h, {"h": h}).why
    )


def test_tracked_too_late() -> None:
    _, w = leaves()
    late = ag.Tensor([1.0, 2.0], name="late")
    y = (late * w).sum()
    late.requires_grad_()
    found = ag.explain(y, late)
    assert found.gradient is None
    assert (
        found.why == "late was not tracked yet when node 3, v₃ = late × w was computed. Call requires_grad_() before."
    )


def test_on_no_path_and_replaced() -> None:
    x, w = leaves()
    y = (w * w).sum()
    found = ag.explain(y, x)
    assert found.why == "No path leads from v₃ back to x: it was not computed from it."
    assert "It was computed from w." in found.text
    newer = tracked([0.0, 0.0], "w")
    assert ag.explain(y, newer).why.startswith("The graph has another node called w, not this one: it was replaced")


def test_nothing_is_tracked() -> None:
    y = ag.Tensor([1.0, 2.0]).sum()
    assert "nothing that it was computed from is tracked" in ag.explain(y).why
    assert "its value was detached at" in ag.explain((tracked([1.0]).detach() * 2.0).sum()).why


# Why it is zero


def zero(y: Any, x: Any, names: Any = None) -> str:
    found = ag.explain(y, x, names)
    assert not np.any(found.gradient)
    return found.why


def test_a_closed_relu() -> None:
    """Which node, and how many elements."""
    x, w = leaves()
    u = x * 0.1 - 1.0
    assert zero((u.relu() * w).sum(), x, {"u": u}) == (
        "∂v₇/∂x is zero: a ReLU is closed for every element: all 2 elements of u are at most 0 (the largest is −0.85), "
        "at node 5, v₅ = relu(u). Use leaky_relu, a smaller learning rate, or other initial values."
    )
    v = ag.Value(-3.0, name="v")
    assert "a ReLU is closed: v = −3 is at most 0, at node 2, v₂ = relu(v)" in zero(v.relu() * 2.0, v)


def test_a_relu_closed_where_it_counts() -> None:
    """The second element passes, but nothing comes to it."""
    x = tracked([-1.0, 2.0, -3.0], "x")
    why = zero((x.relu() * np.array([1.0, 0.0, 1.0])).sum(), x)
    assert "the 2 of 3 elements of x that a gradient comes to are at most 0 (the largest is −1)" in why


def test_two_closed_ways() -> None:
    x, _ = leaves()
    found = ag.explain(ag.relu(x - 10.0).sum() + ag.relu(x - 20.0).sum(), x)
    assert "The first of 2 places where it vanishes." in found.why
    assert found.text.count("a ReLU is closed for every element") == 2


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (lambda x, w: x * 0.0 + w, "x is multiplied by zero, at node 3, v₃ = x × 0"),
        (lambda x, w: x @ np.zeros(2), "x is multiplied by zero, at node 3, v₃ = x @ v₂: all 2 elements of v₂ are 0"),
        (lambda x, w: ag.sigmoid(x * 1e3), "sigmoid is saturated: at v₂ = [1500  −2000] its derivative rounds to 0"),
        (lambda x, w: ag.tanh(x * 1e3), "tanh is saturated"),
        (lambda x, w: ag.where(x > 100.0, x, w), "the branch with x is not taken, at node 4, v₄ = where(v₃, x, w)"),
        (lambda x, w: ag.maximum(x, 100.0), "maximum takes nothing of x, at node 2, v₂ = max(x, 100)"),
        (lambda x, w: ag.floor(x), "floor goes in steps, and its derivative is 0 everywhere, at node 2, v₂ = floor(x)"),
        (lambda x, w: ag.sign(x), "sign goes in steps"),
        (lambda x, w: ag.clip(x, -0.1, 0.1), "clip is flat for every element: all 2 elements of x are outside"),
        (lambda x, w: ag.hard_sigmoid(x * 9.0), "all 2 elements of v₂ are outside −3 to 3"),
        (lambda x, w: x - x, "what comes back along 2 ways cancels out: [1  1] + [−1  −1] = 0"),
        (lambda x, w: (x * 2.0) * w - (x * 2.0) * w, "cancels out: ["),
        (lambda x, w: x * 1e-200 * 1e-200, "is smaller than any float (underflow), at node 2"),
        (lambda x, w: ag.abs(x * 0.0 + x - x.data), "abs is taken as 0"),
        (lambda x, w: (x - x.data) ** 2, "the derivative by v₃ is 0 at v₃ = [0  0], at node 4, v₄ = v₃ ^ 2"),
        (lambda x, w: x[0:0], "v₂ is empty, at node 3, v₃ = Σ(v₂)"),
    ],
)  # fmt: skip
def test_zero(f: Callable[[Any, Any], Any], said: str) -> None:
    """Multiplied by zero, saturated, not taken, in steps, flat, cancelled, lost in rounding."""
    x, w = leaves()
    y = f(x, w)
    assert said in zero(y.sum() if y.ndim else y, x)


def test_zero_of_values() -> None:
    a, b = ag.Value(3.0, name="a"), ag.Value(0.0, name="b")
    assert "a is multiplied by zero, at node 3, v₃ = a × b: b is 0" in zero(a * b, a)
    why = zero(a * 1e-200 * 1e-200, a)
    assert "the product of the gradient 1×10⁻²⁰⁰ and the derivative 1×10⁻²⁰⁰ is smaller than any float" in why
    assert "at node 2, v₂ = a × 1×10⁻²⁰⁰" in why
    assert "what comes back along 2 ways cancels out: −1 + 1 = 0" in zero(a + b - a, a)


def test_an_argument_without_a_rule() -> None:
    """A user's operation that has none."""
    f = ag.op("half", lambda x, y: x * 0.5 + 0 * y, partials=[("1/2", lambda g, out, x, y: g / 2), None])
    x, w = leaves()
    assert "half has no gradient by this argument, at node 3, v₃ = half(x, w)" in zero(f(x, w).sum(), w)


def test_empty() -> None:
    x = tracked(np.zeros((0, 2)), "x")
    assert ag.explain((x * 2.0).sum(), x).why == "∂v₃/∂x is zero: v₂ is empty, at node 3, v₃ = Σ(v₂)."


# Why it is no number


@pytest.mark.parametrize(
    ("f", "kind", "where", "remedy"),
    [
        (
            lambda x: ag.log(x),
            "v₃ itself is nan: the first nan of the forward pass",
            "at node 2, v₂ = ln(x), at [1], where x = −2.",
            "Keep its argument positive",
        ),
        (
            lambda x: ag.exp(x * 1000.0),
            "infinity in 1 of 2 elements: the first infinity of the forward pass",
            "at node 3, v₃ = exp(v₂), at [0], where v₂ = 1500.",
            "subtract the largest first",
        ),
        (
            lambda x: x / (x - x.data),
            "the first infinity of the forward pass",
            "at node 4, v₄ = x ÷ v₃, at [0], where x = 1.5 and v₃ = 0.",
            "Keep the divisor from 0",
        ),
        (
            lambda x: ag.sqrt((x - x.data) * 1.0),
            "infinity in every element: the first infinity of the backward pass",
            "comes from node 5, v₅ = √(v₄), at [0], where v₄ = 0.",
            "Keep the argument away from 0",
        ),
        (
            lambda x: ag.sqrt((x - x.data) ** 2),
            "nan in every element: the first infinity of the backward pass",
            "comes from node 5, v₅ = √(v₄), at [0], where v₄ = 0.",
            "Keep the argument away from 0",
        ),
        (
            lambda x: ag.log(ag.softmax(x * 1000.0))[1],
            "nan in every element: the first infinity of the forward pass",
            "at node 4, v₄ = ln(v₃), at [1], where v₃ = 0.",
            "take log_softmax",
        ),
    ],
)
def test_undefined(f: Callable[[Any], Any], kind: str, where: str, remedy: str) -> None:
    """The first place, the element, its arguments, the remedy."""
    x, _ = leaves()
    with np.errstate(all="ignore"):
        y = f(x)
        found = ag.explain(y.sum() if y.ndim else y, x)
    for said in (kind, where, remedy):
        assert said in found.why


def test_a_leaf_that_holds_nan() -> None:
    n = tracked([1.0, np.nan], "n")
    why = ag.explain((n * n).sum(), n).why
    assert "n itself holds nan in 1 of 2 elements. Look at where it was read or updated." in why


def test_undefined_of_values() -> None:
    a = ag.Value(0.0, name="a")
    why = ag.explain(ag.sqrt(a) * 2.0, a).why
    assert why == (
        "∂v₃/∂a is infinity: the first infinity of the backward pass comes from node 2, v₂ = √(a), where a = 0, whose "
        "derivative by a is ∞. Keep the argument away from 0, as in sqrt(x + 1e-12)."
    )
    y = 1.5e308 * a + 1.5e308 * a
    assert "finite contributions add up to more than a float holds" in ag.explain(y, a).why


# What the records cost, and do not keep


def test_an_ordinary_gradient_has_no_verdict() -> None:
    x, w = leaves()
    found = ag.explain((x * w).sum())
    assert found.why == ""
    assert set(found.gradient) == {"x", "w"}


def test_one_verdict_for_each_of_several() -> None:
    x, w = leaves()
    found = ag.explain((x * w.detach()).sum(), [x, w])
    assert found.why.startswith("w was detached")
    assert found.gradient["w"] is None
    np.testing.assert_array_equal(found.gradient["x"], [0.5, 2.0])


def test_a_cut_keeps_nothing() -> None:
    """The graph that was cut off is freed at once, with the collector off."""
    x = tracked([1.0, 2.0])
    h = ag.tanh(x)
    gone = weakref.ref(h)
    gc.disable()
    try:
        cut = h.detach()
        derived = cut * 2.0
        del h
        assert gone() is None
    finally:
        gc.enable()
    assert isinstance(cut._a, Cut)
    assert derived._a is cut._a
    assert cut._a.origin() is None


def test_a_copy_forgets_where_it_was_cut() -> None:
    x = tracked([1.0, 2.0]).detach()
    for copy in (deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert copy._a == ()
        assert not isinstance(copy._a, Cut)
    assert deepcopy(x._a) == pickle.loads(pickle.dumps(x._a)) == ()
    assert type(pickle.loads(pickle.dumps(x._a))) is tuple
    assert not isinstance(ag.Tensor([1.0]).detach()._a, Cut)


def test_recorded_results_carry_no_cut() -> None:
    x, w = leaves()
    assert (x * w)._a is x._data
    assert ag.Tensor([1.0])._a == ()
    assert (ag.Tensor([1.0]) * 2.0)._a == ()
