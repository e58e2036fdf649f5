"""Places that are left blank in a drawing: the boxes that stand there, and the formulas."""

from __future__ import annotations

from autograd_lite.draw.markup import HIDDEN, cell
from autograd_lite.draw.numbers import BLANK
from autograd_lite.draw.pieces import Piece
from autograd_lite.draw.typeset import Formula

#: What stands for a formula that is to be found.
TO_BE_FOUND = Formula("d", {"d": Piece(BLANK, "name", BLANK, False, r"\underline{\hspace{3em}}", f"<mi>{BLANK}</mi>")})
#: The fill of a box with an answer, and the colour of the box of a question.
ANSWER_FILL, QUESTION = "#fff4c2", "#52606d"


def boxed(content: str, room: tuple[int, int], color: str) -> str:
    """A box of the given room: dashed and empty for a question, filled and framed for an answer.

    With the colour of what is not seen there is the room alone.
    """
    look: dict[str, str | int] = {"style": "DASHED", "color": QUESTION}
    if color == HIDDEN:
        look = {"color": HIDDEN}
    elif content:
        look = {"color": color, "bgcolor": ANSWER_FILL}
    inside = cell(content or " ", border=1, cellpadding=2, width=room[0], height=room[1], **look)
    return f'<TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="0"><TR>{inside}</TR></TABLE>'
