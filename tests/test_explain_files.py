"""Explanations and traces as documents: LaTeX compiles, and the same program gives the same bytes."""

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.draw import latex
from autograd_lite.draw.written import DOCUMENT, Written
from autograd_lite.ops import RULE_BOOK
from tests.lectures import a3, b1
from tests.samples import SAMPLES, call, differentiable_arguments

ROOT = Path(__file__).parents[1]
PROGRAM = """
import autograd_lite as ag
from tests.lectures import EXAMPLES
for name in ("a1", "a3", "b1"):
    output, names = EXAMPLES[name]()
    for written in (ag.explain(output, names=names), ag.draw.trace(output, names)):
        print(written.text, written.latex, written.html)
"""


def deltas() -> Written:
    """Matrices, fractions, shapes."""
    output, names = a3()
    return ag.explain(output, names=names)


def hostile() -> Written:
    """Names of every script and of every mark that means something to TeX."""
    x, w = ag.Value(2.0, name=r'100%_#{}$^~&\input{x}"<b>'), ag.Value(3.0, name="权重 שלום \ue000 é")
    return ag.explain(x * w * x)


def verdict() -> Written:
    """Sentences with partial derivatives and indices."""
    x = ag.Tensor([-1.0, -2.0], requires_grad=True, name="x1")
    return ag.explain((x.relu() * 2.0).sum(), x)


def compiled(document: str, folder: Path) -> None:
    """Runs a document through LaTeX."""
    (folder / "a.tex").write_text(document, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Missing character" not in (folder / "a.log").read_text(errors="replace")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX on this machine")
@pytest.mark.parametrize("make", [deltas, lambda: ag.draw.trace(*b1()), lambda: ag.draw.trace(*a3()), hostile, verdict])
def test_latex_compiles(make: Callable[[], Written], tmp_path: Path) -> None:
    """Without an error, and without a character that the fonts lack."""
    compiled(make().save(tmp_path / "saved.tex").read_text(encoding="utf-8"), tmp_path)


def test_the_same_program_gives_the_same_bytes() -> None:
    """In two processes that order sets differently."""
    printed = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


def test_long_sums_and_many_steps_are_cut() -> None:
    """So that what is written stays readable."""
    x = ag.Value(0.5, name="x")
    terms = [x * float(k) for k in range(1, 41)]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    names = {f"a{k}": term for k, term in enumerate(terms)}
    found = ag.explain(total, x, names)
    assert found.gradient == 820.0
    assert "40 paths lead from" in found.text
    assert "⋯" in found.text
    assert "... 17 more ..." in found.text
    w = ag.Value(2.0, name="w")
    y = x
    names = {}
    for k in range(40):
        y = ag.tanh(y * w)
        names[f"h{k}"] = y
    assert "... 15 more ..." in ag.explain(y, [x, w], names).text


DIFFERENTIABLE = [op for op in RULE_BOOK.values() if op.differentiable]


def sampled(op: ag.Op) -> tuple[Any, list[ag.Tensor]]:
    """The result of an operation on the arguments of its row, and those of them that are tracked."""
    sample = SAMPLES[op.name]
    wanted = [i for i in differentiable_arguments(op, sample.args) if np.asarray(sample.args[i]).dtype.kind == "f"]
    args: list[Any] = list(sample.args)
    for i in wanted:
        args[i] = ag.Tensor(args[i], requires_grad=True, name=f"a{i}")
    result = call(op, sample)(*args)
    assert isinstance(result, ag.Tensor)
    assert result.requires_grad
    return result, [args[i] for i in wanted]


@pytest.mark.parametrize("op", DIFFERENTIABLE, ids=lambda op: op.name)
def test_every_operation_is_explained(op: ag.Op) -> None:
    """With its gradients, and its formulas well formed; a zero factor above it has a verdict, not an error."""
    result, leaves = sampled(op)
    weights = np.linspace(0.5, 1.5, result.size).reshape(result.shape)
    output = (result * weights).sum()
    found = ag.explain(output, leaves)
    output.backward()
    for leaf, gradient in zip(leaves, found.gradient.values(), strict=True):
        assert leaf.grad is not None
        np.testing.assert_array_equal(gradient, leaf.grad.data)
    for written in (found, ag.draw.trace(output), ag.explain((result * 0.0).sum(), leaves)):
        ET.fromstring(written.html)
        assert written.text
    assert "multiplied by zero" in ag.explain((result * 0.0).sum(), leaves[0]).why


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX on this machine")
def test_every_operation_compiles(tmp_path: Path) -> None:
    """In one document: symbols, formulas of cards, indices on adjoints."""
    results = [result for result, _ in map(sampled, DIFFERENTIABLE)]
    outputs = [(result * result).sum() for result in results]
    tables = [written.latex for y in outputs for written in (ag.draw.trace(y), ag.explain(y))]
    document = DOCUMENT % (latex.OTHER_LETTERS, "\n\n".join(tables))
    page = "{article}\n\\usepackage[paperwidth=60cm, paperheight=60cm, margin=1cm]{geometry}"
    compiled(document.replace("[border=6pt]{standalone}", page), tmp_path)
