"""Layers of convolution, of pools and of shapes beside PyTorch's, with the same numbers."""

import warnings

import numpy as np
import pytest

import nn

torch = pytest.importorskip("torch")

from tests.parity.test_parity_nn import check_module  # noqa: E402

SIGNAL, IMAGE = (2, 4, 11), (2, 4, 9, 8)
CONVOLUTIONS = [
    {"kernel_size": 3},
    {"kernel_size": 3, "bias": False},
    {"kernel_size": 3, "stride": 2, "padding": 1},
    {"kernel_size": 2, "padding": "same"},
    {"kernel_size": 3, "padding": "same", "dilation": 2},
    {"kernel_size": 3, "padding": "valid"},
    {"kernel_size": 3, "dilation": 3, "padding": 2},
    {"kernel_size": 3, "groups": 2},
    {"kernel_size": 3, "groups": 4, "stride": 2},
    {"kernel_size": 1},
    {"kernel_size": 1, "stride": 2},
    *[{"kernel_size": 4, "padding": padding, "padding_mode": mode}
      for mode in ("reflect", "replicate", "circular") for padding in (2, "same")],
]  # fmt: skip
UNEVEN = [
    {"kernel_size": (3, 2), "stride": (1, 2), "padding": (0, 1), "dilation": (2, 1)},
    {"kernel_size": (2, 3), "padding": "same", "padding_mode": "reflect"},
    {"kernel_size": (1, 3), "padding": (2, 1), "padding_mode": "circular"},
]


def numbers(shape):
    return np.random.default_rng(3).normal(size=shape)


def name(params):
    return " ".join(f"{k}={v}" for k, v in params.items()) if isinstance(params, dict) else str(params)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("params", CONVOLUTIONS, ids=name)
def test_conv1d(params):
    check_module(nn.Conv1d(4, 8, dtype=float, **params), torch.nn.Conv1d(4, 8, **params), numbers(SIGNAL))


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("params", [*CONVOLUTIONS, *UNEVEN], ids=name)
def test_conv2d(params):
    check_module(nn.Conv2d(4, 8, dtype=float, **params), torch.nn.Conv2d(4, 8, **params), numbers(IMAGE))


TRANSPOSED = [
    {"kernel_size": 3},
    {"kernel_size": 2, "stride": 2, "bias": False},
    {"kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1},
    {"kernel_size": 3, "stride": 3, "output_padding": 2, "groups": 2},
    {"kernel_size": 3, "dilation": 2, "padding": 1},
    # More than the stride, which goes with a dilation that is larger still.
    {"kernel_size": 3, "stride": 1, "dilation": 3, "padding": 1, "output_padding": 2},
    {"kernel_size": 2, "stride": 2, "dilation": 4, "padding": 2, "output_padding": 3, "groups": 4},
    {"kernel_size": 1, "stride": 2},
]


@pytest.mark.parametrize("params", TRANSPOSED, ids=name)
def test_conv_transpose1d(params):
    ours = nn.ConvTranspose1d(4, 8, dtype=float, **params)
    check_module(ours, torch.nn.ConvTranspose1d(4, 8, **params), numbers((2, 4, 5)))


@pytest.mark.parametrize(
    "params",
    [*TRANSPOSED, {"kernel_size": (3, 2), "stride": (1, 3), "padding": (1, 0), "output_padding": (0, 2)}],
    ids=name,
)
def test_conv_transpose2d(params):
    ours = nn.ConvTranspose2d(4, 8, dtype=float, **params)
    check_module(ours, torch.nn.ConvTranspose2d(4, 8, **params), numbers((2, 4, 4, 5)))


@pytest.mark.parametrize("size", [(9, 10), [10, 12], (2, 8, 9, 11)])
def test_a_transposed_convolution_of_a_wanted_size(size):
    ours = nn.ConvTranspose2d(4, 8, 3, (2, 3), 1, dtype=float)
    theirs = torch.nn.ConvTranspose2d(4, 8, 3, (2, 3), 1).double()
    ours.load_state_dict(theirs.state_dict())
    x = numbers((2, 4, 5, 4))
    out, expected = ours(x, size), theirs(torch.tensor(x), list(size))
    np.testing.assert_allclose(out.data, expected.detach().numpy(), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("layer", ["Conv1d", "Conv2d", "ConvTranspose1d", "ConvTranspose2d"])
def test_without_a_batch_axis_and_without_images(layer):
    shape = SIGNAL if "1" in layer else IMAGE
    for x in (numbers(shape)[0], numbers((0, *shape[1:]))):
        check_module(getattr(nn, layer)(4, 8, 3, dtype=float), getattr(torch.nn, layer)(4, 8, 3), x)


POOLS = [
    ("MaxPool1d", SIGNAL, {"kernel_size": 2}),
    ("MaxPool1d", SIGNAL, {"kernel_size": 3, "stride": 2, "padding": 1, "dilation": 2, "ceil_mode": True}),
    ("MaxPool1d", SIGNAL[1:], {"kernel_size": 2}),
    ("MaxPool2d", IMAGE, {"kernel_size": 2}),
    ("MaxPool2d", IMAGE, {"kernel_size": 3, "stride": 2, "padding": 1}),
    ("MaxPool2d", IMAGE, {"kernel_size": (2, 3), "stride": (3, 1), "padding": (1, 0), "dilation": (2, 1)}),
    ("MaxPool2d", IMAGE, {"kernel_size": 3, "stride": 2, "ceil_mode": True}),
    ("MaxPool2d", IMAGE[1:], {"kernel_size": 2}),
    ("AvgPool1d", SIGNAL, {"kernel_size": 2}),
    ("AvgPool1d", SIGNAL, {"kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": False}),
    ("AvgPool2d", IMAGE, {"kernel_size": 2}),
    ("AvgPool2d", IMAGE, {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}),
    ("AvgPool2d", IMAGE, {"kernel_size": (3, 2), "stride": 1, "padding": (1, 0), "count_include_pad": False}),
    ("AvgPool2d", IMAGE, {"kernel_size": 2, "divisor_override": 3}),
    ("AvgPool2d", IMAGE[1:], {"kernel_size": 2}),
    ("AdaptiveAvgPool1d", SIGNAL, {"output_size": 4}),
    ("AdaptiveAvgPool1d", SIGNAL[1:], {"output_size": 1}),
    ("AdaptiveAvgPool2d", IMAGE, {"output_size": 1}),
    ("AdaptiveAvgPool2d", IMAGE, {"output_size": (4, 3)}),
    ("AdaptiveAvgPool2d", IMAGE, {"output_size": (None, 3)}),
    ("AdaptiveAvgPool2d", IMAGE[1:], {"output_size": (10, 2)}),
]


@pytest.mark.parametrize(("layer", "shape", "params"), POOLS, ids=name)
def test_pools(layer, shape, params):
    check_module(getattr(nn, layer)(**params), getattr(torch.nn, layer)(**params), numbers(shape))


def test_of_equal_elements_the_first_has_the_gradient():
    x = np.random.default_rng(0).integers(0, 3, size=(2, 3, 9, 8)).astype(float)
    for params in ({"kernel_size": 2}, {"kernel_size": 3, "stride": 1, "padding": 1}):
        check_module(nn.MaxPool2d(**params), torch.nn.MaxPool2d(**params), x)


def test_nan_is_the_largest_element_and_has_the_gradient():
    x = numbers(IMAGE)
    x[0, 1, 2, 3], x[1, 2, 0, 0], x[1, 3] = np.nan, np.inf, -np.inf
    for params in ({"kernel_size": 2}, {"kernel_size": 3, "stride": 1}):
        check_module(nn.MaxPool2d(**params), torch.nn.MaxPool2d(**params), x)


SHAPES = [
    ("Identity", IMAGE, {}),
    ("Flatten", IMAGE, {}),
    ("Flatten", IMAGE, {"start_dim": 0, "end_dim": 2}),
    ("Flatten", IMAGE, {"start_dim": -2}),
    ("Unflatten", IMAGE, {"dim": 1, "unflattened_size": (2, 2)}),
    ("Unflatten", IMAGE, {"dim": -1, "unflattened_size": (2, -1, 2)}),
    ("Upsample", SIGNAL, {"scale_factor": 2}),
    ("Upsample", IMAGE, {"scale_factor": 2}),
    ("Upsample", IMAGE, {"scale_factor": (1.5, 3)}),
    ("Upsample", IMAGE, {"scale_factor": 0.4}),
    ("Upsample", IMAGE, {"size": 5}),
    ("Upsample", IMAGE, {"size": (18, 7)}),
    ("Upsample", (1, 2, 2, 3, 2), {"scale_factor": 2}),
    ("ZeroPad2d", IMAGE, {"padding": 2}),
    ("ZeroPad2d", IMAGE, {"padding": (1, 0, 2, 3)}),
    ("ZeroPad2d", IMAGE[1:], {"padding": (1, -2, -3, 0)}),
]


@pytest.mark.parametrize(("layer", "shape", "params"), SHAPES, ids=name)
def test_shapes(layer, shape, params):
    check_module(getattr(nn, layer)(**params), getattr(torch.nn, layer)(**params), numbers(shape))


@pytest.mark.parametrize("real", [np.float32, np.float64])
def test_the_nearest_element_is_pytorchs_for_every_size_and_factor(real):
    """Where a product of place and step is close to an integer, its rounding decides."""
    factors = [*np.random.default_rng(0).uniform(0.3, 4.0, 30).round(2).tolist(), 1.1, 1.2, 1.3, 1.5, 2.3, 3.7]
    for length in range(4, 25, 2):
        x = np.arange(length, dtype=real).reshape(1, 1, -1)
        for given in [*({"size": n} for n in range(1, 60)), *({"scale_factor": f} for f in factors)]:
            ours = nn.functional.interpolate(x, **given).data
            theirs = torch.nn.functional.interpolate(torch.tensor(x), **given).numpy()
            np.testing.assert_array_equal(ours, theirs, err_msg=f"{length} {given}")


FUNCTIONS = [
    ("conv1d", [SIGNAL, (8, 4, 3), (8,)], {"padding": 1}),
    ("conv2d", [IMAGE, (8, 2, 3, 3), (8,)], {"groups": 2, "stride": (2, 1)}),
    ("conv2d", [IMAGE[1:], (8, 4, 3, 3)], {}),
    ("conv_transpose1d", [SIGNAL, (4, 2, 3), (2,)], {"stride": 2, "output_padding": 1}),
    ("conv_transpose2d", [IMAGE, (4, 2, 3, 3)], {"dilation": 2, "padding": 1}),
    ("linear", [(5, 4), (3, 4), (3,)], {}),
    ("linear", [(2, 5, 4), (3, 4)], {}),
    ("max_pool1d", [SIGNAL], {"kernel_size": 3}),
    ("max_pool2d", [IMAGE], {"kernel_size": 3, "stride": 1}),
    ("avg_pool1d", [SIGNAL], {"kernel_size": 3}),
    ("avg_pool2d", [IMAGE], {"kernel_size": 3, "stride": 1}),
    ("adaptive_avg_pool1d", [SIGNAL], {"output_size": 3}),
    ("adaptive_avg_pool2d", [IMAGE], {"output_size": (2, 3)}),
    ("interpolate", [IMAGE], {"scale_factor": (2.0, 1.5)}),
    ("interpolate", [IMAGE], {"size": (4, 11)}),
    ("upsample", [SIGNAL], {"size": 22}),
    ("pad", [IMAGE], {"pad": (1, 2)}),
    ("pad", [IMAGE], {"pad": (1, 2, 0, 3), "value": 1.5}),
    ("pad", [IMAGE], {"pad": (-1, 2, 0, -3)}),
    ("pad", [IMAGE], {"pad": (1, 2, 3, 0), "mode": "reflect"}),
    ("pad", [IMAGE], {"pad": (1, 2, 3, 0), "mode": "replicate"}),
    ("pad", [IMAGE], {"pad": (1, 8, 3, 0), "mode": "circular"}),
]


@pytest.mark.parametrize(("function", "shapes", "params"), FUNCTIONS, ids=name)
def test_functions(function, shapes, params):
    arrays = [np.random.default_rng(i).normal(size=shape) for i, shape in enumerate(shapes)]
    ours = [nn.Parameter(a) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    out = getattr(nn.functional, function)(*ours, **params)
    with warnings.catch_warnings():
        # PyTorch calls `upsample` deprecated.
        warnings.simplefilter("ignore")
        expected = getattr(torch.nn.functional, function)(*theirs, **params)
    np.testing.assert_allclose(out.data, expected.detach().numpy(), rtol=1e-12, atol=1e-12)
    cotangent = np.random.default_rng(9).normal(size=out.shape)
    out.backward(cotangent)
    expected.backward(torch.tensor(cotangent))
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.grad.data, b.grad.numpy(), rtol=1e-12, atol=1e-12)


LAYERS = [
    *[(layer, (4, 8, 3), params) for layer in ("Conv1d", "Conv2d") for params in
      ({}, {"stride": 2, "padding": 1, "dilation": 2, "groups": 2, "bias": False}, {"padding": "same"},
       {"padding": 1, "padding_mode": "circular"})],
    ("Conv2d", (4, 8, (3, 2)), {}),
    ("ConvTranspose2d", (4, 8, 3), {}),
    ("ConvTranspose1d", (4, 8, 3), {"stride": 2, "output_padding": 1, "padding": 1, "groups": 2, "dilation": 2}),
    # PyTorch shows the sizes of this one as tuples.
    *[(layer, (), params) for layer, _, params in [*POOLS, *SHAPES] if layer != "AvgPool1d"],
]  # fmt: skip


@pytest.mark.parametrize(("layer", "args", "params"), LAYERS, ids=name)
def test_words_are_pytorchs(layer, args, params):
    ours, theirs = getattr(nn, layer)(*args, **params), getattr(torch.nn, layer)(*args, **params)
    # Ours puts words in quotes, and can be pasted.
    assert repr(ours).replace("'", "") == repr(theirs).replace("'", "")
    shapes = [(n, p.shape) for n, p in ours.named_parameters()]
    assert shapes == [(n, tuple(p.shape)) for n, p in theirs.named_parameters()]


@pytest.mark.parametrize("layer", ["Conv1d", "Conv2d", "ConvTranspose1d", "ConvTranspose2d"])
def test_initial_values_are_spread_as_pytorchs(layer):
    ours = getattr(nn, layer)(8, 64, 5, groups=2, generator=np.random.default_rng(0))
    torch.manual_seed(0)
    theirs = getattr(torch.nn, layer)(8, 64, 5, groups=2)
    assert ours.weight.dtype == ours.bias.dtype == np.float32
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        p, q = p.numpy(), q.detach().numpy()
        few = p.size < 100
        assert abs(p).max() == pytest.approx(abs(q).max(), rel=0.1 if few else 0.01)
        assert p.std() == pytest.approx(q.std(), rel=0.25 if few else 0.05)
