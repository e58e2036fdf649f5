"""One step of a recurrent network, for loops of one's own."""

import math
from typing import Any, ClassVar

import numpy as np

from autograd_lite.errors import DtypeError, KindError, ShapeError, describe
from autograd_lite.generator import checked_generator
from autograd_lite.tensor import Tensor
from nn import init
from nn.arguments import as_tensor, choice, conversion, count, flag, float_dtype
from nn.module import Module
from nn.parameter import Parameter
from nn.recurrent import Weights, run_gru, run_lstm, run_rnn


class _Cell(Module):
    """What the three kinds of cell share: parameters and checks."""

    gates: ClassVar[int] = 1
    states: ClassVar[int] = 1
    weight_ih: Parameter
    weight_hh: Parameter
    bias_ih: Parameter | None
    bias_hh: Parameter | None

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        dtype: Any = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        owner = type(self).__name__
        self.input_size = count(owner, "input_size", input_size)
        self.hidden_size = count(owner, "hidden_size", hidden_size)
        self.bias = flag(owner, "bias", bias)
        dtype, rows = float_dtype(owner, dtype), self.gates * self.hidden_size
        self.weight_ih = Parameter(np.zeros((rows, self.input_size), dtype))
        self.weight_hh = Parameter(np.zeros((rows, self.hidden_size), dtype))
        self.bias_ih = Parameter(np.zeros(rows, dtype)) if self.bias else None
        self.bias_hh = Parameter(np.zeros(rows, dtype)) if self.bias else None
        self.reset_parameters(generator)

    def reset_parameters(self, generator: np.random.Generator | None = None) -> None:
        """Draw the initial values anew, uniform in ±1/sqrt(hidden_size)."""
        generator, bound = checked_generator(type(self).__name__, generator), 1.0 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound, generator)

    def forward(self, input: Any, hx: Any = None) -> Any:
        owner = type(self).__name__
        x = as_tensor(owner, "input", input, self.weight_ih.dtype)
        if x.ndim not in (1, 2) or x.shape[-1] != self.input_size:
            raise ShapeError(
                f"{owner}: input is {describe(x)}; give (batch, input_size) or (input_size,), with input_size "
                f"{self.input_size}."
            )
        if x.dtype != self.weight_ih.dtype:
            raise DtypeError(
                f"{owner}: input is {describe(x)} and the weights {self.weight_ih.dtype}. "
                + conversion(owner, x, self.weight_ih.dtype)
            )
        batched = x.ndim == 2
        first = self._first(x, hx)
        steps = x.reshape((1, -1, self.input_size)) if batched else x[None, None]
        found = self._run(steps, first, (self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh))
        ends = [state[0] if batched else state[0, 0] for state in found]
        return ends[0] if self.states == 1 else tuple(ends)

    def _run(self, x: Tensor, first: list[Tensor], weights: Weights) -> tuple[Tensor, ...]:
        """The states after one step, with an axis of one step."""
        raise NotImplementedError

    def _first(self, x: Tensor, hx: Any) -> list[Tensor]:
        """The states before the step, each (batch, hidden_size)."""
        owner, shape = type(self).__name__, (*x.shape[:-1], self.hidden_size)
        if hx is None:
            given = [Tensor(np.zeros(shape, x.dtype)) for _ in range(self.states)]
        elif self.states > 1 and not (isinstance(hx, tuple | list) and len(hx) == self.states):
            raise KindError(f"{owner}: hx is {describe(hx)}; give a pair, the state and the cell state.")
        else:
            given = [as_tensor(owner, "hx", h, x.dtype) for h in (hx if self.states > 1 else [hx])]
        for h in given:
            if h.shape != shape or h.dtype != x.dtype:
                raise ShapeError(f"{owner}: hx is {describe(h)}; for x {x.shape} {x.dtype} its shape must be {shape}.")
        return given if x.ndim == 2 else [h[None] for h in given]

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}" + ("" if self.bias else ", bias=False")


class RNNCell(_Cell):
    """One step of Elman's network: h' = tanh(W_ih x + b_ih + W_hh h + b_hh).

    Parameters
    ----------
    input_size, hidden_size : the sizes of x and h.
    bias : whether there are b_ih and b_hh.
    nonlinearity : "tanh" or "relu".
    dtype : of the parameters; float32 where not given. The input has the same.
    generator : where the initial values come from, uniform in ±1/sqrt(hidden_size).

    x has shape (batch, input_size) or (input_size,), hx and the result (batch, hidden_size) or (hidden_size,); hx is
    zeros where None. Raises `ShapeError` for other shapes and `DtypeError` for another data type.

    Source: Elman, Finding structure in time, Cognitive Science 14 (1990).

    >>> import numpy as np, nn
    >>> nn.RNNCell(10, 20)(np.zeros((3, 10), np.float32)).shape
    (3, 20)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        *,
        dtype: Any = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        nonlinearity = choice("RNNCell", "nonlinearity", nonlinearity, ("tanh", "relu"))
        super().__init__(input_size, hidden_size, bias, dtype=dtype, generator=generator)
        self.nonlinearity = nonlinearity

    def _run(self, x: Tensor, first: list[Tensor], weights: Weights) -> tuple[Tensor, ...]:
        return (run_rnn(x, first[0], weights, self.nonlinearity),)

    def extra_repr(self) -> str:
        return super().extra_repr() + ("" if self.nonlinearity == "tanh" else f", nonlinearity={self.nonlinearity}")


class LSTMCell(_Cell):
    """One step of long short-term memory; hx and the result are pairs of the state and the cell state.

    The parameters are those of `RNNCell` but for nonlinearity, and so are shapes and errors.

    Source: Hochreiter and Schmidhuber, Long short-term memory, Neural Computation 9 (1997).

    >>> import numpy as np, nn
    >>> h, c = nn.LSTMCell(10, 20)(np.zeros((3, 10), np.float32))
    >>> h.shape, c.shape
    ((3, 20), (3, 20))
    """

    gates, states = 4, 2

    def _run(self, x: Tensor, first: list[Tensor], weights: Weights) -> tuple[Tensor, ...]:
        return run_lstm(x, first[0], first[1], weights)


class GRUCell(_Cell):
    """One step of gated recurrent units.

    The parameters are those of `RNNCell` but for nonlinearity, and so are shapes and errors.

    Source: Cho et al. (2014), https://arxiv.org/abs/1406.1078, with the reset gate after the product.

    >>> import numpy as np, nn
    >>> nn.GRUCell(10, 20)(np.zeros((3, 10), np.float32)).shape
    (3, 20)
    """

    gates = 3

    def _run(self, x: Tensor, first: list[Tensor], weights: Weights) -> tuple[Tensor, ...]:
        return (run_gru(x, first[0], weights),)
