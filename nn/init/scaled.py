"""Random values scaled by the number of inputs and outputs: signals neither grow nor fade from layer to layer."""

import math

import numpy as np

from autograd_lite.errors import ArgumentError, ArgumentValueError, ShapeError, describe
from autograd_lite.generator import checked_generator
from nn.arguments import choice, number
from nn.init.distributions import T, filled, leaf

#: By what an activation of this name shrinks the spread of what it is given, and so how much more to start with.
GAINS = {
    **dict.fromkeys(("linear", "conv1d", "conv2d", "conv3d", "sigmoid", "identity"), 1.0),
    **dict.fromkeys(("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"), 1.0),
    "tanh": 5.0 / 3.0,
    "relu": math.sqrt(2.0),
    "selu": 0.75,
}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor by which initial values are larger before this activation.

    Parameters
    ----------
    nonlinearity : "linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu", or the name of a layer.
    param : the negative slope of "leaky_relu"; 0.01 where None.

    Raises `ArgumentValueError` for other names, and `ArgumentError` for a param that the activation does
    not have.

    >>> import nn
    >>> nn.init.calculate_gain("tanh"), nn.init.calculate_gain("leaky_relu", 1.0)
    (1.6666666666666667, 1.0)
    """
    nonlinearity = choice("calculate_gain", "nonlinearity", nonlinearity, (*GAINS, "leaky_relu"))
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else number("calculate_gain", "param", param)
        return math.sqrt(2.0 / (1.0 + slope**2))
    if param is not None:
        raise ArgumentError(f"calculate_gain: param is {describe(param)}; {nonlinearity} has no parameter.")
    return GAINS[nonlinearity]


def xavier_uniform_(tensor: T, gain: float = 1.0, generator: np.random.Generator | None = None) -> T:
    """Give `tensor` values drawn evenly from ±gain sqrt(6 / (inputs + outputs)): Glorot's.

    Parameters
    ----------
    tensor : a weight of shape (outputs, inputs), or (outputs, inputs, ...) of a convolution, whose
        kernel counts as many times.
    gain : see `calculate_gain`.
    generator : where the random numbers come from.

    Raises `ShapeError` for fewer than two axes, and as `uniform_` does.

    Source: Glorot and Bengio, AISTATS 2010, https://proceedings.mlr.press/v9/glorot10a.html, equation 16.

    >>> import numpy as np, nn
    >>> w = nn.init.xavier_uniform_(nn.Parameter(np.zeros((20, 4))))
    >>> bool(abs(w.numpy()).max() <= 0.5)
    True
    """
    return _uniform("xavier_uniform_", tensor, _glorot("xavier_uniform_", tensor, gain), generator)


def xavier_normal_(tensor: T, gain: float = 1.0, generator: np.random.Generator | None = None) -> T:
    """Give `tensor` normal values of standard deviation gain sqrt(2 / (inputs + outputs)): Glorot's.

    Parameters, errors and source are those of `xavier_uniform_`.

    >>> import numpy as np, nn
    >>> w = nn.init.xavier_normal_(nn.Parameter(np.zeros((50, 150))), generator=np.random.default_rng(0))
    >>> round(w.std().item(), 2)
    0.1
    """
    return _normal("xavier_normal_", tensor, _glorot("xavier_normal_", tensor, gain), generator)


def kaiming_uniform_(
    tensor: T,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: np.random.Generator | None = None,
) -> T:
    """Give `tensor` values drawn evenly from ±gain sqrt(3 / fan): He's.

    Parameters
    ----------
    tensor : a weight of shape (outputs, inputs, ...), the axes after two being those of a kernel.
    a : the negative slope of "leaky_relu"; of other activations it is not asked.
    mode : "fan_in" keeps the spread of the signal, "fan_out" that of the gradient.
    nonlinearity : what follows the layer: see `calculate_gain`.
    generator : where the random numbers come from.

    Raises `ShapeError` for fewer than two axes, and `ArgumentValueError` for other modes and names.

    Source: He et al. (2015), https://arxiv.org/abs/1502.01852, equation 14.

    >>> import numpy as np, nn
    >>> w = nn.init.kaiming_uniform_(nn.Parameter(np.zeros((10, 6))), nonlinearity="relu")
    >>> bool(abs(w.numpy()).max() <= 1.0)
    True
    """
    return _uniform("kaiming_uniform_", tensor, _he("kaiming_uniform_", tensor, a, mode, nonlinearity), generator)


def kaiming_normal_(
    tensor: T,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: np.random.Generator | None = None,
) -> T:
    """Give `tensor` normal values of standard deviation gain / sqrt(fan): He's.

    Parameters, errors and source are those of `kaiming_uniform_`.

    >>> import numpy as np, nn
    >>> w = nn.Parameter(np.zeros((100, 200)))
    >>> w = nn.init.kaiming_normal_(w, nonlinearity="relu", generator=np.random.default_rng(0))
    >>> round(w.std().item(), 2)
    0.1
    """
    return _normal("kaiming_normal_", tensor, _he("kaiming_normal_", tensor, a, mode, nonlinearity), generator)


def lecun_uniform_(tensor: T, generator: np.random.Generator | None = None) -> T:
    """Give `tensor` values drawn evenly from ±sqrt(3 / inputs): LeCun's, for tanh and selu.

    Parameters
    ----------
    tensor : a weight of shape (outputs, inputs, ...).
    generator : where the random numbers come from.

    Raises `ShapeError` for fewer than two axes.

    Source: LeCun et al., Efficient BackProp (1998), section 4.6; Klambauer et al. (2017),
    https://arxiv.org/abs/1706.02515.

    >>> import numpy as np, nn
    >>> w = nn.init.lecun_uniform_(nn.Parameter(np.zeros((10, 12))))
    >>> bool(abs(w.numpy()).max() <= 0.5)
    True
    """
    return _uniform("lecun_uniform_", tensor, 1.0 / math.sqrt(fans("lecun_uniform_", tensor)[0]), generator)


def lecun_normal_(tensor: T, generator: np.random.Generator | None = None) -> T:
    """Give `tensor` normal values of standard deviation 1 / sqrt(inputs): LeCun's, for tanh and selu.

    Parameters, errors and sources are those of `lecun_uniform_`.

    >>> import numpy as np, nn
    >>> w = nn.init.lecun_normal_(nn.Parameter(np.zeros((200, 100))), generator=np.random.default_rng(0))
    >>> round(w.std().item(), 2)
    0.1
    """
    return _normal("lecun_normal_", tensor, 1.0 / math.sqrt(fans("lecun_normal_", tensor)[0]), generator)


def fans(owner: str, tensor: T) -> tuple[int, int]:
    """From how many inputs each output of a weight comes, and to how many outputs each input goes."""
    shape = leaf(owner, tensor).shape
    if len(shape) < 2 or 0 in shape:
        raise ShapeError(
            f"{owner}: {describe(tensor)} has no inputs and outputs to count; a weight has shape (outputs, inputs, "
            "...), none of them 0. Take uniform_ or normal_ for a bias."
        )
    kernel = math.prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


def _glorot(owner: str, tensor: T, gain: float) -> float:
    return number(owner, "gain", gain) * math.sqrt(2.0 / sum(fans(owner, tensor)))


def _he(owner: str, tensor: T, a: float, mode: str, nonlinearity: str) -> float:
    fan_in, fan_out = fans(owner, tensor)
    fan = fan_in if choice(owner, "mode", mode, ("fan_in", "fan_out")) == "fan_in" else fan_out
    nonlinearity = choice(owner, "nonlinearity", nonlinearity, (*GAINS, "leaky_relu"))
    a = number(owner, "a", a)
    return calculate_gain(nonlinearity, a if nonlinearity == "leaky_relu" else None) / math.sqrt(fan)


def _uniform(owner: str, tensor: T, std: float, generator: np.random.Generator | None) -> T:
    """Even numbers of this standard deviation: those from -b to b have b / sqrt(3)."""
    bound = math.sqrt(3.0) * abs(std)
    return filled(tensor, checked_generator(owner, generator).uniform(-bound, bound, tensor.shape))


def _normal(owner: str, tensor: T, std: float, generator: np.random.Generator | None) -> T:
    if std < 0:
        raise ArgumentValueError(f"{owner}: the gain is negative; a standard deviation is at least 0.")
    return filled(tensor, checked_generator(owner, generator).normal(0.0, std, tensor.shape))
