"""See the graph: a picture as plain data, then as text, DOT, SVG, PNG or PDF."""

from autograd_lite.draw.build import draw
from autograd_lite.draw.picture import Picture, PictureEdge, PictureNode

__all__ = ["Picture", "PictureEdge", "PictureNode", "draw"]
