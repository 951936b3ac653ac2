"""Companies made once for all tests of the simulator."""

import pytest

from yunchou.demo.simulate import Company, simulate
from yunchou.demo.truth import default_truth


@pytest.fixture(scope="session")
def tiny() -> Company:
    """A company of some two thousand lines."""
    return simulate("xs", 3, default_truth())


@pytest.fixture(scope="session")
def small() -> Company:
    """The company that `make run` shows."""
    return simulate("s", 0, default_truth())


@pytest.fixture(scope="session")
def medium() -> Company:
    """A company large enough for planted effects to stand out of the noise."""
    return simulate("m", 1, default_truth())
