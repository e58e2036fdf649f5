"""Rows of recurrences over time, beside PyTorch's own layers with the inputs' weights set to one."""

import torch

from tests.parity.rows.common import some


def by_layer(kind, gates, **options):
    """A layer of PyTorch's whose sums from the inputs are the argument itself."""

    def run(x, *rest):
        first, (w, *bias) = rest[: -1 if gates != 3 else -2], rest[-1 if gates != 3 else -2 :]
        size = w.shape[1]
        layer = kind(gates * size, size, **options)
        parameters = {
            "weight_ih_l0": torch.eye(gates * size, dtype=x.dtype),
            "weight_hh_l0": w,
            "bias_ih_l0": torch.zeros(gates * size, dtype=x.dtype),
            "bias_hh_l0": torch.cat([torch.zeros(2 * size, dtype=x.dtype), *bias])
            if bias
            else torch.zeros_like(w[:, 0]),
        }
        states = tuple(h[None] for h in first)
        out, _ = torch.func.functional_call(layer, parameters, (x, states if len(states) > 1 else states[0]))
        return out

    return run


def states_of(op, *args):
    """The states alone: PyTorch's layer gives the last cell state only."""
    return op(*args)[0]


TABLE = [
    *[("rnn", [some(*x), some(*x[1:]), some(x[2], x[2])], {"nonlinearity": n},
       by_layer(torch.nn.RNN, 1, nonlinearity=n)) for x in [(4, 3, 2), (1, 1, 1), (7, 2, 5)] for n in ("tanh", "relu")],
    *[("lstm", [some(t, n, 4 * s), some(n, s), some(n, s), some(4 * s, s)], {}, by_layer(torch.nn.LSTM, 4), states_of)
      for t, n, s in [(4, 3, 2), (1, 1, 1), (7, 2, 5)]],
    *[("gru", [some(t, n, 3 * s), some(n, s), some(3 * s, s), some(s)], {}, by_layer(torch.nn.GRU, 3))
      for t, n, s in [(4, 3, 2), (1, 1, 1), (7, 2, 5)]],
]  # fmt: skip
