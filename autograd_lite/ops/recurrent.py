"""Recurrences over time: the loops of recurrent networks, each one operation.

Time is the first axis. What comes from the inputs of all steps, with the biases, is one argument x, which a
single product has made; the loop adds what comes from the state before. The rules go back through time once,
for all arguments: W. J. Werbos, Backpropagation through time, Proceedings of the IEEE 78 (1990).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.define import op
from autograd_lite.errors import ArgumentValueError
from autograd_lite.graph import raw

NONLINEARITIES = ("tanh", "relu")


def _sigmoid(x: Any) -> Any:
    # Of tanh, which does not overflow; on nodes it records itself.
    return 0.5 * np.tanh(0.5 * x) + 0.5


def _before(states: Any, first: Any) -> Any:
    """The state before each step."""
    return np.concatenate([first[None], states[:-1]]) if len(states) else states


def _outer(delta: Any, states: Any) -> Any:
    """The sum over steps and batch of delta^T times state."""
    return delta.reshape((-1, delta.shape[-1])).T @ states.reshape((-1, states.shape[-1]))


def _gates(a: Any, count: int) -> list[Any]:
    """Equal parts of the last axis."""
    size = a.shape[-1] // count
    return [a[..., k * size : (k + 1) * size] for k in range(count)]


def _in_steps(parts: list[Any], like: Any) -> Any:
    return np.stack(parts) if parts else like


def _prepared(params: dict[str, Any]) -> dict[str, Any]:
    if params.get("nonlinearity", "tanh") not in NONLINEARITIES:
        raise ArgumentValueError(f"rnn: nonlinearity is {params['nonlinearity']!r}; it must be 'tanh' or 'relu'.")
    return params


def _rnn(x: Any, h: Any, w: Any, nonlinearity: str = "tanh") -> Any:
    states = np.empty(x.shape, np.result_type(x, h, w))
    transposed = w.T
    for t in range(len(x)):
        state = np.matmul(h, transposed, out=states[t])
        state += x[t]
        h = np.tanh(state, out=state) if nonlinearity == "tanh" else np.maximum(state, 0, out=state)
    return states


def _rnn_back(g: Any, out: Any, x: Any, h: Any, w: Any, nonlinearity: str = "tanh") -> Any:
    """The gradient of what goes into the nonlinearity at each step."""
    slope = 1 - out * out if nonlinearity == "tanh" else np.greater(raw(out), 0).astype(raw(out).dtype)
    deltas, carried = [], None
    for t in reversed(range(len(x))):
        delta = (g[t] if carried is None else g[t] + carried) * slope[t]
        deltas.append(delta)
        carried = delta @ w
    return _in_steps(deltas[::-1], g)


def _lstm(x: Any, h: Any, c: Any, w: Any) -> list[Any]:
    shape = (*x.shape[:-1], w.shape[1])
    states, cells = (np.empty(shape, np.result_type(x, h, c, w)) for _ in range(2))
    transposed = w.T
    for t in range(len(x)):
        i, f, new, o = _gates(x[t] + h @ transposed, 4)
        c = np.add(_sigmoid(f) * c, _sigmoid(i) * np.tanh(new), out=cells[t])
        h = np.multiply(_sigmoid(o), np.tanh(c), out=states[t])
    return [states, cells]


def _lstm_back(g: Any, out: Any, x: Any, h: Any, c: Any, w: Any) -> tuple[Any, Any]:
    """The gradient of the four gates' sums at each step, and that of the first cell state."""
    states, cells = out
    i, f, new, o = _gates(x + _before(states, h) @ w.T, 4)
    i, f, o, new, squashed = _sigmoid(i), _sigmoid(f), _sigmoid(o), np.tanh(new), np.tanh(cells)
    # What turns the gradient of a cell state, and that of a state, into those of the sums.
    of_cell = np.concatenate([new * i * (1 - i), _before(cells, c) * f * (1 - f), i * (1 - new * new)], axis=-1)
    of_state, through = squashed * o * (1 - o), o * (1 - squashed * squashed)
    deltas, dh, dc = [], 0.0, 0.0
    for t in reversed(range(len(x))):
        dh = g[0][t] + dh
        dc = g[1][t] + dc + dh * through[t]
        delta = np.concatenate([np.concatenate([dc, dc, dc], axis=-1) * of_cell[t], dh * of_state[t]], axis=-1)
        deltas.append(delta)
        dh, dc = delta @ w, dc * f[t]
    return _in_steps(deltas[::-1], x * 0), dc if deltas else c * 0


def _gru(x: Any, h: Any, w: Any, b: Any) -> Any:
    states = np.empty((*x.shape[:-1], w.shape[1]), np.result_type(x, h, w, b))
    transposed = w.T
    for t in range(len(x)):
        r, z, new = _gates(h @ transposed, 3)
        of_r, of_z, of_new = _gates(x[t], 3)
        z = _sigmoid(of_z + z)
        new = np.tanh(of_new + _sigmoid(of_r + r) * (new + b))
        h = np.add((1 - z) * new, z * h, out=states[t])
    return states


def _gru_back(g: Any, out: Any, x: Any, h: Any, w: Any, b: Any) -> tuple[Any, Any, Any]:
    """The gradients of the three gates' sums from the inputs and from the state, and that of the first state."""
    before = _before(out, h)
    r, z, inner = _gates(before @ w.T, 3)
    of_r, of_z, of_new = _gates(x, 3)
    r, z, inner = _sigmoid(of_r + r), _sigmoid(of_z + z), inner + b
    new = np.tanh(of_new + r * inner)
    of_sum = (1 - z) * (1 - new * new)
    from_input = np.concatenate([of_sum * inner * r * (1 - r), (before - new) * z * (1 - z), of_sum], axis=-1)
    size = z.shape[-1]
    from_state = np.concatenate([from_input[..., : 2 * size], of_sum * r], axis=-1)
    states, carried = [], 0.0
    for t in reversed(range(len(x))):
        dh = g[t] + carried
        states.append(dh)
        carried = dh * z[t] + (np.concatenate([dh, dh, dh], axis=-1) * from_state[t]) @ w
    dh = _in_steps(states[::-1], g)
    dh = np.concatenate([dh, dh, dh], axis=-1)
    return dh * from_input, dh * from_state, carried if states else h * 0


# fmt: off
rnn = op("rnn", _rnn, symbol="rnn", through=_rnn_back, prepare=_prepared,
    doc="h_t = tanh(x_t + h_{t-1} W^T) for t = 1, 2 ... : x (steps, batch, size), the first state (batch, size) and "
    "W (size, size) give all states (steps, batch, size). J. L. Elman, Finding structure in time (1990).", partials=[
    (r"\delta_t = (\bar f_t + \delta_{t+1} z) \odot (1 - f_t^2)", lambda d, out, x, h, w, nonlinearity="tanh": d),
    (r"\delta_1 z", lambda d, out, x, h, w, nonlinearity="tanh": d[:1].sum(axis=0) @ w),
    (r"\sum_t \delta_t^T f_{t-1}", lambda d, out, x, h, w, nonlinearity="tanh": _outer(d, _before(out, h)))])
lstm = op("lstm", _lstm, symbol="lstm", results=tuple, through=_lstm_back,
    doc="Long short-term memory: x (steps, batch, 4 size), the sums of the input, forget, cell and output gates as the "
    "inputs make them, the first state and cell state (batch, size) and W (4 size, size) give all states and all cell "
    "states. S. Hochreiter and J. Schmidhuber, Long short-term memory (1997).", partials=[
    (r"\delta_t", lambda d, out, x, h, c, w: d[0]),
    (r"\delta_1 W", lambda d, out, x, h, c, w: d[0][:1].sum(axis=0) @ w),
    (r"\bar c_1 \odot \sigma(f_1)", lambda d, out, x, h, c, w: d[1]),
    (r"\sum_t \delta_t^T h_{t-1}", lambda d, out, x, h, c, w: _outer(d[0], _before(out[0], h)))])
gru = op("gru", _gru, symbol="gru", through=_gru_back,
    doc="Gated recurrent unit: x (steps, batch, 3 size), the sums of the reset, update and new gates as the inputs "
    "make them, the first state (batch, size), W (3 size, size) and the new gate's inner bias (size,) give all states. "
    "K. Cho et al., Learning phrase representations using RNN encoder-decoder (2014), the reset gate applied after "
    "the product.", partials=[
    (r"\delta_t", lambda d, out, x, h, w, b: d[0]),
    (r"\bar h_0", lambda d, out, x, h, w, b: d[2]),
    (r"\sum_t \epsilon_t^T h_{t-1}", lambda d, out, x, h, w, b: _outer(d[1], _before(out, h))),
    (r"\sum_t \epsilon_t^{new}", lambda d, out, x, h, w, b: _gates(d[1], 3)[2].sum(axis=(0, 1)))])
# fmt: on
