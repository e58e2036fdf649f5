"""The two views of a backward pass, methods of `draw`: of its gradients, and of what is recorded of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from autograd_lite.draw.picture import Arrays, Folding, Picture, RankDirection
    from autograd_lite.graph import Node

    #: What may be left blank: a word or a name, a node, one of its two numbers, or several of those.
    Blanks = str | Node | tuple[str | Node, str] | Collection[str | Node | tuple[str | Node, str]]


class BackwardViews:
    """The backward pass as a graph of its own, in two views."""

    def backward(
        self,
        output: Node,
        names: Mapping[str, Any] | None = None,
        rankdir: RankDirection = "LR",
        title: str | None = None,
        legend: bool = True,
        arrays: Arrays = "auto",
        fold: Folding | None = None,
        blank: Blanks | None = None,
    ) -> Picture:
        """Draw the backward pass as a graph of its own: gradients flow from the output to the leaves.

        Its nodes are the gradients, from that of the output by itself, which is 1; each edge carries the
        factor that the gradient is multiplied by, and the product; where several meet, they are added.
        The parameters are those of `draw`; `blank="values"` leaves the gradients blank.

        >>> import autograd_lite as ag
        >>> x, y, z = ag.Value(1.0), ag.Value(3.0), ag.Value(-3.0)
        >>> p = x + y
        >>> g = p * z
        >>> print(ag.draw.backward(g, names={"x": x, "y": y, "z": z, "p": p, "g": g}))
        1  ∂g/∂g                =  1
        2  ∂g/∂p  =  ∂g/∂g · z  =  −3
        3  ∂g/∂z  =  ∂g/∂g · p  =  4
        4  ∂g/∂y  =  ∂g/∂p · 1  =  −3
        5  ∂g/∂x  =  ∂g/∂p · 1  =  −3
        """
        from autograd_lite.draw.backward_graph import backward_picture
        from autograd_lite.draw.build import picture_of
        from autograd_lite.draw.options import dressed
        from autograd_lite.draw.survey import Survey

        dress = dressed(arrays, False, blank, lambda node: Survey(output, names).gradient(node))
        return dress(backward_picture(picture_of(output, names, "both", rankdir, title, legend, fold=fold)))

    def recorded(
        self,
        output: Node,
        wrt: Node | Sequence[Node] | None = None,
        names: Mapping[str, Any] | None = None,
        rankdir: RankDirection = "LR",
        title: str | None = None,
        legend: bool = True,
        arrays: Arrays = "auto",
        fold: Literal["none"] | None = None,
    ) -> Picture:
        """Draw the backward pass as `create_graph=True` records it: the graph whose derivative is the second one.

        Parameters
        ----------
        output : a Tensor or a Value with a single element.
        wrt : the nodes whose gradients are drawn; all tracked leaves where left out.
        names, rankdir, title, legend, arrays : as for `draw`.
        fold : "none" draws a graph past a readable size with its middle.

        Gradients are named after what they are of, `∂g/∂x`; what the pass computes with is drawn with it: the
        nodes of the forward graph. No `.grad` is touched and no hook is run.

        >>> import autograd_lite as ag
        >>> x = ag.Value(3.0, name="x")
        >>> y = x**3
        >>> print(ag.draw.recorded(y, names={"y": y}))
        1  x                     =  3
        2  ∂y/∂y                 =  1
        3  v₃     =  x ^ 2       =  9
        4  v₄     =  3 × v₃      =  27
        5  ∂y/∂x  =  ∂y/∂y × v₄  =  27
        """
        from autograd_lite.draw.options import dressed
        from autograd_lite.draw.recorded import recorded_picture

        dress = dressed(arrays, False, None, lambda node: None)
        return dress(recorded_picture(output, wrt, names, rankdir, title, legend, fold))
