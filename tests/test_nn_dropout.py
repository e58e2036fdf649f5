"""Dropout: the share that is left out, the means that stay, training and evaluation, whole channels."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_lite as ag
import nn
from autograd_lite import Tensor
from autograd_lite.errors import ArgumentValueError, AutogradError, DtypeError, KindError, ShapeError
from nn import functional as F


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("p", [0.1, 0.4, 0.5, 0.9])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_share_that_is_dropped_and_the_scale_of_the_rest(p, dtype):
    n = 100_000
    x = rng(1).normal(size=n).astype(dtype)
    y = nn.Dropout(p, generator=rng())(x).data
    assert y.dtype == dtype
    kept = y != 0
    # Binomial: five standard deviations.
    assert abs(kept.mean() - (1 - p)) < 5 * np.sqrt(p * (1 - p) / n)
    np.testing.assert_allclose(y[kept], x[kept] / (1 - p), rtol=1e-6)
    assert abs(y.mean() - x.mean()) < 5 * np.sqrt(p / (1 - p) / n)
    # Neighbours are independent of one another.
    assert abs(np.corrcoef(kept[:-1], kept[1:])[0, 1]) < 5 / np.sqrt(n)


@pytest.mark.parametrize(
    ("make", "shape", "space"),
    [
        (nn.Dropout1d, (400, 50, 3), 1),
        (nn.Dropout1d, (20_000, 3), 1),
        (nn.Dropout2d, (400, 50, 2, 3), 2),
        (nn.Dropout2d, (20_000, 2, 3), 2),
    ],
)
def test_whole_channels(make, shape, space):
    y = make(0.3, generator=rng())(np.ones(shape)).data.reshape(-1, int(np.prod(shape[-space:])))
    assert (y == y[:, :1]).all()
    assert set(np.unique(y)) == {0.0, 1 / 0.7}
    assert abs((y[:, 0] == 0).mean() - 0.3) < 5 * np.sqrt(0.21 / len(y))


def test_evaluation_and_extremes():
    layer = nn.Dropout(0.5)
    x = Tensor(np.ones(5), requires_grad=True)
    assert layer.eval()(x) is x
    assert nn.Dropout(0.0)(x) is x
    assert (nn.Dropout(1.0)(x).data == 0).all()
    assert nn.Dropout(1.0)(x).requires_grad
    assert F.dropout(x, training=False) is x


def test_the_gradient_goes_where_the_signal_went():
    x = Tensor(np.ones(1000), requires_grad=True)
    y = nn.Dropout(0.25, generator=rng())(x)
    y.sum().backward()
    assert np.array_equal(x.grad.data, y.data)


def test_the_generator_decides():
    x = np.ones(100)
    assert np.array_equal(F.dropout(x, generator=rng(3)).data, F.dropout(x, generator=rng(3)).data)
    assert not np.array_equal(F.dropout(x).data, F.dropout(x).data)
    ag.manual_seed(1)
    first = [F.dropout(x).data, F.dropout2d(np.ones((9, 9, 1, 1))).data]
    ag.manual_seed(1)
    assert np.array_equal(first[0], F.dropout(x).data)
    assert np.array_equal(first[1], F.dropout2d(np.ones((9, 9, 1, 1))).data)
    layer = nn.Dropout(generator=rng(4))
    twins = [copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))]
    expected = layer(x).data
    assert all(np.array_equal(twin(x).data, expected) for twin in twins)


@settings(max_examples=30, deadline=None)
@given(p=st.floats(0, 1), shape=st.lists(st.integers(0, 4), max_size=4), seed=st.integers(0, 2**32))
def test_what_is_not_dropped_is_scaled(p, shape, seed):
    x = rng(seed).normal(size=shape)
    y = F.dropout(x, p, generator=rng(seed)).data
    assert y.shape == x.shape
    kept = y != 0
    np.testing.assert_allclose(y[kept] * (1 - p), x[kept], rtol=1e-9)


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: nn.Dropout(1.5), ArgumentValueError, "0 to 1"),
        (lambda: nn.Dropout2d(-0.1), ArgumentValueError, "Dropout2d: p"),
        (lambda: nn.Dropout("a"), KindError, "p is"),
        (lambda: nn.Dropout(np.nan), ArgumentValueError, "0 to 1"),
        (lambda: nn.Dropout(inplace=1), KindError, "inplace"),
        (lambda: nn.Dropout(generator=3), KindError, "default_rng"),
        (lambda: nn.Dropout()(np.arange(3)), DtypeError, "int64"),
        (lambda: nn.Dropout()("text"), KindError, "Tensor or an array"),
        (lambda: nn.Dropout1d()(np.ones(3)), ShapeError, "2 or 3 axes"),
        (lambda: nn.Dropout2d()(np.ones((3, 3))), ShapeError, "3 or 4 axes"),
        (lambda: nn.Dropout2d()(np.ones((1, 1, 1, 1, 1))), ShapeError, "3 or 4 axes"),
        (lambda: F.dropout(np.ones(3), 2), ArgumentValueError, "dropout: p"),
        (lambda: F.dropout(np.ones(3), training="yes"), KindError, "training"),
        (lambda: F.dropout(np.ones(3), generator=0), KindError, "default_rng"),
    ],
)
def test_wrong_calls(wrong, error, said):
    with pytest.raises(error, match=said) as caught:
        wrong()
    assert isinstance(caught.value, AutogradError)
