"""Arabic pages are right to left, and texts in other languages keep their own direction."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.audits.server import PageServer
from tests.audits.visitor import BrowserVisitor
from tests.journeys.browser_contexts import BrowserContexts
from tests.journeys.visitor import error_messages, fill_in, receipt_answers, send, send_button

EDGES = """(all) => all.map((element) => {
  const text = new Range();
  text.selectNodeContents(element);
  const { left, right } = text.getBoundingClientRect();
  return [left, right];
})"""
"""Left and right edges of each text, whatever the size of its box."""

BOXES = (
    "(all) => all.map((element) => element.getBoundingClientRect()).map(({ left, right }) => [left, right])"
)

Edges = list[tuple[float, float]]


@pytest.fixture(params=[320, 1280])
def page(request: pytest.FixtureRequest, contexts: BrowserContexts, server: PageServer) -> Page:
    return contexts.open(server.address, viewport={"width": request.param, "height": 800})


def texts(found: Locator) -> Edges:
    edges: Edges = found.evaluate_all(EDGES)
    return edges


def boxes(found: Locator) -> Edges:
    edges: Edges = found.evaluate_all(BOXES)
    return edges


def test_labels_hints_and_errors_align_right_with_their_field(page: Page, server: PageServer) -> None:
    visitor = BrowserVisitor(server, page, "ar")
    visitor.visit("/f/events")
    visitor.send({"event_date": "2001-01-01"})
    for name in ("first_name", "email", "occasion", "event_date", "message"):
        field = page.locator(f".field:has(> #{name})")
        ((start, end),) = boxes(field.locator(f"> #{name}"))
        for left, right in texts(field.locator("> label, > .hint, > .error")):
            assert right == pytest.approx(end, abs=2)
            assert left >= start - 2
        ((left, _),) = texts(field.locator("> label"))
        assert left > start + 10
    widths = "all => all.map(getComputedStyle).map(style => [style.borderLeftWidth, style.borderRightWidth])"
    assert page.locator(".has-error").evaluate_all(widths) == [["0px", "4px"]] * len(error_messages(page))


def test_boxes_are_to_the_right_of_their_labels(window: Page) -> None:
    window.goto("/f/events?lang=ar")
    ticked, words = boxes(window.locator(".choice input")), texts(window.locator(".choice > span"))
    assert len(ticked) == 9
    for (left, _), (_, right) in zip(ticked, words, strict=True):
        assert left >= right


def test_the_receipt_is_right_to_left_but_not_its_reference(page: Page, server: PageServer) -> None:
    visitor = BrowserVisitor(server, page, "ar")
    visitor.visit(visitor.receipt())
    lines, labels, values = (
        boxes(page.locator("dl > div")),
        texts(page.locator("dt")),
        texts(page.locator("dd")),
    )
    is_wide = page.evaluate("innerWidth") > 640
    for (_, line), (start, end), (_, value) in zip(lines, labels, values, strict=True):
        assert end == pytest.approx(line, abs=2)
        if is_wide:
            assert value < start
        else:
            assert value == pytest.approx(line, abs=2)
    expect(page.locator("#reference")).to_have_css("direction", "ltr")


def test_each_answer_is_typed_in_its_own_direction(window: Page) -> None:
    window.goto("/f/events?lang=ar")
    for name, typed in {"first_name": "آدا", "last_name": "Lovelace", "message": "حفل\nBoats"}.items():
        window.locator(f"#{name}").fill(typed)
    for name in ("email", "phone", "guests", "referrer_email", "last_name"):
        expect(window.locator(f"#{name}")).to_have_css("direction", "ltr")
    for name in ("first_name", "message"):
        expect(window.locator(f"#{name}")).to_have_css("direction", "rtl")


def test_an_enquiry_is_corrected_received_and_changed_in_arabic(
    contexts: BrowserContexts, server: PageServer
) -> None:
    page = contexts.open(server.address, locale="ar", java_script_enabled=False)
    page.goto("/")
    fill_in(
        page,
        first_name="آدا",
        last_name="لوفلايس",
        phone="٠٤١٢ ٣٤٥ ٦٧٨",
        event_date="٣١/٥/٢٠٣١",  # noqa: RUF001 (as it is typed)
        guests="كثير",
        message="حفل لثمانين ضيفًا.",
    )
    send_button(page).click()
    assert len(error_messages(page)) == 1
    expect(page.locator("#event_date")).to_have_value("٣١/٥/٢٠٣١")  # noqa: RUF001
    page.locator("#guests").fill("٨٠")
    reference = send(page)
    expect(page.locator("h1")).to_have_text("استلمنا استفسارك")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    sent = receipt_answers(page)
    assert (sent["الاسم الأول"], sent["متى موعد زفافك؟"]) == ("آدا", "31 مايو 2031")
    page.locator("a[href*=change]").click()
    page.locator("#guests").fill("٩٠")
    assert send(page) == reference
    assert receipt_answers(page)["متى موعد زفافك؟"] == "31 مايو 2031"
    expect(page.locator("main")).to_contain_text("تاريخ آخر تعديل")
