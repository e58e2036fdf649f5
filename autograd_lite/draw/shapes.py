"""The shapes of the matrices in a product, as they are noted beside it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from autograd_lite.draw.equation import Math, sign
from autograd_lite.draw.names import SUPERSCRIPTS

Shape = tuple[int, ...]


def of_product(product: str, shapes: Mapping[str, Shape]) -> Math | None:
    """What the shapes of a product of matrices come to; None where it is no such product.

    Parameters
    ----------
    product : as text, with spaces between the factors.
    shapes : of each matrix, by how it is written.

    >>> of_product("(∂L/∂z)ᵀ X", {"∂L/∂z": (5, 4), "X": (5, 6)}).text
    '(4×5)(5×6) → 4×6'
    """
    found = [_shape(factor, shapes) for factor in product.split(" ")]
    matrices = [shape for shape in found if shape is not None and len(shape) == 2]
    if len(matrices) < 2 or len(matrices) < len(found):
        return None
    if any(left[1] != right[0] for left, right in pairwise(matrices)):
        return None
    whole = _written(matrices[0]).in_brackets()
    for shape in matrices[1:]:
        whole = whole + _written(shape).in_brackets()
    return whole + sign("→") + _written((matrices[0][0], matrices[-1][1]))


def _shape(factor: str, shapes: Mapping[str, Shape]) -> Shape | None:
    """The shape of one factor, with or without a T and brackets about it."""
    bare = factor.removesuffix(SUPERSCRIPTS["T"])
    shape = shapes.get(bare) or shapes.get(bare.removeprefix("(").removesuffix(")"))
    return shape[::-1] if shape and bare != factor else shape


def _written(shape: Shape) -> Math:
    rows, columns = (Math(str(n), str(n), f"<mn>{n}</mn>") for n in shape)
    return rows + sign("×", spaced=False) + columns
