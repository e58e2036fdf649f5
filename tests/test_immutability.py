"""Nothing changes under a recorded node: a write raises, or the gradient is the one of what was recorded."""

import pickle
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import Tensor, Value
from tests.checks import floats
from tests.samples import SAMPLES, calling

Array = np.ndarray[Any, Any]

# Each operation with a rule, by every route


class Trial:
    """One operation, recorded on fresh memory, so that a route may try to change what it kept."""

    def __init__(self, name: str, wrap: Callable[[Array], Any] = np.copy, constant: int | None = None) -> None:
        sample = SAMPLES[name]
        self.given = [wrap(a) for a in sample.args]
        self.wrt = [i for i in floats(sample.args) if i != constant]
        self.nodes = [Tensor(a, requires_grad=i in self.wrt) if i in self.wrt else a for i, a in enumerate(self.given)]
        self.leaves = [self.nodes[i] for i in self.wrt]
        self.params = {k: loosened(v) for k, v in sample.params.items()}
        self.out = calling(ag.RULE_BOOK[name], sample)(*self.nodes, **self.params)

    def gradients(self, tamper: Callable[["Trial"], None] | None = None) -> list[Array]:
        """First and second derivatives, with `tamper` called before each backward pass."""
        if tamper is not None:
            tamper(self)
        weights = np.random.default_rng(0).uniform(0.5, 1.5, self.out.shape)
        self.out.backward(weights)
        first = [np.asarray(leaf.grad) for leaf in self.leaves]
        for leaf in self.leaves:
            leaf.grad = None
        self.out.backward(weights, create_graph=True)
        slope = sum(((leaf.grad * np.cos(np.arange(leaf.size)).reshape(leaf.shape)).sum() for leaf in self.leaves), 0.0)
        for leaf in self.leaves:
            leaf.grad = None
        if not slope.requires_grad:
            return first
        if tamper is not None:
            tamper(self)
        slope.backward()
        return first + [np.asarray(leaf.grad) if leaf.grad is not None else np.zeros(()) for leaf in self.leaves]


def loosened(parameter: Any) -> Any:
    """A parameter in the form that is easiest to change: arrays for lists, lists for tuples of integers."""
    if isinstance(parameter, tuple):
        inner = [loosened(p) for p in parameter]
        return inner if all(isinstance(p, int) for p in parameter) else tuple(inner)
    if isinstance(parameter, list | np.ndarray):
        # A copy: what is spoiled here is not the table's.
        return np.array(parameter)
    if isinstance(parameter, slice) and parameter.start is not None:
        return slice(np.array(parameter.start), parameter.stop)
    return parameter


def spoil(x: Any) -> None:
    """Change an array or a list in place as far as it lets itself be changed."""
    if isinstance(x, np.ndarray):
        x[...] = 0 if x.dtype == bool else 1
    elif isinstance(x, list):
        x[:] = [1] * len(x)
    elif isinstance(x, tuple):
        for part in x:
            spoil(part)


def spoil_arguments(trial: Trial) -> None:
    for a in trial.given:
        spoil(a if a.flags.writeable else a.base)


def spoil_parameters(trial: Trial) -> None:
    for value in trial.params.values():
        spoil(value)


def assign_data(trial: Trial) -> None:
    for leaf in trial.leaves:
        leaf.data = np.full(leaf.shape, 0.25)


def step_under_no_grad(trial: Trial) -> None:
    with ag.no_grad():
        for leaf in trial.leaves:
            leaf -= 0.125
            leaf *= 0.5


def assign_grad(trial: Trial) -> None:
    for leaf in trial.leaves:
        leaf.grad = np.full(leaf.shape, 7.0)
        leaf.grad = None


def write_to_data(trial: Trial) -> None:
    for node in [*trial.leaves, trial.out]:
        for array in (node.data, np.asarray(node)):
            with pytest.raises(ValueError, match=r"read-only|WRITEABLE"):
                array[...] = 0
            with pytest.raises(ValueError, match=r"read-only|WRITEABLE"):
                array.setflags(write=True)


def write_through_numpy(trial: Trial) -> None:
    for node in [*trial.leaves, trial.out]:
        with pytest.raises(ValueError, match="read-only"):
            np.add(1.0, 1.0, out=node.data)
        with pytest.raises(TypeError, match="out"):
            np.add(node, 1.0, out=np.zeros(node.shape))
        with pytest.raises(TypeError, match="immutable"):
            node[...] = 0.0


ROUTES = [
    spoil_arguments,
    spoil_parameters,
    assign_data,
    step_under_no_grad,
    assign_grad,
    write_to_data,
    write_through_numpy,
]


def with_early_view(array: Array) -> Array:
    """A read-only array that owns its memory, and into which a writable view was taken before."""
    array = array.copy()
    EARLY_VIEWS.append(array[...])
    array.setflags(write=False)
    return array


def read_only_view(array: Array) -> Array:
    """A read-only view of a writable array."""
    view = array.copy()[...]
    view.setflags(write=False)
    return view


def strided_view(array: Array) -> Array:
    """A writable view of every second element of a larger array."""
    return np.repeat(np.atleast_1d(array), 2, axis=-1)[..., ::2].reshape(array.shape)


EARLY_VIEWS: list[Array] = []


def spoil_early_views(trial: Trial) -> None:
    for view in EARLY_VIEWS:
        spoil(view)


def equal(found: list[Array], expected: list[Array]) -> bool:
    return len(found) == len(expected) and all(
        np.array_equal(f, e, equal_nan=True) for f, e in zip(found, expected, strict=True)
    )


WITH_RULES = [name for name, card in ag.RULE_BOOK.items() if card.differentiable]
with_every_rule = pytest.mark.parametrize("name", WITH_RULES)


@with_every_rule
@pytest.mark.parametrize("route", ROUTES)
def test_route(name: str, route: Callable[[Trial], None]) -> None:
    """What happens to data, parameters and gradients between the passes changes no derivative."""
    assert equal(Trial(name).gradients(route), Trial(name).gradients())


@with_every_rule
@pytest.mark.parametrize(
    ("wrap", "route"),
    [(read_only_view, spoil_arguments), (strided_view, spoil_arguments), (with_early_view, spoil_early_views)],
)
def test_route_through_views(name: str, wrap: Callable[[Array], Array], route: Callable[[Trial], None]) -> None:
    """Nor does a write through a view, or to the array that a view was taken of."""
    EARLY_VIEWS.clear()
    assert equal(Trial(name, wrap).gradients(route), Trial(name).gradients())


@with_every_rule
@pytest.mark.parametrize("wrap", [np.copy, read_only_view, with_early_view])
def test_route_through_constants(name: str, wrap: Callable[[Array], Array]) -> None:
    """Nor does a write to an array that stood as a constant beside the tracked arguments."""
    numbers = floats(SAMPLES[name].args)
    for constant in numbers if len(numbers) > 1 else []:
        EARLY_VIEWS.clear()
        route = spoil_early_views if wrap is with_early_view else spoil_arguments
        assert equal(Trial(name, wrap, constant).gradients(route), Trial(name, constant=constant).gradients())


def test_planted_change_is_seen() -> None:
    """The comparison itself works: other values give other derivatives."""
    assert equal(Trial("multiply").gradients(), Trial("multiply").gradients())
    assert not equal(Trial("multiply", lambda a: a + 1.0).gradients(), Trial("multiply").gradients())


# Every array that can be had from a node, by every kind of write


def recorded() -> Tensor:
    x = Tensor([[3.0, 1.0, 2.0], [6.0, 5.0, 4.0]], requires_grad=True)
    (x * x).sum().backward()
    return x


SEEN: dict[str, Callable[[Tensor], Any]] = {
    "data": lambda x: x.data,
    "view of data": lambda x: x.data[:, ::-1],
    "asarray": np.asarray,
    "array without copy": lambda x: np.array(x, copy=None),
    "asanyarray": np.asanyarray,
    "result": lambda x: (x * 2.0).data,
    "transpose": lambda x: x.T.data,
    "slice": lambda x: x[:, 1:].data,
    "reshape": lambda x: x.reshape(3, 2).data,
    "broadcast": lambda x: ag.broadcast_to(x, (2, 2, 3)).data,
    "detached": lambda x: x.detach().data,
    "cloned": lambda x: x.clone().data,
    "gradient": lambda x: x.grad.data,
    "comparison": lambda x: (x > 2.0).data,
    "unpickled": lambda x: pickle.loads(pickle.dumps(x)).data,
    "view of ndarray.view": lambda x: x.data.view(np.ndarray),
    "0-d": lambda x: x.sum().data,
}


def add_in_place(a: Array) -> None:
    a += 1


def set_item(a: Array) -> None:
    a[(0,) * a.ndim] = 1


def set_all(a: Array) -> None:
    a[...] = 1


def set_flat(a: Array) -> None:
    a.flat[0] = 1


def set_flag(a: Array) -> None:
    a.flags.writeable = True


def write_memory(a: Array) -> None:
    memoryview(a)[(0,) * a.ndim] = a.dtype.type(1)


WRITES: dict[str, Callable[[Array], Any]] = {
    "item": set_item,
    "ellipsis": set_all,
    "flat": set_flat,
    "+=": add_in_place,
    "out=": lambda a: np.logical_not(a, out=a),
    "copyto": lambda a: np.copyto(a, 1),
    "fill": lambda a: a.fill(1),
    "put": lambda a: a.put(0, 1),
    "putmask": lambda a: np.putmask(a, True, 1),
    "place": lambda a: np.place(a, np.ones(a.shape, bool), [1]),
    "sort": lambda a: a.reshape(-1).sort(),
    "partition": lambda a: a.reshape(-1).partition(0),
    "shuffle": lambda a: np.random.default_rng(0).shuffle(a.reshape(-1)),
    "setflags": lambda a: a.setflags(write=True),
    "flags": set_flag,
    "memoryview": write_memory,
    "byteswap": lambda a: a.byteswap(inplace=True),
}


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("write", WRITES)
def test_arrays_of_nodes_refuse_writes(seen: str, write: str) -> None:
    """No array that a node hands out can be written to, in any of NumPy's ways."""
    array = SEEN[seen](recorded())
    # A reversed or repeating view flattens to a copy, which is the writer's own.
    if write in ("sort", "partition", "shuffle") and not np.shares_memory(array.reshape(-1), array):
        return
    before = array.copy()
    with pytest.raises((ValueError, TypeError, RuntimeError)):
        WRITES[write](array)
    assert np.array_equal(array, before)


def set_shape(a: Array) -> None:
    a.shape = (a.size,)


def set_dtype(a: Array) -> None:
    a.dtype = np.dtype(np.int64)


@pytest.mark.parametrize("seen", [np.asarray, lambda x: x.data], ids=["asarray", "data"])
@pytest.mark.parametrize("change", [set_shape, set_dtype])
def test_shape_and_dtype_are_the_nodes_own(seen: Callable[[Tensor], Array], change: Callable[[Array], None]) -> None:
    """An array that a node hands out may get another shape or dtype; the node's data does not."""
    x = recorded()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        change(seen(x))
    assert (x.shape, x.dtype) == ((2, 3), np.float64)
    assert x.data[0, 0] == 3.0


def test_resize_is_refused() -> None:
    """The memory of a node cannot be made longer or shorter."""
    with pytest.raises(ValueError, match="resize"):
        recorded().data.resize((10,), refcheck=False)


def test_numpy_gives_a_copy() -> None:
    """What `.numpy()` gives is the caller's, writable and apart."""
    x = recorded()
    y = x * x
    mine = x.numpy()
    mine[...] = 0.0
    assert mine.flags.writeable
    x.grad = None
    y.sum().backward()
    assert np.array_equal(x.grad, 2 * x.data)
    assert x.data[0, 0] == 3.0


# Arrays on their way in


def test_read_only_array_that_is_made_writable_again_changes_nothing() -> None:
    """Its holder may lift the flag of an array that owns its memory; the Tensor has a copy."""
    a = np.ones(3)
    a.setflags(write=False)
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    t, y = Tensor(a), (x * a).sum()
    a.setflags(write=True)
    a[...] = 5.0
    y.backward()
    assert np.array_equal(t.data, np.ones(3))
    assert np.array_equal(x.grad, np.ones(3))


def test_read_only_view_is_copied() -> None:
    """A view does not own its memory: who holds the base may write to it."""
    base = np.ones(3)
    view = base[...]
    view.setflags(write=False)
    t = Tensor(view)
    base[...] = 5.0
    assert np.array_equal(t.data, np.ones(3))


def test_read_only_array_with_an_early_view_is_copied() -> None:
    """A writable view taken before the array was made read-only still writes to its memory."""
    a = np.ones(3)
    view = a[...]
    a.setflags(write=False)
    t = Tensor(a)
    view[...] = 5.0
    assert np.array_equal(t.data, np.ones(3))


def test_read_only_array_that_only_a_view_holds() -> None:
    """The one who holds an array may be a writable view of it."""
    view = np.ones(3)[...]
    view.base.setflags(write=False)
    t = Tensor(view.base)
    view[...] = 5.0
    assert np.array_equal(t.data, np.ones(3))


def test_shape_of_a_given_array_is_the_nodes_own() -> None:
    """The holder of an array may set its shape, and the Tensor keeps the one it was given."""
    a = np.ones(6)
    a.setflags(write=False)
    t = Tensor(a)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        a.shape = (2, 3)
    assert t.shape == (6,)


@pytest.mark.parametrize(
    "give",
    [
        lambda a: Tensor(a),
        lambda a: ag.tensor(a),
        lambda a: Tensor(data=a),
        lambda a: Tensor(np.zeros(3)).__iadd__(a),
        lambda a: [t := Tensor(np.zeros(3)), setattr(t, "data", a)][0],
        lambda a: [t := Tensor(np.zeros(3)), setattr(t, "grad", a)][0].grad,
    ],
    ids=["Tensor", "tensor", "keyword", "in place", "data", "grad"],
)
@pytest.mark.parametrize("wrap", [np.copy, read_only_view, with_early_view, strided_view])
def test_no_memory_in_common_with_a_writer(give: Callable[[Array], Tensor], wrap: Callable[[Array], Array]) -> None:
    """However an array comes in, what can still be written to is copied."""
    EARLY_VIEWS.clear()
    a = wrap(np.ones(3))
    t = give(a)
    for array in (*EARLY_VIEWS, a if a.flags.writeable else a.base):
        if array is not None:
            array[...] = 5.0
    assert np.array_equal(t.data, np.ones(3))


def test_unpickled_buffer_is_copied() -> None:
    """Data unpickled from a buffer that somebody holds does not follow that buffer."""
    buffers: list[pickle.PickleBuffer] = []
    x = Tensor(np.ones(4), requires_grad=True)
    text = pickle.dumps(x, protocol=5, buffer_callback=buffers.append)
    memory = [bytearray(b.raw()) for b in buffers]
    y = pickle.loads(text, buffers=memory)
    for block in memory:
        block[:] = bytes(len(block))
    assert np.array_equal(y.data, np.ones(4))


def test_incoming_gradient_is_copied() -> None:
    """The array given to `backward` may be used again for something else."""
    x, y = Tensor([1.0, 2.0], requires_grad=True), Tensor([1.0, 2.0], requires_grad=True)
    seed = np.ones(2)
    (x + 0.0).backward(seed)
    y.clone().backward(seed, create_graph=True)
    seed[...] = 9.0
    assert np.array_equal(x.grad, [1.0, 1.0])
    assert np.array_equal(y.grad, [1.0, 1.0])
    assert seed.flags.writeable


def test_pullback_does_not_follow_its_arguments() -> None:
    """The arrays given to vjp, and the vector given to its pullback, are the caller's again afterwards."""
    x, v = np.array([1.0, 2.0]), np.array([1.0, 1.0])
    y, pullback = ag.vjp(lambda x: x * x, x)
    x[...] = 9.0
    y[...] = 9.0
    first = pullback(v)[0]
    v[...] = 9.0
    assert np.array_equal(first, [2.0, 4.0])
    first[...] = 9.0
    assert np.array_equal(pullback(np.ones(2))[0], [2.0, 4.0])


def test_hook_cannot_change_a_gradient_in_place() -> None:
    """A hook changes the gradient by what it returns, and the array that it returns is copied."""
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x * 3.0
    answer = np.array([10.0, 20.0])

    def hook(g: Tensor) -> Any:
        with pytest.raises(ValueError, match="read-only"):
            g.data[...] = 0.0
        return answer

    y.register_hook(hook)
    z = y + 0.0
    z.retain_grad()
    z.sum().backward()
    answer[...] = 0.0
    assert np.array_equal(x.grad, [30.0, 60.0])
    assert np.array_equal(z.grad, [1.0, 1.0])


# Indices, masks, conditions


@pytest.mark.parametrize(
    "index",
    [
        np.array([0, 2, 2]),
        np.array([True, False, True]),
        [0, 2, 2],
        [True, False, True],
        np.array(2),
        (np.array([0, 2]),),
        ([0, 2],),
        slice(np.array(1), None),
        slice(None, np.array(2)),
        (Ellipsis, slice(np.array(0), np.array(3), np.array(2))),
        (None, np.array([0, 1])),
    ],
    ids=str,
)
def test_index_may_change_after_use(index: Any) -> None:
    """The gradient goes to the elements that were taken, whatever becomes of the index."""

    def spoiled(part: Any) -> None:
        if isinstance(part, slice):
            for number in (part.start, part.stop, part.step):
                spoiled(number)
        elif isinstance(part, tuple):
            for p in part:
                spoiled(p)
        elif isinstance(part, np.ndarray):
            part[...] = 1
        elif isinstance(part, list):
            part[:] = [1] * len(part)

    data = np.array([1.0, 2.0, 3.0])
    expected = np.zeros(3)
    np.add.at(expected, index, 2 * data[index])
    x = Tensor(data, requires_grad=True)
    y = (x[index] ** 2).sum()
    z = (x[index] ** 2).sum()
    spoiled(index)
    y.backward()
    assert np.array_equal(x.grad, expected)
    x.grad = None
    z.backward(create_graph=True)
    assert np.array_equal(x.grad, expected)


@pytest.mark.parametrize("kind", [np.array, list, Tensor])
def test_condition_may_change_after_use(kind: Callable[[Any], Any]) -> None:
    """`where` goes by the condition that it saw."""
    condition = kind([True, False, True])
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = ag.where(condition, x, 0.0).sum()
    if isinstance(condition, Tensor):
        condition.data = [False, True, False]
    else:
        condition[:] = [False, True, False]
    y.backward()
    assert np.array_equal(x.grad, [1.0, 0.0, 1.0])


def test_integer_tensor_may_change_after_use_as_index() -> None:
    """An index Tensor takes new data; what was recorded keeps the old."""
    x, index = Tensor([1.0, 2.0, 3.0], requires_grad=True), Tensor([0, 2])
    y = x[index].sum()
    index.data = [1, 1]
    y.backward()
    assert np.array_equal(x.grad, [1.0, 0.0, 1.0])


def test_list_of_parts_may_change_after_use() -> None:
    """The list given to `concatenate` and `stack` may be used again."""
    for join in (ag.concatenate, ag.stack):
        x, y = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0, 4.0], requires_grad=True)
        parts: list[Any] = [x, y]
        z = (join(parts) ** 2).sum()
        parts[:] = [y, y]
        z.backward()
        assert np.array_equal(x.grad, [2.0, 4.0])
        assert np.array_equal(y.grad, [6.0, 8.0])


# ndarrays that would take in a node


@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "//", "%", "**"])
def test_in_place_operators_of_ndarrays_refuse_nodes(sign: str) -> None:
    """`a += t` would drop the graph, so it raises and leaves `a` as it was."""
    for node in (Tensor([1.0, 2.0], requires_grad=True), Value(2.0)):
        a = np.array([4.0, 5.0])
        with pytest.raises(TypeError):
            exec(f"a {sign}= node", {"a": a, "node": node})
        assert np.array_equal(a, [4.0, 5.0])


def test_out_is_refused_everywhere() -> None:
    """No function writes its result into an array, be it the node's own or another."""
    t = Tensor([1.0, 2.0], requires_grad=True)
    for write in (
        lambda out: np.add(t, 1.0, out=out),
        lambda out: np.exp(t, out=out),
        lambda out: np.sum(t, out=out),
        lambda out: t.sum(out=out),
        lambda out: np.clip(t, 0, 1, out=out),
        lambda out: np.add(np.ones(2), np.ones(2), out=t),
        lambda out: np.matmul(t, t, out=out),
    ):
        with pytest.raises(TypeError):
            write(np.zeros(2))
    assert np.array_equal(t.data, [1.0, 2.0])


@pytest.mark.parametrize(
    "write",
    [
        lambda t: np.add.at(t, [0], 1.0),
        lambda t: np.copyto(t, np.zeros(2)),
        lambda t: np.put(t, [0], 1.0),
        lambda t: np.putmask(t, [True, False], 0.0),
        lambda t: np.fill_diagonal(t, 0.0),
        lambda t: np.place(t, np.array([True, False]), [0.0]),
        lambda t: t.__setitem__(0, 1.0),
        lambda t: t.__delitem__(0),
        lambda t: t.data.__iadd__(1.0),
    ],
)
def test_nodes_refuse_writes(write: Callable[[Tensor], Any]) -> None:
    """NumPy's functions that write find nothing to write to."""
    t = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises((TypeError, ValueError)):
        write(t)
    assert np.array_equal(t.data, [1.0, 2.0])


# Parameters that step between the passes


def test_optimizer_step_between_forward_and_backward() -> None:
    """Nodes recorded before a step keep the parameters that they saw, in each later pass."""
    w = Tensor([1.0, -2.0], requires_grad=True)
    x = np.array([3.0, 4.0])
    loss = ((w * x) ** 2).sum() * w[0]
    loss.backward()
    before = w.grad.numpy()
    with ag.no_grad():
        w -= 0.1 * w.grad
    w.grad = None
    loss.backward()
    assert np.array_equal(w.grad, before)
    w.grad = None
    loss.backward(create_graph=True)
    assert np.array_equal(w.grad, before)


def test_step_between_a_recorded_pass_and_the_next() -> None:
    """Second derivatives are those at the values of the first forward pass."""
    gradients = []
    for step in (False, True):
        w = Tensor([1.0, -2.0], requires_grad=True)
        loss = (w**3).sum() * w[0]
        loss.backward(create_graph=True)
        penalty = (w.grad**2).sum()
        w.grad = None
        if step:
            w.data = w.data - 5.0
        penalty.backward()
        gradients.append(w.grad.numpy())
    assert np.array_equal(*gradients)


def test_two_uses_at_two_values() -> None:
    """A parameter used before and after a step counts with each value that it had."""
    w = Tensor(2.0, requires_grad=True)
    a = w * w
    w.data = 5.0
    b = w * w
    (a + b).backward()
    assert w.grad.item() == 4.0 + 10.0
    w.grad = None
    (a * b).backward(create_graph=True)
    assert w.grad.item() == 4.0 * 25.0 + 4.0 * 10.0


def test_values_step_between_passes() -> None:
    """The same for Values: recorded steps keep the numbers that they saw."""
    v = Value(3.0)
    y = v * v * v
    v.data = 100.0
    y.backward()
    assert v.grad == 27.0
    v.grad = None
    y.backward(create_graph=True)
    slope = v.grad
    v.grad = None
    v.data = -7.0
    slope.backward()
    assert float(v.grad) == 18.0


def test_object_array_of_values_may_change_after_use() -> None:
    """The graph holds the Values, not the array that they stood in."""
    w = np.array([Value(2.0), Value(3.0)])
    first = w[0]
    y = w @ np.array([4.0, 5.0])
    w[0] = Value(100.0)
    y.backward()
    assert (first.grad, w[0].grad, w[1].grad) == (4.0, 0.0, 5.0)


def test_tracking_begun_after_use_changes_no_gradient() -> None:
    """A leaf that is tracked only after it was used gets no part of that gradient rather than half of it."""
    w, x = Tensor([2.0], requires_grad=True), Tensor([3.0])
    square = x * x
    y = (w * square + w * x).sum()
    x.requires_grad = True
    y.backward()
    assert np.array_equal(w.grad, [12.0])
    # The path through the square was not recorded; without it w = 2 would be a part of 2 w x + w = 14.
    assert x.grad is None
    (x * x).sum().backward()
    assert np.array_equal(x.grad, [6.0])


def test_tracking_begun_after_use_changes_no_second_derivative() -> None:
    """The same holds where the backward pass is recorded."""
    w, x = Tensor([2.0], requires_grad=True), Tensor([3.0])
    y = (w * w * (x * x) * x).sum()
    x.requires_grad = True
    y.backward(create_graph=True)
    slope = w.grad
    w.grad = None
    slope.backward()
    assert np.array_equal(w.grad, [54.0])
    assert x.grad is None


def test_gradient_is_nobody_elses() -> None:
    """The add rule hands one array to both inputs, yet each leaf has a gradient of its own."""
    x, y = Tensor([1.0, 2.0], requires_grad=True), Tensor([1.0, 2.0], requires_grad=True)
    z = x + y
    z.retain_grad()
    z.sum().backward()
    gradients = [x.grad.data, y.grad.data, z.grad.data]
    assert not any(np.shares_memory(a, b) for i, a in enumerate(gradients) for b in gradients[:i])
    z.sum().backward()
    assert np.array_equal(x.grad, [2.0, 2.0])
    assert np.array_equal(gradients[0], [1.0, 1.0])


def test_rule_that_writes_to_its_gradient_fails() -> None:
    """The gradient may be another node's too, as the add rule hands one array to both inputs."""

    def doubled(g: Any, out: Any, x: Any) -> Any:
        g *= 2
        return g

    greedy = ag.op("greedy", lambda x: 2 * x, partials=[("2", doubled)])
    x, y = Tensor([1.0, 2.0], requires_grad=True), Tensor([1.0, 2.0], requires_grad=True)
    z = (greedy(x) + greedy(y) * 1.0).sum()
    with pytest.raises(ValueError, match="read-only") as caught:
        z.backward()
    assert "greedy" in caught.value.__notes__[0]
    assert x.grad is None
    assert y.grad is None


def test_paused_tracking_loses_no_gradient_and_adds_none() -> None:
    """A leaf gets the gradients of what was computed while it was tracked, before and after a pause."""
    x, w = Tensor([3.0], requires_grad=True), Tensor([2.0], requires_grad=True)
    before = x * x
    x.requires_grad_(False)
    during, alone = w * x + w * (x * x), x * 2.0
    x.requires_grad_(True)
    after = x * 5.0
    assert not alone.requires_grad
    during.backward()
    assert x.grad is None
    assert np.array_equal(w.grad, [12.0])
    before.backward()
    assert np.array_equal(x.grad, [6.0])
    after.backward()
    assert np.array_equal(x.grad, [11.0])


def test_forward_function_that_gives_the_same_buffer_again() -> None:
    """The result of an operation of one's own is copied: it may be written to by the next call."""
    buffer = np.zeros(2)
    exp = ag.op("exp_into", lambda x: np.exp(x, out=buffer), partials=[("e^x", lambda g, out, x: g * out)])
    x, z = Tensor([0.0, 1.0], requires_grad=True), Tensor([2.0, 3.0], requires_grad=True)
    y = exp(x)
    exp(z)
    buffer[...] = 7.0
    y.sum().backward()
    assert np.array_equal(y.data, np.exp(x.data))
    assert np.array_equal(x.grad, np.exp(x.data))


def test_dictionary_given_to_an_operation() -> None:
    """A parameter is kept as it was."""
    scale = ag.op("scale", lambda x, by: x * by["k"], partials=[("k", lambda g, out, x, by: g * by["k"])])
    by, x = {"k": 3.0}, Tensor(2.0, requires_grad=True)
    y = scale(x, by=by)
    by["k"] = 100.0
    y.backward()
    assert x.grad is not None
    assert x.grad.item() == 3.0
