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


def test_an_enquiry_that_is_changed_twice_is_one_opportunity_with_its_last_values(
    page: Page, demo: tuple[str, str]
) -> None:
    page.goto(TAGGED)
    fill_in(page)
    page.get_by_label("How many guests?").fill("80")
    reference = send(page)
    for guests in ("90", "100"):
        page.get_by_role("link", name="Change or add to your enquiry").click()
        expect(page.get_by_label("Message")).to_have_value("A wedding\nfor eighty.")
        page.get_by_label("How many guests?").fill(guests)
        page.get_by_role("button", name="Send changes").click()
        expect(page.locator("#reference")).to_have_text(reference)
        expect(page.locator("main")).to_contain_text("Changed on")

    def has_arrived() -> bool:
        found = [each for each in opportunities(demo[1], reference) if each.get("customFields")]
        return [{"fieldId": 14, "fieldValue": 100}] in [each["customFields"] for each in found]

    wait_for(has_arrived, "the last change is on the platform")
    (opportunity,) = opportunities(demo[1], reference)
    assert opportunity["utmCampaign"] == "spring sale"


def test_every_kind_of_question_is_answered_by_keyboard_and_mouse_and_told_back(
    page: Page, demo: tuple[str, str]
) -> None:
    page.goto("/f/events?gclid=abc")
    page.get_by_label("First name", exact=True).fill("Ada")
    page.get_by_label("Last name", exact=True).fill("Lovelace")
    page.get_by_label("Email address", exact=True).fill("ada@example.com")
    page.get_by_label("What are you planning?").select_option("A company event")
    page.get_by_role("button", name="Send enquiry").click()
    page.get_by_role("link", name="Choose an answer: Which kind of company event?").click()
    expect(page.get_by_label("A day meeting")).to_be_focused()
    page.keyboard.press("Space")
    page.get_by_label("When is your event?").fill("2031-05-17")
    page.get_by_label("My date is flexible").check()
    page.get_by_label("How many guests?").fill("1,20")
    page.get_by_label("Great Hall").check()
    page.get_by_label("Boathouse").check()
    page.get_by_label("Somebody recommended you").check()
    page.get_by_role("button", name="Send enquiry").click()
    assert page.locator("[role=alert] li").count() == 5
    page.get_by_label("How many guests?").fill("120")
    page.get_by_label("First name of the person").fill("Rea")
    page.get_by_label("Last name of the person").fill("Fer")
    page.get_by_label("Email address of the person").fill("rea@example.com")
    page.get_by_label("Company that referred you").fill("Ferry Co")
    reference = send(page)
    expect(page.locator("dl")).to_contain_text("Great Hall, Boathouse")
    wait_for(lambda: opportunities(demo[1], reference), "the opportunity is on the platform")
    (opportunity,) = opportunities(demo[1], reference)
    assert (opportunity["typeId"], opportunity["subtypeId"], opportunity["sourceId"]) == (21, 211, 26)
    assert opportunity["customFields"] == [
        {"fieldId": 12, "fieldValue": "2031-05-17"},
        {"fieldId": 17, "fieldValue": True},
        {"fieldId": 14, "fieldValue": 120},
        {"fieldId": 16, "fieldValue": ["Great Hall", "Boathouse"]},
        {"fieldId": 31, "fieldValue": "abc"},
        {"fieldId": 34, "fieldValue": f"{demo[0]}/f/events?gclid=abc"},
    ]


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
def test_no_page_of_questions_scrolls_sideways(width: int, browser: Browser, demo: tuple[str, str]) -> None:
    context = browser.new_context(base_url=demo[0], viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto("/f/events")
    assert page.evaluate(FITS)
    page.get_by_role("button", name="Send enquiry").click()
    expect(page).to_have_title(re.compile("^Error: "))
    assert page.evaluate(FITS)
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
