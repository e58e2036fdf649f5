"""Rows of pools and of upsampling."""

from torch.nn import functional

from tests.parity.rows.common import some

MAX = {1: functional.max_pool1d, 2: functional.max_pool2d, 3: functional.max_pool3d}
AVERAGE = {1: functional.avg_pool1d, 2: functional.avg_pool2d, 3: functional.avg_pool3d}
ADAPTIVE = {1: functional.adaptive_avg_pool1d, 2: functional.adaptive_avg_pool2d}

POOLS = [
    ((2, 3, 8), {"kernel_size": 2}),
    ((2, 3, 9), {"kernel_size": 3, "stride": 2, "padding": 1}),
    ((2, 3, 10), {"kernel_size": 3, "stride": 2, "ceil_mode": True}),
    ((2, 3, 6, 8), {"kernel_size": 2}),
    ((2, 3, 7, 9), {"kernel_size": 2}),
    ((2, 3, 7, 9), {"kernel_size": (3, 2), "stride": (1, 3), "padding": (1, 0)}),
    ((2, 3, 7, 8), {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}),
    ((2, 3, 5, 5), {"kernel_size": 2, "stride": 3, "ceil_mode": True}),
    ((2, 3, 6, 7), {"kernel_size": 3, "stride": 1, "padding": 1}),
    ((3, 6, 7), {"kernel_size": (2, 3)}),
    ((0, 3, 6, 7), {"kernel_size": 2}),
    ((2, 3, 4, 5, 6), {"kernel_size": 2}),
]


def pool(name, kinds, shape, params):
    size = params.get("kernel_size", params.get("output_size"))
    f = kinds[len(size) if isinstance(size, tuple) else len(shape) - 2]
    return name, [some(*shape)], params, lambda x: f(x, **params)


TABLE = [
    *[pool("max_pool", MAX, shape, params) for shape, params in POOLS],
    pool("max_pool", MAX, (2, 3, 9), {"kernel_size": 3, "dilation": 2}),
    pool("max_pool", MAX, (2, 3, 9, 8), {"kernel_size": 3, "dilation": (1, 2), "stride": 2, "padding": 1}),
    *[pool("avg_pool", AVERAGE, shape, params) for shape, params in POOLS],
    *[pool("avg_pool", AVERAGE, shape, {**params, "count_include_pad": False}) for shape, params in POOLS],
    pool("avg_pool", AVERAGE, (2, 3, 7, 9), {"kernel_size": 2, "divisor_override": 3}),
    *[pool("adaptive_avg_pool", ADAPTIVE, shape, {"output_size": size})
      for shape, size in [((2, 3, 7), 3), ((2, 3, 7), 9), ((2, 3, 6, 7), 1), ((2, 3, 6, 7), (2, 3)),
                          ((2, 3, 6, 7), (None, 2)), ((3, 6, 7), (3, 7)), ((2, 3, 4, 5), (6, 2))]],
    *[("upsample", [some(*shape)], {"size": size}, lambda x, size=size: functional.interpolate(x, size))
      for shape, size in [((2, 3, 4), 8), ((2, 3, 4), 6), ((2, 3, 4, 5), (8, 15)), ((2, 3, 4, 5), (3, 7)),
                          ((2, 3, 4, 5), (2, 10)), ((2, 1, 2, 3, 2), (4, 3, 6))]],
    *[("upsample", [some(2, 3, 5)], {"size": size, "scale_factor": factor},
       lambda x, factor=factor: functional.interpolate(x, scale_factor=factor))
      for factor, size in [(1.5, 7), (0.5, 2), (2.0, 10), (2.7, 13)]],
]  # fmt: skip
