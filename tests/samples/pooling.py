"""Rows of pools: windows of each kind that a pool can have."""

import numpy as np

from tests.samples.convolution import eighths
from tests.samples.row import row


def windows(x, kernel, stride, padding):
    """Window by window, its place in the result and its elements; those in the border are not among them."""
    batch, channels, *sizes = x.shape
    counts = [(size + 2 * padding - kernel) // stride + 1 for size in sizes]
    for at in np.ndindex(*counts):
        cut = [slice(max(stride * i - padding, 0), stride * i - padding + kernel) for i in at]
        elements = x[(..., *cut)]
        yield at, elements.reshape(batch, channels, np.prod(elements.shape[2:])), counts


def pooled(x, reduce, **geometry):
    found = list(windows(x, **geometry))
    out = np.zeros((*x.shape[:2], *found[0][2]), x.dtype)
    for at, elements, _ in found:
        out[(..., *at)] = reduce(elements)
    return out


def max_pool(x, kernel_size, stride, padding):
    return pooled(x, lambda e: e.max(-1), kernel=kernel_size, stride=stride, padding=padding)


def avg_pool(x, kernel_size, stride, padding):
    return pooled(x, lambda e: e.sum(-1) / kernel_size**2, kernel=kernel_size, stride=stride, padding=padding)


def adaptive_avg_pool(x, output_size):
    (rows, columns), (height, width) = output_size, x.shape[2:]
    out = np.zeros((*x.shape[:2], *output_size), x.dtype)
    for i, j in np.ndindex(rows, columns):
        top, bottom = i * height // rows, -(-(i + 1) * height // rows)
        left, right = j * width // columns, -(-(j + 1) * width // columns)
        out[..., i, j] = x[..., top:bottom, left:right].mean((-1, -2))
    return out


def upsample(x, size):
    rows, columns = (np.arange(n) * length // n for n, length in zip(size, x.shape[2:], strict=True))
    return x[..., rows[:, None], columns]


POOL = {"kernel_size": 2, "stride": 1, "padding": 1}
SAMPLES = {
    "max_pool": row(max_pool, eighths(2, 2, 3, 4), **POOL),
    "avg_pool": row(avg_pool, eighths(2, 2, 3, 4), **POOL),
    # Windows of 2 or 4 places, whose means are exact.
    "adaptive_avg_pool": row(adaptive_avg_pool, eighths(2, 2, 3, 4), output_size=(2, 2)),
    "upsample": row(upsample, eighths(2, 2, 3, 2), size=(5, 4)),
}
EMPTY = {
    "max_pool": ([(0, 2, 3, 4)], POOL),
    "avg_pool": ([(0, 2, 3, 4)], POOL),
    "adaptive_avg_pool": ([(0, 2, 3, 4)], {"output_size": (2, 2)}),
    "upsample": ([(0, 2, 3, 2)], {"size": (5, 4)}),
}
