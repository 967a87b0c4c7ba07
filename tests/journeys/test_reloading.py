"""With JavaScript, answers survive a reload, in this tab alone and only as long as they are needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.audits.server import serve_pages
from tests.journeys.browser_contexts import BrowserContexts
from tests.journeys.visitor import error_messages, fill_in, reference, send, send_button
from tests.support.harness import VISITOR, form_text

THANKS = "http://127.0.0.1:9/thanks"
TOO_LONG = "x" * 90_000


def saved(page: Page) -> dict[str, Any]:
    """Return what the tab's storage holds, by the page's path."""
    assert page.evaluate("localStorage.length") == 0
    entries: dict[str, str] = page.evaluate("Object.fromEntries(Object.entries(sessionStorage))")
    return {key.removeprefix("leadform:"): json.loads(value) for key, value in entries.items()}


def test_only_visible_answers_are_saved(window: Page) -> None:
    window.goto("/f/weddings?utm_source=google&gclid=abcdefg")
    fill_in(window)
    hidden = window.locator("#enquiry input[type=hidden]").evaluate_all(
        "all => all.map(({ value }) => value)"
    )
    assert len(hidden) == 4
    ((path, values),) = saved(window).items()
    assert path == "/f/weddings"
    assert {name: typed for name, typed in values.items() if typed != [""]} == {
        "first_name": ["Ada"],
        "last_name": ["Lovelace"],
        "email": ["ada@example.com"],
        "phone": ["0412 345 678"],
        "message": ["A wedding for eighty."],
        "consent": ["y"],
    }
    assert [value for value in hidden if value in json.dumps(values)] == []


def test_answers_and_cleared_answers_survive_a_reload(window: Page) -> None:
    window.goto("/f/events")
    window.locator("#wishes").fill("Lanterns,\nand “a boat”")
    window.locator("#occasion").select_option("21")
    window.locator("#format-1").check()
    window.locator("#rooms-0").check()
    window.locator("#rooms-2").check()
    window.locator("#flexible").check()
    window.reload()
    expect(window.locator("#wishes")).to_have_value("Lanterns,\nand “a boat”")
    expect(window.locator("#occasion")).to_have_value("21")
    checked = "all => all.filter(({ checked }) => checked).map(({ id }) => id)"
    assert window.locator("#enquiry input").evaluate_all(checked) == [
        *("format-1", "flexible", "rooms-0", "rooms-2"),
    ]
    window.locator("#flexible").uncheck()
    window.locator("#rooms-0").uncheck()
    window.locator("#wishes").fill("")
    window.reload()
    assert window.locator("#enquiry input").evaluate_all(checked) == ["format-1", "rooms-2"]
    expect(window.locator("#wishes")).to_have_value("")


def test_partly_corrected_errors_survive_a_reload(window: Page) -> None:
    window.goto("/f/weddings")
    fill_in(window, first_name="", email="ada")
    send_button(window).click()
    assert len(error_messages(window)) == 2
    window.locator("#first_name").fill("Grace")
    window.locator("#consent").uncheck()
    window.reload()
    expect(window.locator("#first_name")).to_have_value("Grace")
    expect(window.locator("#last_name")).to_have_value("Lovelace")
    expect(window.locator("#consent")).not_to_be_checked()


def test_forms_do_not_share_answers(window: Page) -> None:
    window.goto("/f/callback")
    window.locator("#first_name").fill("Grace")
    window.goto("/f/weddings")
    window.locator("#first_name").fill("Ada")
    window.goto("/f/callback")
    expect(window.locator("#first_name")).to_have_value("")
    window.reload()
    expect(window.locator("#first_name")).to_have_value("")


def test_a_thanks_page_leaves_no_saved_answers(contexts: BrowserContexts, tmp_path: Path) -> None:
    forms_file = tmp_path / "forms.toml"
    forms_file.write_text(form_text(thanks_url=THANKS), encoding="utf-8")
    with serve_pages(tmp_path, forms_file) as server:
        window = contexts.open(server.address, also=[THANKS])
        window.route(THANKS, lambda route: route.fulfill(body="Thanks.", content_type="text/html"))
        window.goto("/f/form")
        for name, typed in VISITOR.items():
            window.locator(f"#{name}").fill(typed)
        assert saved(window) != {}
        send_button(window).click()
        expect(window).to_have_url(THANKS)
        window.goto("/healthz")
        assert saved(window) == {}
        contexts.close()


def test_opening_a_form_forgets_another_forms_answers(window: Page) -> None:
    window.goto("/f/weddings")
    fill_in(window)
    # Stands for a thanks page on another site, where leadform's script cannot clear the storage.
    window.goto("about:blank")
    window.goto("/f/callback")
    assert saved(window) == {}


def test_too_long_answers_are_saved_until_they_are_received(
    window: Page,
) -> None:
    window.goto("/f/weddings")
    fill_in(window, message=TOO_LONG)
    send_button(window).click()
    expect(window).to_have_title("What you sent is too long")
    window.go_back()
    expect(window.locator("#message")).to_have_value(TOO_LONG)
    window.reload()
    expect(window.locator("#message")).to_have_value(TOO_LONG)
    expect(window.locator("#first_name")).to_have_value("Ada")
    expect(window.locator("#consent")).to_be_checked()
    window.locator("#message").fill("A wedding for eighty.")
    assert send(window)
    assert saved(window) == {}


def test_a_change_is_saved_until_it_is_received(window: Page) -> None:
    window.goto("/f/weddings")
    fill_in(window)
    first = send(window)
    assert saved(window) == {}
    window.locator("a[href*=change]").click()
    window.locator("#message").fill("Ninety.")
    window.reload()
    expect(window.locator("#message")).to_have_value("Ninety.")
    send_button(window).click()
    assert reference(window) == first
    assert saved(window) == {}


def test_a_reload_after_a_language_change_keeps_the_answers(window: Page) -> None:
    window.goto("/f/weddings")
    fill_in(window)
    window.get_by_role("button", name="Deutsch").click()
    expect(window.get_by_label("Vorname")).to_have_value("Ada")
    window.get_by_label("Nachname").fill("Byron")
    window.reload()
    expect(window.get_by_label("Vorname")).to_have_value("Ada")
    expect(window.get_by_label("Nachname")).to_have_value("Byron")
