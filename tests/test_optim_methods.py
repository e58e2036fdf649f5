"""Each method's equations worked by hand for three steps, and the forms that the lectures give them.

The loss is c x with c = 1, 2, -1 in turn, so c is the gradient, and the numbers of each step stand in the test.
"""

import numpy as np
import pytest

import optim
from autograd_lite import Tensor
from autograd_lite.errors import AutogradError

SLOPES = np.array([1.0, 2.0, -1.0])


def path(kind, slopes=SLOPES, **options):
    """What x = 1 becomes in each step."""
    x = Tensor([1.0], requires_grad=True)
    optimizer = kind([x], **options)
    found = []
    for c in slopes:
        optimizer.zero_grad()
        (float(c) * x).sum().backward()
        optimizer.step()
        found.append(x.item())
    return np.array(found)


def check(found, steps):
    np.testing.assert_allclose(found, 1.0 - np.cumsum(steps), rtol=1e-13)


def test_adagrad():
    # G = 1, 5, 6; the rate falls to 1 / 1, 1 / 1.5, 1 / 2 of itself.
    roots = np.sqrt([1.0, 5.0, 6.0])
    check(path(optim.Adagrad, lr=0.1, lr_decay=0.5, eps=0.0), 0.1 / np.array([1.0, 1.5, 2.0]) * SLOPES / roots)
    check(path(optim.Adagrad, lr=0.1, eps=0.5), 0.1 * SLOPES / (roots + 0.5))


def test_adagrad_as_in_the_lectures():
    check(path(optim.Adagrad, lr=0.1, eps=3.0, eps_in_root=True), 0.1 * SLOPES / np.sqrt([4.0, 8.0, 9.0]))


def test_adadelta():
    # With rho = 0.5 and eps = 1: E[g2] = 0.5, 2.25, 1.625.
    d1 = np.sqrt(1.0 / 1.5) * 1.0
    s1 = 0.5 * d1**2
    d2 = np.sqrt((s1 + 1.0) / 3.25) * 2.0
    s2 = 0.5 * s1 + 0.5 * d2**2
    d3 = np.sqrt((s2 + 1.0) / 2.625) * -1.0
    check(path(optim.Adadelta, rho=0.5, eps=1.0), [d1, d2, d3])
    # With eps outside the roots the first step is 1 / (sqrt 0.5 + 1).
    e1 = 1.0 / (np.sqrt(0.5) + 1.0)
    t1 = 0.5 * e1**2
    e2 = (np.sqrt(t1) + 1.0) / (1.5 + 1.0) * 2.0
    t2 = 0.5 * t1 + 0.5 * e2**2
    e3 = -(np.sqrt(t2) + 1.0) / (np.sqrt(1.625) + 1.0)
    check(path(optim.Adadelta, rho=0.5, eps=1.0, eps_in_root=False), [e1, e2, e3])


def test_rmsprop():
    # With rho = 0.5: v = 0.5, 2.25, 1.625; m = 0.5, 1.25, 0.125.
    v, m = np.array([0.5, 2.25, 1.625]), np.array([0.5, 1.25, 0.125])
    check(path(optim.RMSprop, lr=0.1, alpha=0.5, eps=0.5), 0.1 * SLOPES / (np.sqrt(v) + 0.5))
    check(path(optim.RMSprop, lr=0.1, alpha=0.5, eps=0.5, centered=True), 0.1 * SLOPES / (np.sqrt(v - m * m) + 0.5))
    check(path(optim.RMSprop, lr=0.1, alpha=0.5, eps=1.75, eps_in_root=True), 0.1 * SLOPES / np.sqrt(v + 1.75))
    b1 = 1.0 / np.sqrt(0.5)
    b2 = 0.5 * b1 + 2.0 / 1.5
    b3 = 0.5 * b2 - 1.0 / np.sqrt(1.625)
    check(path(optim.RMSprop, lr=0.1, alpha=0.5, eps=0.0, momentum=0.5), 0.1 * np.array([b1, b2, b3]))


def test_adamax():
    # With beta1 = 0.5: m = 0.5, 1.25, 0.125 over 0.5, 0.75, 0.875; with beta2 = 0.75: u = 1, 2, 1.5.
    check(path(optim.Adamax, lr=0.1, betas=(0.5, 0.75), eps=0.0), 0.1 * np.array([1.0, 5 / 3 / 2.0, 1 / 7 / 1.5]))
    # eps goes to the size of the gradient: 1.5, 2.5, 1.875.
    check(path(optim.Adamax, lr=0.1, betas=(0.5, 0.75), eps=0.5), 0.1 * np.array([1 / 1.5, 5 / 3 / 2.5, 1 / 7 / 1.875]))


def test_adamw():
    # Adam's steps in test_optim.py, and before each a tenth of x less: 0.2 times 0.5.
    ratios = [1.0 / 1.5, (5 / 3) / (np.sqrt(1.1875 / 0.4375) + 0.5), (1 / 7) / (np.sqrt(1.140625 / 0.578125) + 0.5)]
    x, expected = 1.0, []
    for ratio in ratios:
        x = 0.9 * x - 0.2 * ratio
        expected.append(x)
    found = path(optim.AdamW, lr=0.2, betas=(0.5, 0.75), eps=0.5, weight_decay=0.5)
    np.testing.assert_allclose(found, expected, rtol=1e-13)


def test_nadam():
    # With psi = 0 each mu is beta1 / 2 = 0.25: the products are 1/4, 1/16, 1/64, 1/256.
    m, v = np.array([0.5, 1.25, 0.125]), np.array([0.25, 1.1875, 1.140625])
    products = 0.25 ** np.arange(1, 5)
    ahead = 0.25 * m / (1 - products[1:]) + 0.75 * SLOPES / (1 - products[:3])
    roots = np.sqrt(v / np.array([0.25, 0.4375, 0.578125])) + 0.5
    check(path(optim.NAdam, lr=0.1, betas=(0.5, 0.75), eps=0.5, momentum_decay=0.0), 0.1 * ahead / roots)


def test_radam():
    # With beta2 = 0.75: rho_inf = 7, and rho = 1, 1.857, 2.622: no division yet. With beta2 = 0.9 it begins at step 6.
    check(path(optim.RAdam, lr=0.1, betas=(0.5, 0.75)), 0.1 * np.array([1.0, 5 / 3, 1 / 7]))
    slopes = np.ones(6)
    b = 0.9**6
    rho_inf, rho = 19.0, 19.0 - 12 * b / (1 - b)
    assert 19.0 - 10 * 0.9**5 / (1 - 0.9**5) < 5.0 < rho
    r = np.sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
    # A gradient of 1 throughout: m over its correction is 1, and so is v.
    check(path(optim.RAdam, slopes, lr=0.1, betas=(0.5, 0.9), eps=0.0), 0.1 * np.array([1, 1, 1, 1, 1, r]))


@pytest.mark.parametrize("ams", [False, True])
def test_adabound_is_its_paper_s_algorithm(ams):
    """Algorithms 2 and 3 of Luo et al.: m, V, the clipped rate over the root of t, the step."""
    alpha, beta1, beta2, final, gamma = 0.3, 0.5, 0.75, 0.1, 0.25
    m = v = largest = 0.0
    x, expected = 1.0, []
    for t, g in enumerate([1.0, 2.0, -1.0, 0.1, 0.1, 0.1], 1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        largest = max(largest, v)
        lower, upper = final - final / (gamma * t + 1), final + final / (gamma * t)
        rate = min(max(alpha / np.sqrt(largest if ams else v), lower), upper) / np.sqrt(t)
        x -= rate * m
        expected.append(x)
    kind = optim.AMSBound if ams else optim.AdaBound
    options = {"lr": alpha, "betas": (beta1, beta2), "final_lr": final, "gamma": gamma, "eps": 0.0}
    found = path(kind, [1.0, 2.0, -1.0, 0.1, 0.1, 0.1], **options, bias_correction=False, root_decay=True)
    np.testing.assert_allclose(found, expected, rtol=1e-13)
    assert not np.allclose(path(kind, **options), expected[:3])


def test_adabound_with_corrected_means():
    # rate = 0.01 sqrt(1 - 0.75^t) / (1 - 0.5^t) / sqrt v = 0.02, below the lower bound from the second step on.
    m, v = np.array([0.5, 1.25, 0.125]), np.array([0.25, 1.1875, 1.140625])
    t = np.arange(1.0, 4.0)
    rates = 0.01 * np.sqrt(1 - 0.75**t) / (1 - 0.5**t) / np.sqrt(v)
    lower = 0.1 * (1 - 1 / (0.25 * t + 1))
    assert (rates < lower).tolist() == [False, True, True]
    found = path(optim.AdaBound, lr=0.01, betas=(0.5, 0.75), gamma=0.25, eps=0.0)
    check(found, np.maximum(rates, lower) * m)


def test_adabound_ends_at_the_final_rate_scaled_with_the_rate():
    """After many steps of one gradient each step is the final rate times the mean; half the rate, half of it."""
    x = Tensor([0.0], requires_grad=True)
    optimizer = optim.AdaBound([x], lr=0.01, final_lr=0.1, gamma=0.9)
    steps = []
    for number in range(3000):
        if number == 1500:
            optimizer.param_groups[0]["lr"] = 0.005
        before = x.item()
        optimizer.zero_grad()
        x.sum().backward()
        optimizer.step()
        steps.append(before - x.item())
    np.testing.assert_allclose([steps[1499], steps[-1]], [0.1, 0.05], rtol=1e-3)
    grouped = optim.AdaBound([{"params": [x], "lr": 0.5}], lr=0.01)
    assert grouped.param_groups[0]["base_lr"] == 0.5


def test_momentum_with_the_rate_in_the_velocity():
    # v = 0.1, 0.25, 0.025 at one rate, as without; then the rate is halved: 0.05 + 0.5 v against half of all.
    check(path(optim.SGD, lr=0.1, momentum=0.5, rate_in_velocity=True), [0.1, 0.25, 0.025])
    np.testing.assert_allclose(
        path(optim.SGD, lr=0.1, momentum=0.5, nesterov=True, rate_in_velocity=True),
        path(optim.SGD, lr=0.1, momentum=0.5, nesterov=True), rtol=1e-13,
    )  # fmt: skip
    found = {}
    for inside in (False, True):
        x = Tensor([1.0], requires_grad=True)
        optimizer = optim.SGD([x], lr=0.1, momentum=0.5, rate_in_velocity=inside)
        for rate in (0.1, 0.05):
            optimizer.param_groups[0]["lr"] = rate
            optimizer.zero_grad()
            x.sum().backward()
            optimizer.step()
        found[inside] = x.item()
    np.testing.assert_allclose([found[False], found[True]], [1 - 0.1 - 0.075, 1 - 0.1 - 0.1], rtol=1e-13)


@pytest.mark.parametrize("inside", [False, True])
def test_nesterov_at_the_point_that_the_velocity_leads_to(inside):
    """On x^2, by the lectures' equations: v <- mu v + eta L'(x - mu v), x <- x - v."""
    x = Tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([x], lr=0.1, momentum=0.5, rate_in_velocity=inside)
    position, v = 1.0, 0.0
    for _ in range(5):
        optimizer.zero_grad()
        with optimizer.look_ahead():
            assert np.isclose(x.item(), position - 0.5 * v)
            (x * x).sum().backward()
        assert np.isclose(x.item(), position)
        optimizer.step()
        v = 0.5 * v + 0.1 * 2 * (position - 0.5 * v)
        position -= v
        assert np.isclose(x.item(), position, rtol=1e-13)


def test_looking_ahead_ends_where_it_began_whatever_happens():
    x = Tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([x], lr=0.1, momentum=0.5)
    x.sum().backward()
    optimizer.step()
    stood = x.data
    with pytest.raises(KeyError), optimizer.look_ahead():
        raise KeyError
    assert x.data is stood or (x.data == stood).all()
    with (
        pytest.raises(AutogradError, match="looks ahead already"),
        optim.SGD([x], momentum=0.9, nesterov=True).look_ahead(),
    ):
        pass


WRONG = {
    "a negative rate": (optim.Adagrad, {"lr": -1}, "lr is -1.0; it must be at least 0"),
    "a negative decay of the rate": (optim.Adagrad, {"lr_decay": -1}, "lr_decay"),
    "a negative sum": (optim.Adagrad, {"initial_accumulator_value": -1}, "initial_accumulator_value"),
    "eps_in_root is no flag": (optim.Adagrad, {"eps_in_root": 1}, "eps_in_root is int 1"),
    "rho of one": (optim.Adadelta, {"rho": 1.0}, "rho is 1.0; it must be at least 0 and below 1"),
    "negative rho": (optim.Adadelta, {"rho": -0.1}, "rho"),
    "alpha of one": (optim.RMSprop, {"alpha": 1.0}, "alpha"),
    "negative momentum": (optim.RMSprop, {"momentum": -1.0}, "momentum"),
    "one beta": (optim.Adamax, {"betas": 0.9}, "must be a pair"),
    "beta of one": (optim.NAdam, {"betas": (0.9, 1.0)}, "both must be at least 0 and below 1"),
    "negative psi": (optim.NAdam, {"momentum_decay": -1}, "momentum_decay"),
    "infinite rate": (optim.RAdam, {"lr": float("inf")}, "finite"),
    "no final rate": (optim.AdaBound, {"final_lr": 0.0}, "final_lr is 0.0; it must be above 0"),
    "gamma of one": (optim.AdaBound, {"gamma": 1.0}, "gamma is 1.0; it must be below 1"),
    "text for a rate": (optim.AdamW, {"lr": "x"}, "lr is str"),
}


@pytest.mark.parametrize("row", WRONG.values(), ids=WRONG.keys())
def test_wrong_options(row):
    kind, options, said = row
    with pytest.raises(AutogradError, match=said):
        kind([Tensor([1.0], requires_grad=True)], **options)


@pytest.mark.parametrize("kind", [optim.Adam, optim.AdamW, optim.Adadelta])
def test_an_infinite_gradient_starts_no_mean_at_nan(kind):
    """The mean after one step is infinite, as its equation says, without a word of warning."""
    x = Tensor([1.0, 1.0], requires_grad=True)
    optimizer = kind([x])
    x.grad = np.array([1.0, 0.0])
    optimizer.step()
    finite = x.data[0]
    y = Tensor([1.0, 1.0], requires_grad=True)
    other = kind([y])
    y.grad = np.array([1.0, np.inf])
    with np.errstate(all="ignore"):
        other.step()
    assert y.data[0] == finite
    name = "acc_delta" if kind is optim.Adadelta else "exp_avg"
    assert other.state[0][name][0] == optimizer.state[0][name][0]
    assert kind is optim.Adadelta or other.state[0][name][1] == np.inf
