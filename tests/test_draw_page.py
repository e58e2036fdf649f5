"""The page that plays back-propagation, without a browser: its steps, and what it says at each."""

import json
import os
import re
import subprocess
import sys
from html import escape, unescape
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

import autograd_lite as ag
import nn
from autograd_lite.draw import markup
from autograd_lite.draw.legend import BOXES
from autograd_lite.draw.page import lesson
from autograd_lite.draw.page.write import as_script, palette, resource
from tests import lectures
from tests.drawings import needs_an_engine

pytestmark = needs_an_engine


def said(picture: Any) -> list[str]:
    """What a page says at each step."""
    return [unescape(words) for words in re.findall(r'data-said="([^"]*)"', picture.html())]


def data(picture: Any) -> Any:
    """What the player of a page is given."""
    found = re.search(r'<script type="application/json" id="lesson">(.*?)</script>', picture.html())
    assert found is not None
    return json.loads(found[1])


def test_a1_is_said_as_the_lecture_writes_it() -> None:
    output, names = lectures.a1()
    assert said(ag.draw(output, names=names)) == [
        "Given: x = 1, y = 3, z = −3",
        "Forward. Compute p: p = x + y = 1 + 3 = 4",
        "Forward. Compute g: g = p × z = 4 × (−3) = −12",
        "Backward. Back-propagation starts: ∂g/∂g = 1",
        "Backward. Back from g to p: ∂g/∂p = ∂g/∂g · ∂g/∂p = 1 × (−3) = −3",
        "Backward. Back from g to z: ∂g/∂z = ∂g/∂g · ∂g/∂z = 1 × 4 = 4",
        "Backward. Back from p to x: ∂g/∂x = ∂g/∂p · ∂p/∂x = (−3) × 1 = −3",
        "Backward. Back from p to y: ∂g/∂y = ∂g/∂p · ∂p/∂y = (−3) × 1 = −3",
    ]


def test_a_sum_is_said_term_by_term() -> None:
    """2 x + 5 x at x = 3, by hand."""
    x = ag.Value(3.0, name="x")
    output = x * 2 + x * 5
    words = said(ag.draw(output, names={"f": output}))
    assert words[-2].endswith("= 1 × 5 = 5; ∂f/∂x so far 5, 1 more to come")
    assert words[-1].endswith("= 1 × 2 = 2; ∂f/∂x = 5 + 2 = 7, complete")


def test_what_a_sum_has_come_to_is_said_on_the_way() -> None:
    """x x - 5 x at x = 3: -5, then 3 twice."""
    x = ag.Value(3.0, name="x")
    output = x * x - 5 * x
    words = [w.partition("; ")[2] for w in said(ag.draw(output, names={"f": output})) if "; " in w]
    assert words == [
        "∂f/∂x so far −5, 2 more to come",
        "∂f/∂x = −5 + 3 = −2, 1 more to come",
        "∂f/∂x = −2 + 3 = 1, complete",
    ]


def test_the_last_sum_is_the_engines_own() -> None:
    """Not the sum of what was rounded on the way, nor another order of addition."""
    rng = np.random.default_rng(3)
    x = ag.Value(0.1, name="x")
    output = x * x
    for factor in rng.normal(size=20):
        output = output + x * float(factor) * x
    picture = ag.draw(output)
    last = [step for step in lesson(picture) if step.node.name == "x" and step.phase == "backward"][-1]
    output.backward()
    assert last.after == x.grad
    assert last.left == 0


def test_every_gradient_comes_to_its_end() -> None:
    """For each lecture: each node with a gradient has a last step, and it gives that gradient."""
    for build in (lectures.a1, lectures.a2, lectures.a3, lectures.b1, lectures.b2):
        output, names = build()
        picture = ag.draw(output, names=names)
        ends = {step.node.number: step.after for step in lesson(picture) if step.phase in ("seed", "backward")}
        for node in picture.nodes:
            if node.gradient is not None:
                np.testing.assert_array_equal(ends[node.number], node.gradient)


def test_no_step_needs_what_a_later_one_finds() -> None:
    output, names = lectures.b2()
    picture = ag.draw(output, names=names)
    known: set[Any] = {n.number for n in picture.nodes if not n.is_computed}
    into: dict[int, set[int]] = {}
    for edge in picture.edges:
        into.setdefault(edge.target, set()).add(edge.source)
    whole: set[int] = set()
    for step in lesson(picture):
        if step.phase == "forward":
            assert into[step.node.number] <= known
            known.add(step.node.number)
        elif step.edge is not None:
            assert step.edge.target in whole
        if step.phase in ("seed", "backward") and not step.left:
            whole.add(step.node.number)


def test_arrays_in_words() -> None:
    """The matrix form of a whole gradient; shapes and three numbers where there are many entries."""
    X, W = ag.Tensor(np.ones((2, 2)), name="X"), ag.Tensor(np.eye(2), requires_grad=True, name="W")
    loss = (X @ W).sum()
    words = said(ag.draw(loss, names={"L": loss}))
    assert words[0] == "Given: W = [1  0; 0  1], X = [1  1; 1  1]"
    assert words[1].endswith("v₃ = X @ W = [1  1; 1  1]")
    assert words[-1] == "Backward. Back from v₃ to W: ∂L/∂W = Xᵀ · ∂L/∂v₃ = [2  2; 2  2]"
    large = ag.Tensor(np.arange(20.0), requires_grad=True, name="x")
    assert said(ag.draw(large.sum()))[0] == "Given: x = 20-vector, min 0, mean 9.5, max 19"


def test_sums_of_arrays_are_on_the_card() -> None:
    """A drawing shows an array's gradient when it is whole."""
    x = ag.Tensor([1.0, 2.0], requires_grad=True, name="x")
    picture = ag.draw((x * x).sum())
    (gradient,) = [n["gradient"] for n in data(picture)["nodes"].values() if len(n["gradient"]) == 2]
    assert [text for _, text, _ in gradient] == [None, None]
    assert said(picture)[-1].endswith("= [1  2] + [1  2] = [2  4], complete")


def test_the_backward_graph_is_played_along_its_own_edges() -> None:
    output, names = lectures.a1()
    picture = ag.draw.backward(output, names=names)
    words = said(picture)
    assert words[0] == "Given: ∂g/∂g = 1"
    assert words[1].endswith("Compute ∂g/∂p: ∂g/∂p = ∂g/∂g · z = 1 × (−3) = −3")
    assert all(edge["step"] is not None for edge in data(picture)["edges"].values())
    assert "<h1>The backward pass</h1>" in picture.html()


def test_the_backward_graph_of_arrays() -> None:
    x = ag.Tensor([1.0, 2.0], requires_grad=True, name="x")
    assert "[2  4]" in said(ag.draw.backward((x * x).sum()))[-1]


def test_closed_modules_and_notes() -> None:
    layer = nn.Linear(2, 1, dtype=np.float64)
    x = ag.Tensor(np.ones((3, 2)), name="x")
    picture = ag.draw(layer(x).sum(), depth=0)
    assert any("Linear" in words for words in said(picture))
    y = start = ag.Value(0.5, name="x")
    for _ in range(200):
        y = ag.sin(y) * start
    picture = ag.draw(y)
    assert picture.note is not None
    assert f'<li class="note">{escape(picture.note)}</li>' in picture.html()


def test_many_given_values_are_counted() -> None:
    total = sum((ag.Value(float(i), name=f"a{i}") for i in range(1, 70)), ag.Value(0.0, name="a0"))
    words = said(ag.draw(total, fold="none"))
    assert words[0].endswith("a₅₉ = 59, and 10 more")


def test_a_lone_leaf() -> None:
    assert said(ag.draw(ag.Value(2.0, name="x"))) == [
        "Given: x = 2", "Backward. Back-propagation starts: ∂x/∂x = 1",
    ]  # fmt: skip


def test_an_exercise_says_no_answer() -> None:
    output, names = lectures.a1()
    picture = ag.draw(output, names=names, blank=["all"])
    words = said(picture)
    assert words[1] == "Forward. Compute p: p = x + y = 1 + 3 = ?"
    assert words[4] == "Backward. Back from g to p: ∂g/∂p = ∂g/∂g · ∂g/∂p = ? × ? = ?"
    answers = [unescape(x) for x in re.findall(r'data-answer="([^"]*)"', picture.html())]
    assert answers[-1] == "Backward. Back from p to y: ∂g/∂y = ∂g/∂p · ∂p/∂y = (−3) × 1 = −3"


def test_json_ends_no_script() -> None:
    written = as_script({"a": "</script><!--", "b": "\u2028&"})
    assert not set("<>&\u2028") & set(written)
    assert json.loads(written) == {"a": "</script><!--", "b": "\u2028&"}


def test_every_colour_of_drawings_is_in_the_style() -> None:
    """A colour without a place in the style would be black on black in the dark."""
    style = resource("page.css")
    themes = style.count("--page:")
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", palette())) - {"text"}
    for name in used:
        assert style.count(f"--{name}:") == themes == 3, name
    for color in (fill for fill, _ in BOXES.values()):
        assert f'"{color}"' in palette()
    assert f'[fill="{markup.VALUE}"]' in palette()


def test_the_files_of_the_page_come_with_the_package() -> None:
    folder = files("autograd_lite.draw.page")
    for name in ("page.html", "page.css", "page.js", "graph.js"):
        assert folder.joinpath(name).is_file()
    declared = (Path(__file__).parents[1] / "pyproject.toml").read_text()
    for pattern in ("draw/page/*.html", "draw/page/*.css", "draw/page/*.js"):
        assert pattern in declared


def test_the_same_bytes_in_another_process() -> None:
    program = (
        "import autograd_lite as ag, hashlib; from tests import lectures; output, names = lectures.a3();"
        "print(hashlib.sha256(ag.draw(output, names=names).html().encode()).hexdigest())"
    )
    root = Path(__file__).parents[1]
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] != b""


def test_no_gradient_is_touched_and_nothing_is_run_again() -> None:
    runs = []

    def f(x: Any) -> Any:
        runs.append(1)
        return x * x

    x = ag.Value(2.0, name="x")
    output = f(x)
    x.grad = 5.0
    ag.draw(output).html()
    assert (x.grad, runs) == (5.0, [1])
