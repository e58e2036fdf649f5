"""Rows of the operations that work element by element, of comparison and of rounding."""

import math

import numpy as np
import torch

from tests.parity.rows.common import GENERATOR, binary, positive, some, unary


def whole(*shape):
    return GENERATOR.integers(1, 20, size=shape)


def apart(*shape):
    """Numbers of which no two are at the same distance from a whole one."""
    return some(*shape) * 3


SIGNED_ZEROS = np.array([0.0, -0.0, 0.0, -2.0, 3.0])
ODD = np.array([1.0, -1.0, 0.0, np.inf, -np.inf, np.nan, 0.5])
TABLE = [
    *binary("fmod", torch.fmod),
    ("fmod", [np.array([0.9, -0.9, 7.5]), np.array([0.3, 0.3, -2.0])], {}, torch.fmod),
    *unary("reciprocal", torch.reciprocal, some),
    *binary("float_power", torch.float_power, positive),
    *unary("cbrt", lambda x: torch.sign(x) * torch.abs(x) ** (1 / 3), some),
    *unary("fabs", torch.abs, some),
    ("fabs", [SIGNED_ZEROS], {}, torch.abs),
    *binary("copysign", torch.copysign),
    ("copysign", [SIGNED_ZEROS, some(5)], {}, torch.copysign),
    *unary("exp2", torch.exp2, some),
    *unary("log2", torch.log2, positive),
    *unary("log10", torch.log10, positive),
    *binary("logaddexp", torch.logaddexp),
    ("logaddexp", [np.array([1e4, -1e4, 0.0, -np.inf]), np.array([-1e4, 1e4, 1e3, 1.0])], {}, torch.logaddexp),
    *binary("logaddexp2", torch.logaddexp2),
    *binary("arctan2", torch.atan2),
    *binary("hypot", torch.hypot),
    *unary("deg2rad", torch.deg2rad, some),
    *unary("radians", torch.deg2rad, some),
    *unary("rad2deg", torch.rad2deg, some),
    *unary("degrees", torch.rad2deg, some),
    *unary("sinc", torch.sinc, some),
    ("sinc", [np.array([0.0, 1.0, -2.5, 100.25])], {}, torch.sinc),
    # Below 0, PyTorch has a power of integers, 0, in its derivative.
    ("ldexp", [some(3, 4), np.array([[2], [0], [3]])], {}, torch.ldexp),
    ("ldexp", [some(3, 4), np.array([[-2], [0], [3]])], {}, lambda x, y: x * 2.0**y),
    ("frexp", [some(3, 4)], {}, lambda x: tuple(torch.frexp(x))),
    ("modf", [some(3, 4)], {}, lambda x: (torch.frac(x), torch.trunc(x))),
    *unary("real", torch.real, some),
    *unary("conjugate", torch.conj, some),
    ("angle", [ODD[:5]], {}, torch.angle),
    ("angle", [ODD[:5]], {"deg": True}, lambda x: torch.angle(x) * (180 / math.pi)),
    *binary("fmax", torch.fmax),
    *binary("fmin", torch.fmin),
    *binary("heaviside", lambda x, y: torch.heaviside(x.detach(), y.detach())),
    ("heaviside", [np.array([-1.0, 0.0, 2.0]), some(3)], {}, lambda x, y: torch.where(x == 0, y, (x > 0) * 1.0)),
    ("nan_to_num", [ODD], {}, torch.nan_to_num),
    ("nan_to_num", [ODD], {"nan": 1.5, "posinf": 2.0, "neginf": -3.0}, lambda x: torch.nan_to_num(x, 1.5, 2.0, -3.0)),
    *[case for name, theirs in [("floor", torch.floor), ("ceil", torch.ceil), ("trunc", torch.trunc),
                                ("fix", torch.fix), ("rint", torch.round), ("round", torch.round)]
      for case in [*unary(name, theirs, apart), (name, [np.array([-2.5, -1.5, 0.5, 1.5, 2.0])], {}, theirs)]],
    ("round", [apart(3, 4)], {"decimals": 2}, lambda x: torch.round(x, decimals=2)),
    ("logical_xor", [some(3, 4).round(), some(4).round()], {}, torch.logical_xor),
    ("left_shift", [whole(3, 4), whole(4)], {}, torch.bitwise_left_shift),
    ("right_shift", [whole(3, 4), whole(4) % 3], {}, torch.bitwise_right_shift),
    ("gcd", [whole(3, 4), whole(4)], {}, torch.gcd),
    ("lcm", [whole(3, 4), whole(4)], {}, torch.lcm),
    ("isclose", [ODD, ODD[::-1].copy()], {"rtol": 0.5}, lambda x, y: torch.isclose(x, y, rtol=0.5)),
    ("isclose", [ODD, ODD], {"equal_nan": True}, lambda x, y: torch.isclose(x, y, equal_nan=True)),
    *[(name, [ODD], {}, getattr(torch, name)) for name in ("isposinf", "isneginf", "isreal", "signbit")],
    ("iscomplex", [ODD], {}, lambda x: ~torch.isreal(x)),
    ("left_shift", [whole(2), 3], {}, lambda x, y: x << y),
]  # fmt: skip

#: Without a form in PyTorch, or without its gradient there.
WITHOUT = {"imag", "real_if_close", "nextafter", "spacing", "bitwise_count"}
