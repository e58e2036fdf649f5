"""Attention: what it refuses, a query that may look nowhere, dropout, and a sequence that is learned."""

import numpy as np
import pytest

import nn
from autograd_lite import Tensor
from autograd_lite.errors import (
    ArgumentError,
    ArgumentValueError,
    AutogradError,
    DtypeError,
    KindError,
    ShapeError,
    UnsupportedError,
)
from nn import functional


def x(*shape, dtype=np.float32):
    return np.random.default_rng(0).normal(size=shape).astype(dtype)


def attention(**options):
    return nn.MultiheadAttention(8, 2, **options)


def sdpa(q, k, v, **options):
    return functional.scaled_dot_product_attention(x(*q), x(*k), x(*v), **options)


WRONG = {
    "dropout of an array": (
        lambda: functional.scaled_dot_product_attention(*[np.ones((2, 3))] * 3, dropout_p=np.ones(3)),
        KindError, "dropout_p is",
    ),
    "a ragged mask": (
        lambda: functional.scaled_dot_product_attention(*[np.ones((2, 3))] * 3, [[1.0], [1.0, 2.0]]),
        DtypeError, "attn_mask: li",
    ),
    "heads that do not divide": (lambda: nn.MultiheadAttention(8, 3), ArgumentValueError, "3, does not divide"),
    "no heads": (lambda: nn.MultiheadAttention(8, 0), ArgumentValueError, "num_heads is 0"),
    "biases of keys": (lambda: attention(add_bias_kv=True), UnsupportedError, "add_bias_kv"),
    "dropout of 2": (lambda: attention(dropout=2.0), ArgumentValueError, "dropout is 2.0"),
    "a seed": (lambda: attention(generator=1), KindError, "generator is int 1"),
    "other features": (lambda: attention()(x(3, 1, 8), x(4, 1, 6), x(4, 1, 8)), ShapeError, "key is .* 8 features"),
    "a key without batch": (lambda: attention()(x(3, 1, 8), x(4, 8), x(4, 8)), ShapeError, "key is "),
    "other steps": (lambda: attention()(x(3, 1, 8), x(4, 1, 8), x(5, 1, 8)), ShapeError, "the same steps"),
    "another batch": (lambda: attention()(x(3, 2, 8), x(4, 1, 8), x(4, 1, 8)), ShapeError, "all three the same batch"),
    "float64 into float32": (lambda: attention()(*[x(3, 1, 8, dtype=float)] * 3), DtypeError, r"x\.astype"),
    "text": (lambda: attention()("q", "k", "v"), KindError, "query is str"),
    "padding of another shape": (
        lambda: attention()(*[x(3, 2, 8)] * 3, np.zeros((3, 2), bool)), ShapeError, r"expected \(2, 3\)"),
    "a mask of another shape": (
        lambda: attention()(*[x(3, 2, 8)] * 3, attn_mask=np.zeros((2, 2))), ShapeError, r"\(3, 3\) or \(4, 3, 3\)"),
    "a mask of integers": (
        lambda: attention()(*[x(3, 2, 8)] * 3, attn_mask=np.zeros((3, 3), int)), DtypeError, "give truth values"),
    "causal by a number": (lambda: attention()(*[x(3, 2, 8)] * 3, is_causal=1), KindError, "is_causal is int 1"),
    "mask and causal": (
        lambda: sdpa((3, 2), (3, 2), (3, 2), attn_mask=np.ones((3, 3), bool), is_causal=True), ArgumentError, "one"),
    "vectors": (lambda: sdpa((2,), (3, 2), (3, 2)), ShapeError, r"expected \(\.\.\., L, E\)"),
    "other sizes": (lambda: sdpa((3, 2), (3, 4), (3, 2)), ShapeError, "key"),
    "batches that do not go together": (lambda: sdpa((2, 3, 2), (4, 3, 2), (4, 3, 2)), AutogradError, "2"),
    "a mask that does not fit": (
        lambda: sdpa((3, 2), (4, 2), (4, 2), attn_mask=np.ones((2, 2), bool)), ShapeError, "3 by 4; with the mask"),
    "mixed kinds": (
        lambda: functional.scaled_dot_product_attention(x(3, 2), x(3, 2, dtype=float), x(3, 2)), DtypeError, "one dat"),
    "activation of no name": (
        lambda: nn.TransformerEncoderLayer(8, 2, 4, activation="tanh"), ArgumentValueError, "one of relu, gelu"),
    "nothing between": (lambda: nn.TransformerEncoderLayer(8, 2, 0), ArgumentValueError, "dim_feedforward is 0"),
    "a negative eps": (lambda: nn.TransformerEncoderLayer(8, 2, layer_norm_eps=-1), ArgumentValueError, "norm_eps"),
    "other features of a layer": (
        lambda: nn.TransformerEncoderLayer(8, 2, 4)(x(3, 1, 6)), ShapeError, "with 8 features"),
}  # fmt: skip


@pytest.mark.parametrize("row", WRONG.values(), ids=WRONG.keys())
def test_wrong_calls(row):
    call, error, said = row
    with pytest.raises(error, match=said) as caught:
        call()
    assert isinstance(caught.value, AutogradError)


@pytest.mark.parametrize("mask", [np.array([[True, True], [False, False]]), np.array([[0.0, 0.0], [-np.inf, -np.inf]])])
def test_a_query_that_may_look_nowhere_gives_zeros(mask):
    q, k, v = (Tensor(x(2, 3, dtype=float), requires_grad=True) for _ in range(3))
    out = functional.scaled_dot_product_attention(q, k, v, mask)
    out.sum().backward()
    assert out.data[0].all()
    assert not out.data[1].any()
    assert all(np.isfinite(t.grad.data).all() for t in (q, k, v))


def test_large_scores_stay_finite():
    q = Tensor(np.array([[1e4, -1e4]]), requires_grad=True)
    out = functional.scaled_dot_product_attention(q, np.array([[1e4, 0.0], [0.0, 1e4]]), np.eye(2))
    out.sum().backward()
    assert out.tolist() == [[1.0, 0.0]]
    assert np.isfinite(q.grad.data).all()


def test_dropout_in_training_alone():
    layer = nn.TransformerEncoderLayer(8, 2, 16, 0.5)
    inputs = x(5, 3, 8)
    assert not np.array_equal(layer(inputs).data, layer(inputs).data)
    layer.eval()
    np.testing.assert_array_equal(layer(inputs).data, layer(inputs).data)
    assert (
        functional.scaled_dot_product_attention(x(4, 2), x(4, 2), x(4, 2), dropout_p=1.0).tolist() == [[0.0, 0.0]] * 4
    )


def test_a_function_for_an_activation():
    layer = nn.TransformerEncoderLayer(8, 2, 4, 0.0, activation=np.tanh)
    assert layer(x(3, 1, 8)).shape == (3, 1, 8)


def test_a_layer_learns_to_copy_what_stood_first():
    """Each place is to say the first symbol of its sequence, which only attention can bring there."""
    rng = np.random.default_rng(0)
    table, layer, head = (
        nn.Embedding(4, 8, dtype=float, generator=rng),
        nn.TransformerEncoderLayer(8, 2, 16, 0.0, dtype=float, generator=rng),
        nn.Linear(8, 4, dtype=float, generator=rng),
    )
    place = nn.Parameter(rng.normal(size=(6, 1, 8)))
    symbols = rng.integers(0, 4, size=(6, 32))
    parameters = [*table.parameters(), *layer.parameters(), *head.parameters(), place]
    losses = []
    for _ in range(150):
        scores = head(layer(table(symbols) + place))
        loss = functional.cross_entropy(scores.reshape((-1, 4)), np.broadcast_to(symbols[0], (6, 32)).reshape(-1))
        loss.backward()
        losses.append(loss.item())
        for p in parameters:
            p.data = p.data - 0.3 * np.clip(p.grad.data, -1, 1)
            p.grad = None
    assert losses[0] > 1.0
    assert losses[-1] < 0.2
