"""The formulas on the edges of a folded graph: of numbers partial derivatives, of arrays matrix forms."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from autograd_lite.draw.build import meanings
from autograd_lite.draw.matrix import Gradient
from autograd_lite.draw.matrix_notation import MatrixNotation
from autograd_lite.draw.partial import Partials, is_scalar
from autograd_lite.draw.pullback import Cotangent, Pullbacks
from autograd_lite.draw.segment import Segment
from autograd_lite.draw.survey import Survey
from autograd_lite.draw.typeset import Formula
from autograd_lite.graph import Node

#: A matrix form that is longer is no help to a reader.
LONGEST = 52


class Forms:
    """Writes what stands on the edges of one folded graph.

    Parameters
    ----------
    survey, segments, kept, others : see `Partials`.
    """

    def __init__(
        self, survey: Survey, segments: tuple[Segment, ...], kept: frozenset[Node], others: Mapping[Node, str]
    ) -> None:
        self.survey = survey
        self.partials = Partials(survey, segments, kept, others)
        self.pullbacks = Pullbacks(self.partials.algebra)
        self.matrices = MatrixNotation(survey, self.partials.notation, self.pullbacks)

    def formulas(self, segment: Segment) -> dict[Node, Formula]:
        """Of each source that has one, the formula: of numbers ∂target/∂source, else what flows back to the source."""
        if is_scalar(segment):
            return self.partials.formulas(segment)
        found = {}
        cotangents = self.cotangents(segment)
        for source in segment.sources:
            formula = None
            if source in cotangents:
                formula = self.matrices.formula(cotangents[source], segment.target, source)
            if formula is None or len(formula.text) > LONGEST:
                formula = self._card(segment, source)
            if formula is not None:
                found[source] = formula
        return found

    def factors(self, segment: Segment) -> dict[Node, Formula]:
        """Of each array whose entries alone decide the entries of the target, its derivative as a diagonal matrix."""
        if is_scalar(segment) or not np.ndim(segment.target._data):
            return {}
        found = {}
        for source, cotangent in self.cotangents(segment).items():
            ((core, polynomial),) = cotangent.items() if len(cotangent) == 1 else ((None, {}),)
            if isinstance(core, Gradient) and self.matrices.has_arrays(polynomial):
                found[source] = self.matrices.factor(polynomial)
        return found

    def cotangents(self, segment: Segment) -> dict[Node, Cotangent]:
        """What flows back to each source, in symbols; to a single number from another, the derivative alone."""
        is_output = segment.target is self.survey.output
        found = self.pullbacks.cotangents(segment, is_output)
        if np.ndim(segment.target._data) == 0 and not is_output:
            alone = self.pullbacks.cotangents(segment, True)
            found |= {source: cotangent for source, cotangent in alone.items() if np.ndim(source._data) == 0}
        return {source: self._simplified(cotangent) for source, cotangent in found.items()}

    def _simplified(self, cotangent: Cotangent) -> Cotangent:
        return {core: self.partials.simplified(polynomial) for core, polynomial in cotangent.items()}

    def _card(self, segment: Segment, source: Node) -> Formula | None:
        """The formula of the card, where one step joins the two ends."""
        op = segment.target._op
        places = [i for i, parent in enumerate(segment.target._inputs) if parent is source]
        if len(segment.inner) > 1 or len(places) != 1 or op is None:
            return None
        return Formula(op.each[0] if op.each else op.latex[places[0]], meanings(segment.target, self.survey))
