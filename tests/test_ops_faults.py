"""Faults planted in copies of operations: each check of the table fails on the fault that it is there for."""

import copy

import numpy as np
import pytest

from autograd_lite import RULE_BOOK, gradcheck, gradgradcheck, op
from autograd_lite.errors import GradientError
from autograd_lite.graph import raw
from tests.checks import (
    LAYOUTS,
    check_broadcasting,
    check_float32,
    check_freed,
    check_layout,
    check_orders,
    check_untouched,
    floats,
)
from tests.samples import SAMPLES, A, B, call

every_differentiable_op = pytest.mark.parametrize(
    "entry", [o for o in RULE_BOOK.values() if o.differentiable], ids=lambda o: o.name
)


def with_rules(entry, change, all_of_it=False):
    """A copy of an operation with each gradient rule changed, and perhaps what they begin with."""
    faulty = copy.copy(entry)
    if all_of_it and entry.through:
        faulty.through = change(entry.through)
    if entry.each:
        faulty.each = (entry.each[0], change(entry.each[1]))
    else:
        faulty.rules = tuple(rule and change(rule) for rule in entry.rules)
    return faulty


def off_by_a_thousandth(rule):
    return lambda *args, **params: rule(*args, **params) + 1e-3


def cut_from_the_graph(rule):
    """The same gradient computed on raw data: right to first order, constant to second."""
    return lambda g, out, *args, **params: rule(g, raw(out), *map(raw, args), **params)


def function_of_floats(entry):
    """The operation as a function of the arguments to differentiate by, and these."""
    sample = SAMPLES[entry.name]
    wrt = floats(sample.args)

    def f(*xs):
        given = dict(zip(wrt, xs, strict=True))
        return call(entry, sample)(*[given.get(i, a) for i, a in enumerate(sample.args)])

    return f, [sample.args[i] for i in wrt]


@every_differentiable_op
def test_a_rule_that_is_slightly_wrong_is_caught(entry):
    f, args = function_of_floats(with_rules(entry, off_by_a_thousandth))
    with pytest.raises(AssertionError, match="first order"):
        check_orders(f, args)
    assert len(gradcheck(f, args).mismatches) > 0


@pytest.mark.parametrize(
    "entry", [o for o in RULE_BOOK.values() if o.differentiable and o.arity > 1], ids=lambda o: o.name
)
def test_one_wrong_rule_among_several_is_caught(entry):
    for number in [i for i, rule in enumerate(entry.rules) if rule]:
        faulty = copy.copy(entry)
        rules = enumerate(entry.rules)
        faulty.rules = tuple(off_by_a_thousandth(rule) if i == number else rule for i, rule in rules)
        f, args = function_of_floats(faulty)
        with pytest.raises(AssertionError, match="first order"):
            check_orders(f, args)


@every_differentiable_op
def test_a_rule_without_a_second_derivative_is_caught(entry):
    bend = check_orders(*function_of_floats(entry))
    f, args = function_of_floats(with_rules(entry, cut_from_the_graph, all_of_it=True))
    if abs(bend) < 1e-5:
        check_orders(f, args)
        return
    with pytest.raises(AssertionError, match="second order"):
        check_orders(f, args)
    assert gradcheck(f, args)
    assert not gradgradcheck(f, args)


def test_promotion_is_caught():
    x = A.astype(np.float32)
    check_float32(RULE_BOOK["tanh"], [x])
    wide = np.ones(A.shape)
    in_rule = op("wide", np.negative, partials=[("-1", lambda g, out, x: -g * wide)])
    in_forward = op("wide", lambda x: x * wide, partials=[("1", lambda g, out, x: g)])
    inexact = op("inexact", np.negative, partials=[("-1", lambda g, out, x: -g * (1 + 1e-3 * (g.dtype == np.float32)))])
    for faulty in (in_rule, in_forward, inexact):
        with pytest.raises(AssertionError):
            check_float32(faulty, [x])


def test_writing_to_an_argument_or_to_the_result_is_caught():
    def spoil(out):
        out.setflags(write=True)
        out[...] = 0
        return out

    argument = op("spoils", lambda x: np.negative(x, out=x), partials=[("-1", lambda g, out, x: -g)])
    result = op("spoils", lambda x: x + 0, partials=[("1", lambda g, out, x: g + 0 * spoil(raw(out)))])
    for faulty in (argument, result):
        with pytest.raises(AssertionError):
            check_untouched(faulty, [A.copy()])


def test_a_dependence_on_the_memory_layout_is_caught():
    def in_memory_order(x):
        return np.exp(x.ravel("K")).reshape(x.shape)

    faulty = op("layout", in_memory_order, partials=[("e^x", lambda g, out, x: g * out)])
    with pytest.raises(AssertionError):
        check_layout(faulty, [A], LAYOUTS["transposed"])
    faulty = op("layout", np.exp, partials=[("e^x", lambda g, out, x: g * in_memory_order(raw(x)))])
    for layout in ("transposed", "reversed"):
        with pytest.raises(AssertionError):
            check_layout(faulty, [A], LAYOUTS[layout])


def test_a_node_that_is_kept_alive_is_caught():
    check_freed(RULE_BOOK["exp"], [A])
    kept = []

    def keeps(x):
        kept.append(x)
        return np.exp(x)

    def cycle(x):
        ring = [np.exp(x)]
        ring.append(ring)
        return ring[0]

    for faulty in (keeps, cycle):
        with pytest.raises(AssertionError):
            check_freed(faulty, [A])


def test_a_gradient_that_is_not_summed_back_is_caught():
    def averages(g, out, x, y):
        c = g * x
        return c if c.shape == y.shape else c.mean(axis=0)

    def shapeless(g, out, x, y):
        return (g * x).sum()

    def first(g, out, x, y):
        return g * y

    check_broadcasting(RULE_BOOK["multiply"], [A, B[0]])
    for rule, error in ((averages, AssertionError), (shapeless, GradientError)):
        faulty = op("faulty", np.multiply, partials=[("y", first), ("x", rule)])
        with pytest.raises(error):
            check_broadcasting(faulty, [A, B[0]])
