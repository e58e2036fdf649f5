"""The exponential moving average of the parameters, which often does better than the parameters themselves."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentValueError, GraphError, KindError, describe
from autograd_lite.graph import raw
from optim.options import flag, fraction, whole
from optim.parameters import parameters_of


class EMA:
    """A running average of parameters, which takes their place where asked to.

    Parameters
    ----------
    parameters : a module, a list of parameters or one alone. Each is averaged once, in its own data type.
    decay : the share d of the average that stays from update to update, from 0 to 1.
    bias_correction : begin at zero and divide by 1 - d^n, as Adam does, rather than begin at the first parameters.

    After the n-th update with parameters θ the average is:

        a ← θ for n = 1,   then  a ← d a + (1 - d) θ
        with bias_correction  m ← d m + (1 - d) θ,   a = m / (1 - d^n),   m zero at first

    Before the first, it is the parameters as they were when it was made. The buffers of a module, such as the running
    means of batch normalization, are not averaged.

    Raises `KindError` and `ArgumentValueError` for arguments that it cannot work with.

    Source: Polyak and Juditsky, Acceleration of stochastic approximation by averaging (1992), with the weights of
    Tarvainen and Valpola, Mean teachers are better role models, NeurIPS 2017, section 2.

    >>> import autograd_lite as ag, optim
    >>> x = ag.Tensor([0.0], requires_grad=True)
    >>> ema = optim.EMA([x], decay=0.5)
    >>> for value in (1.0, 3.0):
    ...     x.data = [value]
    ...     ema.update()
    >>> with ema.average():
    ...     x.item()
    2.0
    >>> x.item()
    3.0
    """

    def __init__(self, parameters: Any, decay: float = 0.999, *, bias_correction: bool = False) -> None:
        self._parameters = parameters_of("EMA", parameters)
        self.decay = fraction("EMA", "decay", decay)
        self.bias_correction = flag("EMA", "bias_correction", bias_correction)
        if self.bias_correction and self.decay == 1.0:
            raise ArgumentValueError("EMA: with decay 1.0 nothing comes in, so there is no bias to correct.")
        #: How many times the parameters have been averaged.
        self.n_averaged = 0
        self._means: list[Any] = [p.data for p in self._parameters]
        self._inside = False

    def update(self) -> None:
        """Take the parameters as they are now into the average: after each step of the optimizer.

        Raises `GraphError` inside `average()`, where they are the average.
        """
        if self._inside:
            raise GraphError("EMA: update inside average(), where the parameters are the average. Leave it first.")
        d, first = self.decay, self.n_averaged == 0
        if first and not self.bias_correction:
            self._means = [p.data for p in self._parameters]
        else:
            before = [np.zeros_like(m) for m in self._means] if first else self._means
            self._means = [d * m + (1.0 - d) * p.data for m, p in zip(before, self._parameters, strict=True)]
        self.n_averaged += 1

    def averages(self) -> list[Any]:
        """The averages, in the order of the parameters, as fresh arrays."""
        correction = 1.0 - self.decay**self.n_averaged if self.bias_correction and self.n_averaged else 1.0
        return [m / correction if isinstance(m, float) else np.asarray(m / correction, m.dtype) for m in self._means]

    @contextmanager
    def average(self) -> Iterator[None]:
        """Inside, the parameters are the averages; afterwards what they were before, whatever has been done to them.

        Raises `GraphError` within itself.
        """
        if self._inside:
            raise GraphError("EMA: average() within average(); the parameters are the average already.")
        stood = [p.data for p in self._parameters]
        self._inside = True
        try:
            self.copy_to_parameters()
            yield
        finally:
            self._inside = False
            for p, data in zip(self._parameters, stood, strict=True):
                p.data = data

    def copy_to_parameters(self) -> None:
        """Give the parameters the averages, for good."""
        for p, average in zip(self._parameters, self.averages(), strict=True):
            p.data = average

    def state_dict(self) -> dict[str, Any]:
        """All that is needed to go on from here, as fresh arrays."""
        return {
            "decay": self.decay,
            "bias_correction": self.bias_correction,
            "n_averaged": self.n_averaged,
            "means": [m if isinstance(m, float) else np.array(m) for m in self._means],
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from `state_dict`, which is copied.

        Raises `KindError` for what is no such dictionary, and `ArgumentValueError` for numbers that do not fit the
        parameters; then nothing has changed.
        """
        names = ("decay", "bias_correction", "n_averaged", "means")
        if not isinstance(state_dict, Mapping) or any(name not in state_dict for name in names):
            raise KindError(f"EMA: expected the dictionary of state_dict(), with {', '.join(names)}.")
        decay = fraction("EMA", "decay", state_dict["decay"])
        corrected = flag("EMA", "bias_correction", state_dict["bias_correction"])
        count, given = whole("EMA", "n_averaged", state_dict["n_averaged"]), state_dict["means"]
        if not isinstance(given, list | tuple) or len(given) != len(self._means):
            raise ArgumentValueError(f"EMA: means is {describe(given)}; expected {len(self._means)} arrays.")
        means = [_like(i, p.data, m) for i, (p, m) in enumerate(zip(self._parameters, given, strict=True))]
        self.decay, self.bias_correction, self.n_averaged, self._means = decay, corrected, count, means


def _like(i: int, data: Any, given: Any) -> Any:
    """A copy of one mean, in the data type of its parameter."""
    try:
        array = np.asarray(raw(given))
    except ValueError:
        array = np.array(None)
    if array.dtype.kind not in "fiu" or array.shape != np.shape(data):
        raise ArgumentValueError(f"EMA: mean {i} is {describe(given)}; expected numbers of shape {np.shape(data)}.")
    return float(array) if isinstance(data, float) else np.array(array, data.dtype)
