"""The examples in the documentation of the three packages run, and give what they print."""

import doctest
import importlib
import pkgutil
from collections.abc import Iterator

import numpy as np
import pytest

PACKAGES = ("autograd_lite", "nn", "optim")


def modules() -> Iterator[str]:
    for package in PACKAGES:
        yield package
        found = importlib.import_module(package)
        yield from (m.name for m in pkgutil.walk_packages(found.__path__, package + "."))


@pytest.mark.parametrize("name", sorted(modules()))
def test_examples(name: str) -> None:
    """Every example of one module."""
    module = importlib.import_module(name)
    result = doctest.testmod(module, extraglobs={"np": np}, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0


def test_planted_mistake_is_caught() -> None:
    """An example that gives something else fails."""
    examples = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "planted", None, 0)
    assert doctest.DocTestRunner(verbose=False).run(examples, out=lambda text: None).failed == 1


def test_the_main_classes_have_examples() -> None:
    """There is something to run."""
    finder = doctest.DocTestFinder()
    found = {t.name for name in modules() for t in finder.find(importlib.import_module(name)) if t.examples}
    expected = (
        "tensor.Tensor",
        "value.Value",
        "transforms.grad",
        "gradcheck.gradcheck",
        "define.op",
        "modes.no_grad",
    )
    assert {f"autograd_lite.{name}" for name in expected} <= found
