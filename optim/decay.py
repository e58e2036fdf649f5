"""Weight decay: through the gradient, or off the parameter itself."""

from collections.abc import Mapping
from typing import Any


def decayed(theta: Any, g: Any, options: Mapping[str, Any]) -> tuple[Any, Any]:
    """Parameter and gradient with the weight decay in the one or the other."""
    decay = options["weight_decay"]
    if not decay:
        return theta, g
    if options["decoupled_weight_decay"]:
        return theta * (1.0 - options["lr"] * decay), g
    return theta, g + decay * theta
