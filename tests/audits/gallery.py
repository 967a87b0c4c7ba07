"""The gallery: every page that a visitor can meet, each opened in a browser as a visitor would come to it.

What must hold for every page is tried on these: accessibility, markup, and the pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from playwright.sync_api import ConsoleMessage, Error, Page, Response

from tests.audits.server import House
from tests.audits.visitor import FORM, Guest
from tests.support.pages import TYPED

WRONG: Final = {
    "email": "ada",
    "phone": "none",
    "occasion": "21",
    "event_date": "2001-01-01",
    "guests": "many",
    "heard": "26",
}
"""What leaves an error at every question that can have one, together with what it leaves open."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One page: how a guest comes to it, and the status by which it is known to be the right one."""

    name: str
    status: HTTPStatus
    open: Callable[[Guest], Response]


@dataclass(frozen=True, slots=True)
class Gallery:
    """The exhibits, one after another in one browser page; what each was sent as is kept."""

    house: House
    page: Page
    _sent: dict[tuple[str, str], str] = field(default_factory=dict)

    @contextmanager
    def shown(self, exhibit: Exhibit, language: str) -> Iterator[Page]:
        """Show an exhibit to a visitor who has seen none of the others."""
        with _no_errors(self.page):
            response = exhibit.open(Guest(self.house, self.page, language))
            assert response.status == exhibit.status, (exhibit.name, language, self.page.title())
            self._sent[exhibit.name, language] = response.text()
        try:
            yield self.page
        finally:
            self.page.context.clear_cookies()
            self.page.evaluate("localStorage.clear(), sessionStorage.clear()")

    def sent(self, exhibit: Exhibit, language: str) -> str:
        """Return the HTML of an exhibit as it was sent, showing it when it was not shown yet."""
        if (exhibit.name, language) not in self._sent:
            with self.shown(exhibit, language):
                pass
        return self._sent[exhibit.name, language]


@contextmanager
def _no_errors(page: Page) -> Iterator[None]:
    """Hold the browser to complaining of nothing: an audit of a page without its styles would say little."""
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
    # That the page itself has a status such as 404 is what it is shown for.
    complaints = [text for url, text in errors if url != page.url or "responded with a status" not in text]
    assert not complaints, complaints


def _questions_with_errors(guest: Guest) -> Response:
    guest.visit("/f/events")
    return guest.send(WRONG)


def _question_running_out_of_room(guest: Guest) -> Response:
    response = guest.visit("/f/events")
    guest.page.locator(f"{FORM} [name=wishes]").fill("More. " * 200)
    return response


def _sent_empty(guest: Guest) -> Response:
    guest.visit("/f/weddings")
    return guest.send()


def _sent_with_forged_token(guest: Guest) -> Response:
    guest.visit("/f/weddings")
    guest.forge_token()
    return guest.send(TYPED)


def _sent_with_likely_typo(guest: Guest) -> Response:
    guest.visit("/f/weddings")
    return guest.send({**TYPED, "email": "ada@gmial.com"})


def _not_stored(guest: Guest) -> Response:
    guest.visit("/f/weddings")
    with guest.house.shut():
        return guest.send(TYPED)


def _receipt(guest: Guest) -> Response:
    guest.visit("/f/weddings")
    return guest.send(TYPED)


def _changed_receipt(guest: Guest) -> Response:
    guest.visit(f"{guest.receipt()}/change")
    return guest.send({"guests": "90"})


def _receipt_not_readable(guest: Guest) -> Response:
    receipt = guest.receipt()
    with guest.house.shut():
        return guest.visit(receipt)


def _change(guest: Guest) -> Response:
    return guest.visit(f"{guest.receipt()}/change")


def _change_with_errors(guest: Guest) -> Response:
    guest.visit(f"{guest.receipt()}/change")
    return guest.send({"first_name": "", **WRONG})


def _change_with_forged_token(guest: Guest) -> Response:
    guest.visit(f"{guest.receipt()}/change")
    guest.forge_token()
    return guest.send()


def _change_not_stored(guest: Guest) -> Response:
    guest.visit(f"{guest.receipt()}/change")
    with guest.house.shut():
        return guest.send()


def _change_too_late(guest: Guest) -> Response:
    receipt = guest.receipt()
    with guest.house.years_later():
        return guest.visit(f"{receipt}/change")


def _used_wrongly(guest: Guest) -> Response:
    guest.page.route("**/f/weddings*", lambda route: route.continue_(method="PUT"), times=1)
    return guest.visit("/f/weddings")


def _broken(status: HTTPStatus) -> Exhibit:
    return Exhibit(f"problem-{status:d}", status, lambda guest: guest.visit(f"/broken/{status:d}"))


EXHIBITS: Final = (
    Exhibit("form", HTTPStatus.OK, lambda guest: guest.visit("/f/weddings")),
    Exhibit("form-with-errors", HTTPStatus.UNPROCESSABLE_ENTITY, _sent_empty),
    Exhibit("form-too-old", HTTPStatus.UNPROCESSABLE_ENTITY, _sent_with_forged_token),
    Exhibit("form-with-likely-typo", HTTPStatus.UNPROCESSABLE_ENTITY, _sent_with_likely_typo),
    Exhibit("form-not-stored", HTTPStatus.SERVICE_UNAVAILABLE, _not_stored),
    Exhibit("form-with-theme", HTTPStatus.OK, lambda guest: guest.visit("/f/callback")),
    Exhibit("questions", HTTPStatus.OK, lambda guest: guest.visit("/f/events")),
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
    Exhibit("problem-404", HTTPStatus.NOT_FOUND, lambda guest: guest.visit("/nowhere")),
    Exhibit("problem-405", HTTPStatus.METHOD_NOT_ALLOWED, _used_wrongly),
    _broken(HTTPStatus.BAD_REQUEST),
    _broken(HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    _broken(HTTPStatus.TOO_MANY_REQUESTS),
    _broken(HTTPStatus.INTERNAL_SERVER_ERROR),
)
