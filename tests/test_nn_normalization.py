"""Normalizing layers: what they refuse, and that a refused call changes nothing."""

import numpy as np
import pytest

import nn
from autograd_lite import Tensor
from autograd_lite.errors import ArgumentError, ArgumentValueError, AutogradError, DtypeError, KindError, ShapeError
from nn import functional


def x(*shape, dtype=np.float32):
    return np.random.default_rng(0).normal(size=shape).astype(dtype)


WRONG = {
    "a scale of text": (lambda: functional.layer_norm(np.ones((2, 3)), 3, "a"),
        KindError, "layer_norm: weight is str 'a'"),
    "a scale that is a number": (lambda: functional.rms_norm(np.ones((2, 3)), 3, 1.5),
        ShapeError, r"weight has shape \(\)"),
    "statistics that cannot learn": (
        lambda: functional.batch_norm(np.ones((2, 3)), np.zeros(3), np.ones(3)),
        KindError, "running_mean is ndarray .* Tensor",
    ),
    "no channels": (lambda: nn.BatchNorm1d(0), ArgumentValueError, "num_features is 0"),
    "channels of float kind": (lambda: nn.BatchNorm2d(2.0),
        KindError, "num_features is float 2.0"),
    "negative eps": (lambda: nn.BatchNorm1d(2, eps=-1), ArgumentValueError, "eps"),
    "momentum of text": (lambda: nn.BatchNorm1d(2, momentum="x"),
        KindError, "momentum"),
    "affine is a number": (lambda: nn.BatchNorm1d(2, affine=1), KindError, "affine is int 1"),
    "integers for a dtype": (lambda: nn.BatchNorm1d(2, dtype=int), DtypeError, "dtype is int64"),
    "one value per channel": (lambda: nn.BatchNorm1d(2)(x(1, 2)), ArgumentValueError, "1 values per channel"),
    "an empty batch": (lambda: nn.BatchNorm2d(2)(x(0, 2, 3, 3)), ArgumentValueError, "0 values per channel"),
    "other channels": (lambda: nn.BatchNorm1d(2)(x(4, 3)), ShapeError, r"give \(N, C\) or \(N, C, L\) with C = 2"),
    "an image for BatchNorm1d": (lambda: nn.BatchNorm1d(2)(x(4, 2, 3, 3)), ShapeError, "BatchNorm1d"),
    "a table for BatchNorm2d": (lambda: nn.BatchNorm2d(2)(x(4, 2)), ShapeError, r"\(N, C, H, W\)"),
    "integers for BatchNorm": (lambda: nn.BatchNorm1d(2)(np.ones((4, 2), int)), DtypeError, "give floats"),
    "float64 into float32": (lambda: nn.BatchNorm1d(2)(x(4, 2, dtype=float)), DtypeError, r"x\.astype\(np\.float32\)"),
    "text": (lambda: nn.BatchNorm1d(2)("x"), KindError, "give a Tensor or an array"),
    "no sizes": (lambda: nn.LayerNorm(()), ArgumentValueError, "give sizes of at least 1"),
    "a size of zero": (lambda: nn.LayerNorm((2, 0)), ArgumentValueError, r"normalized_shape is \(2, 0\)"),
    "a size of float kind": (lambda: nn.RMSNorm(2.5), KindError, "normalized_shape"),
    "another end": (lambda: nn.LayerNorm((2, 3))(x(4, 3, 2)), ShapeError, r"must end in normalized_shape, \(2, 3\)"),
    "too few axes": (lambda: nn.LayerNorm((2, 3))(x(3)), ShapeError, "must end in"),
    "another end for RMSNorm": (lambda: nn.RMSNorm(4)(x(4, 3)), ShapeError, "rms_norm"),
    "float64 into LayerNorm": (lambda: nn.LayerNorm(3)(x(4, 3, dtype=float)), DtypeError, "weight float32"),
    "negative eps of RMSNorm": (lambda: nn.RMSNorm(3, eps=-1.0), ArgumentValueError, "eps"),
    "groups that do not divide": (lambda: nn.GroupNorm(2, 3), ArgumentValueError, "2, does not divide"),
    "no groups": (lambda: nn.GroupNorm(0, 3), ArgumentValueError, "num_groups is 0"),
    "other channels of GroupNorm": (lambda: nn.GroupNorm(2, 4)(x(3, 6, 2)), ShapeError, "with C = 4"),
    "groups of a function": (lambda: functional.group_norm(x(3, 5), 2), ShapeError, "divisible by 2 groups"),
    "no batch axis": (lambda: functional.batch_norm(x(3), None, None), ShapeError, "at least two axes"),
    "one statistic": (lambda: functional.batch_norm(x(3, 2), Tensor(x(2)), None), ArgumentError, "both or neither"),
    "another size": (lambda: functional.batch_norm(x(3, 2), Tensor(x(3)), Tensor(x(3))), ShapeError, "running_mean"),
    "another weight": (lambda: functional.batch_norm(x(3, 2), None, None, Tensor(x(3))), ShapeError, "weight has"),
    "another bias": (lambda: functional.layer_norm(x(3, 2), 2, None, Tensor(x(1, 2))), ShapeError, "bias has shape"),
}  # fmt: skip


@pytest.mark.parametrize("row", WRONG.values(), ids=WRONG.keys())
def test_wrong_calls(row):
    call, error, said = row
    with pytest.raises(error, match=said) as caught:
        call()
    assert isinstance(caught.value, AutogradError)


def test_a_refused_batch_leaves_the_statistics():
    layer = nn.BatchNorm1d(2)
    before = layer.state_dict()
    for wrong in (x(1, 2), x(4, 3), x(4, 2, dtype=float)):
        with pytest.raises(AutogradError):
            layer(wrong)
    for path, array in layer.state_dict().items():
        np.testing.assert_array_equal(array, before[path])


def test_evaluation_changes_nothing_and_training_keeps_the_graph_out_of_the_statistics():
    layer = nn.BatchNorm1d(3, dtype=float)
    batch = Tensor(x(8, 3, dtype=float), requires_grad=True)
    layer(batch)
    assert not layer.running_mean.requires_grad
    assert int(layer.num_batches_tracked) == 1
    before = layer.state_dict()
    layer.eval()(batch)
    for path, array in layer.state_dict().items():
        np.testing.assert_array_equal(array, before[path])
    layer.reset_running_stats()
    layer.reset_parameters()
    assert layer.running_mean.tolist() == [0.0] * 3
    assert layer.weight.tolist() == [1.0] * 3
    nn.BatchNorm1d(3, track_running_stats=False).reset_running_stats()
    nn.LayerNorm(3, elementwise_affine=False).reset_parameters()


def test_constant_and_empty_inputs():
    """A variance of zero is kept from dividing by eps; nothing is normalized to nothing."""
    constant = Tensor(np.full((4, 3), 5.0), requires_grad=True)
    out = functional.layer_norm(constant, 3)
    out.sum().backward()
    assert not out.data.any()
    assert np.isfinite(constant.grad.data).all()
    assert functional.group_norm(np.zeros((0, 4, 2)), 2).shape == (0, 4, 2)
    assert functional.layer_norm(np.zeros((0, 3)), 3).shape == (0, 3)
