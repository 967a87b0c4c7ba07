"""A visitor's journeys in a real browser, to the opportunity on the platform."""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.browser import opened_browser
from tests.processes import Visitor, environment, free_port, leadform, wait_for

TAGGED = "/?utm_source=google&utm_medium=cpc&utm_campaign=spring%20sale&gclid=abc"
FITS = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The demonstration: the addresses of the forms and of the platform."""
    folder: Path = tmp_path_factory.mktemp("demo")
    port = free_port()
    env = environment("", "", PYTHONUNBUFFERED="1")
    for name in (
        "SECRET_KEY",
        "DATABASE_URL",
        "PLATFORM_URL",
        "PLATFORM_KEY",
        "PLATFORM_SECRET",
        "FORMS_FILE",
    ):
        del env[name]
    with leadform(
        "demo", "--port", str(port), "--sandbox-port", str(free_port()), env=env, cwd=folder
    ) as process:
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            said += process.stdout.readline()
        platform = re.findall(r"^    (http://\S+)/$", said, re.MULTILINE)[-1]
        yield Visitor(port).address, platform


@pytest.fixture(params=[False, True], ids=["without JavaScript", "with JavaScript"])
def context(
    request: pytest.FixtureRequest, browser: Browser, demo: tuple[str, str]
) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=demo[0], java_script_enabled=request.param)
    context.set_default_timeout(15_000)
    yield context
    assert context.cookies() == []
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def fill_in(page: Page, first_name: str = "Ada") -> None:
    page.get_by_label("First name").fill(first_name)
    page.get_by_label("Last name").fill("Lovelace")
    page.get_by_label("Email address").fill("ada@example.com")
    page.get_by_label("Phone number").fill("0412 345 678")
    page.get_by_label("Message").fill("A wedding\nfor eighty.")
    page.get_by_label("Harbour Hall may contact me").check()


def send(page: Page) -> str:
    """Send the form and return the reference on the receipt."""
    page.get_by_role("button", name="Send enquiry").click()
    expect(page).to_have_title(re.compile("^We have received your enquiry"))
    return page.locator("#reference").inner_text()


def opportunities(platform: str, part: str) -> list[dict[str, object]]:
    received = requests.get(f"{platform}/opportunities.json", timeout=10).json()
    return [each for each in received if part in each["name"]]


def test_an_enquiry_by_a_tagged_link_stands_on_the_platform_once_with_its_campaign(
    page: Page, demo: tuple[str, str]
) -> None:
    page.goto(TAGGED)
    expect(page).to_have_title("Plan your wedding at Harbour Hall")
    fill_in(page)
    reference = send(page)
    wait_for(lambda: opportunities(demo[1], reference), "the opportunity is on the platform")
    (opportunity,) = opportunities(demo[1], reference)
    assert opportunity["utmSource"] == "google"
    assert opportunity["utmMedium"] == "cpc"
    assert opportunity["utmCampaign"] == "spring sale"
    contact = opportunity["contact"]
    assert isinstance(contact, dict)
    assert contact["firstName"] == "Ada"
    assert contact["phone"] == "+61412345678"
    page.goto(demo[1])
    shown = page.locator(f"article:has-text('{reference}')")
    expect(shown).to_contain_text("spring sale")
    expect(shown).to_contain_text("gclid: abc")


def test_what_is_wrong_is_told_and_mended_and_the_campaign_survives(
    page: Page, demo: tuple[str, str]
) -> None:
    page.goto(TAGGED)
    fill_in(page, first_name="")
    page.get_by_role("button", name="Send enquiry").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("link", name="Enter your first name").click()
    expect(page.get_by_label("First name")).to_be_focused()
    expect(page.get_by_label("Message")).to_have_value("A wedding\nfor eighty.")
    expect(page.get_by_label("Harbour Hall may contact me")).to_be_checked()
    page.get_by_label("First name").fill("Grace")
    reference = send(page)
    wait_for(lambda: opportunities(demo[1], reference), "the opportunity is on the platform")
    (opportunity,) = opportunities(demo[1], reference)
    assert opportunity["utmCampaign"] == "spring sale"
    assert str(opportunity["name"]).startswith("Grace Lovelace")


def test_the_back_button_and_the_same_content_lead_to_the_same_receipt(
    page: Page, demo: tuple[str, str]
) -> None:
    page.goto(TAGGED)
    fill_in(page)
    reference = send(page)
    page.go_back()
    expect(page.get_by_label("First name")).to_be_visible()
    fill_in(page)
    assert send(page) == reference
    page.go_back()
    fill_in(page, first_name="Grace")
    assert send(page) != reference
    assert len(wait_for(lambda: opportunities(demo[1], reference), "the opportunity is there")) == 1


def test_a_double_click_is_one_enquiry(page: Page, demo: tuple[str, str]) -> None:
    name = f"Double{secrets.token_hex(4)}"
    page.goto(TAGGED)
    fill_in(page, first_name=name)
    page.get_by_role("button", name="Send enquiry").dblclick()
    expect(page).to_have_title(re.compile("^We have received your enquiry"))
    reference = page.locator("#reference").inner_text()
    page.reload()
    assert page.locator("#reference").inner_text() == reference
    wait_for(lambda: opportunities(demo[1], reference), "the opportunity is on the platform")
    assert len(opportunities(demo[1], name)) == 1


def test_the_receipt_follows_wherever_the_form_was_opened(browser: Browser, demo: tuple[str, str]) -> None:
    context = browser.new_context(base_url=demo[0].replace("127.0.0.1", "localhost"))
    page = context.new_page()
    page.goto(TAGGED)
    fill_in(page)
    assert send(page)
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_scrolls_sideways(width: int, browser: Browser, demo: tuple[str, str]) -> None:
    context = browser.new_context(base_url=demo[0], viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(TAGGED)
    assert page.evaluate(FITS)
    page.get_by_role("button", name="Send enquiry").click()
    expect(page).to_have_title(re.compile("^Error: "))
    assert page.evaluate(FITS)
    fill_in(page, first_name="x" * 80)
    send(page)
    assert page.evaluate(FITS)
    context.close()
