"""Optimizers: their equations by hand, what they leave alone, how they resume, what they refuse."""

import copy
import gc
import pickle

import numpy as np
import pytest

import nn
import optim
from autograd_lite import Tensor, Value, is_grad_enabled, no_grad
from autograd_lite.errors import ArgumentError, ArgumentValueError, AutogradError, GraphError, KindError

OPTIMIZERS = [
    (optim.SGD, {"lr": 0.1}),
    (optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    (optim.SGD, {"lr": 0.1, "momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1, "maximize": True}),
    (optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    (optim.Adam, {"lr": 0.1}),
    (optim.Adam, {"lr": 0.1, "betas": (0.8, 0.9), "weight_decay": 0.1, "amsgrad": True}),
    (optim.SGD, {"lr": 0.1, "momentum": 0.9, "rate_in_velocity": True}),
    (optim.AdamW, {"lr": 0.1, "weight_decay": 0.1}),
    (optim.Adagrad, {"lr": 0.1, "lr_decay": 0.1, "initial_accumulator_value": 0.1}),
    (optim.Adagrad, {"lr": 0.1, "eps": 0.1, "eps_in_root": True}),
    (optim.Adadelta, {}),
    (optim.Adadelta, {"eps_in_root": False, "weight_decay": 0.1}),
    (optim.RMSprop, {"lr": 0.01}),
    (optim.RMSprop, {"lr": 0.01, "centered": True, "momentum": 0.9, "eps_in_root": True, "eps": 0.1}),
    (optim.Adamax, {"lr": 0.1}),
    (optim.NAdam, {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    (optim.RAdam, {"lr": 0.1, "betas": (0.9, 0.6)}),
    (optim.AdaBound, {"lr": 0.1, "weight_decay": 0.1}),
    (optim.AMSBound, {"lr": 0.1, "bias_correction": False, "root_decay": True, "gamma": 0.1}),
]


def leaf(data, dtype=float):
    return Tensor(np.array(data, dtype), requires_grad=True)


def descend(optimizer, params, steps):
    """Steps on a sum of squares, weighted so that no two elements see the same slope."""
    for _ in range(steps):
        optimizer.zero_grad()
        loss = sum(((p - 1.0) ** 2 * np.linspace(0.1, 1.0, p.size).reshape(p.shape)).sum() for p in params)
        loss.backward()
        optimizer.step()


# By hand: the loss is c x with c = 1, 2, -1 in turn, so c is the gradient.


def trajectory(optimizer, x, slopes=(1.0, 2.0, -1.0)):
    path = []
    for c in slopes:
        optimizer.zero_grad()
        (c * x).sum().backward()
        optimizer.step()
        path.append(x.item())
    return path


def test_plain_sgd_by_hand():
    x = leaf([1.0])
    assert np.allclose(trajectory(optim.SGD([x], lr=0.1), x), [0.9, 0.7, 0.8])


def test_sgd_with_momentum_by_hand():
    # v = 1, then 0.5 1 + 2 = 2.5, then 0.5 2.5 - 1 = 0.25.
    x = leaf([1.0])
    assert np.allclose(trajectory(optim.SGD([x], lr=0.1, momentum=0.5), x), [0.9, 0.65, 0.625])


def test_sgd_with_dampening_by_hand():
    # v = 1, then 0.5 1 + 0.75 2 = 2, then 0.5 2 - 0.75 = 0.25.
    x = leaf([1.0])
    optimizer = optim.SGD([x], lr=0.1, momentum=0.5, dampening=0.25)
    assert np.allclose(trajectory(optimizer, x), [0.9, 0.7, 0.675])


def test_sgd_after_nesterov_by_hand():
    # g + 0.5 v with v = 1, 2.5, 0.25: 1.5, 3.25, -0.875.
    x = leaf([1.0])
    optimizer = optim.SGD([x], lr=0.1, momentum=0.5, nesterov=True)
    assert np.allclose(trajectory(optimizer, x), [0.85, 0.525, 0.6125])


def test_sgd_with_weight_decay_and_maximize_by_hand():
    # g = -c + 0.1 x: -0.9, then -2 + 0.109, then 1 + 0.12791.
    x = leaf([1.0])
    optimizer = optim.SGD([x], lr=0.1, weight_decay=0.1, maximize=True)
    assert np.allclose(trajectory(optimizer, x), [1.09, 1.2791, 1.166309])


def test_adam_by_hand():
    # m = 0.5, 1.25, 0.125 over 1 - 0.5^t = 0.5, 0.75, 0.875;
    # v = 0.25, 1.1875, 1.140625 over 1 - 0.75^t = 0.25, 0.4375, 0.578125.
    x = leaf([1.0])
    optimizer = optim.Adam([x], lr=0.1, betas=(0.5, 0.75), eps=0.5)
    steps = [1.0 / 1.5, (5 / 3) / (np.sqrt(1.1875 / 0.4375) + 0.5), (1 / 7) / (np.sqrt(1.140625 / 0.578125) + 0.5)]
    assert np.allclose(trajectory(optimizer, x), 1.0 - 0.1 * np.cumsum(steps), rtol=1e-14)


def test_amsgrad_divides_by_the_largest_mean_so_far():
    x = leaf([1.0])
    optimizer = optim.Adam([x], lr=0.1, betas=(0.5, 0.75), eps=0.5, amsgrad=True)
    steps = [1.0 / 1.5, (5 / 3) / (np.sqrt(1.1875 / 0.4375) + 0.5), (1 / 7) / (np.sqrt(1.1875 / 0.578125) + 0.5)]
    assert np.allclose(trajectory(optimizer, x), 1.0 - 0.1 * np.cumsum(steps), rtol=1e-14)


@pytest.mark.parametrize(("kind", "options"), OPTIMIZERS)
def test_numbers_of_the_scalar_graph_are_optimized_alike(kind, options):
    x, v = leaf([2.0]), Value(2.0)
    on_tensor, on_value = kind([x], **options), kind([v], **options)
    for _ in range(5):
        for node, optimizer in ((x, on_tensor), (v, on_value)):
            optimizer.zero_grad()
            loss = (node * node).sum() if node is x else node * node
            loss.backward()
            optimizer.step()
    assert type(v.data) is float
    assert np.isclose(v.data, x.item(), rtol=1e-13)
    twin = kind([v], **options)
    twin.load_state_dict(on_value.state_dict())
    on_value.zero_grad(set_to_none=False)
    assert v.grad == 0.0


# What a step leaves alone


@pytest.mark.parametrize(("kind", "options"), OPTIMIZERS)
def test_float32_stays_float32_even_with_numpy_numbers_for_options(kind, options):
    p, scalar = leaf(np.ones((2, 3)), np.float32), leaf(2.0, np.float32)
    numpy_options = {k: np.float64(v) if isinstance(v, float) else v for k, v in options.items()}
    optimizer = kind([p, scalar], **numpy_options)
    descend(optimizer, [p, scalar], 3)
    optimizer.param_groups[0]["lr"] = np.float64(0.01)
    descend(optimizer, [p, scalar], 1)
    assert p.dtype == scalar.dtype == np.float32
    for memory in optimizer.state.values():
        assert all(value.dtype == np.float32 for name, value in memory.items() if name not in optimizer.numbers)


@pytest.mark.parametrize(("kind", "options"), OPTIMIZERS)
def test_a_step_between_forward_and_backward_leaves_the_right_gradient(kind, options):
    w, x = leaf([2.0, 3.0]), leaf([5.0, 7.0])
    optimizer = kind([w], **options)
    (w * w).sum().backward()
    y = (w * w * x).sum()
    w.grad = np.array([4.0, 6.0])
    seen = w.data
    optimizer.step()
    assert (w.data != [2.0, 3.0]).all()
    assert seen.tolist() == [2.0, 3.0]
    optimizer.zero_grad()
    y.backward()
    assert w.grad.tolist() == [20.0, 42.0]
    assert x.grad.tolist() == [4.0, 9.0]


@pytest.mark.parametrize(("kind", "options"), OPTIMIZERS)
def test_gradients_are_read_only_to_a_step_and_nothing_shares_memory(kind, options):
    p, q = leaf([1.0, -2.0]), leaf([3.0])
    optimizer = kind([p, q], **options)
    (p * p).sum().backward()
    gradient = p.grad
    for _ in range(3):
        optimizer.step()
        assert p.grad is gradient
        assert gradient.tolist() == [2.0, -4.0]
        held = [value for name, value in optimizer.state[0].items() if name != "step"]
        given = [value for name, value in optimizer.state_dict()["state"][0].items() if name != "step"]
        arrays = [p.data, gradient.data, *held, *given]
        for i, a in enumerate(arrays):
            assert not any(np.shares_memory(a, b) for b in arrays[i + 1 :])
    assert q.tolist() == [3.0]
    assert 1 not in optimizer.state


def test_zero_grad():
    p, q = leaf([1.0, np.inf]), leaf([1.0])
    optimizer = optim.SGD([p, q])
    p.sum().backward()
    optimizer.zero_grad(set_to_none=False)
    assert p.grad.tolist() == [0.0, 0.0]
    assert q.grad is None
    optimizer.zero_grad()
    assert p.grad is None


def test_a_closure_is_recorded_and_its_loss_returned():
    p = leaf([1.0])
    optimizer = optim.SGD([p], lr=0.5)

    def closure():
        assert is_grad_enabled()
        optimizer.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    with no_grad():
        assert optimizer.step(closure).item() == 1.0
    assert p.item() == 0.0
    assert optimizer.step() is None


def test_training_makes_no_cyclic_garbage():
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    loss, optimizer = nn.CrossEntropyLoss(), optim.Adam(model.parameters())
    x, y = np.ones((5, 4), np.float32), np.zeros(5, int)
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            optimizer.zero_grad()
            loss(model(x), y).backward()
            optimizer.step()
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_small_network_learns_in_float32():
    generator = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(2, 16, generator=generator), nn.ReLU(), nn.Linear(16, 2, generator=generator))
    x = generator.normal(size=(200, 2)).astype(np.float32)
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    loss, optimizer = nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=0.02)
    for _ in range(200):
        optimizer.zero_grad()
        out = loss(model(x), y)
        out.backward()
        optimizer.step()
    assert out.item() < 0.1
    assert all(p.dtype == np.float32 for p in model.parameters())


# Groups


def test_groups_have_options_of_their_own():
    a, b, c = leaf([1.0]), leaf([1.0]), leaf([1.0])
    optimizer = optim.SGD([{"params": [a], "name": "slow"}, {"params": (p for p in [b]), "lr": 0.5}], lr=0.1)
    optimizer.add_param_group({"params": c, "momentum": 0.9})
    assert [group["lr"] for group in optimizer.param_groups] == [0.1, 0.5, 0.1]
    assert [group["momentum"] for group in optimizer.param_groups] == [0.0, 0.0, 0.9]
    (a + b + c).sum().backward()
    optimizer.step()
    assert np.allclose([a.item(), b.item(), c.item()], [0.9, 0.5, 0.9])
    assert list(optimizer.state[2]) == ["momentum_buffer"]
    optimizer.param_groups[1]["lr"] = 0.25
    optimizer.step()
    assert np.allclose([a.item(), b.item()], [0.8, 0.25])
    assert repr(optim.SGD([a, b], lr=0.1)) == (
        "SGD(2 parameters: lr=0.1, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False, maximize=False)"
    )
    assert "name=slow" in repr(optimizer)


def test_a_refused_group_or_step_changes_nothing():
    a, b = leaf([1.0]), leaf([1.0])
    optimizer = optim.SGD([a], lr=0.1)
    with pytest.raises(ArgumentValueError):
        optimizer.add_param_group({"params": [b], "lr": -1.0})
    assert len(optimizer.param_groups) == 1
    optimizer.add_param_group({"params": [b]})
    (a + b).sum().backward()
    optimizer.param_groups[1]["lr"] = "fast"
    with pytest.raises(KindError, match="lr is str 'fast'"):
        optimizer.step()
    del optimizer.param_groups[1]["lr"]
    with pytest.raises(ArgumentError, match="lost its option 'lr'"):
        optimizer.step()
    assert a.item() == b.item() == 1.0


# Resuming


@pytest.mark.parametrize(("kind", "options"), OPTIMIZERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_resuming_equals_not_stopping_bit_by_bit(kind, options, dtype):
    def start():
        generator = np.random.default_rng(0)
        params = [leaf(generator.normal(size=shape), dtype) for shape in [(3, 4), (4,), ()]]
        unused = leaf([1.0], dtype)
        groups = [{"params": [*params[:1], unused]}, {"params": params[1:], "lr": 0.05}]
        return params, kind(groups, **options)

    params, optimizer = start()
    descend(optimizer, params, 7)
    saved, numbers = pickle.loads(pickle.dumps(optimizer.state_dict())), [p.numpy() for p in params]
    descend(optimizer, params, 9)

    resumed, fresh = start()
    fresh.load_state_dict(saved)
    for p, data in zip(resumed, numbers, strict=True):
        p.data = data
    descend(fresh, resumed, 9)
    for p, q in zip(params, resumed, strict=True):
        assert p.data.tobytes() == q.data.tobytes()
    assert saved["param_groups"][0]["params"] == [0, 1]
    assert saved["param_groups"][1]["params"] == [2, 3]


def test_what_is_loaded_is_copied_and_options_come_along():
    p = leaf([1.0])
    optimizer = optim.SGD([p], lr=0.1, momentum=0.9)
    descend(optimizer, [p], 2)
    state = optimizer.state_dict()
    state["param_groups"][0].update(lr=0.7, initial_lr=0.9)
    other = optim.SGD([leaf([1.0])], lr=0.1, momentum=0.5)
    other.load_state_dict(state)
    assert other.param_groups[0]["lr"] == 0.7
    assert other.param_groups[0]["momentum"] == 0.9
    assert other.param_groups[0]["initial_lr"] == 0.9
    buffer = other.state[0]["momentum_buffer"].copy()
    state["state"][0]["momentum_buffer"][:] = 100.0
    assert (other.state[0]["momentum_buffer"] == buffer).all()
    state["state"][0]["momentum_buffer"] = None
    other.load_state_dict(state)
    assert other.state == {0: {}}
    optimizer.load_state_dict(optim.SGD([leaf([1.0])]).state_dict())
    assert optimizer.state == {}


def test_model_and_optimizer_copied_together_stay_together():
    model = nn.Linear(2, 1, dtype=float)
    optimizer = optim.Adam(model.parameters(), lr=0.1)
    twin_model, twin_optimizer = copy.deepcopy((model, optimizer))
    assert twin_optimizer.param_groups[0]["params"][0] is twin_model.weight
    before = model.weight.numpy()
    twin_model(np.ones((1, 2))).sum().backward()
    twin_optimizer.step()
    assert (model.weight.data == before).all()
    assert (twin_model.weight.data != before).all()


def adam_state(**changes):
    p = leaf(np.ones((2, 3)))
    optimizer = optim.Adam([p])
    descend(optimizer, [p], 1)
    state = optimizer.state_dict()
    state["state"][0].update(changes)
    return state


def changed(state, at, value):
    *path, last = at
    inner = state
    for key in path:
        inner = inner[key]
    if value is KeyError:
        del inner[last]
    else:
        inner[last] = value
    return state


@pytest.mark.parametrize(
    ("state", "error", "said"),
    [
        (lambda: None, KindError, "state_dict"),
        (lambda: {}, KindError, "state_dict"),
        (lambda: {"state": [], "param_groups": {}}, KindError, "state_dict"),
        (lambda: changed(adam_state(), ["param_groups"], []), ArgumentValueError, r"groups of \[\]"),
        (lambda: changed(adam_state(), ["param_groups", 0, "params"], [0, 1]), ArgumentValueError, r"of \[2\] param"),
        (lambda: changed(adam_state(), ["param_groups", 0, "betas"], KeyError), ArgumentValueError, "lacks betas"),
        (lambda: changed(adam_state(), ["param_groups", 0, "betas"], (0.9, 1.0)), ArgumentValueError, "below 1"),
        (lambda: changed(adam_state(), ["state", 5], {}), ArgumentValueError, "parameter 5"),
        (lambda: changed(adam_state(), ["state", 0, "exp_avg"], KeyError), ArgumentValueError, "expected step"),
        (lambda: changed(adam_state(), ["state", 0], [1]), KindError, "state_dict"),
        (lambda: adam_state(square_avg=np.ones((2, 3))), ArgumentValueError, "square_avg"),
        (lambda: adam_state(exp_avg=np.ones((3, 2))), ArgumentValueError, r"\(3, 2\).*shape \(2, 3\)"),
        (lambda: adam_state(exp_avg=np.full((2, 3), "a")), ArgumentValueError, "expected numbers"),
        (lambda: adam_state(exp_avg=[[1.0], [1.0, 2.0]]), ArgumentValueError, "expected numbers"),
        (lambda: adam_state(step=-1), ArgumentValueError, "counts"),
        (lambda: adam_state(step=1.5), ArgumentValueError, "counts"),
        (lambda: optim.SGD([leaf([1.0])]).state_dict(), ArgumentValueError, "another optimizer"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(state, error, said):
    p = leaf(np.ones((2, 3)))
    optimizer = optim.Adam([p], lr=0.5)
    descend(optimizer, [p], 2)
    before = optimizer.state_dict()
    with pytest.raises(error, match=said) as caught:
        optimizer.load_state_dict(state())
    assert isinstance(caught.value, AutogradError)
    after = optimizer.state_dict()
    assert after["param_groups"] == before["param_groups"]
    for name, value in before["state"][0].items():
        assert np.array_equal(after["state"][0][name], value)


# Wrong calls


def twice():
    p = leaf([1.0])
    return [leaf([2.0]), p, p]


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: optim.SGD([]), ArgumentValueError, "no parameters"),
        (lambda: optim.SGD(iter([])), ArgumentValueError, "only once"),
        (lambda: optim.SGD([{"params": []}]), ArgumentValueError, "no parameters"),
        (lambda: optim.SGD(leaf([1.0])), KindError, "put it in a list"),
        (lambda: optim.SGD(np.ones(3)), KindError, "put it in a list"),
        (lambda: optim.SGD(Value(1.0)), KindError, "put it in a list"),
        (lambda: optim.SGD({leaf([1.0])}), KindError, "order"),
        (lambda: optim.SGD({"params": [leaf([1.0])]}), KindError, "Give a list"),
        (lambda: optim.SGD(None), KindError, "Give a list"),
        (lambda: optim.SGD(nn.Linear(2, 2)), KindError, r"model\.parameters\(\)"),
        (lambda: optim.SGD(nn.Sequential(nn.Linear(2, 2))), KindError, "parameter 0 is Linear"),
        (lambda: optim.SGD(nn.Linear(2, 2).named_parameters()), KindError, "parameter 0 is tuple"),
        (lambda: optim.SGD([np.ones(3)]), KindError, "parameter 0 is ndarray"),
        (lambda: optim.SGD([leaf([1.0]) * 2]), GraphError, "result of multiply"),
        (lambda: optim.SGD([leaf([1.0]), Tensor([1.0], name="w")]), GraphError, r"parameter 1, Tensor 'w'.*requires"),
        (lambda: optim.SGD(twice()), ArgumentValueError, "parameter 2.*parameter 1 again"),
        (lambda: optim.SGD([{"params": p} for p in twice()]), ArgumentValueError, "parameter 1 again"),
        (lambda: optim.SGD([{"lr": 1.0}]), KindError, '"params"'),
        (lambda: optim.SGD([{"params": twice()[:2]}, leaf([1.0])]), KindError, '"params"'),
        (lambda: optim.SGD([{"params": twice()[:2], "learning_rate": 1.0}]), ArgumentError, "learning_rate.*lr, mom"),
        (lambda: optim.SGD(twice()[:2], lr=-0.1), ArgumentValueError, "lr is -0.1; it must be at least 0"),
        (lambda: optim.SGD(twice()[:2], lr=np.nan), ArgumentValueError, "finite"),
        (lambda: optim.SGD(twice()[:2], lr=None), KindError, "real number"),
        (lambda: optim.SGD(twice()[:2], lr=True), KindError, "real number"),
        (lambda: optim.SGD(twice()[:2], lr=1j), KindError, "real number"),
        (lambda: optim.SGD(twice()[:2], lr=np.ones(2)), KindError, "real number"),
        (lambda: optim.SGD(twice()[:2], momentum=-0.9), ArgumentValueError, "momentum"),
        (lambda: optim.SGD(twice()[:2], weight_decay=-1), ArgumentValueError, "weight_decay"),
        (lambda: optim.SGD(twice()[:2], nesterov=True), ArgumentValueError, "momentum above 0"),
        (
            lambda: optim.SGD(twice()[:2], momentum=0.9, dampening=0.1, nesterov=True),
            ArgumentValueError,
            "dampening 0; they are 0.9 and 0.1",
        ),
        (lambda: optim.SGD(twice()[:2], maximize=1), KindError, "True or False"),
        (lambda: optim.Adam(twice()[:2], betas=(0.9, 1.0)), ArgumentValueError, "below 1"),
        (lambda: optim.Adam(twice()[:2], betas=(-0.1, 0.9)), ArgumentValueError, r"betas\[0\]"),
        (lambda: optim.Adam(twice()[:2], betas=0.9), KindError, "pair"),
        (lambda: optim.Adam(twice()[:2], betas=(0.9, 0.9, 0.9)), KindError, "pair"),
        (lambda: optim.Adam(twice()[:2]).step(Tensor(1.0)), KindError, "Adam: closure is Tensor.*must be a function"),
        (lambda: optim.Adam(twice()[:2], eps=-1e-8), ArgumentValueError, "eps"),
        (lambda: optim.Adam(twice()[:2], amsgrad=None), KindError, "True or False"),
    ],
)
def test_wrong_uses_of_an_optimizer(wrong, error, said):
    with pytest.raises(error, match=said) as caught:
        wrong()
    assert isinstance(caught.value, AutogradError)
