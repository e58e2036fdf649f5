"""What every test is held to: it leaves recording on and NumPy's error handling as they were."""

from collections.abc import Iterator

import numpy as np
import pytest

import autograd_lite as ag


@pytest.fixture(autouse=True)
def modes_are_left_as_found() -> Iterator[None]:
    """Fail a test that leaves recording off, or NumPy's error handling changed."""
    recording, handling = ag.is_grad_enabled(), np.geterr()
    yield
    assert ag.is_grad_enabled() == recording, "the test left recording in another mode"
    assert np.geterr() == handling, "the test left np.errstate changed"
