"""Tests that kill, starve and fill up real processes."""

from pathlib import Path

import pytest

from tests.chaos.figures import times

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them, and give them time: each starts servers, and the first may build the frontend."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("chaos")
            item.add_marker("slow")
            item.add_marker(pytest.mark.timeout(times(300, 1200)))
