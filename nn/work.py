"""How many products, each with its addition, a call of a layer takes: of matrix products and convolutions."""

from collections.abc import Callable
from math import prod
from typing import Any

from autograd_lite.tensor import Tensor
from nn.module import Module

Count = Callable[[Any, list[Tensor], list[Tensor]], int]


def _product(layer: Any, inputs: list[Tensor], outputs: list[Tensor]) -> int:
    """Each output is a sum over the inputs of its row of weights."""
    return outputs[0].size * int(prod(layer.weight.shape[1:]))


def _spread(layer: Any, inputs: list[Tensor], outputs: list[Tensor]) -> int:
    """Each input goes to all outputs of its row of weights."""
    return inputs[0].size * int(prod(layer.weight.shape[1:]))


def _recurrence(layer: Any, inputs: list[Tensor], outputs: list[Tensor]) -> int:
    """At each step, a product with every matrix."""
    matrices = sum(w.size for name, w in layer.named_parameters(recurse=False) if name.startswith("weight"))
    steps = inputs[0].size // int(layer.input_size)
    return steps * int(matrices)


def _attention(layer: Any, inputs: list[Tensor], outputs: list[Tensor]) -> int:
    """The projections, and for each query a product with every key and every value; the last layer counts itself."""
    query, key, value = inputs[:3]
    steps = key.shape[1] if key.ndim == 3 and layer.batch_first else key.shape[0]
    return (query.size + key.size + value.size) * int(layer.embed_dim) + 2 * query.size * steps


#: By the names of their classes.
COUNTS: dict[str, Count] = {
    **dict.fromkeys(("Linear", "Conv1d", "Conv2d"), _product),
    **dict.fromkeys(("ConvTranspose1d", "ConvTranspose2d"), _spread),
    **dict.fromkeys(("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"), _recurrence),
    "MultiheadAttention": _attention,
}


def multiply_adds(layer: Module, inputs: list[Tensor], outputs: list[Tensor]) -> int:
    """The multiply-adds of one call, from what went in and came out; 0 for a layer of which nothing is known.

    A module tells its own by a method `multiply_adds(inputs, outputs)`; else the table has those of its
    class or the nearest parent.

    >>> import numpy as np, nn
    >>> layer = nn.Linear(3, 2)
    >>> multiply_adds(layer, [], [layer(np.ones((5, 3), np.float32))])
    30
    """
    own = getattr(layer, "multiply_adds", None)
    if own is not None:
        return int(own(inputs, outputs))
    counts = (COUNTS[kind.__name__] for kind in type(layer).__mro__ if kind.__name__ in COUNTS)
    count = next(counts, None)
    return 0 if count is None else count(layer, inputs, outputs)
