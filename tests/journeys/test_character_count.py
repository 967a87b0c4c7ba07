"""With JavaScript, the characters left are shown near the limit, counted as the server counts them."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.visitor import error_messages, fill_in, send, send_button

MESSAGE = 4000
A_DAY = 86_400
FULL = ("ab\n🎉" + "ab 🎉" * 49) * (MESSAGE // 200)


def test_the_count_is_shown_only_in_the_last_quarter(window: Page) -> None:
    window.goto("/f/weddings")
    message, count = window.locator("#message"), window.locator("#message + .count")
    for length, is_shown in ((2999, False), (3000, True), (4000, True), (10, False)):
        message.fill("x" * length)
        if is_shown:
            expect(count).to_have_text(f"Characters left: {MESSAGE - length:,}")
        else:
            expect(count).to_be_hidden()


def test_every_long_answer_has_its_own_count(window: Page) -> None:
    window.goto("/f/events")
    window.locator("#wishes").fill("x" * 1010)
    window.locator("#message").fill("x" * 3900)
    expect(window.locator("#wishes + .count")).to_have_text("Characters too many: 10")
    expect(window.locator("#message + .count")).to_have_text("Characters left: 100")


def test_screen_readers_hear_the_count_when_typing_pauses(window: Page) -> None:
    window.clock.install(time=0)
    window.goto("/f/weddings")
    window.clock.pause_at(A_DAY)
    window.locator("#message").fill("x" * 3999)
    status = window.locator("#status")
    window.clock.fast_forward(900)
    window.locator("#message").press_sequentially("x")
    window.clock.fast_forward(900)
    expect(status).to_have_text("")
    window.clock.fast_forward(100)
    expect(status).to_have_text("Characters left: 0")


def test_the_count_is_formatted_for_the_language(window: Page) -> None:
    numbers = {"en": "1,000", "de": "1.000", "fr": "1\u202f000", "es": "1000", "ar": "1,000"}
    for language, formatted in numbers.items():
        window.goto(f"/f/weddings?lang={language}")
        window.locator("#message").fill("x" * 3000)
        expect(window.locator("#message + .count")).to_contain_text(formatted)


def test_a_message_is_refused_at_one_character_too_many(window: Page) -> None:
    window.goto("/f/weddings")
    fill_in(window, message=f"{FULL}x")
    count = window.locator("#message + .count")
    expect(count).to_have_text("Characters too many: 1")
    expect(count).to_have_css("color", "rgb(163, 35, 27)")
    send_button(window).click()
    assert error_messages(window) == ["Message must be 4,000 characters or fewer: it has 4,001"]
    # The form that is shown again counts at once.
    expect(count).to_have_text("Characters too many: 1")
    window.locator("#message").fill(FULL)
    expect(count).to_have_text("Characters left: 0")
    assert send(window)
