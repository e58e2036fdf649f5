"""What an exercise asks for, on its page: numbers that are there, and not seen before they are asked after."""

from __future__ import annotations

import re
from collections.abc import Set

from autograd_lite.draw.picture import Place

#: These stand about an answer in words; no name holds control characters.
BEGIN, END = "\x02", "\x03"
ANSWER = re.compile(f"{BEGIN}(.*?){END}", re.DOTALL)


class Asked:
    """Wraps what stands in places that are asked for."""

    def __init__(self, places: Set[Place]) -> None:
        self.places = places

    def html(self, place: Place, markup: str) -> str:
        """The markup of a quantity, to be uncovered where it is asked for."""
        if place not in self.places:
            return markup
        return f'<span class="asked" data-asked="{place[0]}-{place[1]}"><span class="answer">{markup}</span></span>'

    def text(self, place: Place, words: str) -> str:
        """The words of a quantity, marked where it is asked for."""
        return f"{BEGIN}{words}{END}" if place in self.places else words


def question(words: str) -> str:
    """Words with a question mark for each answer."""
    return ANSWER.sub("?", words)


def answer(words: str) -> str:
    """Words with the answers in them."""
    return ANSWER.sub(r"\1", words)
