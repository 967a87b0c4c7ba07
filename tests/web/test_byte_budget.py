"""The form and its receipt, with all their assets, are small enough for a slow connection."""

from __future__ import annotations

import brotli
import pytest

from tests.conftest import settings_for
from tests.support.pages import TYPED, Page, PageCheckingClient, checking_client
from tests.support.processes import PROJECT
from webapp.app import create_app
from webapp.formfile.reader import read_forms
from webapp.languages.language import LANGUAGES
from webapp.outbox.database import Database

pytestmark = pytest.mark.engines("sqlite")

BUDGET = 14_000
"""Bytes: about what a server may send before the first acknowledgement.

Ten segments, by RFC 6928's initial window.
"""

DEMONSTRATION = PROJECT / "webapp" / "commands" / "demo_forms.toml"
TAGGED = (
    "utm_source=google&utm_medium=cpc&utm_campaign=spring%20sale&utm_term=wedding%20venue%20harbour"
    "&utm_content=banner-2027-b&gclid=EAIaIQobChMI8_abc_def"
)


@pytest.fixture
def client(database: Database, database_url: str) -> PageCheckingClient:
    settings = settings_for(database_url, forms_file=DEMONSTRATION)
    return checking_client(create_app(settings, read_forms(DEMONSTRATION), database))


def fetched(client: PageCheckingClient, address: str) -> bytes:
    answer = client.get(address, headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br", address
    content: bytes = answer.data
    answer.close()
    return content


def assets(page: Page) -> set[str]:
    """Return the addresses of a page's assets."""
    linked = {str(link.attrs["href"]) for link in page.all("link[href]")}
    return linked | {str(element.attrs["src"]) for element in page.all("[src]")}


@pytest.mark.parametrize("tag", LANGUAGES)
def test_form_and_receipt_with_their_assets_fit_the_byte_budget(tag: str, client: PageCheckingClient) -> None:
    address = f"/f/weddings?lang={tag}&{TAGGED}"
    sizes = {"form": fetched(client, address)}
    form = Page(brotli.decompress(sizes["form"]).decode())
    receipt = client.post(
        f"/f/weddings?lang={tag}",
        data={**TYPED, **form.hidden(), "message": "A wedding for eighty. " * 20},
    ).location
    sizes["receipt"] = fetched(client, receipt)
    shown = Page(brotli.decompress(sizes["receipt"]).decode())
    for address in sorted(assets(form) | assets(shown)):
        assert address.startswith("/"), f"{address} is on another host"
        sizes[address] = fetched(client, address)
    figures = {name: len(content) for name, content in sizes.items()}
    assert sum(figures.values()) <= BUDGET, figures
    assert len(figures) == 5, figures
