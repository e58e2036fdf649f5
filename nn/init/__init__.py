"""Initial values of parameters.

A function whose name ends in an underscore gives new data to the Tensor that it is handed, and returns it. Each that
draws random numbers takes a `generator`; without one it draws from the library's own, which
`autograd_lite.manual_seed` seeds.
"""

from autograd_lite.generator import checked_generator
from nn.init.distributions import constant_, normal_, ones_, trunc_normal_, uniform_, zeros_
from nn.init.scaled import (
    calculate_gain,
    kaiming_normal_,
    kaiming_uniform_,
    lecun_normal_,
    lecun_uniform_,
    xavier_normal_,
    xavier_uniform_,
)
from nn.init.structured import dirac_, eye_, orthogonal_, sparse_

#: By their authors' other names.
glorot_uniform_, glorot_normal_ = xavier_uniform_, xavier_normal_
he_uniform_, he_normal_ = kaiming_uniform_, kaiming_normal_

__all__ = [
    "calculate_gain",
    "checked_generator",
    "constant_",
    "dirac_",
    "eye_",
    "glorot_normal_",
    "glorot_uniform_",
    "he_normal_",
    "he_uniform_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "lecun_normal_",
    "lecun_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "sparse_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]
