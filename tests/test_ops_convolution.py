"""Convolutions and pools as operations: geometries at random, borders in pairs, what a call may not be."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite import Tensor
from autograd_lite.errors import ArgumentValueError, AutogradError, DtypeError, KindError, ShapeError
from autograd_lite.ops import windows
from tests.checks import check_orders
from tests.samples import convolution as plain
from tests.samples.convolution import eighths


@st.composite
def geometries(draw):
    """Sizes of one or two axes, a kernel for each, and how they go together."""
    axes = draw(st.integers(1, 2))
    shared = {name: draw(st.integers(1, 3)) for name in ("stride", "dilation", "groups")} | {
        "padding": draw(st.integers(0, 2))
    }
    kernel = [draw(st.integers(1, 3)) for _ in range(axes)]
    sizes = [draw(st.integers(1, 7)) for _ in range(axes)]
    reach = [shared["dilation"] * (k - 1) + 1 for k in kernel]
    assume(all(n + 2 * shared["padding"] >= r for n, r in zip(sizes, reach, strict=True)))
    channels = draw(st.integers(1, 2)) * shared["groups"], draw(st.integers(1, 2)) * shared["groups"]
    return channels, kernel, sizes, draw(st.integers(1, 3)), shared


@settings(max_examples=60, deadline=None)
@given(geometries(), st.sampled_from([1, 3, 10_000]))
def test_sums_of_products_at_every_place(geometry, elements):
    """What loops over all products give, whatever is laid out at a time; so the transposes."""
    (inputs, outputs), kernel, sizes, batch, shared = geometry
    x, bias = eighths(batch, inputs, *sizes), eighths(outputs)
    y = eighths(outputs, inputs // shared["groups"], *kernel)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "ELEMENTS", elements)
        patch.setattr(windows, "LEAST", 1)
        out = ag.conv(x, y, bias, **shared)
        np.testing.assert_array_equal(out, plain.conv(x, y, bias, **shared))
        g = eighths(*out.shape)
        weight = ag.conv_weight(x, g, kernel_size=tuple(kernel), **shared)
        np.testing.assert_array_equal(weight, plain.conv_weight(x, g, kernel_size=kernel, **shared))
        if min(back_sizes(out, kernel, shared)) > 0:
            shift = eighths(inputs)
            back = ag.conv_transpose(g, y, shift, **shared)
            expected = plain.conv_transpose(g, y, shift, output_padding=0, **shared)
            np.testing.assert_array_equal(back, expected)


def back_sizes(out, kernel, shared):
    return [
        (n - 1) * shared["stride"] - 2 * shared["padding"] + shared["dilation"] * (k - 1) + 1
        for n, k in zip(out.shape[2:], kernel, strict=True)
    ]


def test_bands_of_rows_are_the_whole(monkeypatch):
    """An image that is cut into bands gives what it gives in one piece, forward and back."""
    x, y = eighths(2, 2, 13, 6), eighths(3, 2, 4, 2)
    whole = ag.conv(x, y, stride=2)
    g = eighths(*whole.shape)
    back, weight = ag.conv_transpose(g, y, stride=2), ag.conv_weight(x, g, (4, 2), stride=2)
    flat = ag.conv(x, y)
    flat_back = ag.conv_transpose(flat, y)
    monkeypatch.setattr(windows, "WHOLE", 4)
    monkeypatch.setattr(windows, "LEAST", 1)
    monkeypatch.setattr(windows, "ELEMENTS", 40)
    np.testing.assert_array_equal(ag.conv(x, y, stride=2), whole)
    np.testing.assert_array_equal(ag.conv_transpose(g, y, stride=2), back)
    np.testing.assert_array_equal(ag.conv_weight(x, g, (4, 2), stride=2), weight)
    np.testing.assert_array_equal(ag.conv_transpose(flat, y), flat_back)


def test_borders_in_pairs():
    x, y = eighths(1, 2, 4, 5), eighths(3, 2, 2, 2)
    padding = ((1, 0), (2, 3))
    expected = ag.conv(np.pad(x, [(0, 0), (0, 0), *padding]), y)
    np.testing.assert_array_equal(ag.conv(x, y, padding=padding), expected)
    check_orders(lambda x, y: ag.conv(x, y, padding=padding, stride=2), [x, y])
    with pytest.raises(ArgumentValueError, match=r"conv: padding is .* give 2 pairs"):
        ag.conv(x, y, padding=((1, 0),))


def test_sizes_in_lists_and_arrays():
    x, y = eighths(1, 2, 4, 5), eighths(3, 2, 2, 2)
    expected = ag.conv(x, y, stride=(2, 1), padding=(0, 1))
    for stride in ([2, 1], np.array([2, 1])):
        out = ag.conv(Tensor(x, requires_grad=True), y, stride=stride, padding=[0, 1])
        np.testing.assert_array_equal(out.data, expected)
        out.sum().backward()
    pooled = ag.max_pool(x, [2, 2])
    np.testing.assert_array_equal(ag.max_pool(x, np.array([2, 2])), pooled)
    np.testing.assert_array_equal(ag.max_pool(x, np.int64(2)), pooled)


def test_a_narrow_and_a_wide_type_give_the_wide_one():
    x, y = eighths(1, 2, 4, 5), eighths(3, 2, 2, 2)
    assert ag.conv(x.astype(np.float32), y).dtype == np.float64
    assert ag.conv(x, y.astype(np.float32)).dtype == np.float64
    assert ag.conv(x.astype(np.float32), y.astype(np.float32)).dtype == np.float32
    out = ag.linear(x.astype(np.float32), np.ones((3, 5), np.float32), np.ones(3))
    assert out.dtype == np.float64
    np.testing.assert_array_equal(out, x.sum(-1)[..., None] + np.ones(3))


X, Y = np.ones((1, 2, 4, 5)), np.ones((3, 2, 2, 2))
WRONG = [
    (lambda: ag.conv(X[0], Y), ShapeError, r"conv: x has shape \(2, 4, 5\) and y \(3, 2, 2, 2\): both have as many"),
    (lambda: ag.conv(X, Y[:, :1]), ShapeError, "conv: .* y takes 1 channels and x has 2"),
    (lambda: ag.conv(X, Y, np.ones(2)), ShapeError, r"conv: the bias has shape \(2,\); expected \(3,\)"),
    (lambda: ag.conv(X, Y[:, :1], groups=2), ShapeError, "conv: 2 groups do not divide the 3 channels of y"),
    (lambda: ag.conv(X, Y, groups=0), ArgumentValueError, "conv: groups is"),
    (lambda: ag.conv(X, Y, stride=(1, 2, 3)), ArgumentValueError, "conv: stride is .*one integer, or 2"),
    (lambda: ag.conv(X, Y, padding="full"), ArgumentValueError, "conv: padding is 'full'"),
    (lambda: ag.conv(X, Y, 2, padding="same"), AutogradError, "conv: "),
    (lambda: ag.conv(X, Y, stride=2, padding="same"), ArgumentValueError, "conv: padding='same' goes with stride 1"),
    (lambda: ag.conv_transpose(X, Y), ShapeError, "conv_transpose: .* the channels 2 and 3"),
    (lambda: ag.conv_transpose(X, Y[:2], output_padding=1), ArgumentValueError, "conv_transpose: output_padding is"),
    (lambda: ag.conv_transpose(X, Y[:2], padding=9), ShapeError, "conv_transpose: the padding 9 leaves nothing"),
    (lambda: ag.conv_weight(X, X, 2), ShapeError, r"conv_weight: .* must have shape \(1, 2, 3, 4\), and has"),
    (lambda: ag.conv_weight(X, X, 2, groups=3), ShapeError, "conv_weight: 3 groups do not divide"),
    (lambda: ag.linear(X, np.ones((3, 4))), ShapeError, r"linear: x has shape .* and the weight \(3, 4\)"),
    (lambda: ag.linear(X, np.ones((3, 5)), np.ones(5)), ShapeError, r"linear: the bias has shape \(5,\)"),
    (lambda: ag.max_pool(X, 2.0), KindError, "max_pool: kernel_size is float 2.0"),
    (lambda: ag.max_pool(X.astype(int), 2), DtypeError, "max_pool: x is of int64; expected floats"),
    (lambda: ag.avg_pool(np.ones(3), 2), ShapeError, r"avg_pool: x has shape \(3,\); expected such as"),
    (lambda: ag.avg_pool(X, 2, padding=2), ArgumentValueError, "avg_pool: padding .* is more than half"),
    (lambda: ag.adaptive_avg_pool(np.ones((1, 1, 2, 2, 2)), 1), ShapeError, "adaptive_avg_pool: x has shape"),
    (lambda: ag.adaptive_avg_pool(X, -1), ArgumentValueError, "adaptive_avg_pool: output_size is -1"),
    (lambda: ag.upsample(X, (1, 2, 3, 4, 5)), ShapeError, "upsample: x has shape"),
    (lambda: ag.upsample(X, 0), ArgumentValueError, "upsample: size is 0"),
]


@pytest.mark.parametrize(("wrong", "error", "said"), WRONG, ids=[f"{i} {row[2][:24]}" for i, row in enumerate(WRONG)])
def test_wrong_calls(wrong, error, said):
    with pytest.raises(error, match=said) as caught:
        wrong()
    assert isinstance(caught.value, AutogradError)


def test_ties_and_nan_in_a_pool_have_one_winner():
    """The first of equal ones; a nan before a number, and the first nan."""
    for window, winner in (
        ([1.0, 1.0, 0.0], 0),
        ([0.0, 2.0, 2.0], 1),
        ([np.nan, 3.0, np.nan], 0),
        ([1.0, np.nan, 9.0], 1),
    ):
        x = Tensor([[window]], requires_grad=True)
        out = ag.max_pool(x, 3)
        out.backward([[[5.0]]])
        assert x.grad.tolist() == [[[5.0 * (i == winner) for i in range(3)]]]
