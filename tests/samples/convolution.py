"""Rows of convolutions.

The numbers are eighths, so that their sums of products are exact in any order.
"""

from itertools import product

import numpy as np

from tests.samples.row import row

GENERATOR = np.random.default_rng(0)


def eighths(*shape):
    """Different multiples of 1/8, of either sign, none of them 0."""
    count = int(np.prod(shape))
    whole = GENERATOR.permutation(np.concatenate([np.arange(1, count + 1), -np.arange(1, count + 1)]))[:count]
    return whole.reshape(shape) / 8


def places(x, y, counts, stride, padding, dilation, groups):
    """The elements of a padded x, of y and of the result that meet in one product: images, channels, places."""
    per_group, outputs = y.shape[1], y.shape[0] // groups
    for n, o, c in product(range(len(x)), range(y.shape[0]), range(per_group)):
        for at, tap in product(np.ndindex(*counts), np.ndindex(*y.shape[2:])):
            where = tuple(stride * i + dilation * k - padding for i, k in zip(at, tap, strict=True))
            if all(0 <= w < size for w, size in zip(where, x.shape[2:], strict=True)):
                yield (n, o // outputs * per_group + c, *where), (o, c, *tap), (n, o, *at)


def conv(x, y, z, stride, padding, dilation, groups):
    spatial = zip(x.shape[2:], y.shape[2:], strict=True)
    counts = [(size + 2 * padding - dilation * (k - 1) - 1) // stride + 1 for size, k in spatial]
    out = np.zeros((len(x), len(y), *counts), x.dtype)
    for i, j, k in places(x, y, counts, stride, padding, dilation, groups):
        out[k] += x[i] * y[j]
    return out + z.reshape(-1, *[1] * len(counts))


def conv_transpose(x, y, z, stride, padding, output_padding, dilation, groups):
    spatial = zip(x.shape[2:], y.shape[2:], strict=True)
    sizes = [(n - 1) * stride - 2 * padding + dilation * (k - 1) + output_padding + 1 for n, k in spatial]
    out = np.zeros((len(x), y.shape[1] * groups, *sizes), x.dtype)
    for i, j, k in places(out, y, x.shape[2:], stride, padding, dilation, groups):
        out[i] += x[k] * y[j]
    return out + z.reshape(-1, *[1] * len(sizes))


def conv_weight(x, y, kernel_size, stride, padding, dilation, groups):
    out = np.zeros((y.shape[1], x.shape[1] // groups, *kernel_size), x.dtype)
    for i, j, k in places(x, out, y.shape[2:], stride, padding, dilation, groups):
        out[j] += x[i] * y[k]
    return out


SHARED = {"stride": 2, "padding": 1, "dilation": 2, "groups": 2}
SAMPLES = {
    "conv": row(conv, eighths(2, 2, 4, 5), eighths(2, 1, 2, 3), eighths(2), **SHARED),
    "conv_transpose": row(
        conv_transpose, eighths(2, 2, 3, 2), eighths(2, 1, 2, 3), eighths(2), output_padding=1, **SHARED
    ),
    "conv_weight": row(conv_weight, eighths(2, 2, 4, 5), eighths(2, 2, 2, 2), kernel_size=(2, 3), **SHARED),
}
#: Batches without images.
EMPTY = {
    "conv": ([(0, 2, 4, 5), (2, 1, 2, 3), (2,)], SHARED),
    "conv_transpose": ([(0, 2, 3, 2), (2, 1, 2, 3), (2,)], {"output_padding": 1, **SHARED}),
    "conv_weight": ([(0, 2, 4, 5), (0, 2, 2, 2)], {"kernel_size": (2, 3), **SHARED}),
}
