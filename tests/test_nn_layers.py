"""Layers of convolution, pools and shapes: second derivatives, data types, errors; numbers are in tests/parity."""

import numpy as np
import pytest

import nn
from autograd_lite import Tensor, Value, gradcheck, gradgradcheck
from autograd_lite.errors import (
    ArgumentError,
    ArgumentValueError,
    AutogradError,
    AxisError,
    DtypeError,
    KindError,
    ShapeError,
)


def image(*shape, dtype=np.float64):
    """Different numbers, at least 0.01 apart, so that small steps make no other element the largest."""
    count = int(np.prod(shape))
    return (np.random.default_rng(0).permutation(count) * 0.01 - 0.3).reshape(shape).astype(dtype)


F = nn.functional
LAYERS = {
    "Conv1d": (lambda **k: nn.Conv1d(2, 4, 3, stride=2, padding=1, groups=2, **k), (2, 2, 6)),
    "Conv2d": (lambda **k: nn.Conv2d(2, 3, (2, 3), padding="same", dilation=2, **k), (2, 2, 4, 5)),
    "Conv2d reflect": (lambda **k: nn.Conv2d(2, 3, 3, padding=1, padding_mode="reflect", **k), (1, 2, 4, 3)),
    "ConvTranspose1d": (lambda **k: nn.ConvTranspose1d(2, 2, 3, stride=2, output_padding=1, **k), (2, 2, 3)),
    "ConvTranspose2d": (
        lambda **k: nn.ConvTranspose2d(2, 4, 2, stride=2, padding=1, groups=2, dilation=3, output_padding=2, **k),
        (1, 2, 3, 2),
    ),
    "Linear": (lambda **k: nn.Linear(3, 2, **k), (2, 2, 3)),
    "MaxPool1d": (lambda: nn.MaxPool1d(3, 2, 1), (2, 2, 7)),
    "MaxPool2d": (lambda: nn.MaxPool2d(2), (1, 2, 4, 5)),
    "MaxPool2d overlapping": (lambda: nn.MaxPool2d(3, 1, 1, 2), (1, 2, 4, 5)),
    "AvgPool1d": (lambda: nn.AvgPool1d(3, 2, ceil_mode=True), (2, 2, 6)),
    "AvgPool2d": (lambda: nn.AvgPool2d(2, 1, 1, count_include_pad=False), (1, 2, 3, 4)),
    "AdaptiveAvgPool1d": (lambda: nn.AdaptiveAvgPool1d(3), (2, 2, 5)),
    "AdaptiveAvgPool2d": (lambda: nn.AdaptiveAvgPool2d((2, 4)), (1, 2, 3, 3)),
    "Upsample": (lambda: nn.Upsample(scale_factor=2), (1, 2, 3, 2)),
    "Upsample uneven": (lambda: nn.Upsample(size=(5, 1)), (1, 2, 3, 2)),
    "ZeroPad2d": (lambda: nn.ZeroPad2d((1, -1, 0, 2)), (1, 2, 3, 4)),
    "Flatten": (nn.Flatten, (2, 2, 3)),
    "Unflatten": (lambda: nn.Unflatten(1, (-1, 2)), (2, 4, 2)),
    "Identity": (nn.Identity, (2, 3)),
}
every_layer = pytest.mark.parametrize(("make", "shape"), LAYERS.values(), ids=LAYERS)


def made(make, dtype):
    """A layer with parameters of this data type, where it has any."""
    try:
        return make(dtype=dtype, generator=np.random.default_rng(1))
    except TypeError:
        return make()


@every_layer
def test_orders_one_and_two(make, shape):
    """By the input and all parameters, of a function that is not linear in what the layer gives."""
    layer = made(make, np.float64)
    parameters = dict(layer.named_parameters())

    def f(x, *values):
        for name, value in zip(parameters, values, strict=True):
            # A plain attribute in the place of the parameter, which the check moves.
            object.__setattr__(layer, name, value)
        return np.tanh(layer(x))

    inputs = [image(*shape), *[p.numpy() for p in parameters.values()]]
    assert gradcheck(f, inputs, raise_on_failure=True)
    assert gradgradcheck(f, inputs, raise_on_failure=True)


@every_layer
def test_float32_stays_float32(make, shape):
    layer = made(make, np.float32)
    x = Tensor(image(*shape, dtype=np.float32), requires_grad=True)
    seen = []
    x.register_hook(lambda g: seen.append(g.dtype))
    out = layer(x)
    out.sum().backward()
    assert out.dtype == np.float32
    assert seen == [np.float32]
    assert all(p.grad.dtype == np.float32 for p in layer.parameters())


@every_layer
def test_arrays_and_lists_are_taken(make, shape):
    layer, x = made(make, np.float64), image(*shape)
    np.testing.assert_array_equal(layer(x).data, layer(Tensor(x)).data)
    np.testing.assert_array_equal(layer(x.tolist()).data, layer(Tensor(x)).data)


def test_a_third_derivative_of_a_convolution():
    """Of (w * x)^3, by w three times over: 6 x^3 in the only place."""
    w = Tensor([[[2.0]]], requires_grad=True)
    y = (F.conv1d(Tensor([[[3.0]]]), w) ** 3).sum()
    for expected in (3 * 4 * 27, 6 * 2 * 27, 6 * 27):
        w.grad = None
        y.backward(create_graph=True)
        y = w.grad.sum()
        assert y.item() == expected


def test_a_convolution_is_one_node_and_so_is_a_linear_layer():
    x = Tensor(image(1, 2, 4, 4), requires_grad=True)
    assert nn.Conv2d(2, 3, 3, dtype=float)(x).op.name == "conv"
    assert nn.Linear(4, 3, dtype=float)(x).op.name == "linear"
    assert nn.MaxPool2d(2)(x).op.name == "max_pool"


def test_a_node_keeps_what_was_chosen_and_not_what_is_usual():
    """So that a drawing shows no more."""
    x = Tensor(image(1, 2, 4, 4), requires_grad=True)
    assert not nn.Conv2d(2, 3, 3, dtype=float)(x)._params
    assert nn.Conv2d(2, 4, 3, 2, (0, 1), groups=2, dtype=float)(x)._params == {
        "stride": (2, 2), "padding": (0, 1), "groups": 2,
    }  # fmt: skip
    assert nn.MaxPool2d(2)(x)._params == nn.AvgPool2d(2, 2, 0)(x)._params == {"kernel_size": (2, 2)}
    assert nn.AvgPool2d(2, 1, count_include_pad=False)(x)._params == {
        "kernel_size": (2, 2), "stride": (1, 1), "count_include_pad": False,
    }  # fmt: skip


IMAGE = image(1, 2, 4, 5)
SIGNAL = image(1, 2, 6)
WRONG = [
    # Constructors
    (lambda: nn.Conv2d(0, 3, 3), ArgumentValueError, "Conv2d: in_channels is 0"),
    (lambda: nn.Conv2d(2.0, 3, 3), KindError, "Conv2d: in_channels is float 2.0"),
    (lambda: nn.Conv2d(2, -3, 3), ArgumentValueError, "Conv2d: out_channels is -3"),
    (lambda: nn.Conv2d(2, 3, 0), ArgumentValueError, r"Conv2d: kernel_size is 0; it must be at least 1"),
    (lambda: nn.Conv2d(2, 3, 2.5), KindError, "Conv2d: kernel_size is float 2.5"),
    (lambda: nn.Conv2d(2, 3, True), KindError, "Conv2d: kernel_size is bool True"),
    (lambda: nn.Conv2d(2, 3, "3"), KindError, "Conv2d: kernel_size is str '3'"),
    (lambda: nn.Conv2d(2, 3, (3, 3, 3)), ArgumentValueError, r"Conv2d: kernel_size is \(3, 3, 3\); give one integer"),
    (lambda: nn.Conv1d(2, 3, (3, 3)), ArgumentValueError, r"Conv1d: kernel_size is \(3, 3\)"),
    (lambda: nn.Conv2d(2, 3, 3, stride=0), ArgumentValueError, "Conv2d: stride is 0; it must be at least 1"),
    (lambda: nn.Conv2d(2, 3, 3, padding=-1), ArgumentValueError, "Conv2d: padding is -1; it must be at least 0"),
    (lambda: nn.Conv2d(2, 3, 3, padding="full"), ArgumentValueError, "Conv2d: padding is 'full'; give.*'same'"),
    (lambda: nn.Conv2d(2, 3, 3, 2, "same"), ArgumentValueError, "Conv2d: padding='same' goes with stride 1"),
    (lambda: nn.Conv2d(2, 3, 3, dilation=0), ArgumentValueError, "Conv2d: dilation is 0"),
    (lambda: nn.Conv2d(2, 3, 3, groups=2), ArgumentValueError, "Conv2d: groups 2 must divide in_channels 2 and out"),
    (lambda: nn.Conv2d(3, 2, 3, groups=2), ArgumentValueError, "groups 2 must divide in_channels 3"),
    (lambda: nn.Conv2d(2, 2, 3, groups=0), ArgumentValueError, "Conv2d: groups is 0"),
    (lambda: nn.Conv2d(2, 3, 3, bias=1), KindError, "Conv2d: bias is int 1"),
    (lambda: nn.Conv2d(2, 3, 3, padding_mode="same"), ArgumentValueError, "padding_mode is 'same'; it must be one of"),
    (lambda: nn.Conv2d(2, 3, 3, dtype=int), DtypeError, "Conv2d: dtype is int64"),
    (lambda: nn.Conv2d(2, 3, 3, generator=0), KindError, "Conv2d: generator is int 0"),
    (lambda: nn.ConvTranspose2d(2, 3, 3, padding="same"), ArgumentValueError, "padding is 'same'; give an integer"),
    (lambda: nn.ConvTranspose2d(2, 3, 3, 2, 0, 2), ArgumentValueError, r"output_padding \(2, 2\) must be smaller"),
    (lambda: nn.ConvTranspose2d(2, 3, 3, output_padding=-1), ArgumentValueError, "output_padding is -1"),
    (lambda: nn.ConvTranspose2d(2, 3, 3, padding_mode="reflect"), ArgumentValueError, "only 'zeros'"),
    (lambda: nn.MaxPool2d(0), ArgumentValueError, "MaxPool2d: kernel_size is 0"),
    (lambda: nn.MaxPool2d(2, 0), ArgumentValueError, "MaxPool2d: stride is 0"),
    (lambda: nn.MaxPool2d(2, padding=2), ArgumentValueError, "MaxPool2d: padding 2 is more than half"),
    (lambda: nn.MaxPool2d(2, dilation=-1), ArgumentValueError, "MaxPool2d: dilation is -1"),
    (lambda: nn.MaxPool2d(2, return_indices=True), ArgumentValueError, "MaxPool2d: return_indices=True"),
    (lambda: nn.MaxPool2d(2, ceil_mode="yes"), KindError, "MaxPool2d: ceil_mode is str 'yes'"),
    (lambda: nn.MaxPool1d((2, 2)), ArgumentValueError, r"MaxPool1d: kernel_size is \(2, 2\)"),
    (lambda: nn.AvgPool2d(3, padding=(1, 2)), ArgumentValueError, "AvgPool2d: padding"),
    (lambda: nn.AvgPool2d(3, divisor_override=0), ArgumentValueError, "AvgPool2d: divisor_override is 0"),
    (lambda: nn.AvgPool2d(3, count_include_pad=None), KindError, "AvgPool2d: count_include_pad"),
    (lambda: nn.AdaptiveAvgPool2d(0), ArgumentValueError, "AdaptiveAvgPool2d: output_size"),
    (lambda: nn.AdaptiveAvgPool2d((1, 2, 3)), ArgumentValueError, "AdaptiveAvgPool2d: output_size"),
    (lambda: nn.AdaptiveAvgPool2d("1"), KindError, "AdaptiveAvgPool2d: output_size"),
    (lambda: nn.Upsample(), ArgumentError, "Upsample: size is None and scale_factor None; give one"),
    (lambda: nn.Upsample(4, 2.0), ArgumentError, "Upsample: size is 4 and scale_factor 2.0; give one"),
    (lambda: nn.Upsample(0), ArgumentValueError, "Upsample: size is 0"),
    (lambda: nn.Upsample(scale_factor=-1), ArgumentValueError, "Upsample: scale_factor is -1; it must be positive"),
    (lambda: nn.Upsample(scale_factor="2"), KindError, "Upsample: scale_factor is str '2'"),
    (lambda: nn.Upsample(4, mode="bilinear"), ArgumentValueError, "Upsample: mode is 'bilinear'"),
    (lambda: nn.ZeroPad2d((1, 2)), ArgumentValueError, r"ZeroPad2d: padding is \(1, 2\); give.*left, right"),
    (lambda: nn.ZeroPad2d(1.5), KindError, "ZeroPad2d: padding is float 1.5"),
    (lambda: nn.Flatten("1"), KindError, "Flatten: start_dim"),
    (lambda: nn.Unflatten(1, 4), KindError, "Unflatten: unflattened_size is int 4"),
    (lambda: nn.Unflatten(1, ()), KindError, "Unflatten: unflattened_size"),
    (lambda: nn.Unflatten(1, (-1, -1)), ArgumentValueError, "Unflatten: unflattened_size is .*-1 for at most one"),
    # Forward passes
    (lambda: nn.Conv2d(2, 3, 3)(image(1, 3, 4, 5, dtype="f")), ShapeError, "Conv2d: the input .*3 channels.*takes 2"),
    (lambda: nn.Conv2d(2, 3, 3)(image(4, 5, dtype="f")), ShapeError, r"Conv2d: the input has shape \(4, 5\); expected"),
    (lambda: nn.Conv2d(2, 3, 3)(IMAGE), DtypeError, r"Conv2d: the input is Tensor .* float64 and the weight float32"),
    (lambda: nn.Conv2d(2, 3, 5)(IMAGE.astype("f")), ShapeError, r"Conv2d: the kernel \(5, 5\).*larger than.*\(4, 5\)"),
    (lambda: nn.Conv2d(2, 3, 2, dilation=4)(IMAGE.astype("f")), ShapeError, r"Conv2d: the kernel .* dilation \(4, 4\)"),
    (lambda: nn.Conv2d(2, 3, 3)(None), KindError, "Conv2d: input is NoneType None"),
    (lambda: nn.Conv2d(2, 3, 3)(Value(1.0)), KindError, "Conv2d: input is Value"),
    (lambda: nn.Conv2d(2, 3, 3, padding=4, padding_mode="reflect", dtype=float)(IMAGE), ShapeError, "'reflect' on an"),
    (lambda: nn.Conv2d(2, 3, 3, padding=1, padding_mode="reflect")(np.float32(1)), ShapeError, "Conv2d: the input has"),
    (lambda: nn.Conv1d(2, 3, 3)(IMAGE.astype("f")), ShapeError, r"Conv1d: the input .*expected \(N, C, L\)"),
    (lambda: nn.ConvTranspose2d(3, 2, 3, dtype=float)(IMAGE), ShapeError, "ConvTranspose2d: the input .*2 channels"),
    (lambda: nn.ConvTranspose2d(2, 2, 1, padding=3, dtype=float)(IMAGE), ShapeError, "ConvTranspose2d: .*nothing"),
    (
        lambda: nn.ConvTranspose2d(2, 2, 2, 2, dtype=float)(IMAGE, (8, 12)),
        ArgumentValueError,
        r"ConvTranspose2d: output_size is \(8, 12\); of this input it can be from \(8, 10\) to \(9, 11\)",
    ),
    (lambda: nn.ConvTranspose2d(2, 2, 2, dtype=float)(IMAGE, "8"), KindError, "ConvTranspose2d: output_size is str"),
    (lambda: nn.Linear(2, 3)([["a", "b"]]), DtypeError, r"Linear: input: list \[\['a', 'b'\]\]"),
    (lambda: nn.ReLU()(np.ones(2, complex)), DtypeError, "relu: input: .*complex"),
    (lambda: nn.Linear(2, 3)(np.ones(2, int)), DtypeError, r"Linear: .*int64.*Convert the input: x.astype\(np.float32"),
    (lambda: nn.MaxPool2d(6)(IMAGE), ShapeError, r"MaxPool2d: the kernel \(6, 6\).* larger than the input \(4, 5\)"),
    (lambda: nn.MaxPool2d(2)(image(4, 5)), ShapeError, "MaxPool2d: the input has shape"),
    (lambda: nn.MaxPool2d(2)(np.ones((1, 2, 4, 5), int)), DtypeError, "MaxPool2d: .*expected floats"),
    (lambda: nn.AvgPool1d(2)(IMAGE), ShapeError, "AvgPool1d: the input has shape"),
    (lambda: nn.AvgPool1d(9)(SIGNAL), ShapeError, "AvgPool1d: the kernel"),
    (lambda: nn.AdaptiveAvgPool2d(1)(SIGNAL[0]), ShapeError, "AdaptiveAvgPool2d: the input has shape"),
    (lambda: nn.AdaptiveAvgPool1d(1)(np.ones((2, 3, 0))), ShapeError, "AdaptiveAvgPool1d: .*without elements"),
    (lambda: nn.Upsample(4)(SIGNAL[0]), ShapeError, "Upsample: the input has shape"),
    (lambda: nn.Upsample((4, 4))(SIGNAL), ArgumentValueError, r"Upsample: size is \(4, 4\)"),
    (lambda: nn.Upsample(scale_factor=(2, 2))(SIGNAL), ArgumentValueError, "Upsample: scale_factor is"),
    (lambda: nn.Upsample(scale_factor=0.1)(SIGNAL), ShapeError, "Upsample: scale_factor 0.1 leaves nothing"),
    (lambda: nn.Upsample(4)(np.ones((1, 2, 0))), ShapeError, "Upsample: .*nothing to copy"),
    (lambda: nn.ZeroPad2d(1)(SIGNAL[0]), ShapeError, "ZeroPad2d: the input has shape"),
    (lambda: nn.ZeroPad2d(-2)(IMAGE), ShapeError, "ZeroPad2d: the padding .* leaves nothing"),
    (lambda: nn.Flatten()(np.ones(3)), AxisError, "Flatten: start_dim is 1"),
    (lambda: nn.Flatten(2, 1)(IMAGE), AxisError, "Flatten: start_dim 2 is behind end_dim 1"),
    (lambda: nn.Unflatten(1, (2, 2))(SIGNAL), ShapeError, r"Unflatten: axis 1 .* cannot be split into \(2, 2\)"),
    (lambda: nn.Unflatten(2, (-1, 4))(SIGNAL), ShapeError, "Unflatten: axis 2"),
    (lambda: nn.Unflatten(2, (-1, 0))(SIGNAL), ShapeError, "Unflatten: axis 2"),
    (lambda: nn.Unflatten(3, (1,))(SIGNAL), AxisError, "Unflatten: dim is 3"),
    # Functions
    (lambda: F.conv2d(IMAGE, image(3, 2, 3)), ShapeError, r"conv2d: the weight has shape \(3, 2, 3\); expected 4 axes"),
    (lambda: F.conv2d(IMAGE, image(3, 2, 3, 3), [1.0, 2.0]), ShapeError, r"conv2d: the bias has shape \(2,\)"),
    (lambda: F.conv2d(IMAGE, image(3, 1, 3, 3), groups=2), ShapeError, "conv2d: 2 groups do not divide the 3 channels"),
    (lambda: F.conv2d(IMAGE, image(3, 2, 3, 3), groups=1.0), KindError, "conv2d: groups is"),
    (lambda: F.conv2d(IMAGE, image(3, 2, 3, 3), stride="2"), KindError, "conv2d: stride is"),
    (
        lambda: F.conv_transpose2d(IMAGE, image(2, 1, 3, 3), output_padding=1),
        ShapeError,
        "conv_transpose2d: output_padd",
    ),
    (lambda: F.conv_transpose1d(SIGNAL, image(2, 1, 3), groups=4), ShapeError, "conv_transpose1d: 4 groups do not"),
    (lambda: F.linear(IMAGE, image(3, 4)), ShapeError, r"linear: the input has shape \(1, 2, 4, 5\)"),
    (lambda: F.linear(IMAGE, image(5)), ShapeError, r"linear: the weight has shape \(5,\); expected \(out, in\)"),
    (lambda: F.linear(IMAGE, image(3, 5), image(5)), ShapeError, r"linear: the bias has shape \(5,\); expected \(3,\)"),
    (lambda: F.linear(IMAGE, image(3, 5, dtype="f")), DtypeError, "linear: the input is .* and the weight float32"),
    (lambda: F.max_pool2d(IMAGE, 2, return_indices=True), ArgumentValueError, "max_pool2d: return_indices=True"),
    (lambda: F.avg_pool2d(IMAGE, 2, divisor_override=0), ArgumentValueError, "avg_pool2d: divisor_override"),
    (lambda: F.max_pool2d(IMAGE, 3, padding=2), ArgumentValueError, "max_pool2d: padding .* more than half"),
    (lambda: F.adaptive_avg_pool2d(IMAGE, (None, 0)), ArgumentValueError, "adaptive_avg_pool2d: output_size"),
    (lambda: F.interpolate(IMAGE), ArgumentError, "interpolate: size is None"),
    (lambda: F.pad(IMAGE, (1, 2, 3)), ArgumentValueError, "pad: the padding is tuple .*two numbers for each axis"),
    (lambda: F.pad(IMAGE, 1), ArgumentValueError, "pad: the padding is int 1"),
    (lambda: F.pad(SIGNAL[0, 0], (1, 1, 1, 1)), ArgumentValueError, "pad: .*has 1"),
    (lambda: F.pad(IMAGE, (1.0, 1)), KindError, "pad: the padding is float 1.0"),
    (lambda: F.pad(IMAGE, (1, 1), "mirror"), ArgumentValueError, "pad: mode is 'mirror'"),
    (lambda: F.pad(IMAGE, (1, 1), "reflect", 1.0), KindError, "pad: value is float 1.0 and the mode reflect"),
    (lambda: F.pad(IMAGE, (1, 1), value="0"), KindError, "pad: value is str '0'"),
    (lambda: F.pad(IMAGE, (5, 0), "reflect"), ShapeError, "pad: the padding .* too much for mode 'reflect'"),
    (lambda: F.pad(IMAGE, (0, 6), "circular"), ShapeError, "pad: the padding .* too much for mode 'circular'"),
    (lambda: F.pad(np.ones((1, 0)), (1, 0), "replicate"), ShapeError, "too much for mode 'replicate'"),
    (lambda: F.pad(IMAGE, (-1, 0), "replicate"), ArgumentValueError, "pad: the padding .* is negative"),
    (lambda: F.pad(IMAGE, (-3, -2)), ShapeError, "pad: the padding .* leaves nothing"),
    (lambda: F.flatten(IMAGE, 4), AxisError, "flatten: start_dim is 4"),
]


@pytest.mark.parametrize(("wrong", "error", "said"), WRONG, ids=[f"{i} {row[2][:30]}" for i, row in enumerate(WRONG)])
def test_wrong_uses(wrong, error, said):
    with pytest.raises(error, match=said) as caught:
        wrong()
    assert isinstance(caught.value, AutogradError)


def test_a_failed_forward_pass_changes_nothing():
    layer = nn.Conv2d(2, 3, 3)
    before = layer.state_dict()
    with pytest.raises(ShapeError):
        layer(np.ones((1, 5, 4, 4), np.float32))
    assert all(np.array_equal(before[name], value) for name, value in layer.state_dict().items())


def test_one_seed_gives_the_same_layer():
    first, again, other = (
        nn.Conv2d(2, 3, 3, generator=np.random.default_rng(seed)).weight.numpy() for seed in (0, 0, 1)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
