"""Recurrent layers: Elman's network, long short-term memory, gated recurrent units; whole sequences."""

import math
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

import autograd_lite as ag
from autograd_lite.errors import DtypeError, KindError, ShapeError, UnsupportedError, describe
from autograd_lite.generator import checked_generator
from autograd_lite.ops.fused import linear
from autograd_lite.ops.recurrent import gru, lstm, rnn
from autograd_lite.tensor import Tensor
from nn import functional, init
from nn.arguments import as_tensor, choice, conversion, count, flag, float_dtype, fraction, integer
from nn.module import Module
from nn.parameter import Parameter

#: One layer in one direction: the weights of inputs and states, and their biases where there are any.
Weights = tuple[Parameter, Parameter, Parameter | None, Parameter | None]


class _Recurrent(Module):
    """What the three kinds of layer share: parameters, the walk over layers and directions, checks."""

    #: How many sums each unit has, and how many kinds of state.
    gates: ClassVar[int] = 1
    states: ClassVar[int] = 1
    nonlinearity: str

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: Any = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        owner = type(self).__name__
        self.input_size = count(owner, "input_size", input_size)
        self.hidden_size = count(owner, "hidden_size", hidden_size)
        self.num_layers = count(owner, "num_layers", num_layers)
        self.bias, self.batch_first = flag(owner, "bias", bias), flag(owner, "batch_first", batch_first)
        self.dropout = fraction(owner, "dropout", dropout)
        self.bidirectional = flag(owner, "bidirectional", bidirectional)
        self.directions = 2 if self.bidirectional else 1
        dtype, rows = float_dtype(owner, dtype), self.gates * self.hidden_size
        for suffix, size in self._layers():
            shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, size), "weight_hh": (rows, self.hidden_size)}
            shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)} if self.bias else {}
            for name, shape in shapes.items():
                self.register_parameter(name + suffix, Parameter(np.zeros(shape, dtype)))
        self.reset_parameters(generator)

    def _layers(self) -> Iterator[tuple[str, int]]:
        """The end of the names of each layer and direction, and the size of what goes in."""
        for layer in range(self.num_layers):
            size = self.input_size if layer == 0 else self.directions * self.hidden_size
            for direction in range(self.directions):
                yield f"_l{layer}{'_reverse' if direction else ''}", size

    def reset_parameters(self, generator: np.random.Generator | None = None) -> None:
        """Draw the initial values anew, uniform in ±1/sqrt(hidden_size)."""
        generator, bound = checked_generator(type(self).__name__, generator), 1.0 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound, generator)

    def forward(self, input: Any, hx: Any = None) -> Any:
        x, batched = self._sequence(input)
        first = self._first(x, hx, batched)
        last: list[list[Tensor]] = []
        suffixes = [suffix for suffix, _ in self._layers()]
        for layer in range(self.num_layers):
            if layer and self.dropout:
                x = functional.dropout(x, self.dropout, self.training)
            outs = []
            for direction in range(self.directions):
                place = layer * self.directions + direction
                given = [state[place] for state in first]
                found = self._run(x[::-1] if direction else x, given, self._weights(suffixes[place]))
                last.append([state[-1] for state in found])
                outs.append(found[0][::-1] if direction else found[0])
            x = outs[0] if len(outs) == 1 else ag.concatenate(outs, axis=-1)
        ends = [ag.stack(list(kind)) for kind in zip(*last, strict=True)]
        if not batched:
            x, ends = x[:, 0], [end[:, 0] for end in ends]
        elif self.batch_first:
            x = x.swapaxes(0, 1)
        return x, ends[0] if self.states == 1 else tuple(ends)

    def _run(self, x: Tensor, first: list[Tensor], weights: Weights) -> tuple[Tensor, ...]:
        """All states of one layer in one direction."""
        raise NotImplementedError

    def extra_repr(self) -> str:
        usual = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0, "bidirectional": False}
        other = [f"{n}={vars(self)[n]}" for n, default in usual.items() if vars(self)[n] != default]
        return ", ".join([str(self.input_size), str(self.hidden_size), *other])

    def _weights(self, suffix: str) -> Weights:
        own = vars(self)
        return (
            own["weight_ih" + suffix],
            own["weight_hh" + suffix],
            own.get("bias_ih" + suffix),
            own.get("bias_hh" + suffix),
        )

    def _sequence(self, x: Any) -> tuple[Tensor, bool]:
        """The input with time first and a batch axis, and whether it came with one."""
        owner = type(self).__name__
        weight = vars(self)["weight_ih_l0"]
        x = as_tensor(owner, "input", x, weight.dtype)
        order = "(batch, steps, input_size)" if self.batch_first else "(steps, batch, input_size)"
        if x.ndim not in (2, 3) or x.shape[-1] != self.input_size:
            raise ShapeError(
                f"{owner}: input is {describe(x)}; give {order} or (steps, input_size), with input_size "
                f"{self.input_size}."
            )
        if x.dtype != weight.dtype:
            raise DtypeError(
                f"{owner}: input is {describe(x)} and the weights {weight.dtype}. {conversion(owner, x, weight.dtype)}"
            )
        batched = x.ndim == 3
        x = x[:, None] if not batched else x.swapaxes(0, 1) if self.batch_first else x
        if not len(x):
            raise ShapeError(f"{owner}: input has no steps.")
        return x, batched

    def _first(self, x: Tensor, hx: Any, batched: bool) -> list[Tensor]:
        """The states before the first step, each (layers and directions, batch, hidden_size)."""
        owner = type(self).__name__
        shape = (self.num_layers * self.directions, x.shape[1], self.hidden_size)
        if hx is None:
            return [Tensor(np.zeros(shape, x.dtype)) for _ in range(self.states)]
        if self.states > 1 and not (isinstance(hx, tuple | list) and len(hx) == self.states):
            raise KindError(f"{owner}: hx is {describe(hx)}; give a pair, the states h_0 and the cell states c_0.")
        given = [as_tensor(owner, "hx", h, x.dtype) for h in (hx if self.states > 1 else [hx])]
        expected = shape if batched else (shape[0], shape[2])
        for h in given:
            if h.shape != expected or h.dtype != x.dtype:
                raise ShapeError(f"{owner}: hx is {describe(h)}; for x {x.dtype} its shape must be {expected}.")
        return given if batched else [h[:, None] for h in given]


def run_rnn(x: Tensor, h: Tensor, weights: Weights, nonlinearity: str) -> Tensor:
    """All states of Elman's network, for x (steps, batch, input_size) and the first state (batch, hidden_size)."""
    w_ih, w_hh, b_ih, b_hh = weights
    bias = None if b_ih is None or b_hh is None else b_ih + b_hh
    return rnn(_sums(x, w_ih, bias), h, w_hh, nonlinearity=nonlinearity)  # type: ignore[no-any-return]


def run_lstm(x: Tensor, h: Tensor, c: Tensor, weights: Weights) -> tuple[Tensor, Tensor]:
    """All states and all cell states of a long short-term memory."""
    w_ih, w_hh, b_ih, b_hh = weights
    bias = None if b_ih is None or b_hh is None else b_ih + b_hh
    return lstm(_sums(x, w_ih, bias), h, c, w_hh)  # type: ignore[no-any-return]


def run_gru(x: Tensor, h: Tensor, weights: Weights) -> Tensor:
    """All states of gated recurrent units, whose bias of the new gate's product stays inside the reset gate."""
    w_ih, w_hh, b_ih, b_hh = weights
    size = w_hh.shape[1]
    if b_ih is None or b_hh is None:
        return gru(_sums(x, w_ih, None), h, w_hh, np.zeros(size, w_hh.dtype))  # type: ignore[no-any-return]
    outer = ag.concatenate([b_ih[: 2 * size] + b_hh[: 2 * size], b_ih[2 * size :]])
    return gru(_sums(x, w_ih, outer), h, w_hh, b_hh[2 * size :])  # type: ignore[no-any-return]


def _sums(x: Tensor, weight: Parameter, bias: Any) -> Tensor:
    """What the inputs of all steps add to the sums, by one product."""
    steps, batch, size = x.shape
    return linear(x.reshape((steps * batch, size)), weight, bias).reshape((steps, batch, len(weight)))  # type: ignore[no-any-return]


class RNN(_Recurrent):
    """Elman's network over a whole sequence: h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh).

    Parameters
    ----------
    input_size, hidden_size : the sizes of x_t and h_t.
    num_layers : how many layers there are, each with the states of the one below for its input.
    nonlinearity : "tanh" or "relu".
    bias : whether there are b_ih and b_hh.
    batch_first : whether x is (batch, steps, input_size), not (steps, batch, input_size).
    dropout : the probability with which inputs of upper layers are left out in training.
    bidirectional : whether each layer also runs from the last step to the first.
    dtype : of the parameters; float32 where not given. The input has the same.
    generator : where the initial values come from, uniform in ±1/sqrt(hidden_size).

    x may be without its batch axis. Gives the states of the last layer, (steps, batch, directions hidden_size), and
    the last state of each layer and direction, (num_layers directions, batch, hidden_size). hx, the states before the
    first step, has that shape too; zeros where None. Parameters: `weight_ih_l0` (hidden_size, input_size),
    `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, then `_l0_reverse`, `_l1` ... Raises `ShapeError` for inputs of other
    shapes and `DtypeError` for another data type.

    Source: Elman, Finding structure in time, Cognitive Science 14 (1990).

    >>> import numpy as np, nn
    >>> out, h = nn.RNN(10, 20, 2)(np.zeros((5, 3, 10), np.float32))
    >>> out.shape, h.shape
    ((5, 3, 20), (2, 3, 20))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: Any = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        nonlinearity = choice("RNN", "nonlinearity", nonlinearity, ("tanh", "relu"))
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional,
            dtype=dtype, generator=generator,
        )  # fmt: skip
        self.nonlinearity = nonlinearity

    def _run(self, x: Tensor, first: list[Tensor], weights: Weights) -> tuple[Tensor, ...]:
        return (run_rnn(x, first[0], weights, self.nonlinearity),)


class LSTM(_Recurrent):
    """Long short-term memory over a whole sequence: gates i, f, o and a cell c = f c + i g, h = o tanh(c).

    The parameters are those of `RNN` but for nonlinearity; proj_size is refused. Gives the states of the last layer,
    and a pair of the last states and the last cell states; hx is such a pair. `weight_ih_l0` has shape
    (4 hidden_size, input_size), the gates in the order i, f, g, o. Raises what `RNN` raises.

    Source: Hochreiter and Schmidhuber, Long short-term memory, Neural Computation 9 (1997), with the forget gate of
    Gers et al. (2000).

    >>> import numpy as np, nn
    >>> out, (h, c) = nn.LSTM(10, 20, bidirectional=True)(np.zeros((5, 3, 10), np.float32))
    >>> out.shape, h.shape, c.shape
    ((5, 3, 40), (2, 3, 20), (2, 3, 20))
    """

    gates, states = 4, 2

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        *,
        dtype: Any = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        if integer("LSTM", "proj_size", proj_size) != 0:
            raise UnsupportedError("LSTM: proj_size is not supported. Put a Linear layer after it.")
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional,
            dtype=dtype, generator=generator,
        )  # fmt: skip

    def _run(self, x: Tensor, first: list[Tensor], weights: Weights) -> tuple[Tensor, ...]:
        return run_lstm(x, first[0], first[1], weights)


class GRU(_Recurrent):
    """Gated recurrent units over a whole sequence: h = (1 - z) n + z h, with n = tanh(W_in x + r (W_hn h + b_hn)).

    The parameters are those of `RNN` but for nonlinearity, and so is what it gives and raises. `weight_ih_l0` has
    shape (3 hidden_size, input_size), the gates in the order r, z, n.

    Source: Cho et al. (2014), https://arxiv.org/abs/1406.1078, with the reset gate after the product.

    >>> import numpy as np, nn
    >>> out, h = nn.GRU(10, 20, batch_first=True)(np.zeros((3, 5, 10), np.float32))
    >>> out.shape, h.shape
    ((3, 5, 20), (1, 3, 20))
    """

    gates = 3

    def _run(self, x: Tensor, first: list[Tensor], weights: Weights) -> tuple[Tensor, ...]:
        return (run_gru(x, first[0], weights),)
