"""The page that plays back-propagation, in a real browser: its numbers, its player, its keys."""

from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.draw.names import spelled
from autograd_lite.draw.numbers import number
from tests import lectures
from tests.browser.conftest import Browser


def numbers_of(browser: Browser, picture: Any) -> dict[str, list[str]]:
    """What the drawing shows of each node, by its name; without the box's own words."""
    outside = """
        const group = document.getElementById(arguments[0]);
        const fills = ['#e8f1fd', '#fdf1d8', '#f5f6f7', '#ffffff', '#e6f6ea', '#eceff2', '#fde3e1'];
        const box = [...group.querySelectorAll('path')].find((p) => fills.includes(p.getAttribute('fill'))).getBBox();
        const middle = (text) => text.getBBox().y + text.getBBox().height / 2;
        return [...group.querySelectorAll('text')]
            .filter((t) => getComputedStyle(t).visibility === 'visible')
            .filter((t) => middle(t) < box.y || middle(t) > box.y + box.height)
            .map((t) => t.textContent.trim())
    """
    return {n.name: browser.run(outside, f"n{n.number}") for n in picture.nodes if not n.is_literal}


@pytest.mark.parametrize("build", [lectures.a1, lectures.b2])
def test_the_end_shows_the_engines_gradients(browser: Browser, build: Any) -> None:
    output, names = build()
    picture = ag.draw(output, names=names)
    browser.open(picture)
    browser.click("last")
    seen = numbers_of(browser, picture)
    output.backward()
    tracked = {spelled(name): node for name, node in names.items() if isinstance(node, ag.Value)}
    assert len(tracked) >= 5
    for name, node in tracked.items():
        assert seen[name] == [number(node.data), number(node.grad)], name


def test_a1_as_the_lecture_plays_it(browser: Browser) -> None:
    """The steps, each with what the lecture writes at it; nothing is known before its time."""
    output, names = lectures.a1()
    picture = ag.draw(output, names=names)
    browser.open(picture)
    expected = [
        ({"x": ["1"], "y": ["3"], "z": ["−3"], "p": [], "g": []}, ""),
        ({"p": ["4"], "g": []}, "p = x + y = 1 + 3 = 4"),
        ({"p": ["4"], "g": ["−12"]}, "g = p × z = 4 × (−3) = −12"),
        ({"g": ["−12", "1"], "p": ["4"]}, "∂g/∂g = 1"),
        ({"p": ["4", "−3"], "z": ["−3"]}, "∂g/∂p = ∂g/∂g · ∂g/∂p = 1 × (−3) = −3"),
        ({"z": ["−3", "4"], "x": ["1"]}, "∂g/∂z = ∂g/∂g · ∂g/∂z = 1 × 4 = 4"),
        ({"x": ["1", "−3"], "y": ["3"]}, "∂g/∂x = ∂g/∂p · ∂p/∂x = (−3) × 1 = −3"),
        ({"y": ["3", "−3"]}, "∂g/∂y = ∂g/∂p · ∂p/∂y = (−3) × 1 = −3"),
    ]
    assert browser.last == len(expected) - 1
    for step, (numbers, said) in enumerate(expected):
        assert browser.step == step
        seen = numbers_of(browser, picture)
        assert {name: seen[name] for name in numbers} == numbers
        if step:
            assert browser.run("return document.getElementById('said').textContent").endswith(said)
        browser.click("next")


def test_an_array_example_ends_with_the_engines_gradients(browser: Browser) -> None:
    rng = np.random.default_rng(1)
    X, W = ag.Tensor(rng.normal(size=(2, 3)).round(1)), ag.Tensor(rng.normal(size=(2, 3)).round(1), requires_grad=True)
    loss = (ag.tanh(X @ W.T) ** 2).sum()
    picture = ag.draw(loss, names={"X": X, "W": W, "L": loss})
    browser.open(picture)
    browser.click("last")
    loss.backward()
    assert W.grad is not None
    (node,) = [n for n in picture.nodes if n.name == "W"]
    seen = browser.shown(f"n{node.number}")
    columns = [number(x) for x in W.grad.numpy().ravel()]
    assert sorted(seen[-6:]) == sorted(columns)
    assert "complete" not in browser.text("#card")


def test_a_sum_grows_term_by_term(browser: Browser) -> None:
    """x x - 5 x at 3: the gradient of x is the sum of three products."""
    x = ag.Value(3.0, name="x")
    output = x * x - 5 * x
    picture = ag.draw(output, names={"f": output})
    browser.open(picture)
    grown = []
    for step in range(browser.last + 1):
        browser.slide(step)
        seen = numbers_of(browser, picture)["x"][1:]
        if seen not in grown:
            grown.append(seen)
    assert grown == [[], ["−5 …"], ["−2 …"], ["1"]]
    assert "−2 + 3 = 1" in browser.text("#card .sum")
    assert "complete" in browser.text("#card .sum")


def test_the_state_is_a_function_of_the_step(browser: Browser) -> None:
    """Forward by clicks, back by clicks, by the slider in any order: each step looks the same each time."""
    output, names = lectures.b1()
    browser.open(ag.draw(output, names=names))
    there = []
    for _ in range(browser.last + 1):
        there.append(browser.state())
        browser.click("next")
    assert len(set(there)) == len(there)
    back = []
    for _ in range(browser.last + 1):
        back.append(browser.state())
        browser.click("back")
    assert back[::-1] == there
    for step in np.random.default_rng(0).permutation(browser.last + 1):
        browser.slide(int(step))
        assert browser.state() == there[step]


def test_the_keyboard_alone(browser: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    output, names = lectures.a1()
    browser.open(ag.draw(output, names=names))
    browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert browser.step == 2
    browser.press(Keys.ARROW_LEFT)
    assert browser.step == 1
    browser.press(Keys.END)
    assert browser.step == browser.last
    browser.press(Keys.ARROW_RIGHT)
    assert browser.step == browser.last
    browser.press(Keys.HOME)
    assert browser.step == 0
    browser.press(" ")
    assert browser.run("return document.getElementById('play').getAttribute('aria-label')") == "Pause"
    browser.press(" ")
    assert browser.run("return document.getElementById('play').getAttribute('aria-label')") == "Play"


def test_a_graph_folded_to_its_names(browser: Browser) -> None:
    """Expressions with names, then with numbers; the derivatives between named nodes."""
    output, names = lectures.b1()
    picture = ag.draw(output, names=names, fold="names")
    browser.open(picture)
    browser.click("next")
    said = browser.run("return document.getElementById('said').textContent")
    assert said.endswith("Compute u₁: u₁ = w₁x₁ + w₂x₂ + b₁ = 0.1 · 0.2 + 0.3 · 0.5 + 0.5 = 0.67")
    browser.click("last")
    seen = numbers_of(browser, picture)
    output.backward()
    for name in ("w1", "w8", "b1", "z1"):
        assert seen[spelled(name)] == [number(names[name].data), number(names[name].grad)]
