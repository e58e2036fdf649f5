"""Multi-head attention."""

from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentValueError, DtypeError, ShapeError, UnsupportedError, describe
from autograd_lite.generator import checked_generator
from autograd_lite.ops.fused import linear
from autograd_lite.tensor import Tensor
from nn import init
from nn.arguments import as_tensor, conversion, count, flag, float_dtype, fraction
from nn.functional.attention import attend, of_heads
from nn.linear import Linear
from nn.module import Module
from nn.parameter import Parameter


class MultiheadAttention(Module):
    """Attention by several heads, each in a part of the features: softmax(Q K^T / sqrt(d)) V, put together by a matrix.

    Parameters
    ----------
    embed_dim : the size of queries and results; num_heads divides it.
    num_heads : how many heads there are.
    dropout : the probability with which weights are left out in training.
    bias : whether the products have biases.
    kdim, vdim : the sizes of keys and values; embed_dim where None.
    batch_first : whether inputs are (batch, steps, features), not (steps, batch, features).
    dtype : of the parameters; float32 where not given. The inputs have the same.
    generator : where the initial values come from.

    `forward(query, key, value)` takes (L, N, embed_dim), (S, N, kdim), (S, N, vdim), or all three without the batch
    axis. key_padding_mask, (N, S), is True for keys to leave out; attn_mask, (L, S) or (N num_heads, L, S), is True
    where a query may not look; either may be floats that are added to the scores. is_causal: no query looks ahead.
    Gives the result, (L, N, embed_dim), and the weights, (N, L, S), their mean over the heads, or with
    average_attn_weights=False (N, num_heads, L, S); None with need_weights=False. A query that may look nowhere gives
    zeros. Parameters: `in_proj_weight` (3 embed_dim, embed_dim), or `q_proj_weight`, `k_proj_weight`, `v_proj_weight`
    where the sizes differ, `in_proj_bias`, `out_proj`. Raises `ShapeError` and `DtypeError` for inputs that do not
    go together.

    Source: Vaswani et al. (2017), https://arxiv.org/abs/1706.03762, section 3.2.2.

    >>> import numpy as np, nn
    >>> x = np.zeros((5, 2, 8), np.float32)
    >>> out, weights = nn.MultiheadAttention(8, 4)(x, x, x)
    >>> out.shape, weights.shape
    ((5, 2, 8), (2, 5, 5))
    """

    in_proj_weight: Parameter | None
    in_proj_bias: Parameter | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        *,
        dtype: Any = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        owner = "MultiheadAttention"
        self.embed_dim, self.num_heads = count(owner, "embed_dim", embed_dim), count(owner, "num_heads", num_heads)
        if self.embed_dim % self.num_heads:
            raise ArgumentValueError(
                f"{owner}: embed_dim is {embed_dim}, which num_heads, {num_heads}, does not divide."
            )
        if flag(owner, "add_bias_kv", add_bias_kv) or flag(owner, "add_zero_attn", add_zero_attn):
            raise UnsupportedError(f"{owner}: add_bias_kv and add_zero_attn are not supported; leave them out.")
        self.dropout, self.batch_first = fraction(owner, "dropout", dropout), flag(owner, "batch_first", batch_first)
        self.kdim = self.embed_dim if kdim is None else count(owner, "kdim", kdim)
        self.vdim = self.embed_dim if vdim is None else count(owner, "vdim", vdim)
        dtype, generator = float_dtype(owner, dtype), checked_generator(owner, generator)
        size = self.embed_dim
        if self.kdim == self.vdim == size:
            self.in_proj_weight = Parameter(np.zeros((3 * size, size), dtype))
        else:
            self.in_proj_weight = None
            for name, given in (("q", size), ("k", self.kdim), ("v", self.vdim)):
                self.register_parameter(f"{name}_proj_weight", Parameter(np.zeros((size, given), dtype)))
        self.in_proj_bias = Parameter(np.zeros(3 * size, dtype)) if flag(owner, "bias", bias) else None
        self.out_proj = Linear(size, size, bias, dtype=dtype, generator=generator)
        self.reset_parameters(generator)

    def reset_parameters(self, generator: np.random.Generator | None = None) -> None:
        """Draw the initial values of the weights of the inputs anew, by Glorot's rule; biases become 0."""
        generator = checked_generator("MultiheadAttention", generator)
        for name, parameter in self.named_parameters(recurse=False):
            if name != "in_proj_bias":
                init.xavier_uniform_(parameter, generator=generator)
        for bias in (self.in_proj_bias, self.out_proj.bias):
            if bias is not None:
                init.zeros_(bias)

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        q, k, v, batched = self._inputs(query, key, value)
        q, k, v = (self._heads(x, i) for i, x in enumerate((q, k, v)))
        causal = flag("MultiheadAttention", "is_causal", is_causal)
        allowed, added = of_heads("MultiheadAttention", q, k, key_padding_mask, attn_mask, causal, batched)
        left_out = self.dropout if self.training else 0.0
        out, weights = attend("MultiheadAttention", q, k, v, allowed, added, left_out)
        batch, _, steps, _ = out.shape
        joined = out.transpose((2, 0, 1, 3)).reshape((steps * batch, self.embed_dim))
        result: Tensor = self.out_proj(joined).reshape((steps, batch, self.embed_dim))
        result = result[:, 0] if not batched else result.swapaxes(0, 1) if self.batch_first else result
        if not need_weights:
            return result, None
        weights = weights.mean(axis=1) if average_attn_weights else weights
        return result, weights if batched else weights[0]

    def _inputs(self, *given: Any) -> tuple[Tensor, Tensor, Tensor, bool]:
        """Query, key and value with time first and a batch axis, and whether they came with one."""
        owner, dtype = "MultiheadAttention", self.out_proj.weight.dtype
        names, sizes = ("query", "key", "value"), (self.embed_dim, self.kdim, self.vdim)
        order = "(batch, steps, features)" if self.batch_first else "(steps, batch, features)"
        q, k, v = (as_tensor(owner, name, x, dtype) for name, x in zip(names, given, strict=True))
        for name, size, x in zip(names, sizes, (q, k, v), strict=True):
            if x.ndim != q.ndim or x.ndim not in (2, 3) or x.shape[-1] != size:
                raise ShapeError(
                    f"{owner}: {name} is {describe(x)}; give {order}, or all three without batch, with {size} features."
                )
            if x.dtype != dtype:
                raise DtypeError(
                    f"{owner}: {name} is {describe(x)} and the weights {dtype}. {conversion(owner, x, dtype)}"
                )
        batched, axis = q.ndim == 3, 0 if self.batch_first else 1
        if k.shape[:-1] != v.shape[:-1] or (batched and q.shape[axis] != k.shape[axis]):
            raise ShapeError(
                f"{owner}: query {q.shape}, key {k.shape}, value {v.shape}: key and value have the same steps, and all "
                "three the same batch."
            )
        if not batched:
            return q[:, None], k[:, None], v[:, None], False
        return (*((x.swapaxes(0, 1) for x in (q, k, v)) if self.batch_first else (q, k, v)), True)

    def _heads(self, x: Tensor, i: int) -> Tensor:
        """Query, key or value (number i) projected and in heads: (batch, heads, steps, features of a head)."""
        size, (steps, batch, given) = self.embed_dim, x.shape
        rows = slice(i * size, (i + 1) * size)
        weight = vars(self)["qkv"[i] + "_proj_weight"] if self.in_proj_weight is None else self.in_proj_weight[rows]
        bias = None if self.in_proj_bias is None else self.in_proj_bias[rows]
        projected = linear(x.reshape((steps * batch, given)), weight, bias)
        return projected.reshape((steps, batch, self.num_heads, size // self.num_heads)).transpose((1, 2, 0, 3))  # type: ignore[no-any-return]
