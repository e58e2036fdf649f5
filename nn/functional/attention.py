"""Attention: each query takes the mean of the values, weighted by how well their keys go with it."""

import math
from typing import Any

import numpy as np

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, DtypeError, ShapeError, describe
from autograd_lite.graph import raw
from autograd_lite.ops.neural import softmax
from autograd_lite.tensor import Tensor
from nn.arguments import as_tensor, flag, fraction, number
from nn.functional.dropout import dropout


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
) -> Tensor:
    """softmax(Q K^T / sqrt(E)) V: the mean of the values, weighted by how well their keys go with each query.

    Parameters
    ----------
    query : (..., L, E); key : (..., S, E); value : (..., S, D). The axes before the last two broadcast.
    attn_mask : (..., L, S): True where a query may look, or floats that are added to the scores.
    dropout_p : the probability with which weights are left out.
    is_causal : whether each query looks at keys up to its own place alone.
    scale : in the place of 1/sqrt(E).

    Gives shape (..., L, D). A query that may look nowhere gives zeros. Raises `ShapeError` for shapes that do not go
    together, `DtypeError` for mixed data types and masks of integers, and `ArgumentError` for a mask with is_causal.

    Source: Vaswani et al. (2017), https://arxiv.org/abs/1706.03762, equation 1.

    >>> import numpy as np, nn
    >>> q, k, v = np.zeros((1, 2)), np.ones((3, 2)), np.array([[1.0], [2.0], [6.0]])
    >>> nn.functional.scaled_dot_product_attention(q, k, v).tolist()
    [[3.0]]
    """
    owner = "scaled_dot_product_attention"
    q, k, v = (as_tensor(owner, n, x) for n, x in (("query", query), ("key", key), ("value", value)))
    if flag(owner, "is_causal", is_causal) and attn_mask is not None:
        raise ArgumentError(f"{owner}: attn_mask and is_causal are both given; give one of them.")
    factor = None if scale is None else number(owner, "scale", scale)
    dropout_p = fraction(owner, "dropout_p", dropout_p)
    if min(q.ndim, k.ndim, v.ndim) < 2 or q.shape[-1] != k.shape[-1] or k.shape[-2] != v.shape[-2]:
        raise ShapeError(
            f"{owner}: query {q.shape}, key {k.shape} and value {v.shape}; expected (..., L, E), (..., S, E), "
            "(..., S, D)."
        )
    allowed, added = None, None
    if is_causal:
        allowed = causal(q.shape[-2], k.shape[-2])
    elif attn_mask is not None:
        allowed, added = masks(owner, "attn_mask", attn_mask, q.dtype)
    return attend(owner, q, k, v, allowed, added, dropout_p, factor)[0]


def attend(
    owner: str,
    q: Tensor,
    k: Tensor,
    v: Tensor,
    allowed: Any = None,
    added: Any = None,
    dropout_p: float = 0.0,
    scale: float | None = None,
) -> tuple[Tensor, Tensor]:
    """The result of attention, and its weights; `allowed` says where a query may look, `added` goes to the scores."""
    if not q.dtype == k.dtype == v.dtype:
        raise DtypeError(f"{owner}: query is {q.dtype}, key {k.dtype} and value {v.dtype}; give one data type.")
    scale = 1 / math.sqrt(q.shape[-1]) if scale is None else scale
    try:
        scores = (q * scale) @ k.swapaxes(-1, -2)
        scores = scores if added is None else scores + added
        closed = np.isneginf(raw(scores)) if added is not None else None
        if allowed is not None:
            np.broadcast_to(allowed, scores.shape)
            closed = ~allowed if closed is None else closed | ~allowed
    except ValueError:
        mask = allowed if added is None else added
        raise ShapeError(
            f"{owner}: query {q.shape} and key {k.shape} give scores of {q.shape[-2]} by {k.shape[-2]}; with the mask "
            f"{describe(mask)} they do not go together."
        ) from None
    if closed is None:
        weights = softmax(scores)
    else:
        # The lowest finite score keeps a query that may look nowhere from 0/0.
        weights = ag.where(closed, 0.0, softmax(ag.where(closed, float(np.finfo(q.dtype).min), scores)))
    if dropout_p:
        weights = dropout(weights, dropout_p)
    return weights @ v, weights


def causal(queries: int, keys: int) -> Any:
    """Where each query may look: at the keys up to its own place."""
    return np.tri(queries, keys, dtype=bool)


def masks(owner: str, name: str, mask: Any, dtype: Any) -> tuple[Any, Any]:
    """A mask as truth values, or as what is added to the scores: the one that it is, and None."""
    array = as_tensor(owner, name, mask)
    if array.dtype.kind == "b":
        return np.asarray(raw(array)), None
    if array.dtype.kind != "f":
        raise DtypeError(f"{owner}: {name} is {describe(mask)}; give truth values, or floats to add to the scores.")
    return None, array.astype(dtype)


def of_heads(
    owner: str, q: Tensor, k: Tensor, key_padding_mask: Any, attn_mask: Any, is_causal: bool, batched: bool
) -> tuple[Any, Any]:
    """Where queries may look, and what is added to the scores, for all heads; None where nothing says so.

    q and k are (batch, heads, steps, features); a mask of truth values says where not to look.
    """
    (batch, heads, queries, _), keys = q.shape, k.shape[2]
    allowed: Any = causal(queries, keys) if is_causal else None
    added: Any = None
    # The shapes that a mask may have, each with the one that goes with the scores.
    of_keys = {(batch, keys) if batched else (keys,): (batch, 1, 1, keys)}
    of_scores = {
        (queries, keys): (1, 1, queries, keys),
        (batch * heads, queries, keys): (batch, heads, queries, keys),
    }
    for name, mask, shapes in (
        ("key_padding_mask", key_padding_mask, of_keys),
        ("attn_mask", attn_mask, of_scores),
    ):
        if mask is None:
            continue
        left_out, extra = masks(owner, name, mask, q.dtype)
        given = left_out if extra is None else extra
        if given.shape not in shapes:
            raise ShapeError(
                f"{owner}: {name} has shape {given.shape}; expected {' or '.join(str(shape) for shape in shapes)}."
            )
        given = given.reshape(shapes[given.shape])
        if extra is None:
            allowed = ~given if allowed is None else allowed & ~given
        else:
            added = given if added is None else added + given
    return allowed, added
