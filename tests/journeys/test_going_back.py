"""Going back brings everything back as it was typed, and what is sent again unchanged is the same enquiry.

Each way is gone with the browser's back/forward cache, which keeps the page itself, and without it, where the
page is made anew from what the browser has of it; at the top of a window and in a frame of the same site or
of another. A step back inside of a frame is never made by that cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.audits.server import House, opened_house
from tests.journeys.browser import that_keeps_pages_alive
from tests.journeys.browser_contexts import Windows
from tests.journeys.coming_back import EVERYTHING, Visit, forms_file
from tests.journeys.framing import opened_site

TOP, OWN_FRAME, FOREIGN_FRAME = "at the top", "in a frame of its own site", "in a frame of another site"


@dataclass(frozen=True, slots=True)
class Places:
    """The forms, and a site that frames them."""

    house: House
    site: str


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    folder = tmp_path_factory.mktemp("places")
    with opened_site() as site:
        file = folder / "forms.toml"
        file.write_text(forms_file(site), encoding="utf-8")
        with opened_house(folder, file) as house:
            yield Places(house, site)


@pytest.fixture(scope="module")
def keeping_browser(browser: Browser) -> Iterator[Browser]:
    with that_keeps_pages_alive(browser) as another:
        yield another


@pytest.fixture(params=[False, True], ids=["without the cache", "with the cache"])
def keeps(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(params=[TOP, FOREIGN_FRAME])
def place(request: pytest.FixtureRequest) -> str:
    return str(request.param)


Open = Callable[[str], Visit]


@pytest.fixture
def window(request: pytest.FixtureRequest, keeps: bool, places: Places, has_script: bool) -> Iterator[Page]:
    windows = Windows(request.getfixturevalue("keeping_browser" if keeps else "browser"))
    yield windows.open(places.house.address, [places.site], java_script_enabled=has_script)
    windows.close()


@pytest.fixture
def opened(window: Page, places: Places, place: str) -> Open:
    """Open a form in the window; called again, open it anew in the same place."""

    def open_form(path: str) -> Visit:
        if place == TOP:
            window.goto(path)
            return Visit(window, window)
        host = places.house.address if place == OWN_FRAME else places.site
        window.goto(f"{host}/hosting?frame={places.house.address}{path}")
        frame = window.frame("form")
        assert frame is not None
        expect(frame.locator("#enquiry")).to_be_visible()
        return Visit(window, frame)

    return open_form


@pytest.fixture
def is_kept(keeps: bool, place: str) -> bool:
    return keeps and place == TOP


@pytest.mark.parametrize("place", [TOP, OWN_FRAME, FOREIGN_FRAME])
def test_what_is_sent_again_unchanged_is_the_same_enquiry(
    opened: Open, is_kept: bool, places: Places
) -> None:
    visit = opened("/f/events")
    visit.fill_in()
    visit.send()
    first, received = visit.reference(), places.house.received()
    assert first in received
    for _ in range(2):
        visit.back()
        assert visit.is_kept() == is_kept
        assert visit.held() == EVERYTHING
        visit.send()
        assert visit.reference() == first
    assert places.house.received() == received


def test_what_was_refused_comes_back_as_it_was_mended_and_as_it_was_first_typed(
    opened: Open, places: Places
) -> None:
    visit = opened("/f/events")
    visit.fill_in()
    visit.form.locator("#guests").fill("some")
    refused = visit.held()
    visit.send()
    expect(visit.form.locator("#guests-error")).to_be_visible()
    visit.back()
    assert visit.held() == refused
    visit.send()
    expect(visit.form.locator("#guests-error")).to_be_visible()
    visit.form.locator("#guests").fill("90")
    mended = visit.held()
    visit.send()
    first, received = visit.reference(), places.house.received()
    visit.back()
    assert visit.held() == mended
    visit.send()
    assert visit.reference() == first
    visit.back()
    visit.back()
    assert visit.held() == refused
    visit.form.locator("#guests").fill("90")
    visit.send()
    assert visit.reference() == first
    assert places.house.received() == received


def test_back_from_another_enquiry_that_was_begun_leads_to_the_first(opened: Open, places: Places) -> None:
    visit = opened("/f/events?utm_source=google")
    visit.fill_in()
    visit.send()
    first, received = visit.reference(), places.house.received()
    visit.form.locator(".actions a.link-button").click()
    expect(visit.form.locator("#enquiry")).to_be_visible()
    assert set(visit.held().values()) == {"", False}
    visit.back()
    assert visit.reference() == first
    visit.back()
    assert visit.held() == EVERYTHING
    visit.send()
    assert visit.reference() == first
    assert places.house.received() == received


def test_back_from_a_change_leads_to_the_receipt_and_what_was_sent(opened: Open, places: Places) -> None:
    visit = opened("/f/events")
    visit.fill_in()
    visit.send()
    first, received = visit.reference(), places.house.received()
    for guests in ("90", "100"):
        visit.form.locator("a[href*=change]").click()
        visit.form.locator("#guests").fill(guests)
        visit.send()
        assert visit.reference() == first
        expect(visit.form.locator("main")).to_contain_text(guests)
        visit.back()
        assert visit.held()["guests"] == guests
        visit.send()
        assert visit.reference() == first
        expect(visit.form.locator("main")).to_contain_text(guests)
    for _ in range(4):
        visit.back()
    visit.back()
    assert visit.held() == EVERYTHING
    visit.send()
    assert visit.reference() == first
    assert places.house.received() == received


def test_back_from_another_language_and_from_its_receipt(opened: Open, places: Places) -> None:
    visit = opened("/f/events")
    visit.fill_in()
    visit.form.locator("button[lang=de]").click()
    expect(visit.form.locator("html")).to_have_attribute("lang", "de")
    in_german = visit.held()
    visit.back()
    expect(visit.form.locator("html")).to_have_attribute("lang", "en")
    assert visit.held() == EVERYTHING
    visit.form.locator("button[lang=de]").click()
    expect(visit.form.locator("html")).to_have_attribute("lang", "de")
    visit.send()
    first, received = visit.reference(), places.house.received()
    visit.back()
    assert visit.held() == in_german
    visit.send()
    assert visit.reference() == first
    visit.back()
    visit.back()
    assert visit.held() == EVERYTHING
    visit.send()
    assert visit.reference() == first
    assert places.house.received() == received


def test_back_from_a_page_of_thanks(opened: Open, is_kept: bool, places: Places) -> None:
    visit = opened("/f/elsewhere")
    visit.fill_in()
    before = places.house.received()
    for _ in range(2):
        visit.send()
        expect(visit.form.locator("h1")).to_have_text("Hello")
        visit.back()
        assert visit.is_kept() == is_kept
        assert visit.held() == EVERYTHING
    assert len(places.house.received()) == len(before) + 1


# Where a frame of another site has no storage, a reload empties it as any page without the script.
@pytest.mark.parametrize("place", [TOP, OWN_FRAME])
@pytest.mark.parametrize("has_script", [True], ids=["with JavaScript"])
def test_what_came_back_outlives_a_reload_and_is_still_the_same_enquiry(opened: Open, places: Places) -> None:
    visit = opened("/f/events")
    visit.fill_in()
    visit.send()
    first, received = visit.reference(), places.house.received()
    visit.back()
    visit.reload()
    assert visit.held() == EVERYTHING
    visit.send()
    assert visit.reference() == first
    assert places.house.received() == received


@pytest.mark.parametrize("has_script", [True], ids=["with JavaScript"])
def test_back_to_a_page_that_another_window_has_loaded_anew_meanwhile(opened: Open, places: Places) -> None:
    visit = opened("/f/events")
    visit.fill_in()
    visit.send()
    first, received = visit.reference(), places.house.received()
    another = visit.page.context.new_page()
    another.goto("/f/events")
    visit.back()
    visit.send()
    assert visit.reference() == first
    assert places.house.received() == received
    # Begun anew, the same is another enquiry.
    begun = Visit(another, another)
    begun.fill_in()
    begun.send()
    assert begun.reference() != first
