"""Rows: recurrences over time, each beside its plain loop."""

from typing import Any

import numpy as np

from tests.samples.row import row

_rng = np.random.default_rng(7)
STEPS, BATCH, SIZE = 3, 2, 2


def _some(*shape: int) -> Any:
    return _rng.normal(size=shape) * 0.6


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _stacked(states: list[Any], like: Any) -> Any:
    return np.array(states).reshape((len(states), *like.shape))


def rnn(x: Any, h: Any, w: Any, nonlinearity: str = "tanh") -> Any:
    states = []
    for step in x:
        h = np.tanh(step + h @ w.T) if nonlinearity == "tanh" else np.maximum(step + h @ w.T, 0)
        states.append(h)
    return _stacked(states, h)


def lstm(x: Any, h: Any, c: Any, w: Any) -> Any:
    states, cells = [], []
    for step in x:
        i, f, new, o = np.split(step + h @ w.T, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
        h = sigmoid(o) * np.tanh(c)
        states.append(h)
        cells.append(c)
    return _stacked(states, h), _stacked(cells, c)


def gru(x: Any, h: Any, w: Any, b: Any) -> Any:
    states = []
    for step in x:
        (a_r, a_z, a_n), (b_r, b_z, b_n) = np.split(step, 3, axis=-1), np.split(h @ w.T, 3, axis=-1)
        r, z = sigmoid(a_r + b_r), sigmoid(a_z + b_z)
        h = (1 - z) * np.tanh(a_n + r * (b_n + b)) + z * h
        states.append(h)
    return _stacked(states, h)


SAMPLES = {
    "rnn": row(rnn, _some(STEPS, BATCH, SIZE), _some(BATCH, SIZE), _some(SIZE, SIZE)),
    "lstm": row(lstm, _some(STEPS, BATCH, 4 * SIZE), _some(BATCH, SIZE), _some(BATCH, SIZE), _some(4 * SIZE, SIZE)),
    "gru": row(gru, _some(STEPS, BATCH, 3 * SIZE), _some(BATCH, SIZE), _some(3 * SIZE, SIZE), _some(SIZE)),
}

#: No steps, whose result is empty.
EMPTY = {
    "rnn": ([(0, 2, 3), (2, 3), (3, 3)], {}),
    "lstm": ([(0, 2, 12), (2, 3), (2, 3), (12, 3)], {}),
    "gru": ([(0, 2, 9), (2, 3), (9, 3), (3,)], {}),
}
