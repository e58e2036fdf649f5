"""The gallery as files: what a run keeps for it, and the pages that it writes."""

import json
from typing import Any

from demos.lesson import table


def test_a_run_keeps_what_each_cell_printed_and_showed(demo: Any) -> None:
    run = demo("b1")
    told = json.loads((run.lesson.out / "lesson.json").read_text(encoding="utf-8"))
    cells = told["cells"]
    assert cells[0]["source"].startswith("# B1. Back-propagation by hand")
    assert "".join(cell["printed"] for cell in cells) == told["printed"] == run.lesson.printed
    for cell in cells:
        assert bool(cell["printed"]) == ("print(" in cell["source"] or "lesson.compare(" in cell["source"])
    for picture in told["pictures"]:
        assert f'"{picture["file"]}"' in cells[picture["cell"]]["source"]
    (place,) = {row["cell"] for row in told["figures"]}
    assert "loss.backward()" in cells[place]["source"]
    assert cells[place]["printed"] == table(told["figures"]) + "\n"
