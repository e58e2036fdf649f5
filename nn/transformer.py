"""The transformer's layer."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lite.generator import checked_generator
from autograd_lite.tensor import Tensor
from nn import functional
from nn.arguments import as_tensor, choice, count, flag, number
from nn.attention import MultiheadAttention
from nn.dropout import Dropout
from nn.linear import Linear
from nn.module import Module
from nn.normalization import LayerNorm


class TransformerEncoderLayer(Module):
    """Attention of a sequence to itself, then two products with an activation between, each with a way around it.

    Parameters
    ----------
    d_model : the size of inputs and results; nhead divides it.
    nhead : how many heads the attention has.
    dim_feedforward : the size between the two products.
    dropout : the probability with which signals are left out in training.
    activation : "relu", "gelu" or a function.
    layer_norm_eps : what the normalizations add to the variance.
    batch_first : whether the input is (batch, steps, d_model), not (steps, batch, d_model).
    norm_first : whether each part normalizes its input, not the sum with its result.
    bias : whether the products and normalizations have biases.
    dtype : of the parameters; float32 where not given. The input has the same.
    generator : where the initial values come from.

    `forward(src, src_mask, src_key_padding_mask, is_causal)` takes the masks of `MultiheadAttention`, and gives what
    src has for a shape. Raises what `MultiheadAttention` raises.

    Source: Vaswani et al. (2017), https://arxiv.org/abs/1706.03762, section 3.1; norm_first is Xiong et al. (2020),
    https://arxiv.org/abs/2002.04745.

    >>> import numpy as np, nn
    >>> nn.TransformerEncoderLayer(8, 2, 16)(np.zeros((5, 3, 8), np.float32)).shape
    (5, 3, 8)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Any], Any] = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: Any = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        owner = "TransformerEncoderLayer"
        generator = checked_generator(owner, generator)
        eps = number(owner, "layer_norm_eps", layer_norm_eps, at_least=0.0)
        hidden = count(owner, "dim_feedforward", dim_feedforward)
        self.self_attn = MultiheadAttention(
            d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype, generator=generator
        )
        self.linear1 = Linear(d_model, hidden, bias, dtype=dtype, generator=generator)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(hidden, d_model, bias, dtype=dtype, generator=generator)
        self.norm_first = flag(owner, "norm_first", norm_first)
        self.norm1, self.norm2 = (LayerNorm(d_model, eps, bias=bias, dtype=dtype) for _ in range(2))
        self.dropout1, self.dropout2 = Dropout(dropout), Dropout(dropout)
        self.activation = activation if callable(activation) else _named(owner, activation)

    def forward(
        self, src: Any, src_mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool = False
    ) -> Tensor:
        x = as_tensor("TransformerEncoderLayer", "src", src, self.linear1.weight.dtype)
        # The attention says what is wrong with an input, before a normalization does.
        self.self_attn._inputs(x, x, x)

        masks = (src_mask, src_key_padding_mask, is_causal)
        if self.norm_first:
            x = x + self._attention(self.norm1(x), *masks)
            return x + self._feed_forward(self.norm2(x))  # type: ignore[no-any-return]
        x = self.norm1(x + self._attention(x, *masks))
        return self.norm2(x + self._feed_forward(x))  # type: ignore[no-any-return]

    def _attention(self, x: Tensor, mask: Any, padding: Any, is_causal: bool) -> Any:
        return self.dropout1(self.self_attn(x, x, x, padding, False, mask, is_causal=is_causal)[0])

    def _feed_forward(self, x: Tensor) -> Any:
        return self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))


def _named(owner: str, activation: Any) -> Callable[[Any], Any]:
    return getattr(functional, choice(owner, "activation", activation, ("relu", "gelu")))  # type: ignore[no-any-return]
