"""See the graph: a picture as plain data, then as text, DOT, SVG, PNG or PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autograd_lite.draw.views import BackwardViews

if TYPE_CHECKING:
    from autograd_lite.draw.explain import Explanation
    from autograd_lite.draw.film import Film
    from autograd_lite.draw.flow import Flow
    from autograd_lite.draw.picture import Arrays, Direction, Folding, Picture, PictureEdge, PictureNode, RankDirection
    from autograd_lite.draw.trace import Trace
    from autograd_lite.draw.views import Blanks
    from autograd_lite.graph import Node

__all__ = ["Picture", "PictureEdge", "PictureNode", "draw"]


class Draw(BackwardViews):
    """What `draw` is: a function, and in its methods the other views of a graph."""

    def __call__(
        self,
        output: Node,
        names: Mapping[str, Any] | None = None,
        direction: Direction = "both",
        rankdir: RankDirection = "LR",
        title: str | None = None,
        legend: bool = True,
        marked: Mapping[Node, str] | None = None,
        arrays: Arrays = "auto",
        order: bool = False,
        depth: int | None = None,
        repeats: bool | None = None,
        fold: Folding | None = None,
        blank: Blanks | None = None,
    ) -> Picture:
        """Draw the graph that led to `output`: every node with its value, every edge with its derivative.

        Parameters
        ----------
        output : a Tensor or a Value; for gradients, one with a single element.
        names : what nodes are called, such as `locals()`; what is no node, or begins with `_`, is passed over.
            A node keeps its own name where it is not among them.
        direction : "forward" shows the values; "backward" the gradients and local derivatives as well;
            "both" also what flows back along each edge. All three have one layout.
        rankdir : the direction in which the graph is laid out: "LR", "RL", "TB" or "BT".
        title : above the drawing.
        legend : whether to explain the colours, below it.
        marked : nodes to draw in red, each with what is to be said of it.
        arrays : how arrays are shown: "auto" writes a few entries out and sums up more in three numbers,
            "numbers" writes up to a hundred out, "heatmap" draws thumbnails, "shape" gives no numbers.
        order : whether to number the nodes in the order in which the backward pass visits them.
        depth : how many modules stand open one within the other; those further within are one node each, with
            their sizes. 0 draws a whole network as one node; None opens all.
        repeats : False draws several equal blocks in a row as one with their count, as does any `depth`; True each.
        fold : "names" keeps the nodes with names, the leaves and the output, writes each as its expression, and
            puts the whole derivative between them on each edge; "none" draws every node. None, without `depth` and
            `repeats`, draws every node up to a readable size; past it, it folds to modules or names, or leaves
            the middle out, and the picture says so.
        blank : what to leave blank, as an exercise: "values", "gradients", "derivatives", "contributions" or
            "all"; or a collection of such words, names of nodes, nodes, pairs such as `("x", "gradient")`, and
            derivatives such as "dg/dp". The picture holds the answer key in `answers`.

        Gives a `Picture`. The gradients are worked out for the drawing: no `.grad` is touched, no hook is
        run. Raises `GraphError` where gradients are asked of an untracked node and `ShapeError` where
        they are asked of one with several elements; `direction="forward"` draws those too.

        >>> import autograd_lite as ag
        >>> x, y, z = ag.Value(1.0), ag.Value(3.0), ag.Value(-3.0)
        >>> p = x + y
        >>> print(ag.draw(p * z, names={"x": x, "y": y, "z": z, "p": p}))
        1  x             =  1    gradient −3
        2  y             =  3    gradient −3
        3  z             =  −3   gradient 4
        4  p   =  x + y  =  4    gradient −3
        5  v₅  =  p × z  =  −12  gradient 1
        """
        # Loaded with the first drawing: most programs make none.
        from autograd_lite.draw.build import picture_of
        from autograd_lite.draw.options import dressed
        from autograd_lite.draw.survey import Survey

        dress = dressed(arrays, order, blank, lambda node: Survey(output, names).called(node))
        return dress(picture_of(output, names, direction, rankdir, title, legend, marked, depth, repeats, fold))

    def flow(
        self,
        output: Node,
        names: Mapping[str, Any] | None = None,
        title: str | None = None,
        rankdir: RankDirection = "TB",
    ) -> Flow:
        """Map how gradients flow through a network: for each layer the norms of its gradient and of its weights.

        Parameters
        ----------
        output : the loss, a Tensor or a Value with a single element, computed by modules.
        names : what nodes and networks are called, such as `locals()`.
        title : above the chart.
        rankdir : the direction in which the picture is laid out.

        Gives a `Flow`, which prints as a table from the input to the output, is saved as a chart (svg, png, pdf)
        or table (txt, csv), and holds the network's `picture` with each layer the darker the larger its
        gradient: vanishing gradients grow pale towards the input. Units are dead that a ReLU makes zero for
        the whole batch. No `.grad` is touched. Raises `GraphError` where no parameter of a layer led to `output`.

        >>> import numpy as np, autograd_lite as ag, nn
        >>> net = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1, bias=False))
        >>> net[0].weight.data, net[0].bias.data, net[2].weight.data = [[3, 0], [0, 1]], [4, -9], [[2, 1]]
        >>> print(ag.draw.flow(net(np.ones((1, 2), np.float32)).sum()))
        layer      ‖gradient‖  ‖weight‖   ratio  dead units
        0: Linear       3.464     10.34  0.3349        50 %
        2: Linear           7     2.236    3.13
        """
        from autograd_lite.draw.flow import flow_of

        return flow_of(output, names, title, rankdir)

    def expand(self, module: Any, x: Any = None, names: Sequence[str] | None = None) -> Any:
        """Turn a small `Linear`, or a `Sequential` of such and activations, into its scalar graph, as lectures draw it.

        Parameters
        ----------
        module : its numbers become Values named w₁₁, b₁ ..., of several layers w⁽¹⁾₁₁, with z⁽¹⁾₁ before
            and h⁽¹⁾₁ after an activation.
        x : one example, of shape (features,) or (1, features); ones where left out.
        names : of the inputs; x₁, x₂ ... where left out.

        Gives the output as a Value, of several outputs an array of Values: draw one of them, or their sum.
        The Values are leaves of their own: nothing flows back to the module. Raises `ArgumentValueError`, with
        the count, for more than 1,000 nodes, `UnsupportedError` for other modules, and `ShapeError` for an `x` of
        another size.

        >>> import autograd_lite as ag, nn
        >>> layer = nn.Linear(2, 1)
        >>> layer.weight.data, layer.bias.data = [[0.5, -1.0]], [0.25]
        >>> print(ag.draw(ag.expand(layer, [2.0, 3.0]), fold="names"))
        1  x₁                            =  2      gradient 0.5
        2  x₂                            =  3      gradient −1
        3  w₁₁                           =  0.5    gradient 2
        4  w₁₂                           =  −1     gradient 3
        5  b                             =  0.25   gradient 1
        6  y    =  w₁₁x₁ + w₁₂x₂ + b     =  −1.75  gradient 1
        """
        from autograd_lite.draw.expand import expanded

        return expanded(module, x, names)

    def explain(self, output: Node, wrt: Any = None, names: Mapping[str, Any] | None = None) -> Explanation:
        """Write out the chain rule of `output` by some nodes, and say why a gradient is None, zero or no number.

        Parameters
        ----------
        output : a Tensor or a Value with a single element.
        wrt : the node that the derivative is by, or its name; several in a list or a dict, or all leaves where
            left out: then what their derivatives have in common is written once, as the lectures' deltas.
        names : what nodes are called, such as `locals()`. The chain rule goes from one named node to the next;
            where no result has a name, from each node to the next.

        Gives an `Explanation`, which prints, shows itself in a notebook and is saved as txt, tex or html. Of
        many paths it gives their number, the largest, and sums at the nodes that they share. Nothing is computed
        again, no `.grad` is touched and no hook is run. Raises `ShapeError` where the output has several
        elements, and `ArgumentValueError` for a name that no node has.

        >>> import autograd_lite as ag
        >>> x, w = ag.Value(2.0), ag.Value(1.0)
        >>> h = ag.relu(w * x)
        >>> y = h * h + x
        >>> print(ag.explain(y, wrt=x, names=locals()))
        2 paths lead from y back to x.
          path 1 = ∂⁺y/∂x = 1
          path 2 = ∂y/∂h · ∂h/∂x = 2h · w [wx > 0] = 4 · 1 = 4
          ∂y/∂x = 1 + 4 = 5
        ∂⁺ leaves out what goes by way of other variables.
        """
        from autograd_lite.draw.explain import explanation

        return explanation(output, wrt, names)

    def trace(self, output: Node, names: Mapping[str, Any] | None = None) -> Trace:
        """The program that led to `output` as numbered lines, and beside it the reverse sweep: a Wengert list.

        Parameters
        ----------
        output : a Tensor or a Value; the sweep goes back from one with a single element.
        names : what nodes are called, such as `locals()`.

        Gives a `Trace`: its lines, which print, show themselves in a notebook and are saved as txt, tex or html.
        x̄ is the gradient of the output by x. `ag.trace(x)` is the same for an x without axes. No `.grad` is
        touched and no hook is run. Source: R. E. Wengert, A simple automatic derivative evaluation program (1964).

        >>> import autograd_lite as ag
        >>> x, y, z = ag.Value(1.0), ag.Value(3.0), ag.Value(-3.0)
        >>> p = x + y
        >>> print(ag.trace(p * z, names={"x": x, "y": y, "z": z, "p": p}))
           program, to be read downwards  reverse sweep, to be read upwards
        1  x = 1                          x̄ = p̄ · 1 = (−3) · 1 = −3
        2  y = 3                          ȳ = p̄ · 1 = (−3) · 1 = −3
        3  z = −3                         z̄ = v̄₅ · p = 1 · 4 = 4
        4  p = x + y = 4                  p̄ = v̄₅ · z = 1 · (−3) = −3
        5  v₅ = p × z = −12               v̄₅ = 1
        """
        from autograd_lite.draw.trace import trace_of

        return trace_of(output, names)

    def film(
        self,
        steps: Iterable[Any] | Callable[[], Iterable[Any]],
        names: Mapping[str, Any] | None = None,
        path: Any = None,
        surface: Callable[..., Any] | None = None,
        rate: float = 4.0,
        title: str | None = None,
        progress: bool = True,
        **options: Any,
    ) -> Film:
        """Film learning: the graph of each training step in one layout, or the path of one or two parameters.

        Parameters
        ----------
        steps : the training loop as a generator, or a function that gives one. It yields the loss of each step,
            a Tensor or a Value, or the pair of the loss and its names, as in `yield loss, locals()`.
        names : what nodes are called, for losses without names of their own.
        path : one or two parameters, or their names; their path is filmed in the place of the graph.
        surface : for a path of two, a function of both numbers that gives the loss: lines of equal loss are drawn.
        rate : frames per second, from 0.05 to 50.
        title : above each frame, before the step and its loss.
        progress : whether to show a progress bar on a terminal while frames are drawn.
        options : as `draw` takes them, such as direction, rankdir, arrays and fold.

        Gives a `Film`, which is saved as gif or html. The steps run once, here, and each frame is what it was when
        it was yielded. Raises `KindError` for a step that gives no loss, `GraphError` where the graph of a step has
        another form than the first, `ShapeError` for a path of more than two numbers.

        >>> import autograd_lite as ag
        >>> w = ag.Value(1.0, name="w")
        >>> def train():
        ...     for _ in range(3):
        ...         loss = (w - 3) ** 2
        ...         w.grad = 0.0
        ...         loss.backward()
        ...         yield loss
        ...         w.data -= 0.25 * w.grad
        >>> [frame.loss for frame in ag.draw.film(train(), path=w).frames]
        [4.0, 1.0, 0.25]
        """
        from autograd_lite.draw.film import film_of

        def picture(output: Node, names: Mapping[str, Any] | None) -> Picture:
            return self(output, names, **options)

        return film_of(steps, names, path, surface, rate, title, progress, picture)


#: See `Draw.__call__`.
draw = Draw()


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from autograd_lite.draw import picture

    return getattr(picture, name)
