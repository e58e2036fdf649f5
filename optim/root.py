"""What adaptive methods compute with: the root in their denominators, and arrays used again."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np


def root(x: Any, options: Mapping[str, Any]) -> Any:
    """The root of x with eps after it, or, where the option eps_in_root says so, with eps inside."""
    of = math.sqrt if type(x) is float else np.sqrt
    return of(x + options["eps"]) if options["eps_in_root"] else of(x) + options["eps"]


def into(array: Any, f: np.ufunc, *args: Any) -> Any:
    """f(*args), in the memory of an array that is not needed any more; of a number, a new one."""
    return f(*args, out=array) if isinstance(array, np.ndarray) else f(*args)


def zeros(g: Any) -> Any:
    """What a mean of gradients like g starts from; a gradient of inf times 0 would be none."""
    return 0.0 if type(g) is float else np.zeros_like(g)
