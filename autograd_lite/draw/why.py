"""Why a gradient is None, zero or no number."""

from __future__ import annotations

import numpy as np

from autograd_lite.draw.scene import Scene, Verdict


def verdict(scene: Scene) -> Verdict | None:
    """The reason for a gradient that is None, zero everywhere, nan or infinite; None for any other."""
    gradient = scene.chain.gradients.get(scene.node)
    if gradient is None:
        from autograd_lite.draw.why_none import why_none

        return why_none(scene)
    if not np.all(np.isfinite(gradient)):
        from autograd_lite.draw.why_undefined import why_undefined

        return why_undefined(scene)
    if not np.all(np.isfinite(scene.output._data)):
        from autograd_lite.draw.why_undefined import why_undefined_output

        return why_undefined_output(scene)
    if not np.any(gradient):
        from autograd_lite.draw.why_zero import why_zero

        return why_zero(scene)
    return None
