"""What the journeys share: a browser, the demonstration, and a house with every page in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.audits.server import House, opened_house
from tests.journeys.browser import opened_browser
from tests.journeys.browser_contexts import Windows
from tests.journeys.demonstration import Demonstration, opened_demonstration


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with opened_browser() as browser:
        yield browser


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """The forms with a worker and a platform, for a journey that ends there."""
    with opened_demonstration(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The forms alone, for a journey that ends at the receipt."""
    with opened_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def windows(browser: Browser) -> Iterator[Windows]:
    windows = Windows(browser)
    yield windows
    windows.close()


@pytest.fixture(params=[False, True], ids=["without JavaScript", "with JavaScript"])
def has_script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def window(windows: Windows, house: House) -> Page:
    """A window at the house as nearly every visitor has it, with JavaScript."""
    return windows.open(house.address)


@pytest.fixture
def page(windows: Windows, house: House, has_script: bool) -> Page:
    """A window at the house; a test that uses it is run without JavaScript and with it."""
    return windows.open(house.address, java_script_enabled=has_script)
