"""A page as a visitor meets it, and a client that checks every page that any test fetches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from justhtml import Element, JustHTML
from werkzeug.test import TestResponse

TYPED = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "email": "ada@example.com",
    "phone": "0412 345 678",
    "message": "A wedding for eighty.",
    "consent": "y",
}


class Page:
    """An HTML page, parsed strictly by the HTML standard."""

    def __init__(self, html: str) -> None:
        self.html = html
        self._document = JustHTML(html, sanitize=False, collect_errors=True)
        self.errors = list(self._document.errors)

    def all(self, selector: str) -> list[Element]:
        return [each for each in self._document.query(selector) if isinstance(each, Element)]

    def one(self, selector: str) -> Element:
        (found,) = self.all(selector)
        return found

    def text(self, selector: str) -> str:
        return " ".join(self.one(selector).to_text().split())

    def hidden(self) -> dict[str, str]:
        return {
            str(each.attrs["name"]): str(each.attrs.get("value") or "")
            for each in self.all("input[type=hidden]")
        }

    def typed(self) -> dict[str, str | list[str]]:
        """Return what a browser would send of the fields that can be seen."""
        sent: dict[str, list[str]] = {}
        for field in self.all("form input, form textarea, form select"):
            kind, name = field.attrs.get("type"), str(field.attrs["name"])
            if field.name == "select":
                chosen = self.all(f"[name={name}] option[selected]")
                sent[name] = [str(each.attrs["value"]) for each in chosen] or [""]
            elif kind in {"radio", "checkbox"}:
                if "checked" in field.attrs:
                    sent.setdefault(name, []).append(str(field.attrs["value"]))
            elif kind != "hidden":
                sent[name] = [self.value(name)]
        return {name: values[0] if len(values) == 1 else values for name, values in sent.items()}

    def value(self, name: str) -> str:
        """Return what a field holds."""
        field = self.one(f"[name={name}]")
        if field.name == "textarea":
            return field.to_text()
        return str(field.attrs.get("value") or "")

    def listed(self) -> dict[str, str]:
        """Return what a list of terms says, such as the receipt's copy of what was sent."""
        terms = [" ".join(each.to_text().split()) for each in self.all("dt")]
        return dict(zip(terms, (each.to_text().strip() for each in self.all("dd")), strict=True))

    def summary(self) -> list[str]:
        """Return the messages of the error summary."""
        return [" ".join(each.to_text().split()) for each in self.all("[role=alert] li")]


def check_page(html: str) -> Page:
    """Hold a page to what every page must be."""
    page = Page(html)
    assert page.errors == [], page.errors
    title = page.text("title").removeprefix("Error: ")
    assert title.startswith(page.text("h1")), (title, page.text("h1"))
    assert page.one("html").attrs.get("lang")
    counts = Counter(str(each.attrs["id"]) for each in page.all("[id]"))
    assert [each for each, count in counts.items() if count > 1] == []
    assert page.all("[style], style, script:not([src]), [onclick], [onload]") == []
    for link in page.all("a[href^='#']"):
        assert str(link.attrs["href"]).removeprefix("#") in counts, link.attrs
    for field in page.all("input, textarea, select"):
        if field.attrs.get("type") not in {"hidden", "submit"}:
            assert page.all(f"label[for={field.attrs['id']}]"), f"{field.attrs} has no label"
        for described_by in str(field.attrs.get("aria-describedby") or "").split():
            assert described_by in counts, f"{described_by} describes nothing"
    return page


class PageCheckingClient(FlaskClient):
    """Flask's test client, which holds every HTML page to ``check_page``."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        assert "Set-Cookie" not in response.headers
        if response.mimetype == "text/html" and response.data and response.status_code not in {301, 302, 303}:
            check_page(response.text)
        return response

    def page(self, address: str, **kwargs: Any) -> Page:
        return Page(self.get(address, **kwargs).text)

    def send(
        self,
        slug: str = "weddings",
        page: Page | None = None,
        changes: Mapping[str, str] | None = None,
        **more_changes: str,
    ) -> TestResponse:
        """Send what ``TYPED`` says, with changes, by a form that was opened before."""
        hidden = (page or self.page(f"/f/{slug}")).hidden()
        return self.post(f"/f/{slug}", data={**TYPED, **hidden, **(changes or {}), **more_changes})
