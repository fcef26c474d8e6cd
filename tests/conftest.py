"""Fixtures of the tests that need several rooms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")  # its driver keeps an event loop: other files could not run one of their own
def chromium() -> Iterator[Browser]:
    """A headless Chromium; a test that asks for it is skipped, with the reason, where there is none."""
    from cross_room import browser

    if browser.chromium() is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    with browser.browser() as running:
        yield running
