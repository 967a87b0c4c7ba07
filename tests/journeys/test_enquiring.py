"""Journeys of a visitor in a real browser, up to the opportunity on the platform."""

import re
import secrets

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser_contexts import BrowserContexts
from tests.journeys.demonstration import Demonstration
from tests.journeys.visitor import error_messages, fill_in, receipt_answers, reference, send, send_button
from tests.support.processes import wait_for

TAGGED = "/?utm_source=google&utm_medium=cpc&utm_campaign=spring%20sale&gclid=abc"


@pytest.fixture
def page(contexts: BrowserContexts, demo: Demonstration, has_script: bool) -> Page:
    return contexts.open(demo.address, [demo.platform], java_script_enabled=has_script)


def test_a_tagged_enquiry_reaches_the_platform_with_its_campaign(page: Page, demo: Demonstration) -> None:
    page.goto(TAGGED)
    expect(page).to_have_title("Plan your wedding at Harbour Hall")
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Lovelace")
    page.get_by_label("Email address").fill("ada@example.com")
    page.get_by_label("Phone number").fill("0412 345 678")
    page.get_by_label("Message").fill("A wedding\nfor eighty.")
    page.get_by_label("Harbour Hall may contact me").check()
    page.get_by_role("button", name="Send enquiry").click()
    expect(page).to_have_title(re.compile("^We have received your enquiry"))
    opportunity = demo.opportunity(reference(page))
    assert opportunity["utmSource"] == "google"
    assert opportunity["utmMedium"] == "cpc"
    assert opportunity["utmCampaign"] == "spring sale"
    assert opportunity["contact"]["firstName"] == "Ada"
    assert opportunity["contact"]["phone"] == "+61412345678"
    shown = reference(page)
    page.goto(demo.platform)
    article = page.locator(f"article:has-text('{shown}')")
    expect(article).to_contain_text("spring sale")
    expect(article).to_contain_text("gclid: abc")


def test_errors_are_corrected_and_the_campaign_survives(page: Page, demo: Demonstration) -> None:
    page.goto(TAGGED)
    fill_in(page, first_name="", message="A wedding\nfor eighty.")
    send_button(page).click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("link", name="Enter your first name").click()
    expect(page.get_by_label("First name")).to_be_focused()
    expect(page.get_by_label("Message")).to_have_value("A wedding\nfor eighty.")
    expect(page.get_by_label("Harbour Hall may contact me")).to_be_checked()
    page.get_by_label("First name").fill("Grace")
    opportunity = demo.opportunity(send(page))
    assert opportunity["utmCampaign"] == "spring sale"
    assert ": Grace Lovelace, " in opportunity["name"]


def test_going_back_and_resending_leads_to_the_same_receipt(page: Page, demo: Demonstration) -> None:
    page.goto(TAGGED)
    fill_in(page, event_date="31 May 2031", guests="80")
    first = send(page)
    page.go_back()
    expect(page.get_by_label("How many guests?")).to_have_value("80")
    assert send(page) == first
    page.go_back()
    page.get_by_label("First name").fill("Grace")
    assert send(page) != first
    assert demo.opportunity(first)["customFields"] == [
        {"fieldId": 12, "fieldValue": "2031-05-31"},
        {"fieldId": 14, "fieldValue": 80},
    ]


def test_an_enquiry_changed_twice_is_one_opportunity(page: Page, demo: Demonstration) -> None:
    page.goto(TAGGED)
    fill_in(page, guests="80")
    first = send(page)
    for guests in ("90", "100"):
        page.get_by_role("link", name="Change or add to your enquiry").click()
        expect(page.get_by_label("Message")).to_have_value("A wedding for eighty.")
        page.get_by_label("How many guests?").fill(guests)
        page.get_by_role("button", name="Send changes").click()
        expect(page.locator("#reference")).to_have_text(first)
        expect(page.locator("main")).to_contain_text("Changed on")

    def has_arrived() -> bool:
        found = [opportunity.get("customFields") for opportunity in demo.opportunities(first)]
        return [{"fieldId": 14, "fieldValue": 100}] in found

    wait_for(has_arrived, "the last change is on the platform")
    assert demo.opportunity(first)["utmCampaign"] == "spring sale"


def test_every_kind_of_question_works_by_keyboard_and_mouse(page: Page, demo: Demonstration) -> None:
    page.goto("/f/events?gclid=abc")
    page.get_by_label("First name", exact=True).fill("Ada")
    page.get_by_label("Last name", exact=True).fill("Lovelace")
    page.get_by_label("Email address", exact=True).fill("ada@example.com")
    page.get_by_label("What are you planning?").select_option("A company event")
    send_button(page).click()
    page.get_by_role("link", name="Choose an answer: Which kind of company event?").click()
    expect(page.get_by_label("A day meeting")).to_be_focused()
    page.keyboard.press("Space")
    page.get_by_label("When is your event?").fill("2031-05-17")
    page.get_by_label("My date is flexible").check()
    page.get_by_label("How many guests?").fill("1,20")
    page.get_by_label("Great Hall").check()
    page.get_by_label("Boathouse").check()
    page.get_by_label("Somebody recommended you").check()
    send_button(page).click()
    assert len(error_messages(page)) == 5
    page.get_by_label("How many guests?").fill("120")
    page.get_by_label("First name of the person").fill("Rea")
    page.get_by_label("Last name of the person").fill("Fer")
    page.get_by_label("Email address of the person").fill("rea@example.com")
    page.get_by_label("Company that referred you").fill("Ferry Co")
    opportunity = demo.opportunity(send(page))
    assert receipt_answers(page)["Which rooms do you like?"] == "Great Hall, Boathouse"
    ids = ("typeId", "subtypeId", "sourceId")
    assert [opportunity[key] for key in ids] == [21, 211, 26]
    assert opportunity["customFields"] == [
        {"fieldId": 12, "fieldValue": "2031-05-17"},
        {"fieldId": 17, "fieldValue": True},
        {"fieldId": 14, "fieldValue": 120},
        {"fieldId": 16, "fieldValue": ["Great Hall", "Boathouse"]},
        {"fieldId": 31, "fieldValue": "abc"},
        {"fieldId": 34, "fieldValue": f"{demo.address}/f/events?gclid=abc"},
    ]


def test_a_double_click_or_reload_makes_no_second_enquiry(page: Page, demo: Demonstration) -> None:
    name = f"Double{secrets.token_hex(4)}"
    page.goto(TAGGED)
    fill_in(page, first_name=name)
    send_button(page).dblclick()
    first = reference(page)
    for _ in range(2):
        page.reload()
        assert reference(page) == first
    assert first in demo.opportunity(name)["name"]
    assert len(demo.opportunities(name)) == 1


def test_the_receipt_opens_on_another_host_name(contexts: BrowserContexts, demo: Demonstration) -> None:
    page = contexts.open(demo.address.replace("127.0.0.1", "localhost"), [demo.address])
    page.goto(TAGGED)
    fill_in(page)
    assert send(page)
