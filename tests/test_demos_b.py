"""Demos B1 and B2, run small: the lectures' figures and what is drawn."""

from typing import Any

import numpy as np
import pytest


def test_b1(demo: Any) -> None:
    run = demo("b1")
    assert len(run.lesson.figures) == 8
    assert all(row["agrees"] for row in run.lesson.figures)
    assert run.w1.data - 0.5 * run.w1.grad == pytest.approx(0.0806436, abs=5e-8)
    assert np.allclose(run.slopes, [[0.174784, -0.174784], [-0.174784, 0.174784]], atol=1e-6, rtol=0)
