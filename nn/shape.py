"""Layers without parameters that change shapes and sizes."""

from typing import Any

from autograd_lite.errors import ArgumentValueError, KindError, ShapeError, describe
from autograd_lite.tensor import Tensor
from nn.arguments import as_tensor, choice, integer
from nn.functional.resize import check_scale, flattened, padded, resized, unflattened
from nn.module import Module


class Flatten(Module):
    """Several axes as one: `nn.functional.flatten`.

    Parameters
    ----------
    start_dim, end_dim : the first and the last of these axes; all but the batch where not given.

    >>> import numpy as np, nn
    >>> nn.Flatten()(np.zeros((32, 16, 5, 5), np.float32)).shape
    (32, 400)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = integer("Flatten", "start_dim", start_dim)
        self.end_dim = integer("Flatten", "end_dim", end_dim)

    def forward(self, input: Any) -> Tensor:
        return flattened("Flatten", as_tensor("Flatten", "input", input), self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """One axis as several.

    Parameters
    ----------
    dim : the axis.
    unflattened_size : the lengths of the new axes, of which one may be -1, for what is left.

    Raises `ShapeError` for an axis of another length than their product.

    >>> import numpy as np, nn
    >>> nn.Unflatten(1, (16, -1, 5))(np.zeros((32, 400), np.float32)).shape
    (32, 16, 5, 5)
    """

    def __init__(self, dim: int, unflattened_size: Any) -> None:
        super().__init__()
        self.dim = integer("Unflatten", "dim", dim)
        if not isinstance(unflattened_size, tuple | list) or not unflattened_size:
            raise KindError(f"Unflatten: unflattened_size is {describe(unflattened_size)}; give a tuple of integers.")
        self.unflattened_size = tuple(integer("Unflatten", "unflattened_size", size) for size in unflattened_size)
        if min(self.unflattened_size) < -1 or self.unflattened_size.count(-1) > 1:
            raise ArgumentValueError(
                f"Unflatten: unflattened_size is {self.unflattened_size}; give lengths, and -1 for at most one."
            )

    def forward(self, input: Any) -> Tensor:
        return unflattened("Unflatten", as_tensor("Unflatten", "input", input), self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


class Upsample(Module):
    """Signals and images of another size, of copies of the nearest elements: `nn.functional.interpolate`.

    Parameters
    ----------
    size : the lengths of the last axes, or one for all; or
    scale_factor : by how much they grow, one positive number or one for each axis.
    mode : "nearest".

    x has shape (N, C, L), (N, C, H, W) or (N, C, D, H, W).

    >>> import numpy as np, nn
    >>> nn.Upsample(scale_factor=2)(np.zeros((1, 8, 7, 7), np.float32)).shape
    (1, 8, 14, 14)
    """

    def __init__(self, size: Any = None, scale_factor: Any = None, mode: str = "nearest") -> None:
        super().__init__()
        check_scale("Upsample", size, scale_factor)
        self.size = tuple(size) if isinstance(size, list) else size
        factor = tuple(map(float, scale_factor)) if isinstance(scale_factor, tuple | list) else scale_factor
        self.scale_factor = float(factor) if isinstance(factor, int) else factor
        self.mode = choice("Upsample", "mode", mode, ("nearest",))

    def forward(self, input: Any) -> Tensor:
        return resized("Upsample", input, self.size, self.scale_factor, self.mode)

    def extra_repr(self) -> str:
        said = f"size={self.size}" if self.scale_factor is None else f"scale_factor={self.scale_factor}"
        return f"{said}, mode={self.mode!r}"


class ZeroPad2d(Module):
    """An image with a border of zeros.

    Parameters
    ----------
    padding : the width of the border, or (left, right, top, bottom); negative numbers cut off.

    x has shape (N, C, H, W) or (C, H, W).

    >>> import numpy as np, nn
    >>> nn.ZeroPad2d((1, 1, 2, 0))(np.ones((1, 3, 3), np.float32)).shape
    (1, 5, 5)
    """

    def __init__(self, padding: Any) -> None:
        super().__init__()
        given = tuple(padding) if isinstance(padding, tuple | list) else (padding,) * 4
        if len(given) != 4:
            raise ArgumentValueError(f"ZeroPad2d: padding is {padding}; give an integer or (left, right, top, bottom).")
        self.padding = tuple(integer("ZeroPad2d", "padding", p) for p in given)

    def forward(self, input: Any) -> Tensor:
        x = as_tensor("ZeroPad2d", "input", input)
        if x.ndim not in (3, 4):
            raise ShapeError(f"ZeroPad2d: the input has shape {x.shape}; expected (N, C, H, W) or (C, H, W).")
        return padded("ZeroPad2d", x, self.padding, "constant")

    def extra_repr(self) -> str:
        return str(self.padding)
