"""Recurrent layers, cells and embeddings: what they refuse, and that they learn."""

import numpy as np
import pytest

import nn
from autograd_lite import Tensor
from autograd_lite.errors import (
    ArgumentValueError,
    AutogradError,
    DtypeError,
    IndexingError,
    KindError,
    ShapeError,
    UnsupportedError,
)
from nn import functional


def x(*shape, dtype=np.float32):
    return np.random.default_rng(0).normal(size=shape).astype(dtype)


WRONG = {
    "no units": (lambda: nn.RNN(3, 0), ArgumentValueError, "hidden_size is 0"),
    "no layers": (lambda: nn.LSTM(3, 2, 0), ArgumentValueError, "num_layers is 0"),
    "inputs of float kind": (lambda: nn.GRU(3.0, 2), KindError, "input_size is float 3.0"),
    "another nonlinearity": (lambda: nn.RNN(3, 2, nonlinearity="sigmoid"), ArgumentValueError, "one of tanh, relu"),
    "another nonlinearity of a cell": (lambda: nn.RNNCell(3, 2, nonlinearity="x"), ArgumentValueError, "tanh, relu"),
    "dropout of 2": (lambda: nn.LSTM(3, 2, dropout=2.0), ArgumentValueError, "dropout is 2.0"),
    "a seed for a generator": (lambda: nn.LSTM(3, 2, generator=0), KindError, "generator is int 0"),
    "integers for a dtype": (lambda: nn.GRU(3, 2, dtype=int), DtypeError, "dtype is int64"),
    "projections": (lambda: nn.LSTM(3, 2, proj_size=1), UnsupportedError, "proj_size is not supported"),
    "another size": (lambda: nn.RNN(3, 2)(x(4, 2, 5)), ShapeError, r"\(steps, batch, input_size\).*input_size 3"),
    "another order": (lambda: nn.RNN(3, 2, batch_first=True)(x(4, 2, 5)), ShapeError, r"give \(batch, steps, inp"),
    "one axis": (lambda: nn.GRU(3, 2)(x(3)), ShapeError, r"input is Tensor \(3,\)"),
    "no steps": (lambda: nn.LSTM(3, 2)(x(0, 2, 3)), ShapeError, "input has no steps"),
    "float64 into float32": (lambda: nn.LSTM(3, 2)(x(4, 2, 3, dtype=float)), DtypeError, r"x\.astype\(np\.float32\)"),
    "text": (lambda: nn.LSTM(3, 2)("x"), KindError, "give a Tensor or an array"),
    "one state for two": (lambda: nn.LSTM(3, 2)(x(4, 1, 3), x(1, 1, 2)), KindError, "give a pair"),
    "states of another batch": (lambda: nn.GRU(3, 2)(x(4, 1, 3), x(1, 5, 2)), ShapeError, r"must be \(1, 1, 2\)"),
    "states of other layers": (lambda: nn.GRU(3, 2, 2)(x(4, 1, 3), x(1, 1, 2)), ShapeError, r"must be \(2, 1, 2\)"),
    "states of another type": (lambda: nn.RNN(3, 2)(x(4, 1, 3), x(1, 1, 2, dtype=float)), ShapeError, "float32"),
    "states with a batch axis": (lambda: nn.RNN(3, 2)(x(4, 3), x(1, 1, 2)), ShapeError, r"must be \(1, 2\)"),
    "another size for a cell": (lambda: nn.RNNCell(3, 2)(x(4, 5)), ShapeError, "input_size 3"),
    "a sequence for a cell": (lambda: nn.GRUCell(3, 2)(x(4, 2, 3)), ShapeError, r"give \(batch, input_size\)"),
    "float64 into a cell": (lambda: nn.GRUCell(3, 2)(x(4, 3, dtype=float)), DtypeError, "GRUCell"),
    "one state for a cell of two": (lambda: nn.LSTMCell(3, 2)(x(4, 3), x(4, 2)), KindError, "give a pair"),
    "a state of another batch": (lambda: nn.RNNCell(3, 2)(x(4, 3), x(5, 2)), ShapeError, r"must be \(4, 2\)"),
    "no rows": (lambda: nn.Embedding(0, 2), ArgumentValueError, "num_embeddings is 0"),
    "padding out of range": (lambda: nn.Embedding(3, 2, padding_idx=3), IndexingError, "there are 3 rows"),
    "a largest norm": (lambda: nn.Embedding(3, 2, max_norm=1.0), UnsupportedError, "max_norm is not supported"),
    "sparse gradients": (lambda: nn.Embedding(3, 2, sparse=True), UnsupportedError, "sparse"),
    "a number too large": (lambda: nn.Embedding(3, 2)([0, 3]), IndexingError, "input holds 3; rows are from 0 to 2"),
    "a negative number": (lambda: nn.Embedding(3, 2)([-1]), IndexingError, "input holds -1"),
    "numbers of float kind": (lambda: nn.Embedding(3, 2)([1.0]), DtypeError, r"input\.astype\(int\)"),
    "a mask": (lambda: nn.Embedding(3, 2)([True]), DtypeError, "whole numbers"),
    "ragged lists": (lambda: nn.Embedding(3, 2)([[1], [1, 2]]), ShapeError, "lists of different lengths"),
    "text for numbers": (lambda: nn.Embedding(3, 2)("1"), KindError, "give integers"),
    "integers for vectors": (lambda: nn.Embedding.from_pretrained([[1, 2]]), ShapeError, "give floats of two axes"),
    "weight of one axis": (lambda: functional.embedding([0], Tensor([1.0])), ShapeError, r"shape \(V, D\)"),
    "a class too large": (lambda: functional.one_hot([3], 3), IndexingError, "input holds 3"),
    "a negative class": (lambda: functional.one_hot([-3]), IndexingError, "rows are at least 0"),
}  # fmt: skip


@pytest.mark.parametrize("row", WRONG.values(), ids=WRONG.keys())
def test_wrong_calls(row):
    call, error, said = row
    with pytest.raises(error, match=said) as caught:
        call()
    assert isinstance(caught.value, AutogradError)


def test_reprs_say_what_is_unusual():
    assert repr(nn.RNN(3, 2)) == "RNN(3, 2)"
    assert repr(nn.LSTM(3, 2, 2, dropout=0.5)) == "LSTM(3, 2, num_layers=2, dropout=0.5)"
    assert repr(nn.RNNCell(3, 2, bias=False, nonlinearity="relu")) == "RNNCell(3, 2, bias=False, nonlinearity=relu)"


def test_tensors_of_integers_are_indices():
    table = nn.Embedding.from_pretrained(np.eye(3), freeze=False)
    assert table.weight.requires_grad
    assert not nn.Embedding.from_pretrained(np.eye(3)).weight.requires_grad
    assert table(Tensor([2])).tolist() == [[0.0, 0.0, 1.0]]


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_layers_learn_what_came_first(kind):
    """Whether the first of eight numbers was positive is known at the end, after some steps of descent."""
    rng = np.random.default_rng(0)
    layer, head = kind(1, 8, dtype=float, generator=rng), nn.Linear(8, 1, dtype=float, generator=rng)
    first = rng.normal(size=(8, 64, 1))
    target = np.sign(first[0])
    losses = []
    for _ in range(120):
        loss = ((np.tanh(head(layer(first)[0][-1])) - target) ** 2).mean()
        loss.backward()
        losses.append(loss.item())
        for p in [*layer.parameters(), *head.parameters()]:
            p.data = p.data - 0.5 * np.clip(p.grad.data, -1, 1)
            p.grad = None
    assert losses[0] > 0.8
    assert min(losses[-10:]) < 0.3
