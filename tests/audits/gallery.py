"""The gallery: every page that a visitor can see, opened in a browser the way a visitor would reach it.

The audits of accessibility and markup and the screenshots go through all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from playwright.sync_api import ConsoleMessage, Error, Page, Response

from tests.audits.server import PageServer
from tests.audits.visitor import FORM, BrowserVisitor
from tests.support.pages import TYPED

WRONG: Final = {
    "email": "ada",
    "phone": "none",
    "occasion": "21",
    "event_date": "2001-01-01",
    "guests": "many",
    "heard": "26",
}
"""Answers that, with those left out, cause an error at every question that can have one."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One page: how a visitor reaches it, and the status that shows it is the right one."""

    name: str
    status: HTTPStatus
    open: Callable[[BrowserVisitor], Response]


@dataclass(frozen=True, slots=True)
class Gallery:
    """The exhibits, one after another in one browser page; the HTML of each response is kept."""

    server: PageServer
    page: Page
    _sent: dict[tuple[str, str], str] = field(default_factory=dict)

    @contextmanager
    def shown(self, exhibit: Exhibit, language: str) -> Iterator[Page]:
        """Show an exhibit to a visitor who has seen none of the others."""
        with _no_errors(self.page):
            response = exhibit.open(BrowserVisitor(self.server, self.page, language))
            assert response.status == exhibit.status, (exhibit.name, language, self.page.title())
            self._sent[exhibit.name, language] = response.text()
        try:
            yield self.page
        finally:
            self.page.context.clear_cookies()
            self.page.evaluate("localStorage.clear(), sessionStorage.clear()")

    def sent(self, exhibit: Exhibit, language: str) -> str:
        """Return the HTML of an exhibit as the server sent it, showing it first if necessary."""
        if (exhibit.name, language) not in self._sent:
            with self.shown(exhibit, language):
                pass
        return self._sent[exhibit.name, language]


@contextmanager
def _no_errors(page: Page) -> Iterator[None]:
    """Check that the browser logs no error: auditing a page whose styles failed to load would say little."""
    errors: list[tuple[str, str]] = []

    def note(message: ConsoleMessage | Error) -> None:
        if isinstance(message, Error):
            errors.append(("", message.message))
        elif message.type == "error":
            errors.append((message.location["url"], message.text))

    page.on("console", note)
    page.on("pageerror", note)
    try:
        yield
    finally:
        page.remove_listener("console", note)
        page.remove_listener("pageerror", note)
    # The page itself may have an error status, such as 404.
    complaints = [text for url, text in errors if url != page.url or "responded with a status" not in text]
    assert not complaints, complaints


def _questions_with_errors(visitor: BrowserVisitor) -> Response:
    visitor.visit("/f/events")
    return visitor.send(WRONG)


def _question_running_out_of_room(visitor: BrowserVisitor) -> Response:
    response = visitor.visit("/f/events")
    visitor.page.locator(f"{FORM} [name=wishes]").fill("More. " * 200)
    return response


def _sent_empty(visitor: BrowserVisitor) -> Response:
    visitor.visit("/f/weddings")
    return visitor.send()


def _sent_with_forged_token(visitor: BrowserVisitor) -> Response:
    visitor.visit("/f/weddings")
    visitor.forge_token()
    return visitor.send(TYPED)


def _sent_with_likely_typo(visitor: BrowserVisitor) -> Response:
    visitor.visit("/f/weddings")
    return visitor.send({**TYPED, "email": "ada@gmial.com"})


def _not_stored(visitor: BrowserVisitor) -> Response:
    visitor.visit("/f/weddings")
    with visitor.server.without_database():
        return visitor.send(TYPED)


def _receipt(visitor: BrowserVisitor) -> Response:
    visitor.visit("/f/weddings")
    return visitor.send(TYPED)


def _changed_receipt(visitor: BrowserVisitor) -> Response:
    visitor.visit(f"{visitor.receipt()}/change")
    return visitor.send({"guests": "90"})


def _receipt_not_readable(visitor: BrowserVisitor) -> Response:
    receipt = visitor.receipt()
    with visitor.server.without_database():
        return visitor.visit(receipt)


def _change(visitor: BrowserVisitor) -> Response:
    return visitor.visit(f"{visitor.receipt()}/change")


def _change_with_errors(visitor: BrowserVisitor) -> Response:
    visitor.visit(f"{visitor.receipt()}/change")
    return visitor.send({"first_name": "", **WRONG})


def _change_with_forged_token(visitor: BrowserVisitor) -> Response:
    visitor.visit(f"{visitor.receipt()}/change")
    visitor.forge_token()
    return visitor.send()


def _change_not_stored(visitor: BrowserVisitor) -> Response:
    visitor.visit(f"{visitor.receipt()}/change")
    with visitor.server.without_database():
        return visitor.send()


def _change_too_late(visitor: BrowserVisitor) -> Response:
    receipt = visitor.receipt()
    with visitor.server.years_later():
        return visitor.visit(f"{receipt}/change")


def _wrong_method(visitor: BrowserVisitor) -> Response:
    visitor.page.route("**/f/weddings*", lambda route: route.continue_(method="PUT"), times=1)
    return visitor.visit("/f/weddings")


def _broken(status: HTTPStatus) -> Exhibit:
    return Exhibit(f"problem-{status:d}", status, lambda visitor: visitor.visit(f"/broken/{status:d}"))


EXHIBITS: Final = (
    Exhibit("form", HTTPStatus.OK, lambda visitor: visitor.visit("/f/weddings")),
    Exhibit("form-with-errors", HTTPStatus.UNPROCESSABLE_ENTITY, _sent_empty),
    Exhibit("form-too-old", HTTPStatus.UNPROCESSABLE_ENTITY, _sent_with_forged_token),
    Exhibit("form-with-likely-typo", HTTPStatus.UNPROCESSABLE_ENTITY, _sent_with_likely_typo),
    Exhibit("form-not-stored", HTTPStatus.SERVICE_UNAVAILABLE, _not_stored),
    Exhibit("form-with-theme", HTTPStatus.OK, lambda visitor: visitor.visit("/f/callback")),
    Exhibit("questions", HTTPStatus.OK, lambda visitor: visitor.visit("/f/events")),
    Exhibit("questions-out-of-room", HTTPStatus.OK, _question_running_out_of_room),
    Exhibit("questions-with-errors", HTTPStatus.UNPROCESSABLE_ENTITY, _questions_with_errors),
    Exhibit("receipt", HTTPStatus.OK, _receipt),
    Exhibit("receipt-of-a-change", HTTPStatus.OK, _changed_receipt),
    Exhibit("receipt-not-readable", HTTPStatus.SERVICE_UNAVAILABLE, _receipt_not_readable),
    Exhibit("change", HTTPStatus.OK, _change),
    Exhibit("change-with-errors", HTTPStatus.UNPROCESSABLE_ENTITY, _change_with_errors),
    Exhibit("change-too-old", HTTPStatus.UNPROCESSABLE_ENTITY, _change_with_forged_token),
    Exhibit("change-not-stored", HTTPStatus.SERVICE_UNAVAILABLE, _change_not_stored),
    Exhibit("change-too-late", HTTPStatus.GONE, _change_too_late),
    Exhibit("problem-404", HTTPStatus.NOT_FOUND, lambda visitor: visitor.visit("/nowhere")),
    Exhibit("problem-405", HTTPStatus.METHOD_NOT_ALLOWED, _wrong_method),
    _broken(HTTPStatus.BAD_REQUEST),
    _broken(HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    _broken(HTTPStatus.TOO_MANY_REQUESTS),
    _broken(HTTPStatus.INTERNAL_SERVER_ERROR),
)
