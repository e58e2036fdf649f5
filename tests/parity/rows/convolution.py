"""Rows of convolutions."""

import numpy as np
import torch
from torch.nn import functional, grad

from tests.parity.rows.common import some

CONV = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}
TRANSPOSE = {1: functional.conv_transpose1d, 2: functional.conv_transpose2d, 3: functional.conv_transpose3d}
WEIGHT = {1: grad.conv1d_weight, 2: grad.conv2d_weight, 3: grad.conv3d_weight}

#: The input, the kernels and how they go together.
GEOMETRIES = [
    ((2, 3, 7), (4, 3, 3), {}),
    ((2, 4, 9), (6, 2, 2), {"stride": 2, "padding": 1, "dilation": 3, "groups": 2}),
    ((2, 3, 6, 7), (4, 3, 3, 2), {}),
    ((2, 3, 6, 7), (4, 3, 1, 1), {}),
    ((2, 3, 6, 7), (4, 3, 1, 1), {"padding": (1, 0)}),
    ((2, 4, 6, 7), (6, 2, 1, 1), {"stride": 2, "groups": 2}),
    ((2, 3, 6, 7), (4, 3, 6, 7), {}),
    ((3, 3, 9, 8), (4, 3, 3, 3), {"stride": 2}),
    ((3, 3, 9, 8), (4, 3, 3, 3), {"stride": (3, 1), "padding": (2, 0)}),
    ((1, 4, 8, 9), (4, 1, 3, 3), {"groups": 4, "padding": 1}),
    ((2, 4, 8, 9), (8, 1, 2, 3), {"groups": 4, "dilation": (2, 1), "stride": (1, 2)}),
    ((0, 3, 6, 7), (4, 3, 3, 2), {}),
    ((1, 1, 4, 5, 6), (2, 1, 2, 3, 2), {"stride": (1, 2, 2), "padding": (0, 1, 1)}),
    # More windows than are laid out at a time, and images that are cut into bands of rows.
    ((9, 2, 20, 21), (3, 2, 3, 3), {}),
    ((2, 1, 120, 95), (2, 1, 3, 3), {"stride": (1, 1), "padding": 1}),
    ((1, 1, 9000), (2, 1, 3), {"padding": 1}),
]


def transposed(x, y, params):
    """The shape of the result, as numbers that conv_transpose may be given."""
    sizes = CONV[len(x) - 2](torch.zeros(x), torch.zeros(y), **params).shape
    spread = TRANSPOSE[len(x) - 2](torch.zeros(sizes), torch.zeros(y), **params).shape
    return list(sizes), tuple(a - b for a, b in zip(x[2:], spread[2:], strict=True))


def rows():
    for x, y, params in GEOMETRIES:
        n = len(x) - 2
        inputs, kernels = some(*x), some(*y)
        yield "conv", [inputs, kernels, some(y[0])], params, lambda *a, n=n, p=params: CONV[n](*a, **p)
        yield "conv", [inputs, kernels], params, lambda *a, n=n, p=params: CONV[n](*a, **p)
        sizes, more = transposed(x, y, params)
        outputs = np.resize(inputs, sizes) * 0.7 if inputs.size else np.zeros(sizes)
        whole = {**params, "output_padding": more}
        bias = some(y[1] * params.get("groups", 1))
        yield "conv_transpose", [outputs, kernels, bias], whole, lambda *a, n=n, p=whole: TRANSPOSE[n](*a, **p)
        weigh = {**params, "kernel_size": y[2:]}
        if len(inputs):
            yield "conv_weight", [inputs, outputs], weigh, lambda *a, n=n, y=y, p=params: WEIGHT[n](a[0], y, a[1], **p)


TABLE = [
    *rows(),
    *[("conv", [some(2, 3, 7, 8), some(4, 3, *kernel)], {"padding": padding, "dilation": dilation},
       lambda *a, p=padding, d=dilation: functional.conv2d(*a, padding=p, dilation=d))
      for kernel in [(3, 1), (1, 3)] for padding in ("same", "valid") for dilation in (1, 2)],
]  # fmt: skip
