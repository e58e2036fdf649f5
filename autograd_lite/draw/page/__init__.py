"""A picture as a page that plays it: the forward pass, then back-propagation, node by node.

The page is one file. It asks nothing of the network, and a policy in its head forbids it to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_lite.draw.page.lesson import Step, lesson
from autograd_lite.draw.page.write import page

if TYPE_CHECKING:
    __all__ = ["Step", "lesson", "page"]
