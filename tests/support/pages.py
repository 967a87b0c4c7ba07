"""An HTML page as a visitor sees it, and a test client that checks every page that it fetches."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import brotli
from flask import Flask
from flask.testing import FlaskClient
from justhtml import Element, JustHTML
from werkzeug.test import TestResponse

from webapp.languages.language import Language, get_language, supported_language

TYPED = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "email": "ada@example.com",
    "phone": "0412 345 678",
    "message": "A wedding for eighty.",
    "consent": "y",
}

OWN_TEXTS = "title, h1, h2, label, legend, button, option, a, .hint, .error, .notice, [role=alert], main > p"
"""Selects leadform's own texts, not what a visitor typed."""

ISOLATES = re.compile("[\u2066-\u2069]")
"""The invisible characters that isolate texts of another direction."""

AUTOCOMPLETE = frozenset(
    {
        *("name", "given-name", "additional-name", "family-name", "nickname"),
        *("organization", "organization-title", "url", "email", "tel", "tel-national", "bday"),
        *("street-address", "address-line1", "address-line2", "address-level1", "address-level2"),
        *("country", "country-name", "postal-code", "language", "honorific-prefix", "transaction-amount"),
    }
)
"""The detail tokens of HTML's ``autocomplete`` that a form of contact details may use.

``off`` is not one of them: browsers do not restore a field that has it on going back.
"""

SECTION_OF_VISITOR = "section-visitor"


class Page:
    """An HTML page, parsed strictly by the HTML standard."""

    def __init__(self, html: str) -> None:
        self.html = html
        self._document = JustHTML(html, sanitize=False, collect_errors=True)
        self.errors = list(self._document.errors)

    def all(self, selector: str) -> list[Element]:
        return [node for node in self._document.query(selector) if isinstance(node, Element)]

    def one(self, selector: str) -> Element:
        (found,) = self.all(selector)
        return found

    def text(self, selector: str) -> str:
        return " ".join(self.one(selector).to_text().split())

    def hidden(self) -> dict[str, str]:
        return {
            str(field.attrs["name"]): str(field.attrs.get("value") or "")
            for field in self.all("input[type=hidden]")
        }

    def answers(self) -> dict[str, str | list[str]]:
        """Return what a browser would send from the visible fields."""
        sent: dict[str, list[str]] = {}
        for field in self.all("form input, form textarea, form select"):
            kind, name = field.attrs.get("type"), str(field.attrs["name"])
            if field.name == "select":
                chosen = self.all(f"[name={name}] option[selected]")
                sent[name] = [str(option.attrs["value"]) for option in chosen] or [""]
            elif kind in {"radio", "checkbox"}:
                if "checked" in field.attrs:
                    sent.setdefault(name, []).append(str(field.attrs["value"]))
            elif kind != "hidden":
                sent[name] = [self.value(name)]
        return {name: values[0] if len(values) == 1 else values for name, values in sent.items()}

    def value(self, name: str) -> str:
        """Return the value of a field."""
        field = self.one(f"[name={name}]")
        if field.name == "textarea":
            return field.to_text()
        return str(field.attrs.get("value") or "")

    def terms(self) -> dict[str, str]:
        """Return a description list as a dict, such as the receipt's copy of the answers."""
        terms = [" ".join(term.to_text().split()) for term in self.all("dt")]
        return dict(
            zip(terms, (description.to_text().strip() for description in self.all("dd")), strict=True)
        )

    def summary(self) -> list[str]:
        """Return the messages of the error summary."""
        return [" ".join(message.to_text().split()) for message in self.all("[role=alert] li")]

    def resources(self) -> list[str]:
        """Return the addresses of everything that the page loads."""
        links = [
            link.attrs.get("href")
            for link in self.all("link")
            if {"stylesheet", "icon", "preload", "modulepreload"} & set(str(link.attrs.get("rel")).split())
        ]
        return [
            str(address) for address in (*links, *(element.attrs["src"] for element in self.all("[src]")))
        ]


def check_page(html: str) -> Page:
    """Check what must hold for every page, and return the page."""
    page = Page(html)
    assert page.errors == [], page.errors
    root = page.one("html").attrs
    assert root.get("lang"), root
    tag = supported_language(str(root["lang"]))
    assert tag is not None, root
    assert root.get("dir", "ltr") == get_language(tag).direction, root
    _check_title(page, get_language(tag))
    counts = Counter(str(element.attrs["id"]) for element in page.all("[id]"))
    assert [id_ for id_, count in counts.items() if count > 1] == []
    for link in page.all("a[href^='#']"):
        assert str(link.attrs["href"]).removeprefix("#") in counts, link.attrs
    for described in page.all("[aria-describedby]"):
        for by in str(described.attrs["aria-describedby"]).split():
            assert by in counts, f"{by} is not on the page"
    _check_fields(page)
    _check_resources(page)
    texts = " ".join(" ".join(element.to_text().split()) for element in page.all(OWN_TEXTS)).lower()
    assert not re.search(r"\b(invalid|please|oops)\b", texts), texts
    return page


def _check_title(page: Page, language: Language) -> None:
    """The title starts with the heading, or with "Error:" and the heading."""
    error = " ".join(language.gettext("Error:").split())
    title, heading = (ISOLATES.sub("", page.text(selector)) for selector in ("title", "h1"))
    assert heading, "the heading is empty"
    assert title.removeprefix(f"{error} ").startswith(heading), (title, heading)


def _check_fields(page: Page) -> None:
    """Every field has a label, and the browser never blocks sending."""
    in_sets = {str(field.attrs["id"]) for field in page.all("fieldset input")}
    for field in page.all("input, textarea, select"):
        kind = field.attrs.get("type")
        if kind in {"hidden", "submit"}:
            continue
        (label,) = page.all(f"label[for='{field.attrs['id']}']")
        assert label.to_text().strip(), f"{field.attrs} has an empty label"
        assert kind != "radio" or field.attrs["id"] in in_sets, f"{field.attrs} is in no fieldset"
    assert page.all("fieldset > legend") == page.all("legend")
    assert len(page.all("fieldset")) == len(page.all("legend"))
    assert all(element.to_text().strip() for element in page.all("legend, button"))
    _check_autocomplete(page)
    assert page.all("form:not([novalidate]), [required], [placeholder], [disabled]") == []


def _check_resources(page: Page) -> None:
    """A page loads only from its own host, and has no inline style or script."""
    assert page.all("[style], style, script:not([src]), base, iframe, object, embed") == []
    for element in page.all("*"):
        assert not [name for name in element.attrs if name.startswith("on")], element.attrs
        assert not str(element.attrs.get("href") or "").lower().startswith("javascript:"), element.attrs
    assert [image.attrs for image in page.all("img") if not image.attrs.get("alt")] == []
    for address in page.resources():
        assert address.startswith(("/", "data:,")), address
        assert not address.startswith("//"), address


def _check_autocomplete(page: Page) -> None:
    """Browsers restore every field on going back, and autofill no question with the visitor's details."""
    sections: Counter[str] = Counter()
    for field in page.all("[autocomplete]"):
        section, detail = str(field.attrs["autocomplete"]).split()
        assert detail in AUTOCOMPLETE, field.attrs
        assert section.startswith("section-"), field.attrs
        assert field.name in {"input", "select", "textarea"}, field.attrs
        assert field.attrs.get("type") not in {"hidden", "radio", "checkbox", "submit"}, field.attrs
        sections[section] += 1
    assert not [section for section, count in sections.items() if count > 1 and section != SECTION_OF_VISITOR]
    guessed = page.all("input[type=text], input[type=email], input[type=tel], select")
    assert [field.attrs for field in guessed if "autocomplete" not in field.attrs] == []


def decoded_html(response: TestResponse) -> str:
    """Return the HTML of a response, decompressed if necessary."""
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(
        response.headers.get("Content-Encoding", "")
    )
    return unpack(response.data).decode() if unpack else response.text


class PageCheckingClient(FlaskClient):
    """Flask's test client, which checks every HTML page by ``check_page``."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        assert "Set-Cookie" not in response.headers
        if response.mimetype == "text/html" and response.data and response.status_code not in {301, 302, 303}:
            page = check_page(decoded_html(response))
            assert "dir" in page.one("html").attrs
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
        """Send the answers of ``TYPED``, with changes, from a page or from a form opened anew."""
        hidden = (page or self.page(f"/f/{slug}")).hidden()
        return self.post(f"/f/{slug}", data={**TYPED, **hidden, **(changes or {}), **more_changes})


def checking_client(app: Flask) -> PageCheckingClient:
    """Return a client of an application that checks every page."""
    app.test_client_class = PageCheckingClient
    client = app.test_client()
    assert isinstance(client, PageCheckingClient)
    return client
