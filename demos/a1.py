"""A1. A computational graph: p = x + y, g = p z

Forward, every node gets its value; backward, every node gets the derivative of g by it: what comes
in from the right times the derivative along the edge.
"""

from pathlib import Path

import autograd_lite as ag
from demos.gallery import Pictures


def run(out: Path) -> Pictures:
    """Print values and gradients, and draw the graph forward, backward and both."""
    x, y, z = ag.Value(1.0, name="x"), ag.Value(3.0, name="y"), ag.Value(-3.0, name="z")
    p = x + y
    g = p * z
    p.name, g.name = "p", "g"
    g.backward()

    print("forward     " + "   ".join(f"{node.name} = {node.data:g}" for node in (x, y, z, p, g)))
    print("backward    " + "   ".join(f"dg/d{node.name} = {node.grad:g}" for node in (g, z, p, x, y)))
    print("chain rule  dg/dx = dg/dp * dp/dx = z * 1 = -3 * 1 = -3")

    captions = {
        "forward": "Forward: the value of every node.",
        "backward": "Backward: the gradient of g by every node.",
        "both": "Both, with the local derivative on each edge.",
    }
    for direction in captions:
        ag.draw(g, direction=direction).save(out / f"{direction}.svg")
    return {f"{direction}.svg": caption for direction, caption in captions.items()}
