"""What the audits share: one browser, and the gallery in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.audits.gallery import Gallery
from tests.audits.server import opened_house
from tests.journeys.browser import opened_browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with opened_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def gallery(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    # Without motion, a change of colours is there at once.
    page = browser.new_page(reduced_motion="reduce")
    page.set_default_timeout(15_000)
    with opened_house(tmp_path_factory.mktemp("house")) as house:
        yield Gallery(house, page)
