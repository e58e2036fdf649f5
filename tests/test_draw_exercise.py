"""Exercises: what is left blank is nowhere in the file, and the answer key has it in the same place."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import errors
from autograd_lite.draw import Picture
from autograd_lite.draw.numbers import Blank, number
from tests import lectures
from tests.drawings import a1, boxes, edge, needs_an_engine, node, words


def odd() -> tuple[Any, dict[str, Any]]:
    """A graph whose computed numbers have many digits."""
    x, y, z = (ag.Value(v) for v in (1.37, 2.81, -0.59))
    p = (x * y).tanh()
    q = p.exp() + z * p
    r = (q * q + z).sigmoid()
    return r, {"x": x, "y": y, "z": z, "p": p, "q": q, "r": r}


def left_blank(picture: Picture) -> set[tuple[str, str]]:
    """The places that are blank, with the names of nodes and the left sides of edges."""
    nodes = {n.number: n.name for n in picture.nodes}
    return {
        (kind, nodes[i] if kind in ("value", "gradient") else picture.edges[i - 1].left) for kind, i in picture.blanks
    }


def answers_of(picture: Picture) -> set[str]:
    """The answers, as the key writes them."""
    key = picture.answers
    assert key is not None
    found = set()
    for kind, i in key.blanks:
        if kind in ("value", "gradient"):
            found.add(number(getattr(key.nodes[i - 1], kind)))
        else:
            found.add(number(getattr(key.edges[i - 1], kind)))
    return found


# What is left blank


@pytest.mark.parametrize(
    ("blank", "expected"),
    [
        ("values", {"value p", "value g", "derivative ∂g/∂z", "contribution ∂g/∂z"}),
        ("gradients", {f"gradient {n}" for n in "xyzpg"} | {"contribution *"}),
        ("derivatives", {"derivative *", "contribution *"}),
        ("contributions", {"contribution *"}),
        ("x", {"gradient x", "contribution ∂p/∂x"}),
        ("gradient of x", {"gradient x", "contribution ∂p/∂x"}),
        (("x", "gradient"), {"gradient x", "contribution ∂p/∂x"}),
        ("value of x", {"value x"}),
        ([("x", "value")], {"value x"}),
        (["value of g"], {"value g"}),
        ("dp/dx", {"derivative ∂p/∂x", "contribution ∂p/∂x"}),
        ({"∂p/∂y"}, {"derivative ∂p/∂y", "contribution ∂p/∂y"}),
        (
            ["g"],
            {"value g", "gradient g", "contribution ∂g/∂p", "contribution ∂g/∂z"},
        ),
        (("x", "y"), {"gradient x", "gradient y", "contribution ∂p/∂x", "contribution ∂p/∂y"}),
    ],
)
def test_what_words_and_names_ask_for(blank: Any, expected: set[str]) -> None:
    g, names = a1()
    picture = ag.draw(g, names=names, blank=blank)
    lefts = [e.left for e in picture.edges]
    wanted = {tuple(item.split(" ", 1)) for item in expected if not item.endswith("*")}
    for item in expected:
        if item.endswith("*"):
            wanted |= {(item.split()[0], left) for left in lefts}
    assert left_blank(picture) == wanted


def test_nodes_ask_for_themselves() -> None:
    g, names = a1()
    assert left_blank(ag.draw(g, names=names, blank=names["x"])) == left_blank(ag.draw(g, names=names, blank="x"))
    pair = ag.draw(g, names=names, blank=[(names["p"], "value")])
    assert left_blank(pair) == left_blank(ag.draw(g, names=names, blank="value of p"))
    w = ag.Value(2.0, name="w_1")
    assert left_blank(ag.draw(w * 3, blank="w_1")) == left_blank(ag.draw(w * 3, blank="w₁"))


def test_numbers_of_the_exercise_are_blanks_and_of_the_key_are_not() -> None:
    g, names = a1()
    picture = ag.draw(g, names=names, blank="all")
    key = picture.answers
    assert key is not None
    assert key.answers is None
    assert [isinstance(n.value, Blank) for n in picture.nodes] == [False, False, False, True, True]
    assert all(isinstance(n.gradient, Blank) for n in picture.nodes)
    assert all(e.formula is not None and e.formula.text == "____" for e in picture.edges)
    assert all(isinstance(e.derivative, Blank) and isinstance(e.contribution, Blank) for e in picture.edges)
    whole = ag.draw(g, names=names)
    assert [n.gradient for n in key.nodes] == [n.gradient for n in whole.nodes]
    assert [(e.derivative, e.contribution) for e in key.edges] == [(e.derivative, e.contribution) for e in whole.edges]
    assert str(picture).splitlines()[3] == "4  p  =  x + y  =  ____  gradient ____"
    assert str(key).splitlines()[3] == "4  p  =  x + y  =  __4__    gradient __−3__"


def test_a_blank_stays_one_in_sums() -> None:
    blank = Blank((1, 1))
    assert blank + 3.0 is blank
    assert np.float64(3.0) + blank is blank
    assert f"{blank}" == number(blank) == "____"


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"blank": "q"}, errors.ArgumentValueError, "asks for 'q', which this drawing does not show"),
        ({"blank": ["gradient of q"]}, errors.ArgumentValueError, "Its nodes are x, y, z, p, g."),
        ({"blank": "x", "direction": "forward"}, errors.ArgumentValueError, "asks for 'x'"),
        ({"blank": "gradients", "direction": "forward"}, errors.ArgumentValueError, "direction='forward'"),
        ({"blank": "contributions", "direction": "backward"}, errors.ArgumentValueError, "direction='backward'"),
        ({"blank": "dg/dx"}, errors.ArgumentValueError, "asks for 'dg/dx'"),
        ({"blank": []}, errors.ArgumentValueError, "blank= is empty"),
        ({"blank": 5}, errors.KindError, "blank= takes a word, a name, a node, or a collection of those; got int 5"),
        ({"blank": [5]}, errors.KindError, "got int 5"),
        ({"blank": [("x", "slope")]}, errors.KindError, "pairs such as ('x', 'gradient')"),
        ({"blank": ag.Value(7.0)}, errors.ArgumentValueError, "which is not in the drawing"),
    ],
)
def test_wrong_blanks(options: dict[str, Any], error: type[Exception], said: str) -> None:
    g, names = a1()
    with pytest.raises(error, match=re.escape(said)):
        ag.draw(g, names=names, **options)


def test_blanks_in_a_folded_graph() -> None:
    loss, names = lectures.b1()
    picture = ag.draw(loss, names=names, fold="names", blank=["values", (names["w1"], "gradient")])
    asked = left_blank(picture)
    assert {("value", "u₁"), ("value", "h₂"), ("gradient", "w₁"), ("derivative", "∂z₂/∂w₈")} <= asked
    assert ("value", "w₁") not in asked
    assert picture.answers is not None
    assert "0.03871" in picture.answers.dot
    assert "0.03871" not in picture.dot


def test_constants_have_no_gradient_to_ask_for() -> None:
    x = ag.Tensor([1.0, 2.0], requires_grad=True, name="x")
    c = ag.Tensor([5.0, 6.0], name="c")
    with pytest.raises(errors.ArgumentValueError, match="'c'"):
        ag.draw((x * c).sum(), blank="c")


# What the file holds


@needs_an_engine
@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
@pytest.mark.parametrize("blank", ["all", "values", ["q", "gradient of p", "dp/dv4"]])
def test_no_answer_is_in_the_exercise(direction: Any, blank: Any, tmp_path: Path) -> None:
    if direction == "forward" and blank != "all":
        blank = "values"
    r, names = odd()
    picture = ag.draw(r, names=names, blank=blank, direction=direction)
    given = {number(n.value) for n in picture.nodes if not n.is_computed}
    answers = {x for x in answers_of(picture) if len(x) > 3} - given
    assert answers
    for suffix in ("svg", "dot", "txt", "tex"):
        # LaTeX writes a plain minus.
        exercise = picture.save(tmp_path / f"exercise.{suffix}").read_text().replace("-", "−")
        key = (tmp_path / f"exercise-answers.{suffix}").read_text().replace("-", "−")
        if blank == "all":
            assert not [x for x in answers if x in exercise]
        elif suffix != "txt":
            assert all(exercise.count(x) < key.count(x) for x in answers if x in key)
    assert all(x in picture.answers.dot for x in answers)  # type: ignore[union-attr]


@needs_an_engine
def test_what_a_direction_hides_is_in_neither_file() -> None:
    r, names = odd()
    whole = ag.draw(r, names=names)
    gradients = {number(n.gradient) for n in whole.nodes if n.gradient is not None} - {"1"}
    assert gradients
    forward = ag.draw(r, names=names, blank="values", direction="forward")
    for picture in (forward, forward.answers):
        assert picture is not None
        assert not [x for x in gradients if x in picture.dot]


@needs_an_engine
@pytest.mark.parametrize("rankdir", ["LR", "TB"])
@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
@pytest.mark.parametrize(
    ("example", "options"),
    [
        (lectures.a1, {}), (lectures.a2, {}), (lectures.a2, {"arrays": "heatmap", "order": True}),
        (lectures.a2, {"arrays": "shape"}), (lectures.b1, {"order": True}),
    ],
)  # fmt: skip
def test_exercise_and_key_have_one_layout(rankdir: Any, direction: Any, example: Any, options: dict[str, Any]) -> None:
    output, names = example()
    picture = ag.draw(output, names=names, rankdir=rankdir, direction=direction, blank="all", legend=False, **options)
    assert picture.answers is not None
    assert boxes(picture.svg())[0]
    places = [
        re.findall(r"[-\d.]+,[-\d.]+", "".join(box)) for box in (boxes(picture.svg()), boxes(picture.answers.svg()))
    ]
    # A heat map draws its own cells in the key; the boxes of nodes stand where they stood.
    if "arrays" not in options:
        assert places[0] == places[1]
    else:
        assert set(places[0]) <= set(places[1])


@needs_an_engine
def test_boxes_stand_out_in_the_key() -> None:
    g, names = a1()
    picture = ag.draw(g, names=names, blank=["p"], title="Exercise")
    assert picture.answers is not None
    seen, key = words(picture.svg()), words(picture.answers.svg())
    assert "dashed boxes: to be filled in" in seen
    assert "filled boxes: the answers" in key
    assert picture.dot.count("DASHED") == len(picture.blanks)
    assert picture.answers.dot.count('BGCOLOR="#fff4c2"') == len(picture.blanks)
    assert "DASHED" not in picture.answers.dot
    assert "fff4c2" not in picture.dot
    assert "∂g/∂z = " in seen
    assert "p = 4" in key


def test_derivatives_of_arrays_are_left_blank() -> None:
    c, names = lectures.a2()
    picture = ag.draw(c, names=names, blank=["da/dx", "x"])
    found = edge(picture, "x", "a")
    assert found.entries is None
    assert isinstance(found.derivative, Blank)
    assert found.contribution is None
    assert isinstance(node(picture, "x").gradient, Blank)
    assert picture.answers is not None
    assert np.array_equal(edge(picture.answers, "x", "a").entries, names["y"].data)


def test_shares_of_a_shared_array_are_left_blank() -> None:
    x, y = (ag.Tensor(v, requires_grad=True, name=n) for v, n in (([1.5, 2.5], "x"), ([3.25, 4.75], "y")))
    picture = ag.draw((x * y + x).sum(), blank=("x", "gradient"))
    assert all(isinstance(e.contribution, Blank) for e in picture.edges if e.source == 1)
    assert picture.answers is not None
    assert "4.25" in picture.answers.dot
    assert "4.25" not in picture.dot


# Files


def test_both_files_are_written_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    g, names = a1()
    picture = ag.draw(g, names=names, blank="p")
    assert picture.save(tmp_path / "exercise.txt") == tmp_path / "exercise.txt"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["exercise-answers.txt", "exercise.txt"]
    (tmp_path / "exercise.txt").write_text("before")
    write, written = Path.write_bytes, list[Path]()

    def full(self: Path, data: bytes) -> int:
        written.append(self)
        if len(written) == 2:
            raise OSError("disk full")
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="disk full"):
        picture.save(tmp_path / "exercise.txt")
    assert (tmp_path / "exercise.txt").read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 2
    assert ag.draw(g, names=names).answers is None


def test_nothing_is_written_where_a_folder_has_the_name_of_the_key(tmp_path: Path) -> None:
    (tmp_path / "exercise-answers.txt").mkdir()
    with pytest.raises(errors.StorageError, match=r"exercise-answers\.txt' could not be written"):
        ag.draw(a1()[0], blank="gradients").save(tmp_path / "exercise.txt")
    assert [p.name for p in tmp_path.iterdir()] == ["exercise-answers.txt"]
