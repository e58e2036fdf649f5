"""Value: what the contract promises of it, one promise at a time."""

import copy
import inspect
import math
import operator
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import Tensor, Value
from autograd_lite.errors import GraphError, KindError

ELEMENTWISE = [
    name
    for name, card in ag.RULE_BOOK.items()
    if card.elementwise and card.differentiable and card.arity == 1 and not card.required
    # `real` and `imag` are attributes, as of arrays.
    and name not in ("identity", "real", "imag")
]  # fmt: skip


def slope(f: Callable[[float], float], x: float) -> float:
    """The derivative of f at x by central differences, with Richardson's extrapolation."""

    def central(h: float) -> float:
        return (f(x + h) - f(x - h)) / (2 * h)

    return (4 * central(1e-4) - central(2e-4)) / 3


# Construction, data, grad


@pytest.mark.parametrize(
    "data", [2, 2.0, True, np.float64(2.5), np.float32(0.5), np.int64(3), np.bool_(True), np.array(2.5), np.array(3)]
)
def test_data_is_a_float(data: Any) -> None:
    """Any real number, kept as a Python float."""
    v = Value(data)
    assert type(v.data) is float
    assert v.data == data
    assert (v.requires_grad, v.is_leaf, v.op, v.name) == (True, True, None, None)


@pytest.mark.parametrize("data", ["2", None, 1j, np.complex128(1), [2.0], np.ones(1), Value(1.0), Tensor(1.0), {}])
def test_data_that_is_no_number(data: Any) -> None:
    """Anything else is refused, by the constructor, by `.data` and by `.grad`."""
    v = Value(1.0)
    for ask in (lambda: Value(data), lambda: setattr(v, "data", data)):
        with pytest.raises(KindError, match="expected a real number"):
            ask()
    if data is not None and not isinstance(data, Value):
        with pytest.raises(KindError, match="grad: expected a real number"):
            v.grad = data
    assert (v.data, v.grad) == (1.0, 0.0)


def test_name() -> None:
    """A string, by position or keyword."""
    assert Value(1.0, "w").name == Value(1.0, name="w").name == "w"
    with pytest.raises(KindError, match="name is a string"):
        Value(1.0, name=3)  # type: ignore[arg-type]


def test_grad_accumulates() -> None:
    """0.0 before, a float after, summed over passes; set to 0 or None it starts again."""
    a = Value(3.0)
    y = a * a
    assert (a.grad, y.grad) == (0.0, 0.0)
    y.backward()
    y.backward(gradient=2.0)
    assert (a.grad, y.grad) == (18.0, 3.0)
    for fresh in (0, None):
        a.grad = fresh
        assert a.grad == 0.0
        y.backward()
        assert a.grad == 6.0
    assert type(a.grad) is float


def test_data_is_replaced_by_assignment() -> None:
    """A leaf takes a new number; the result of an operation does not."""
    a = Value(3.0)
    a.data -= 1
    assert a.data == 2.0
    with pytest.raises(GraphError, match=r"multiply.*detach\(\)"):
        (a * 2).data = 1.0


def test_arithmetic_in_place_makes_new_nodes() -> None:
    """`a += 1` names a new node, as in micrograd."""
    a = Value(3.0)
    first = a
    a += 1.0
    a *= first
    a.backward()
    assert (first.data, first.grad) == (3.0, 7.0)


def test_backward_errors() -> None:
    """An untracked Value has nothing to go back through, and the incoming gradient is a number."""
    with pytest.raises(GraphError, match="not tracked"):
        Value(1.0).detach().backward()
    a = Value(1.0)
    with pytest.raises(KindError, match="backward"):
        (a * a).backward("text")
    assert a.grad == 0.0


def test_detach_item_and_requires_grad() -> None:
    """A detached Value is a constant with the same number and name."""
    a = Value(3.0, name="a")
    cut = (a * 1.0).detach()
    y = a * cut
    y.backward()
    assert (cut.requires_grad, cut.item(), cut.data, a.grad) == (False, 3.0, 3.0, 3.0)
    assert a.detach().name == "a"


# Functions


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("how", ["method", "autograd_lite", "numpy"])
def test_every_elementwise_function(name: str, how: str) -> None:
    """Each is a method, a function of the library and, where NumPy has it, of NumPy: the right value and slope."""
    card = ag.RULE_BOOK[name]
    x = 1.4 if name == "arccosh" else 0.3
    if how == "numpy":
        if not isinstance(card.forward, np.ufunc):
            return
        f: Callable[[Any], Any] = card.forward
    else:
        f = (lambda v: getattr(v, name)()) if how == "method" else getattr(ag, name)
    v = Value(x)
    y = f(v)
    y.backward()
    plain = card.forward
    assert type(y) is Value
    assert type(y.data) is float
    assert y.data == pytest.approx(float(plain(np.float64(x))), rel=1e-14)
    assert v.grad == pytest.approx(slope(lambda x: float(plain(np.float64(x))), x), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_elementwise_function_to_second_order(name: str) -> None:
    """A recorded pass gives a Value whose own slope is the second derivative."""
    card = ag.RULE_BOOK[name]
    x = 1.4 if name == "arccosh" else 0.3
    v = Value(x)
    card(v).backward(create_graph=True)
    first = v.grad
    flat = card.latex == ("0",)
    assert type(first) is Value or flat
    v.grad = None
    if not flat:
        first.backward()

    def first_slope(x: float) -> float:
        u = Value(x)
        card(u).backward()
        return float(u.grad)

    assert float(v.grad) == pytest.approx(slope(first_slope, x), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("name", ["maximum", "minimum", "power", "remainder", "add", "divide"])
def test_functions_of_two(name: str) -> None:
    """Values and numbers mix, as method, function and through NumPy."""
    card = ag.RULE_BOOK[name]
    expected = float(card.numpy[0](2.5, 1.5))
    a, b = Value(2.5), Value(1.5)
    for y in (card(a, b), card(a, 1.5), card(2.5, b), card.numpy[0](a, b), card.numpy[0](2.5, b), getattr(a, name)(b)):
        assert type(y) is Value
        assert y.data == expected


def test_clip_and_where() -> None:
    """Functions of three, with bounds and branches that are Values or numbers."""
    a = Value(2.5)
    for y in (a.clip(0.0, 1.0), np.clip(a, 0.0, 1.0), ag.clip(a, None, Value(1.0)), np.where(a > 3.0, a, 1.0)):
        assert type(y) is Value
        assert y.data == 1.0
    y = ag.where(a > 2.0, a * a, 0.0)
    y.backward()
    assert a.grad == 5.0


def test_comparisons_give_truth() -> None:
    """Order is that of the number; equality is identity, so that Values go into sets."""
    a, b = Value(2.0), Value(3.0)
    assert (a < b, a <= 2.0, b > a, b >= 4.0) == (True, True, True, False)
    assert operator.eq(a, a)
    assert a != Value(2.0)
    with pytest.raises(TypeError, match="'Value' and 'str'"):
        a < "text"  # noqa: B015
    assert (a in {a, b}, a in [b], len({a, b, a})) == (True, False, 2)
    assert max(a, b) is b
    assert sorted([b, a]) == [a, b]


def test_questions_give_truth() -> None:
    """isnan and its kind give truth values rather than nodes."""
    assert np.isnan(Value(math.nan))
    assert Value(1.0).isfinite()
    assert not np.isinf(Value(1.0))


def test_conversion_and_text() -> None:
    """float, int, bool, format and repr take the number."""
    a = Value(2.5, name="w")
    (a * 2.0).backward()
    assert (float(a), int(a), bool(a), bool(Value(0.0)), math.floor(float(a))) == (2.5, 2, True, False, 2)
    assert f"{a:.3f}" == "2.500"
    assert repr(a) == f"{a}" == "Value(data=2.5, grad=2.0, name='w')"
    assert repr(Value(1.0)) == "Value(data=1.0, grad=0.0)"


def test_matmul_is_refused() -> None:
    """A Value is no matrix, and the error says what to write."""
    for product in (lambda a: a @ a, lambda a: a @ 2.0):
        with pytest.raises(TypeError, match="single number"):
            product(Value(1.0))


def test_methods_of_arrays_are_absent() -> None:
    """A number has no axes, so it has no methods that take them."""
    for name in ("sum", "reshape", "T", "shape"):
        assert not hasattr(Value(1.0), name)


# Operators

BINARY = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}
NUMBERS: dict[str, Callable[[float], Any]] = {
    "float": float,
    "int": round,
    "bool": bool,
    "np.float64": np.float64,
    "np.float32": np.float32,
    "np.int64": np.int64,
    "0-d array": np.array,
    "Value": Value,
}


@pytest.mark.parametrize("sign", BINARY)
@pytest.mark.parametrize("other", NUMBERS)
def test_operators_meet_every_number(sign: str, other: str) -> None:
    """Every operator with every kind of number on either side gives a Value with the right slope."""
    compute = BINARY[sign]
    for left in (True, False):
        given, v = NUMBERS[other](2.2), Value(1.3)
        plain = float(given)

        def f(x: Any, y: Any = plain, left: bool = left) -> Any:
            return compute(x, y) if left else compute(y, x)

        y = f(v, given)
        y.backward()
        assert type(y) is Value
        assert y.data == pytest.approx(f(1.3, plain), rel=1e-12)
        assert v.grad == pytest.approx(slope(f, 1.3), rel=1e-8, abs=1e-8)
        if isinstance(given, Value):
            assert given.grad == pytest.approx(slope(lambda x: f(1.3, x), 2.2), rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("other", NUMBERS)
def test_comparisons_meet_every_number(other: str) -> None:
    """Order against every kind of number, on either side."""
    given, v = NUMBERS[other](2.2), Value(1.5)
    plain = float(given)
    for compare in (operator.lt, operator.le, operator.gt, operator.ge):
        assert bool(compare(v, given)) is compare(1.5, plain)
        assert bool(compare(given, v)) is compare(plain, 1.5)


def test_unary_and_divmod() -> None:
    """Minus, plus, abs and divmod, on either side."""
    v = Value(-2.5)
    y = -v + +v * 3.0 + abs(v)
    y.backward()
    assert (y.data, v.grad) == (-2.5, 1.0)
    assert [p.data for p in divmod(Value(7.5), 2.0)] == [3.0, 1.5]
    assert [p.data for p in divmod(7.5, Value(2.0))] == [3.0, 1.5]
    assert [p.data for p in divmod(np.float64(7.5), Value(2.0))] == [3.0, 1.5]
    with pytest.raises(TypeError, match="modulus"):
        pow(v, 2, 3)


@pytest.mark.parametrize("other", ["text", None, 1j, {}, object()])
@pytest.mark.parametrize("sign", ["+", "*", "/", "**"])
def test_operands_that_are_no_numbers(sign: str, other: Any) -> None:
    """They are refused on either side, by name of the operation."""
    name = {"+": "add", "*": "multiply", "/": "divide", "**": "power"}[sign]
    for ask in (lambda: BINARY[sign](Value(1.0), other), lambda: BINARY[sign](other, Value(1.0))):
        with pytest.raises(TypeError, match=name):
            ask()


# Arrays


@pytest.mark.parametrize("sign", [s for s in BINARY if s != "//"])
def test_value_among_arrays(sign: str) -> None:
    """A Value and an array of numbers, on either side, make an object array of Values."""
    a = np.array([1.5, 2.5])
    compute = BINARY[sign]
    for left in (True, False):
        v = Value(1.2)

        def f(x: Any, left: bool = left) -> Any:
            return compute(x, a) if left else compute(a, x)

        y = f(v)
        assert (y.shape, y.dtype) == ((2,), object)
        y.sum().backward()
        assert [u.data for u in y] == pytest.approx(f(1.2).tolist(), rel=1e-14)
        assert v.grad == pytest.approx(slope(lambda x: float(f(x).sum()), 1.2), rel=1e-8)


def test_object_arrays_make_a_network() -> None:
    """`np.tanh(W @ x + b)` of object arrays is the scalar graph of a layer."""
    rng = np.random.default_rng(0)
    plain = [rng.normal(size=s) for s in ((3, 2), (3,), (1, 3), (2,))]
    w, b, u = (np.vectorize(Value, otypes=[object])(p) for p in plain[:3])
    x = plain[3]
    y = (u @ np.tanh(w @ x + b) - 1.0)[0] ** 2
    y.backward()
    leaves = [Tensor(p, requires_grad=True) for p in plain[:3]]
    reference = ((leaves[2] @ np.tanh(leaves[0] @ x + leaves[1]) - 1.0) ** 2).sum()
    reference.backward()
    assert y.data == pytest.approx(reference.item(), rel=1e-14)
    for array, leaf in zip((w, b, u), leaves, strict=True):
        assert np.allclose(np.vectorize(lambda v: v.grad)(array).astype(float), leaf.grad, rtol=1e-12)


def test_functions_on_object_arrays() -> None:
    """NumPy's functions and the library's go element by element."""
    x = np.array([Value(1.0), Value(2.0)])
    for f in (np.exp, np.tanh, ag.relu, ag.sigmoid, lambda x: x**2, lambda x: np.maximum(x, 1.5), lambda x: 2.0 / x):
        y = f(x)
        assert (y.shape, y.dtype) == ((2,), object)
        assert [float(v) for v in y] == pytest.approx([float(f(np.array([d]))[0]) for d in (1.0, 2.0)])
    assert (x.sum().data, np.mean(x).data, np.dot(x, x).data) == (3.0, 1.5, 5.0)
    assert np.max(x) is x[1]


def test_stack_makes_a_tensor_of_values() -> None:
    """`stack` joins Values to a Tensor, and their gradients come back as floats."""
    a, b = Value(1.0), Value(2.0)
    t = ag.stack([a, b])
    assert type(t) is Tensor
    (t * np.array([3.0, 4.0])).sum().backward()
    assert (a.grad, b.grad) == (3.0, 4.0)


def test_reductions_of_one_value() -> None:
    """np.sum and np.mean of a single Value have its slope."""
    for f in (np.sum, np.mean, np.max, np.prod):
        a = Value(3.0)
        (f(a) * 2.0).backward()
        assert a.grad == 2.0


# Where Python's arithmetic raises, NumPy's gives inf or nan and warns


@pytest.mark.parametrize(
    ("f", "x", "value", "gradient"),
    [
        (lambda v: v.log(), 0.0, -math.inf, math.inf),
        (lambda v: 1 / v, 0.0, math.inf, -math.inf),
        (lambda v: 1.0 / v, -0.0, -math.inf, -math.inf),
        (lambda v: v**-1, 0.0, math.inf, -math.inf),
        (lambda v: v**-2.0, 0.0, math.inf, -math.inf),
        (lambda v: v.exp(), 1000.0, math.inf, math.inf),
        (lambda v: v.expm1(), 1000.0, math.inf, math.inf),
        (lambda v: v.sinh(), 1000.0, math.inf, math.inf),
        (lambda v: v.cosh(), 1000.0, math.inf, math.inf),
        (lambda v: v**2, 1e200, math.inf, 2e200),
        (lambda v: 10.0**v, 400.0, math.inf, math.inf),
        (lambda v: v.log(), -1.0, math.nan, -1.0),
        (lambda v: v.log1p(), -1.0, -math.inf, math.inf),
        (lambda v: v.sqrt(), -1.0, math.nan, math.nan),
        (lambda v: v.sqrt(), 0.0, 0.0, math.inf),
        (lambda v: v**0.5, -1.0, math.nan, math.nan),
        (lambda v: v.arcsin(), 2.0, math.nan, math.nan),
        (lambda v: v.arccos(), 2.0, math.nan, math.nan),
        (lambda v: v.arccosh(), 0.5, math.nan, math.nan),
        (lambda v: v.arctanh(), 1.0, math.inf, math.inf),
        (lambda v: v % 0, 2.0, math.nan, 1.0),
    ],
)
def test_outside_the_domain(f: Callable[[Any], Any], x: float, value: float, gradient: float) -> None:
    """Value and slope are those of a Tensor, with a RuntimeWarning on the way, and nothing raises."""

    def both(x: Any) -> tuple[Any, Any]:
        y = f(x)
        y.backward()
        return y.data, x.grad

    for leaf in (Value(x), Tensor(x, requires_grad=True)):
        with pytest.warns(RuntimeWarning):
            found = both(leaf)
        assert np.array_equal(found[0], value, equal_nan=True)
        assert np.array_equal(found[1], gradient, equal_nan=True)


def test_warnings_of_the_domain_can_be_errors() -> None:
    """np.errstate governs Values as it governs arrays."""
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        Value(0.0).log()
    with np.errstate(all="ignore"):
        assert Value(0.0).log().data == -math.inf


def test_nan_and_infinity_pass_through() -> None:
    """Not-a-number is no error, and no comparison swallows it."""
    nan = Value(math.nan)
    assert all(math.isnan(f.data) for f in (nan.relu(), nan.maximum(1.0), nan.minimum(1.0), nan + 1.0, nan.sigmoid()))
    assert Value(math.inf).tanh().data == 1.0
    assert Value(-math.inf).exp().data == 0.0


# Hooks, recorded passes, copies


def test_hooks() -> None:
    """A hook sees the gradient as a float and may replace it by a number."""
    seen = []
    a = Value(3.0)
    y = a * a
    y.register_hook(lambda g: seen.append(g))
    handle = y.register_hook(lambda g: g * 10)
    (y + y).backward()
    assert seen == [2.0]
    assert type(seen[0]) is float
    assert (y.grad, a.grad) == (20.0, 120.0)
    handle.remove()
    y.backward()
    assert a.grad == 126.0
    with pytest.raises(GraphError, match="not tracked"):
        Value(1.0).detach().register_hook(print)


def test_hook_of_one_value_leaves_others_alone() -> None:
    """What all Values share, that they keep their gradients, does not share their hooks."""
    a, b = Value(1.0), Value(2.0)
    a.register_hook(lambda g: g * 100)
    (a * b).backward()
    assert (a.grad, b.grad) == (200.0, 1.0)
    assert a.retain_grad() is a


def test_create_graph() -> None:
    """Derivatives of every order by pass after pass."""
    x = Value(2.0)
    y = x**5
    for expected in (80.0, 160.0, 240.0, 240.0, 120.0):
        x.grad = None
        y.backward(create_graph=True)
        assert float(x.grad) == expected
        y = x.grad


def test_create_graph_accumulates_on_plain_gradients() -> None:
    """A recorded gradient adds to a float from before, and differentiates."""
    x = Value(2.0)
    (x * 3.0).backward()
    (x**3).backward(create_graph=True)
    total = x.grad
    assert (type(total), total.data) == (Value, 15.0)
    x.grad = None
    total.backward()
    assert float(x.grad) == 12.0


def test_create_graph_with_a_tracked_gradient() -> None:
    """The incoming gradient may be a Value, by which the result can be differentiated."""
    x, v = Value(2.0), Value(5.0)
    (x * x).backward(v, create_graph=True)
    slope = x.grad
    v.grad = 0.0
    slope.backward()
    assert float(v.grad) == 4.0


def test_steps_keep_plain_gradients_under_create_graph() -> None:
    """At the steps between, a recorded pass leaves floats, unless retain_grad asked for the node."""
    x = Value(2.0)
    y, z = x * x, x * 3.0
    z.retain_grad()
    (y * z).backward(create_graph=True)
    assert (type(y.grad), y.grad) == (float, 6.0)
    assert (type(z.grad), float(z.grad)) == (Value, 4.0)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_copies_of_leaves(duplicate: Callable[[Value], Value]) -> None:
    """Copied and pickled leaves are leaves of their own, with number and name."""
    a = Value(2.0, name="w")
    twin = duplicate(a)
    (twin * twin).backward()
    assert (twin.data, twin.name, twin.grad, a.grad) == (2.0, "w", 4.0, 0.0)
    for ask in (copy.deepcopy, pickle.dumps):
        with pytest.raises(GraphError, match=r"detach\(\)"):
            ask(a * 2.0)


def test_attributes_cannot_be_invented() -> None:
    """A misspelt attribute is an error, not a new attribute."""
    with pytest.raises(AttributeError):
        Value(1.0).gard = 0.0  # type: ignore[attr-defined]


def test_methods_are_documented() -> None:
    """`help` of every function method gives its partial derivative."""
    for name in ELEMENTWISE:
        method = getattr(Value, name)
        assert inspect.isfunction(method)
        assert "Partial derivative" in (method.__doc__ or "")
