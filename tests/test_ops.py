"""Every operation of the rule book, shown right by its row in `tests/samples.py`."""

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

import autograd_lite as ag
from autograd_lite import RULE_BOOK, AutogradError, Tensor, Value, gradcheck, gradgradcheck
from autograd_lite.calls import order
from autograd_lite.ops import COMPOSED
from autograd_lite.tensor import IN_PLACE
from tests.checks import (
    LAYOUTS,
    check_broadcasting,
    check_float32,
    check_freed,
    check_layout,
    check_orders,
    check_untouched,
    floats,
    gradients,
    leaves,
    same,
    weights_for,
)
from tests.samples import EMPTY, SAMPLES, Sample, call, differentiable_arguments
from tests.samples.row import plainly

OPS = list(RULE_BOOK.values())


def every(*ops):
    return pytest.mark.parametrize("op", ops, ids=lambda op: op.name)


#: Operations, and functions made of them: all that has a row.
ENTRIES = [*OPS, *COMPOSED.values()]


def differentiable(entry):
    """Whether an entry has a gradient by anything that its row gives it."""
    return entry.differentiable if isinstance(entry, ag.Op) else bool(floats(SAMPLES[entry.name].args))


every_op = every(*ENTRIES)
every_differentiable_op = every(*(o for o in ENTRIES if differentiable(o)))
every_elementwise_op = every(*(o for o in OPS if o.elementwise))
every_elementwise_op_of_several = every(*(o for o in OPS if o.elementwise and o.arity > 1))

#: NumPy's function of this name is another one: it makes a unit matrix.
OTHERS_NAME = {"identity"}
#: Operations on bits and data types, which a Value does not choose.
NOT_OF_VALUES = {
    "bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift", "bitwise_count", "gcd", "lcm",
    "astype",
}  # fmt: skip
#: They give float64 whatever they are given, as NumPy's do.
OF_DOUBLES = {"float_power"}


def unmatched(book, samples):
    return sorted(book.keys() ^ samples.keys())


def test_every_operation_has_a_row():
    assert unmatched({**RULE_BOOK, **COMPOSED}, SAMPLES) == []


def test_an_operation_without_a_row_and_a_row_without_an_operation_are_named():
    assert unmatched({**RULE_BOOK, **COMPOSED, "cube": None}, {**SAMPLES, "tesseract": None}) == ["cube", "tesseract"]


@every_op
def test_value_is_numpys(op):
    sample = SAMPLES[op.name]
    expected = sample.expected()
    out = call(op, sample)(*map(Tensor, sample.args))
    assert type(out) is Tensor
    same(out.data, expected)
    plain = call(op, sample)(*sample.args)
    assert isinstance(plain, np.ndarray | np.generic)
    same(plain, expected)


@every_op
def test_several_results_are_numpys_in_number_and_shape(op):
    sample = SAMPLES[op.name]
    how = sample.how or plainly
    expected = how(sample.reference, *sample.args, **sample.params)
    if isinstance(expected, tuple | list):
        found = how(op, *map(Tensor, sample.args), **sample.params)
        assert isinstance(found, tuple | list)
        assert [np.shape(r) for r in found] == [np.shape(r) for r in expected]


@every(*(o for o in OPS if o.name != "identity"))
def test_lists_are_taken_for_arrays(op):
    sample = SAMPLES[op.name]
    expected = sample.expected()
    lists = [a.tolist() for a in sample.args]
    same(call(op, sample)(*lists), expected)
    if len(lists) > 1:
        for i in range(len(lists)):
            mixed = [Tensor(a) if j == i else lists[j] for j, a in enumerate(sample.args)]
            same(call(op, sample)(*mixed).data, expected)


@every_op
def test_tracked_where_differentiable(op):
    sample = SAMPLES[op.name]
    f = call(op, sample)
    out = f(*leaves(sample.args, floats(sample.args)))
    assert out.requires_grad is differentiable(op)
    if isinstance(op, ag.Op) and op.results is None:
        assert out.op is (op if op.differentiable else None)
    assert not f(*map(Tensor, sample.args)).requires_grad
    with ag.no_grad():
        assert not f(*leaves(sample.args, floats(sample.args))).requires_grad


@every_differentiable_op
def test_orders_one_and_two(op):
    sample = SAMPLES[op.name]
    if isinstance(op, ag.Op):
        assert differentiable_arguments(op, sample.args) == floats(sample.args)
    check_orders(call(op, sample), sample.args)


@every_differentiable_op
def test_orders_one_and_two_by_gradcheck(op):
    sample = SAMPLES[op.name]
    wrt = floats(sample.args)

    def f(*xs):
        given = dict(zip(wrt, xs, strict=True))
        return call(op, sample)(*[given.get(i, a) for i, a in enumerate(sample.args)])

    inputs = [sample.args[i] for i in wrt]
    assert gradcheck(f, inputs, raise_on_failure=True).entries
    assert gradgradcheck(f, inputs, raise_on_failure=True).entries


@every_differentiable_op
def test_gradient_of_each_argument_alone(op):
    sample = SAMPLES[op.name]
    together = gradients(call(op, sample), sample.args, floats(sample.args))
    for i, expected in zip(floats(sample.args), together, strict=True):
        same(gradients(call(op, sample), sample.args, [i])[0], expected)


@every_differentiable_op
def test_float32_stays_float32(op):
    if op.name == "astype":
        check_float32(lambda x: op(x, x.dtype), SAMPLES["tanh"].in_float32().args)
        return
    if op.name in OF_DOUBLES:
        assert SAMPLES[op.name].in_float32().expected().dtype == np.float64
        return
    sample = SAMPLES[op.name].in_float32()
    assert sample.expected().dtype == np.float32
    check_float32(call(op, sample), sample.args)


@pytest.mark.parametrize(
    "scalar",
    [float, np.float64, np.array, Tensor, lambda x: Tensor(x, requires_grad=True), Value],
    ids=["float", "np.float64", "0-d array", "0-d Tensor", "tracked 0-d Tensor", "Value"],
)
@every(*(o for o in OPS if o.elementwise and o.differentiable and o.arity > 1))
def test_scalars_never_promote(op, scalar):
    sample = SAMPLES[op.name].in_float32()
    for i in floats(sample.args):
        others = [scalar(float(a[0, 0])) if a.dtype == np.float32 else a for a in sample.args]
        check_float32(op, [sample.args[i] if j == i else a for j, a in enumerate(others)], wrt=[i])


@every_op
def test_inputs_are_untouched(op):
    sample = SAMPLES[op.name]
    check_untouched(call(op, sample), sample.args)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@every_op
def test_arrays_that_are_not_contiguous(op, layout):
    sample = SAMPLES[op.name]
    check_layout(call(op, sample), sample.args, layout)


@every_op
def test_graph_is_freed_without_the_collector(op):
    sample = SAMPLES[op.name]
    check_freed(call(op, sample), sample.args)


def check_like_numpy(op, args, params):
    """Assert that op does on `args` what NumPy does: fail in its own words, or give that value and gradient."""
    sample = Sample(SAMPLES[op.name].reference, tuple(args), params, SAMPLES[op.name].how)
    try:
        expected = sample.expected()
    except (ValueError, IndexError, TypeError):
        with pytest.raises(AutogradError, match=op.name):
            call(op, sample)(*map(Tensor, args))
        return False
    except RuntimeWarning:
        # Of so few numbers it is not defined.
        with pytest.raises(RuntimeWarning):
            call(op, sample)(*map(Tensor, args))
        return False
    same(call(op, sample)(*map(Tensor, args)).data, expected)
    if differentiable(op):
        check_orders(call(op, sample), args)
        for i, g in zip(floats(args), gradients(call(op, sample), args, floats(args)), strict=True):
            assert g.shape == args[i].shape
    return True


@every_op
def test_arrays_without_axes(op):
    sample = SAMPLES[op.name]
    works = check_like_numpy(op, [np.array(a.flat[0]) for a in sample.args], sample.params)
    assert works or not op.elementwise


@every_op
def test_empty_arrays(op):
    sample = SAMPLES[op.name]
    shapes, params = EMPTY.get(op.name, ([(0, 3)] * len(sample.args), sample.params))
    pairs = zip(shapes, sample.args, strict=True)
    assert check_like_numpy(op, [s if isinstance(s, np.ndarray) else np.zeros(s, a.dtype) for s, a in pairs], params)


@every_elementwise_op_of_several
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_broadcasting(op, data):
    sample = SAMPLES[op.name]
    shapes = data.draw(mutually_broadcastable_shapes(num_shapes=op.arity, min_side=0, max_side=3, max_dims=3))
    check_broadcasting(op, [np.resize(a, s) for a, s in zip(sample.args, shapes.input_shapes, strict=True)])


@every_op
def test_reachable_by_name(op):
    *module, name = op.name.split(".")
    found = getattr(ag.linalg if module else ag, name)
    # `ag.trace` is also the program of a node without axes, and says whose function it is else.
    assert (found.op if op.name == "trace" else found) is op
    assert op.name in op.__doc__


def check_route(route, op):
    """Assert that another way to call an operation, on the operands of its row, gives the same result and gradient."""
    sample = SAMPLES[op.name]
    f, via = call(op, sample), call(route, sample)
    out = via(*map(Tensor, sample.args))
    assert type(out) is Tensor
    same(out.data, f(*sample.args))
    if differentiable(op):
        wrt, weights = floats(sample.args), weights_for(f, sample.args)
        for got, expected in zip(
            gradients(via, sample.args, wrt, weights), gradients(f, sample.args, wrt, weights), strict=True
        ):
            same(got, expected)


def numpys(name):
    """NumPy's function of this name; None where it has none."""
    *module, last = name.split(".")
    return None if name in OTHERS_NAME else getattr(np.linalg if module else np, last, None)


@pytest.mark.parametrize(
    "op", [f for f in ag.ops.BY_NUMPY if getattr(np, f.__name__, None) is f], ids=lambda f: f.__name__
)
def test_every_name_of_numpys_is_ours(op):
    names = [n for n in np.__all__ if getattr(np, n) is op]
    assert all(getattr(ag, n).numpy.count(op) for n in names if n not in OTHERS_NAME)


@every(*(o for o in ENTRIES if numpys(o.name)))
def test_reachable_through_numpy(op):
    f = numpys(op.name)
    # Its own `dtype` stands by position alone.
    check_route((lambda x, dtype: f(x, dtype)) if op.name == "astype" else f, op)
    assert ag.ops.BY_NUMPY[f] is op


@every(*(o for o in ENTRIES if callable(getattr(np.ndarray, o.name, None)) and o.name not in IN_PLACE))
def test_reachable_as_a_method_where_arrays_have_one(op):
    if op.name == "compress":
        check_route(lambda condition, x, **params: x.compress(condition, **params), op)
    elif op.name in ("reshape", "transpose", "swapaxes"):
        check_route(lambda x, **params: getattr(x, op.name)(*params.values()), op)
    else:
        check_route(lambda x, *others, **params: getattr(x, op.name)(*others, **params), op)


@every(*ENTRIES)
def test_arguments_stand_in_numpys_order(op):
    """By position, an argument means what it means to NumPy."""
    for f in op.numpy[:1]:
        if isinstance(f, np.ufunc) or not (declared := list(numpys_parameters(f))):
            continue
        ours = order(op) if isinstance(op, ag.Op) else op.names
        count = (1 if op.each else op.arity) if isinstance(op, ag.Op) else 0
        positional = [
            n for n, p in numpys_parameters(f).items() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
        assert list(ours)[count : len(positional)] == positional[count:], f"{op.name} takes {ours}, NumPy {declared}"


def numpys_parameters(f):
    try:
        return inspect.signature(f).parameters
    except ValueError:
        return {}


@every(*(o for o in OPS if o.elementwise and o.name not in NOT_OF_VALUES))
def test_value_agrees_with_the_tensor_without_axes(op):
    numbers = [a[0, 0].item() if op.differentiable else float(a[0, 0]) for a in SAMPLES[op.name].args]
    params = SAMPLES[op.name].params
    wrt = differentiable_arguments(op, numbers) if op.differentiable else range(len(numbers))
    values = [Value(x) if i in wrt else x for i, x in enumerate(numbers)]
    tensors = leaves(numbers, wrt)
    out, expected = op(*values, **params), op(*tensors, **params)
    routes = []
    if isinstance(values[0], Value) and op.name not in ("identity", "real", "imag"):
        routes.append(getattr(values[0], op.name)(*values[1:], **params))
    if hasattr(np, op.name) and op.name not in OTHERS_NAME | {"where"}:
        routes.append(getattr(np, op.name)(*values, **params))
    if not op.differentiable:
        assert [bool(y) for y in (out, *routes)] == [bool(expected)] * (1 + len(routes))
        return
    expected.backward()
    for y in (out, *routes):
        assert type(y) is Value
        assert y.data == pytest.approx(expected.item(), rel=1e-15)
        for value in values:
            if isinstance(value, Value):
                value.grad = None
        y.backward()
        for i in wrt:
            assert type(values[i].grad) is float
            assert values[i].grad == pytest.approx(tensors[i].grad.item(), rel=1e-14, abs=1e-15)
