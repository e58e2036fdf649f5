"""Rows of the operations of the first rule book."""

import numpy as np
import torch

from tests.parity.rows.common import (
    ONE_AXIS,
    REDUCED,
    binary,
    bits,
    dims,
    inside,
    positive,
    reductions,
    some,
    unary,
)


def product_over(x, dim, keepdim):
    for axis in sorted((a % x.ndim for a in (dim if isinstance(dim, tuple) else (dim,))), reverse=True):
        x = torch.prod(x, axis, keepdim)
    return x


def spread_of(function):
    return [
        (p, lambda x, p=p: function(x, correction=p.get("ddof", 0), **dims(p)))
        for p in [*REDUCED, {"ddof": 1, "axis": 1}]
    ]


ELEMENTWISE = [
    *binary("add", torch.add),
    *binary("subtract", torch.sub),
    *binary("multiply", torch.mul),
    *binary("divide", torch.div),
    *binary("floor_divide", lambda x, y: torch.floor(x / y)),
    *binary("remainder", torch.remainder),
    *binary("divmod", lambda x, y: (torch.floor(x / y), torch.remainder(x, y))),
    *binary("power", torch.pow, positive),
    *binary("maximum", torch.maximum),
    *binary("minimum", torch.minimum),
    ("maximum", [np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0])], {}, torch.maximum),
    ("minimum", [np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0])], {}, torch.minimum),
    ("power", [np.array([-2.0, 0.0, 3.0]), 3], {}, torch.pow),
    ("power", [np.array([-2.0, 0.5, 3.0]), -2], {}, torch.pow),
    ("power", [np.array([0.25, 0.0, 3.0]), 1.5], {}, torch.pow),
    ("power", [np.array([0.25, 0.0, 3.0]), 0], {}, torch.pow),
    ("power", [2.0, some(3)], {}, torch.pow),
    ("power", [np.array([0.0, 2.0]), np.array([2.0, 0.5])], {}, torch.pow),
    *unary("negative", torch.neg, some),
    *unary("positive", lambda x: +x, some),
    *unary("square", torch.square, some),
    *unary("sqrt", torch.sqrt, positive),
    *unary("abs", torch.abs, some),
    ("abs", [np.array([-1.0, 0.0, 2.0])], {}, torch.abs),
    *unary("sign", torch.sign, some),
    *unary("exp", torch.exp, some),
    *unary("log", torch.log, positive),
    *unary("log1p", torch.log1p, positive),
    *unary("expm1", torch.expm1, some),
    *unary("sin", torch.sin, some),
    *unary("cos", torch.cos, some),
    *unary("tan", torch.tan, inside),
    *unary("arcsin", torch.asin, inside),
    *unary("arccos", torch.acos, inside),
    *unary("arctan", torch.atan, some),
    *unary("sinh", torch.sinh, some),
    *unary("cosh", torch.cosh, some),
    *unary("tanh", torch.tanh, some),
    *unary("arcsinh", torch.asinh, some),
    *unary("arccosh", torch.acosh, lambda *shape: 1.0 + positive(*shape)),
    *unary("arctanh", torch.atanh, inside),
    *unary("sigmoid", torch.sigmoid, some),
    ("sigmoid", [np.array([-800.0, -30.0, 0.0, 30.0, 800.0])], {}, torch.sigmoid),
    *unary("relu", torch.relu, some),
    ("relu", [np.array([-1.0, 0.0, 2.0])], {}, torch.relu),
    *unary("softplus", lambda x: torch.nn.functional.softplus(x, threshold=1e9), some),
    *unary("astype", lambda x: x.double(), some),
    *unary("identity", torch.clone, some),
    ("clip", [some(3, 4), -1.0, 1.0], {}, torch.clip),
    ("clip", [np.array([-2.0, -1.0, 0.0, 1.0, 2.0]), -1.0, 1.0], {}, torch.clip),
    ("clip", [some(3, 4)], {"a_min": 0.0}, lambda x: torch.clip(x, min=0.0)),
    ("clip", [some(3, 4)], {"a_max": 0.0}, lambda x: torch.clip(x, max=0.0)),
    ("clip", [some(3, 4), -positive(4), positive(3, 1)], {}, torch.clip),
    ("where", [bits(3, 4), some(3, 4), some(3, 4)], {}, torch.where),
    ("where", [bits(3, 1), some(4), some(2, 1, 1)], {}, torch.where),
]

REDUCING = [
    *reductions("sum", torch.sum),
    *reductions("mean", torch.mean),
    *reductions("prod", product_over),
    ("prod", [np.array([[0.0, 2.0, 3.0], [0.0, 0.0, 4.0]])], {"axis": 1}, lambda x: torch.prod(x, 1)),
    *reductions("max", torch.amax),
    *reductions("min", torch.amin),
    ("max", [np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])], {"axis": 1}, lambda x: torch.amax(x, 1)),
    ("min", [np.array([[1.0, 1.0, 3.0], [2.0, 2.0, 2.0]])], {"axis": 1}, lambda x: torch.amin(x, 1)),
    *[("var", [some(2, 3, 4)], p, theirs) for p, theirs in spread_of(torch.var)],
    *[("std", [some(2, 3, 4)], p, theirs) for p, theirs in spread_of(torch.std)],
    *reductions("logsumexp", torch.logsumexp),
    *[("normalize", [some(2, 3, 4), some(*s), some(*s)], {"axis": tuple(range(-len(s), 0)), "eps": 0.01},
        lambda x, w, b: torch.nn.functional.layer_norm(x, w.shape, w, b, 0.01)) for s in [(4,), (3, 4), (2, 3, 4)]],
    ("logsumexp", [np.array([[1e4, -1e4, 0.0]])], {"axis": 1}, lambda x: torch.logsumexp(x, 1)),
    *[(n, [some(2, 3, 4)], {"axis": a}, lambda x, n=n, a=a: getattr(torch, n)(x, a))
      for n in ("softmax", "log_softmax") for a in (0, 1, -1)],
    ("log_softmax", [np.array([[1e4, -1e4, 0.0]])], {}, lambda x: torch.log_softmax(x, -1)),
]  # fmt: skip

ARRANGING = [
    ("reshape", [some(3, 4)], {"shape": (2, -1)}, lambda x: x.reshape(2, -1)),
    ("transpose", [some(2, 3, 4)], {}, lambda x: x.permute(2, 1, 0)),
    ("transpose", [some(2, 3, 4)], {"axes": (1, -1, 0)}, lambda x: x.permute(1, -1, 0)),
    ("swapaxes", [some(2, 3, 4)], {"axis1": 0, "axis2": -1}, lambda x: x.swapaxes(0, -1)),
    ("expand_dims", [some(2, 3)], {"axis": 1}, lambda x: x.unsqueeze(1)),
    ("squeeze", [some(2, 1, 3, 1)], {}, torch.squeeze),
    ("squeeze", [some(2, 1, 3, 1)], {"axis": 1}, lambda x: x.squeeze(1)),
    ("broadcast_to", [some(3, 1)], {"shape": (2, 3, 4)}, lambda x: torch.broadcast_to(x, (2, 3, 4))),
    ("concatenate", [[some(2, 3), some(4, 3)]], {}, lambda *x: torch.cat(x)),
    ("concatenate", [[some(2, 3), some(2, 1), some(2, 0)]], {"axis": -1}, lambda *x: torch.cat(x, -1)),
    ("stack", [[some(2, 3), some(2, 3)]], {}, lambda *x: torch.stack(x)),
    ("stack", [[some(2, 3), some(2, 3)]], {"axis": -1}, lambda *x: torch.stack(x, -1)),
    *[("getitem", [some(4, 5, 3)], {"index": index}, lambda x, index=index: x[index]) for index in [
        1, -1, slice(1, 3), (slice(None, None, 2), -2), (..., 0), (None, 2), (slice(None), None, 1),
        np.array([0, 2, 2, -1]), (np.array([0, 0, 3]), np.array([1, 1, 2])), (slice(None), np.array([[0, 1], [1, 1]])),
        bits(4, 5, 3), (slice(None), np.array([True, False, True, False, True])),
    ]],
    ("scatter_add", [some(4)], {"index": np.array([0, 2, 2, 1]), "shape": (5,)},
        lambda g: torch.zeros(5, dtype=g.dtype).index_put((torch.tensor([0, 2, 2, 1]),), g, accumulate=True)),
]  # fmt: skip

MATMUL = [((3, 4), (4, 2)), ((4,), (4,)), ((4,), (4, 2)), ((3, 4), (4,)), ((5, 3, 4), (4, 2)), ((5, 3, 4), (5, 4, 2)),
          ((2, 1, 3, 4), (5, 4, 2)), ((4,), (5, 4, 2)), ((5, 3, 4), (4,)), ((0, 4), (4, 2))]  # fmt: skip
LINEAR = [
    *[("matmul", [some(*a), some(*b)], {}, torch.matmul) for a, b in MATMUL],
    ("dot", [some(4), some(4)], {}, torch.dot),
    ("dot", [some(3, 4), some(4, 2)], {}, torch.matmul),
    ("dot", [some(2, 3, 4), some(4)], {}, torch.matmul),
    ("dot", [some(2, 3, 4), some(5, 4, 6)], {}, lambda x, y: torch.tensordot(x, y, dims=([2], [1]))),
    ("dot", [some(), some(3)], {}, torch.mul),
    ("outer", [some(3), some(4)], {}, torch.outer),
    ("outer", [some(2, 3), some(4)], {}, lambda x, y: torch.outer(x.flatten(), y)),
]

UNTRACKED = [
    *[(name, [some(3, 4).round(), some(4).round()], {}, getattr(torch, theirs)) for name, theirs in [
        ("greater", "gt"), ("greater_equal", "ge"), ("less", "lt"), ("less_equal", "le"), ("equal", "eq"),
        ("not_equal", "ne"), ("logical_and", "logical_and"), ("logical_or", "logical_or")]],
    *[(name, [bits(3, 4), bits(4)], {}, getattr(torch, name)) for name in ("bitwise_and", "bitwise_or", "bitwise_xor")],
    ("logical_not", [some(3).round()], {}, torch.logical_not),
    ("invert", [bits(3)], {}, torch.bitwise_not),
    *[(name, [np.array([1.0, np.nan, np.inf, -np.inf])], {}, getattr(torch, name))
      for name in ("isnan", "isfinite", "isinf")],
    *[case for name in ("argmax", "argmin") for case in reductions(name, getattr(torch, name), ONE_AXIS)],
    *[case for name in ("all", "any") for case in reductions(name, getattr(torch, name), ONE_AXIS, bits)],
]  # fmt: skip

TABLE = [*ELEMENTWISE, *REDUCING, *ARRANGING, *LINEAR, *UNTRACKED]

#: Operations that PyTorch has in no form.
WITHOUT = {"part"}
