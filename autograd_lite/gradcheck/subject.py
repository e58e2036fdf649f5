"""The function under check, as a function of vectors: recorded once, and evaluated at moved inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_lite.backward import backpropagate
from autograd_lite.errors import KindError, describe
from autograd_lite.gradcheck.inputs import Inputs, leaves_of, paths
from autograd_lite.gradcheck.lines import Vector
from autograd_lite.graph import Node, raw, topological_order
from autograd_lite.modes import enable_grad
from autograd_lite.tensor import Tensor
from autograd_lite.value import Value

#: What a function raises where it has no value.
NO_VALUE = (ValueError, ArithmeticError)


class Subject:
    """A function at a point: its inputs as leaves, its results as one vector.

    `leaves` and `outputs` are the nodes of the one recorded run, `graph` all nodes between them, in
    topological order; `base` is the vector of results. `rows` says for each element of it which
    result it belongs to, and where.
    """

    #: Whether derivatives of derivatives are checked.
    second = False
    #: Of derivatives of derivatives, the graph of the function itself.
    first_graph: list[Node]

    def __init__(self, name: str, f: Callable[..., Any], inputs: Inputs) -> None:
        self.name, self.f, self.inputs = name, f, inputs
        self.leaves = [inputs.node(i, a) for i, a in enumerate(inputs.data)]
        self.resting = list(self.leaves)
        self.arguments = inputs.arguments(self.leaves)
        with enable_grad():
            result = f(*self.arguments)
            self.results, self.labels = self._results(result)
            self.outputs = self._outputs()
        self.shapes = [np.shape(raw(y)) for y in self.outputs]
        self.sizes = [int(np.prod(s)) for s in self.shapes]
        self.base = self._joined([raw(y) for y in self.outputs])
        tracked = [y for y in self.outputs if isinstance(y, Node) and y._tracked]
        self.graph = topological_order(dict.fromkeys(tracked), set(self.leaves))
        own = set(self.leaves)
        self.reached = own & set(self.graph)
        self.captured = {n: n._data for n in self.graph if n._op is None and n not in own}

    def _results(self, result: Any) -> tuple[list[Any], list[str]]:
        """The results that are floats, and what they are called."""
        leaves = leaves_of(result)[0]
        found = [(y, "out" + path) for y, path in zip(leaves, paths(result), strict=True) if _is_float(y)]
        if not found:
            said = describe(result) if not leaves else ", ".join(map(describe, leaves[:4]))
            raise KindError(
                f"{self.name}: the function must give at least one Tensor, Value or number of floats, and gave {said}."
            )
        return [y for y, _ in found], [label for _, label in found]

    @staticmethod
    def results_of(result: Any) -> list[Any]:
        """The results of a call that are floats."""
        return [y for y in leaves_of(result)[0] if _is_float(y)]

    def _outputs(self) -> list[Any]:
        return self.results

    @staticmethod
    def _joined(parts: Sequence[Any]) -> Vector:
        if len(parts) == 1:
            return np.asarray(parts[0], np.float64).reshape(-1)
        return np.concatenate([np.asarray(a, np.float64).reshape(-1) for a in parts])

    def value(self, number: int = -1, data: Any = None) -> Vector:
        """The results where one checked leaf has other numbers: nan where the function has no value there."""
        if number < 0:
            return self.values_at(self.resting)
        nodes = self.resting.copy()
        nodes[number] = self.inputs.node(number, data)
        return self.values_at(nodes)

    def value_all(self, data: dict[int, Any]) -> Vector:
        """The results where several checked leaves have other numbers."""
        nodes = self.resting.copy()
        for number, array in data.items():
            nodes[number] = self.inputs.node(number, array)
        return self.values_at(nodes)

    def values_at(self, nodes: Sequence[Node]) -> Vector:
        """The results at these leaves."""
        try:
            out = self.f(*self.inputs.arguments(nodes))
        except NO_VALUE:
            return np.full(self.base.shape, np.nan)
        if type(out) is Tensor:
            found: Vector = out._data.reshape(-1).astype(np.float64, copy=False)
            return found
        return self._joined([raw(y) for y in self.results_of(out)])

    def pulled(self, weights: Vector) -> list[Any]:
        """The gradient of weights . results by each checked leaf, by the gradient rules: None where no path reaches."""
        kept = backpropagate(self.seeds(weights), set(self.leaves))
        return [kept.get(leaf) for leaf in self.leaves]

    def seeds(self, weights: Vector) -> dict[Node, Any]:
        """A weight for each result, as the gradients from which to go back."""
        seeds: dict[Node, Any] = {}
        start = 0
        for y, shape, size in zip(self.outputs, self.shapes, self.sizes, strict=True):
            part = weights[start : start + size]
            start += size
            if isinstance(y, Node) and y._tracked and part.any():
                g = float(part[0]) if y.holds is float else part.reshape(shape).astype(y._data.dtype)
                seeds[y] = seeds[y] + g if y in seeds else g
        return seeds

    def place(self, row: int) -> tuple[str, tuple[int, ...]]:
        """Which result an element of the vector belongs to, and its index there."""
        for label, shape, size in zip(self.labels, self.shapes, self.sizes, strict=True):
            if row < size:
                return label, tuple(int(i) for i in np.unravel_index(row, shape)) if shape else ()
            row -= size
        raise IndexError(row)

    def output_of(self, row: int) -> Any:
        """The node whose element this is."""
        for y, size in zip(self.outputs, self.sizes, strict=True):
            if row < size:
                return y
            row -= size
        return None

    def dtypes(self) -> set[Any]:
        """The data types in which the recorded run computed floats."""
        return {n._data.dtype if isinstance(n._data, np.ndarray) else np.dtype(float) for n in self.graph}


class Gradients(Subject):
    """The gradient of a weighted sum of a function's results: what `gradgradcheck` differentiates."""

    second = True

    def __init__(self, name: str, f: Callable[..., Any], inputs: Inputs, seed: int) -> None:
        self.seed = seed
        super().__init__(name, f, inputs)

    def _weights(self, outputs: Sequence[Any]) -> list[Any]:
        rng = np.random.default_rng(self.seed)
        return [rng.uniform(0.5, 1.5, np.shape(raw(y))) for y in outputs]

    def _first(self, outputs: Sequence[Any], recorded: bool) -> dict[Node, Any]:
        """The seeds of the first backward pass."""
        seeds: dict[Node, Any] = {}
        for y, w in zip(outputs, self._weights(outputs), strict=True):
            if isinstance(y, Node) and y._tracked:
                g: Any = float(w) if y.holds is float else np.asarray(w, y._data.dtype)
                if recorded:
                    g = Value(g).detach() if y.holds is float else Tensor(g)
                seeds[y] = seeds[y] + g if y in seeds else g
        return seeds

    def _outputs(self) -> list[Any]:
        seeds = self._first(self.results, True)
        self.first_graph = topological_order(seeds, set(self.leaves))
        kept = backpropagate(seeds, set(self.leaves), create_graph=True)
        self.labels = [f"gradient of {label}" for label in self.inputs.labels]
        return [kept[leaf] if leaf in kept else np.zeros(np.shape(leaf._data)) for leaf in self.leaves]

    def values_at(self, nodes: Sequence[Node]) -> Vector:
        with enable_grad():
            leaves = [self.inputs.node(i, node._data) for i, node in enumerate(nodes)]
            try:
                result = self.f(*self.inputs.arguments(leaves))
            except NO_VALUE:
                return np.full(self.base.shape, np.nan)
        outputs = self.results_of(result)
        kept = backpropagate(self._first(outputs, False), set(leaves))
        return self._joined([kept[leaf] if leaf in kept else np.zeros(np.shape(leaf._data)) for leaf in leaves])


def _is_float(y: Any) -> bool:
    if isinstance(y, Value | float):
        return True
    return isinstance(y, Tensor | np.ndarray | np.generic) and y.dtype.kind == "f"
