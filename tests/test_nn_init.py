"""Initial values: the distribution of each, with what it refuses; one seed for all."""

import numpy as np
import pytest
from scipy import stats

import autograd_lite as ag
import nn
from autograd_lite import AutogradError, Tensor
from autograd_lite.errors import ArgumentError, ArgumentValueError, DtypeError, GraphError, KindError, ShapeError
from nn import init


def rng(seed=0):
    return np.random.default_rng(seed)


def weight(*shape, dtype=float):
    return nn.Parameter(np.full(shape, 7.0, dtype))


def follows(values, distribution):
    """That values are drawn from a distribution: by Kolmogorov's distance, and by the variance."""
    excess = float(distribution.stats("k"))
    near = abs(values.var() / distribution.var() - 1) < 5 * np.sqrt((excess + 2) / values.size)
    return near and stats.kstest(values.ravel(), distribution.cdf).pvalue > 1e-4


def uniform(a, b):
    return stats.uniform(a, b - a)


def even(bound):
    return uniform(-bound, bound)


#: What is called, and the distribution of the values in a weight of shape (60, 20, 3, 5).
SHAPE = (60, 20, 3, 5)
FAN_IN, FAN_OUT = 20 * 15, 60 * 15
GLOROT = np.sqrt(2 / (FAN_IN + FAN_OUT))
CALLS = {
    "uniform": (lambda w, g: init.uniform_(w, -2.0, 3.0, g), uniform(-2, 3)),
    "uniform by default": (lambda w, g: init.uniform_(w, generator=g), uniform(0, 1)),
    "normal": (lambda w, g: init.normal_(w, 3.0, 0.5, g), stats.norm(3, 0.5)),
    "normal by default": (lambda w, g: init.normal_(w, generator=g), stats.norm()),
    "trunc_normal": (lambda w, g: init.trunc_normal_(w, 1.0, 2.0, 0.0, 2.5, g), stats.truncnorm(-0.5, 0.75, 1, 2)),
    "trunc_normal by default": (lambda w, g: init.trunc_normal_(w, generator=g), stats.truncnorm(-2, 2)),
    "trunc_normal, one tail": (lambda w, g: init.trunc_normal_(w, 0, 1, 2, 9, g), stats.truncnorm(2, 9)),
    "xavier_uniform": (lambda w, g: init.xavier_uniform_(w, 2.0, g), even(2 * 3**0.5 * GLOROT)),
    "xavier_normal": (lambda w, g: init.xavier_normal_(w, 2.0, g), stats.norm(0, 2 * GLOROT)),
    "kaiming_uniform": (lambda w, g: init.kaiming_uniform_(w, generator=g), even((6 / 300) ** 0.5)),
    "kaiming_uniform of Linear": (lambda w, g: init.kaiming_uniform_(w, 5**0.5, generator=g), even(300**-0.5)),
    "kaiming_normal": (lambda w, g: init.kaiming_normal_(w, 0, "fan_out", "relu", g),
        stats.norm(0, (2 / FAN_OUT) ** 0.5)),
    "kaiming_normal, tanh": (lambda w, g: init.kaiming_normal_(w, 9.0, "fan_in", "tanh", g),
        stats.norm(0, 5 / 3 / FAN_IN**0.5)),
    "lecun_uniform": (init.lecun_uniform_, even((3 / FAN_IN) ** 0.5)),
    "lecun_normal": (init.lecun_normal_, stats.norm(0, FAN_IN**-0.5)),
}  # fmt: skip
every_call = pytest.mark.parametrize(("call", "distribution"), CALLS.values(), ids=CALLS)


@every_call
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_distribution(call, distribution, dtype):
    w = weight(*SHAPE, dtype=dtype)
    assert call(w, rng()) is w
    assert w.dtype == dtype
    assert w.requires_grad
    assert follows(w.data.astype(float), distribution)


def test_a_wrong_distribution_is_found():
    w = init.normal_(weight(*SHAPE), std=1.04, generator=rng())
    assert not follows(w.data, stats.norm())
    assert not follows(init.trunc_normal_(weight(*SHAPE), generator=rng()).data, stats.norm())


@every_call
def test_the_generator_decides(call, distribution):
    a, b, c = (call(weight(6, 4, 2), rng(seed)).data for seed in (1, 1, 2))
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


def test_one_seed_for_the_whole_library():
    def build():
        ag.manual_seed(5)
        model = nn.Sequential(nn.Linear(4, 3), nn.Dropout(0.5))
        return model[0].weight.data, model(np.ones((5, 4), np.float32)).data, init.orthogonal_(weight(3, 3)).data

    first, second = build(), build()
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    generator = ag.manual_seed(5)
    before = generator.normal()
    assert ag.manual_seed(np.int64(5)) is generator
    assert generator.normal() == before
    ag.manual_seed(6)
    assert generator.normal() != before


@pytest.mark.parametrize("seed", ["a", 1.5, None])
def test_seeds_are_integers(seed):
    with pytest.raises(KindError, match="integer"):
        ag.manual_seed(seed)


@pytest.mark.parametrize("seed", [-1, True])
def test_seeds_are_not_negative(seed):
    with pytest.raises(ArgumentValueError, match="at least 0"):
        ag.manual_seed(seed)


def test_constants():
    assert (init.constant_(weight(2, 3), 0.25).data == 0.25).all()
    assert (init.ones_(weight(2, 3)).data == 1).all()
    assert (init.zeros_(weight(2, 3)).data == 0).all()
    assert np.array_equal(init.eye_(weight(2, 3)).data, np.eye(2, 3))


@pytest.mark.parametrize("shape", [(3, 2, 5), (4, 2, 3, 3), (2, 4, 4, 5, 3)])
def test_dirac_hands_its_channels_on(shape):
    w = init.dirac_(weight(*shape)).data
    middle = w[(slice(None), slice(None), *(n // 2 for n in shape[2:]))]
    assert np.array_equal(middle, np.eye(*shape[:2]))
    assert w.sum() == min(shape[:2])
    grouped = init.dirac_(weight(4, 2, 3), groups=2).data[:, :, 1]
    assert np.array_equal(grouped, np.tile(np.eye(2), (2, 1)))


@pytest.mark.parametrize("shape", [(4, 4), (3, 7), (7, 3), (6, 2, 3), (4, 3, 2, 2)])
def test_orthogonal(shape):
    w = init.orthogonal_(weight(*shape), 1.5, rng()).data.reshape(shape[0], -1)
    product = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(product, 2.25 * np.eye(min(w.shape)), atol=1e-12)


def test_every_rotation_is_as_likely():
    """The angle of the first column, and the sign of the determinant: without the signs of R, both would be off."""
    g = rng()
    drawn = [init.orthogonal_(weight(2, 2), generator=g).data for _ in range(2000)]
    angles = np.array([np.arctan2(w[1, 0], w[0, 0]) for w in drawn])
    assert follows(angles, uniform(-np.pi, np.pi))
    assert abs(np.mean([np.linalg.det(w) for w in drawn])) < 0.1


def test_sparse():
    w = init.sparse_(weight(50, 400), 0.25, 0.5, rng()).data
    assert ((w == 0).sum(axis=0) == 13).all()
    assert follows(w[w != 0], stats.norm(0, 0.5))
    # Every place is as likely: binomial, 400 draws of 13/50.
    share = (w == 0).mean(axis=1)
    assert abs(share - 13 / 50).max() < 5 * np.sqrt(0.26 * 0.74 / 400)


def test_gains():
    assert init.calculate_gain("linear") == init.calculate_gain("sigmoid") == init.calculate_gain("conv2d") == 1.0
    assert init.calculate_gain("tanh") == 5 / 3
    assert init.calculate_gain("relu") == 2**0.5
    assert init.calculate_gain("selu") == 0.75
    assert init.calculate_gain("leaky_relu") == (2 / (1 + 0.01**2)) ** 0.5
    assert init.calculate_gain("leaky_relu", 2.0) == (2 / 5) ** 0.5
    assert init.glorot_uniform_ is init.xavier_uniform_
    assert init.he_normal_ is init.kaiming_normal_


def test_gains_and_layers_beside_pytorch():
    torch = pytest.importorskip("torch")
    for name in ("linear", "conv_transpose2d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"):
        assert init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name), rel=1e-15)
    for shape in [(3, 5), (4, 2, 3), (2, 3, 4, 5)]:
        ours, theirs = (
            init.scaled.fans("test", weight(*shape)),
            torch.nn.init._calculate_fan_in_and_fan_out(torch.zeros(shape)),
        )
        assert ours == theirs


def test_arrays_of_nothing_are_left():
    assert init.orthogonal_(weight(0, 3)).shape == (0, 3)
    assert init.uniform_(weight(0)).shape == (0,)


RESULT = Tensor([[1.0]], requires_grad=True) * 2


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: init.normal_(np.zeros(3)), KindError, "Tensor"),
        (lambda: init.zeros_([1.0]), KindError, "Tensor"),
        (lambda: init.ones_(Tensor([1, 2])), DtypeError, "int64"),
        (lambda: init.zeros_(RESULT), GraphError, "leaves"),
        (lambda: init.normal_(weight(2), 0.0, -1.0), ArgumentValueError, "at least 0"),
        (lambda: init.normal_(weight(2), np.nan), ArgumentValueError, "finite"),
        (lambda: init.normal_(weight(2), "a"), KindError, "number"),
        (lambda: init.normal_(weight(2), generator=3), KindError, "default_rng"),
        (lambda: init.uniform_(weight(2), 0.0, np.inf), ArgumentValueError, "finite"),
        (lambda: init.trunc_normal_(weight(2), a=1.0, b=-1.0), ArgumentValueError, "a ≤ b"),
        (lambda: init.trunc_normal_(weight(2), a=8.0, b=9.0), ArgumentValueError, "hardly anything"),
        (lambda: init.trunc_normal_(weight(2), std=0.0), ArgumentValueError, "hardly anything"),
        (lambda: init.constant_(weight(2), None), KindError, "number"),
        (lambda: init.eye_(weight(2)), ShapeError, "1 axes; it works on 2"),
        (lambda: init.dirac_(weight(2, 2)), ShapeError, "3 to 5"),
        (lambda: init.dirac_(weight(3, 2, 1), groups=2), ArgumentValueError, "3 outputs"),
        (lambda: init.dirac_(weight(3, 2, 1), groups=0), ArgumentValueError, "groups"),
        (lambda: init.orthogonal_(weight(3)), ShapeError, "at least 2"),
        (lambda: init.sparse_(weight(3, 3, 3), 0.5), ShapeError, "works on 2"),
        (lambda: init.sparse_(weight(3, 3), 1.5), ArgumentValueError, "0 to 1"),
        (lambda: init.sparse_(weight(3, 3), 0.5, std=-1.0), ArgumentValueError, "std"),
        (lambda: init.xavier_uniform_(weight(3)), ShapeError, "inputs and outputs"),
        (lambda: init.xavier_normal_(weight(3, 3), -1.0), ArgumentValueError, "gain is negative"),
        (lambda: init.lecun_normal_(weight(3, 0)), ShapeError, "inputs and outputs"),
        (lambda: init.kaiming_uniform_(weight(3, 3), mode="fan_avg"), ArgumentValueError, "fan_in, fan_out"),
        (lambda: init.kaiming_uniform_(weight(3, 3), nonlinearity="swish"), ArgumentValueError, "leaky_relu"),
        (lambda: init.kaiming_normal_(weight(3, 3), a="x"), KindError, "a is"),
        (lambda: init.calculate_gain("swish"), ArgumentValueError, "swish"),
        (lambda: init.calculate_gain("relu", 0.1), ArgumentError, "no parameter"),
        (lambda: init.calculate_gain("leaky_relu", "x"), KindError, "param"),
    ],
)
def test_wrong_calls(wrong, error, said):
    with pytest.raises(error, match=said) as caught:
        wrong()
    assert isinstance(caught.value, AutogradError)


@every_call
def test_what_is_refused_is_left_as_it_was(call, distribution):
    w = weight(6, 4, 2)
    with pytest.raises(KindError, match="default_rng"):
        call(w, 3)
    assert (w.data == 7.0).all()
