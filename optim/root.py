"""The root in the denominators of adaptive methods."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np


def root(x: Any, options: Mapping[str, Any]) -> Any:
    """The root of x with eps after it, or, where the option eps_in_root says so, with eps inside."""
    of = math.sqrt if type(x) is float else np.sqrt
    return of(x + options["eps"]) if options["eps_in_root"] else of(x) + options["eps"]
