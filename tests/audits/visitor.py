"""A visitor with a browser, who fills in and sends whatever form is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Page, Response

from tests.audits.server import PageServer
from tests.support.pages import TYPED

FORM: Final = "form[method=post]"


@dataclass(frozen=True, slots=True)
class BrowserVisitor:
    """A visitor who uses one language."""

    server: PageServer
    page: Page
    language: str

    def visit(self, path: str) -> Response:
        """Open a path of the server."""
        return _answered(self.page.goto(f"{self.server.address}{path}?lang={self.language}"))

    def send(self, answers: Mapping[str, str] | None = None) -> Response:
        """Fill in those answers that the page's form asks for, and send it."""
        asked = self.page.locator(f"{FORM} [name]").evaluate_all(
            "fields => Object.fromEntries(fields.map(field => [field.name, field.type]))"
        )
        for name, answer in (answers or {}).items():
            if name in asked:
                self._answer(name, asked[name], answer)
        # expect_navigation would end too soon, when the script changes the history's state.
        with self.page.expect_event("load"), self.page.expect_response(_is_a_page) as response:
            self.page.locator(f"{FORM} button[type=submit]").click()
        return response.value

    def receipt(self) -> str:
        """Return the path of a receipt in this language, always the same one."""
        if self.language not in self.server.receipts:
            self.visit("/f/weddings")
            self.send(TYPED)
            self.server.receipts[self.language] = urlsplit(self.page.url).path
        return self.server.receipts[self.language]

    def forge_token(self) -> None:
        """Replace the form's token by an invalid one, such as an old one after the key was changed."""
        self.page.locator(f"{FORM} [name=token]").evaluate("field => { field.value = 'forged' }")

    def _answer(self, name: str, kind: str, answer: str) -> None:
        box = self.page.locator(f"{FORM} [name='{name}']")
        if kind in {"radio", "checkbox"}:
            box.and_(self.page.locator(f"[value='{answer}']")).check()
        elif kind == "select-one":
            box.select_option(answer)
        else:
            box.fill(answer)


def _is_a_page(response: Response) -> bool:
    is_redirect = HTTPStatus.MULTIPLE_CHOICES <= response.status < HTTPStatus.BAD_REQUEST
    return response.request.is_navigation_request() and not is_redirect


def _answered(response: Response | None) -> Response:
    assert response is not None, "the browser loaded no page"
    return response
