"""Around the optimizers: gradients clipped and accumulated, weights averaged and as one vector."""

import math

import numpy as np
import pytest

import autograd_lite as ag
import nn
import optim
from autograd_lite import Tensor, Value, load, save
from autograd_lite.errors import (
    ArgumentValueError,
    AutogradError,
    GradientError,
    GraphError,
    KindError,
    ShapeError,
)


def leaf(data, dtype=float, gradient=None):
    p = Tensor(np.array(data, dtype), requires_grad=True)
    p.grad = gradient
    return p


def network(dtype=float, seed=0):
    ag.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 5, dtype=dtype), nn.Tanh(), nn.Linear(5, 2, dtype=dtype))


def samples(n=24, dtype=float):
    generator = np.random.default_rng(0)
    x = generator.normal(size=(n, 3)).astype(dtype)
    return x, np.stack([np.sin(x[:, 0]), x[:, 1] * x[:, 2]], axis=1).astype(dtype)


# Clipping


def test_clipping_by_hand():
    # Norm 5: times 1 / 5.000001.
    p, q, without = leaf([0.0, 0.0], gradient=[3.0, 0.0]), leaf(0.0, gradient=-4.0), leaf([1.0])
    assert optim.clip_grad_norm_([p, q, without], 1.0) == 5.0
    assert p.grad.tolist() == pytest.approx([3 / 5.000001, 0.0], rel=1e-14)
    assert q.grad.item() == pytest.approx(-4 / 5.000001, rel=1e-14)
    assert without.grad is None
    optim.clip_grad_value_([p, q, without], 0.7)
    assert (p.grad.tolist(), q.grad.item()) == ([3 / 5.000001, 0.0], -0.7)


def test_a_gradient_that_is_clipped_is_a_new_one():
    gradient = Tensor([3.0, 4.0])
    p, q = leaf([0.0, 0.0], gradient=gradient), leaf([0.0, 0.0], gradient=gradient)
    optim.clip_grad_norm_([p], 1.0)
    optim.clip_grad_value_(q, 2.0)
    assert gradient.tolist() == [3.0, 4.0]
    assert q.grad.tolist() == [2.0, 2.0]
    assert not np.shares_memory(p.grad.data, q.grad.data)
    assert p.grad.tolist() == pytest.approx([0.6, 0.8])


def test_clipping_reaches_modules_and_numbers_and_counts_a_parameter_once():
    x = Value(1.0)
    (3.0 * x).backward()
    assert optim.clip_grad_norm_(x, 1.5) == 3.0
    assert x.grad == pytest.approx(1.5)
    optim.clip_grad_value_([x], 0.5)
    assert x.grad == 0.5
    assert type(x.grad) is float
    p = leaf([0.0], gradient=[2.0])
    assert optim.clip_grad_norm_([p, p], 1.0, foreach=False) == 2.0
    assert p.grad.item() == pytest.approx(1.0)
    model = network()
    assert optim.clip_grad_norm_(model, 1.0) == 0.0
    (model(samples()[0]) ** 2).sum().backward()
    assert optim.clip_grad_norm_(iter(model.parameters()), 0.1) > 0.1
    assert optim.clip_grad_norm_(model, 1.0) == pytest.approx(0.1, rel=1e-4)


def test_norms_of_very_large_and_small_gradients():
    assert optim.clip_grad_norm_(leaf([0.0, 0.0], gradient=[3e200, 4e200]), 1.0) == pytest.approx(5e200)
    assert optim.clip_grad_norm_(leaf([0.0, 0.0], gradient=[3e-200, 4e-200]), 1.0) == pytest.approx(5e-200)
    p = leaf([0.0, 0.0], np.float32, gradient=[3e30, 4e30])
    assert optim.clip_grad_norm_(p, 1.0) == pytest.approx(5e30)
    assert p.grad.tolist() == pytest.approx([0.6, 0.8])
    assert optim.clip_grad_norm_(leaf(np.zeros((0, 2)), gradient=np.zeros((0, 2))), 1.0) == 0.0


def test_a_norm_that_is_not_finite_may_be_an_error():
    p, q = leaf([0.0], gradient=[math.nan]), leaf([0.0], gradient=[5.0])
    with pytest.raises(GradientError, match="the norm of the gradients is nan, so they cannot be clipped"):
        optim.clip_grad_norm_([p, q], 1.0, error_if_nonfinite=True)
    assert q.grad.tolist() == [5.0]


def test_without_a_bound_the_norm_is_only_measured():
    p = leaf([5.0, 7.0], gradient=[3.0, 4.0])
    assert optim.clip_grad_norm_(p, math.inf, np.int64(2)) == 5.0
    optim.clip_grad_value_(p, math.inf)
    assert p.grad.tolist() == [3.0, 4.0]
    p.grad = [math.inf, 4.0]
    assert optim.clip_grad_norm_(p, math.inf, np.float32(2)) == math.inf
    assert p.grad.tolist() == [math.inf, 4.0]


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda p: optim.clip_grad_norm_(p, -math.inf), ArgumentValueError, "max_norm is -inf"),
        (lambda p: optim.clip_grad_norm_(p, -1.0), ArgumentValueError, "max_norm is -1.0; it must be at least 0"),
        (lambda p: optim.clip_grad_norm_(p, 1.0, 0), ArgumentValueError, "norm_type is 0; it must be a number above 0"),
        (lambda p: optim.clip_grad_norm_(p, 1.0, "fro"), ArgumentValueError, "norm_type is 'fro'"),
        (lambda p: optim.clip_grad_norm_(p, 1.0, None), KindError, "norm_type is NoneType None"),
        (lambda p: optim.clip_grad_norm_(p, 1.0, error_if_nonfinite=1), KindError, "error_if_nonfinite is int 1"),
        (lambda p: optim.clip_grad_norm_([], 1.0), ArgumentValueError, "there are no parameters"),
        (lambda p: optim.clip_grad_norm_({"w": p}, 1.0), KindError, "in the place of parameters"),
        (lambda p: optim.clip_grad_norm_([p, 3.0], 1.0), KindError, "parameter 1 is float 3.0"),
        (lambda p: optim.clip_grad_norm_(np.ones(3), 1.0), KindError, "got ndarray"),
        (lambda p: optim.clip_grad_value_(p, -1.0), ArgumentValueError, "clip_value is -1.0"),
        (lambda p: optim.clip_grad_value_(3, 1.0), KindError, "clip_grad_value_: got int 3"),
        (lambda p: optim.EMA(p, 1.5), ArgumentValueError, "EMA: decay is 1.5; it must be from 0 to 1"),
        (lambda p: optim.EMA(p, 1.0, bias_correction=True), ArgumentValueError, "no bias to correct"),
        (lambda p: optim.EMA(p, bias_correction="yes"), KindError, "bias_correction is str 'yes'"),
        (lambda p: optim.EMA([]), ArgumentValueError, "there are no parameters"),
        (lambda p: optim.flatten("model"), KindError, "flatten: got str 'model'"),
        (lambda p: optim.flatten([Tensor(1.0)]), ArgumentValueError, "all parameters are frozen"),
        (lambda p: optim.flatten(p).value_and_grad(p), KindError, "loss is Tensor"),
        (lambda p: optim.flatten(p).value_and_grad(lambda: 3.0)([1.0, 2.0]), KindError, "the loss is float 3.0"),
        (lambda p: optim.flatten(p).value_and_grad(lambda: Tensor(3.0))([1.0, 2.0]), KindError, "not computed from"),
        (lambda p: optim.flatten(p).value_and_grad(lambda: p * 2)([1.0, 2.0]), ShapeError, r"has shape \(2,\)"),
        (lambda p: setattr(optim.flatten(p), "vector", [1.0]), ShapeError, r"shape \(1,\); the parameters need \(2,\)"),
        (lambda p: setattr(optim.flatten(p), "vector", ["a", "b"]), KindError, "give an array of real numbers"),
    ],
)  # fmt: skip
def test_wrong_calls(call, error, said):
    p = leaf([5.0, 7.0], gradient=[3.0, 4.0])
    with pytest.raises(error, match=said) as caught:
        call(p)
    assert isinstance(caught.value, AutogradError)
    assert p.grad.tolist() == [3.0, 4.0]


# Accumulation


def test_gradients_of_small_batches_add_up_to_that_of_the_large_one():
    x, y = samples()
    large, small = network(), network()
    loss, parts = nn.MSELoss(), 4
    one, other = (optim.SGD(model.parameters(), lr=0.1, momentum=0.9) for model in (large, small))
    for _ in range(5):
        one.zero_grad()
        loss(large(x), y).backward()
        one.step()
        other.zero_grad()
        for part in np.split(np.arange(len(x)), parts):
            (loss(small(x[part]), y[part]) / parts).backward()
        other.step()
    for p, q in zip(large.parameters(), small.parameters(), strict=True):
        np.testing.assert_allclose(p.data, q.data, rtol=1e-12)


# Averages


def test_averages_by_hand():
    p = leaf([1.0, 10.0])
    plain, corrected = optim.EMA(p, 0.75), optim.EMA([p], 0.75, bias_correction=True)
    for ema in (plain, corrected):
        assert ema.averages()[0].tolist() == [1.0, 10.0]
    for value in (2.0, 4.0):
        p.data = [value, 10.0]
        plain.update()
        corrected.update()
    # 0.75 2 + 0.25 4; and (0.75 0.25 2 + 0.25 4) / (1 - 0.75^2).
    assert plain.averages()[0].tolist() == [2.5, 10.0]
    assert corrected.averages()[0].tolist() == pytest.approx([1.375 / 0.4375, 10.0])


def test_inside_average_the_parameters_are_the_averages():
    model = network(np.float32)
    ema = optim.EMA(model, 0.5)
    stood = [p.data for p in model.parameters()]
    for p in model.parameters():
        p.data = p.data + 1.0
    ema.update()
    for p in model.parameters():
        p.data = p.data + 1.0
    ema.update()
    with ema.average():
        for p, data in zip(model.parameters(), stood, strict=True):
            assert p.dtype == np.float32
            np.testing.assert_allclose(p.data, data + 1.5, rtol=1e-5)
        with pytest.raises(GraphError, match="update inside average"):
            ema.update()
        with pytest.raises(GraphError, match="average"), ema.average():
            pass
        next(model.parameters()).data = np.zeros((5, 3))
    for p, data in zip(model.parameters(), stood, strict=True):
        np.testing.assert_allclose(p.data, data + 2.0, rtol=1e-5)
    with pytest.raises(ZeroDivisionError), ema.average():
        raise ZeroDivisionError
    assert all((p.data != data + 1.5).any() for p, data in zip(model.parameters(), stood, strict=True))
    ema.copy_to_parameters()
    for p, data in zip(model.parameters(), stood, strict=True):
        np.testing.assert_allclose(p.data, data + 1.5, rtol=1e-5)


@pytest.mark.parametrize("bias_correction", [False, True])
def test_averages_resume_bit_by_bit(tmp_path, bias_correction):
    p, v = leaf([[1.0, 2.0]]), Value(3.0)
    ema = optim.EMA([p, v], 0.9, bias_correction=bias_correction)

    def go_on(ema):
        for _ in range(3):
            p.data, v.data = p.data * 1.1, v.data * 0.7
            ema.update()

    go_on(ema)
    state = load(save(tmp_path / "ema.safetensors", ema.state_dict()))
    start = p.data, v.data
    go_on(ema)
    expected = ema.averages()
    p.data, v.data = start
    twin = optim.EMA([p, v], 0.5)
    twin.load_state_dict(state)
    go_on(twin)
    assert [np.asarray(a).tolist() for a in twin.averages()] == [np.asarray(a).tolist() for a in expected]
    with ema.average():
        assert type(v.data) is float


def test_a_wrong_state_of_averages_changes_nothing():
    ema = optim.EMA([leaf([1.0, 2.0])], 0.9)
    ema.update()
    state = ema.state_dict()
    for wrong in (
        {**state, "decay": 2.0},
        {**state, "bias_correction": 3},
        {**state, "n_averaged": -1},
        {**state, "means": []},
        {**state, "means": [np.ones(3)]},
        {**state, "means": [[1.0, [2.0]]]},
        {**state, "means": ["ab"]},
        {"decay": 0.5},
        None,
    ):
        with pytest.raises((KindError, ArgumentValueError), match=r"^EMA: "):
            ema.load_state_dict(wrong)
        assert ema.state_dict()["decay"] == 0.9
        assert ema.averages()[0].tolist() == [1.0, 2.0]
    state["means"][0][:] = 7.0
    assert ema.averages()[0].tolist() == [1.0, 2.0]


# One vector


def test_the_vector_and_its_gradient():
    w, b, frozen = leaf([[1.0, 2.0], [3.0, 4.0]], np.float32), leaf(5.0), Tensor(6.0)
    unused, number = leaf([7.0]), Value(8.0)
    flat = optim.flatten([w, b, frozen, w, unused, number])
    assert flat.vector.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 8.0]
    assert flat.vector.dtype == np.float64
    assert len(flat) == 7
    assert repr(flat) == "Flat(7 numbers of 4 parameters)"
    w.grad = np.ones((2, 2))
    vector, value_and_grad = flat
    vector[:] = 2.0
    f = value_and_grad(lambda power: (w**power).sum() * b + number.data * b)
    value, gradient = f(vector, 3)
    # Σ w³ b + 8 b with all at 2; the slopes are 3 w² b and Σ w³ + 2.
    assert (value, gradient.tolist()) == (68.0, [24.0, 24.0, 24.0, 24.0, 34.0, 0.0, 0.0])
    assert type(value) is float
    assert gradient.dtype == np.float64
    assert gradient.flags.writeable
    assert (w.dtype, w.tolist(), b.item(), number.data, frozen.item()) == (np.float32, [[2.0] * 2] * 2, 2.0, 2.0, 6.0)
    assert type(number.data) is float
    assert w.grad.tolist() == [[1.0, 1.0], [1.0, 1.0]]
    assert b.grad is None


def test_gradients_are_put_back_after_an_error():
    p = leaf([1.0, 2.0], gradient=[3.0, 4.0])

    def refuse(gradient):
        raise ZeroDivisionError

    def loss():
        y = p * 2
        y.register_hook(refuse)
        return y.sum()

    with pytest.raises(ZeroDivisionError):
        optim.flatten(p).value_and_grad(loss)([1.0, 2.0])
    assert p.grad.tolist() == [3.0, 4.0]


def test_losses_are_recorded_in_no_grad_too():
    p = leaf([1.0])
    with ag.no_grad():
        assert optim.flatten(p).value_and_grad(lambda: (p * p).sum())([3.0])[1].tolist() == [6.0]


def test_scipy_agrees_with_the_gradients():
    optimize = pytest.importorskip("scipy.optimize")
    x, y = samples()
    model = network()
    flat = optim.flatten(model)
    f = flat.value_and_grad(lambda: nn.MSELoss()(model(x), y))
    start = flat.vector
    error = optimize.check_grad(lambda v: f(v)[0], lambda v: f(v)[1], start)
    assert error < 1e-6
    wrong = optimize.check_grad(lambda v: f(v)[0], lambda v: 1.001 * f(v)[1], start)
    assert wrong > 1e-5


@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B", "CG", "TNC", "SLSQP"])
def test_scipy_solves_a_quadratic(method):
    optimize = pytest.importorskip("scipy.optimize")
    A, b = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 1.0]]), np.array([1.0, -2.0, 0.5])
    p, q = leaf([0.0, 0.0]), leaf(0.0)
    flat = optim.flatten([p, q])

    def loss():
        z = ag.concatenate([p, q.reshape(1)])
        return 0.5 * z @ A @ z - z @ b

    result = optimize.minimize(flat.value_and_grad(loss), flat.vector, jac=True, method=method, tol=1e-10)
    flat.vector = result.x
    np.testing.assert_allclose([*p.tolist(), q.item()], np.linalg.solve(A, b), atol=1e-5)


def test_scipy_trains_a_network():
    optimize = pytest.importorskip("scipy.optimize")
    x, y = samples()
    model = network()
    first = model[0].weight
    flat = optim.flatten(model)
    f = flat.value_and_grad(lambda: nn.MSELoss()(model(x), y))
    before = f(flat.vector)[0]
    result = optimize.minimize(f, flat.vector, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    flat.vector = result.x
    assert result.fun == nn.MSELoss()(model(x), y).item() < 0.05 * before
    assert model[0].weight is first
