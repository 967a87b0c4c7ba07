"""Static files: cached for ever, and compressed."""

import gzip
import re
from pathlib import Path

import brotli
import pytest

from tests.support.pages import Page, PageCheckingClient
from tests.support.processes import PROJECT

pytestmark = pytest.mark.engines("sqlite")


def addresses(page: Page) -> list[str]:
    linked = [str(link.attrs["href"]) for link in page.all("link[rel=stylesheet], link[rel=icon]")]
    return [*linked, *(str(script.attrs["src"]) for script in page.all("script"))]


def test_static_files_are_named_by_content_and_cached_for_ever(
    client: PageCheckingClient,
) -> None:
    found = addresses(client.page("/f/weddings"))
    assert [re.sub(r"\.[0-9a-f]{12}\.", ".", address) for address in found] == [
        "/static/leadform.css",
        "/static/icon.svg",
        "/static/leadform.js",
    ]
    for address in found:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert "max-age=315360000" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert (
            answer.data
            == (PROJECT / "static" / re.sub(r"\.[0-9a-f]{12}", "", Path(address).name)).read_bytes()
        )
        answer.close()


def test_static_files_are_compressed_as_the_browser_accepts(client: PageCheckingClient) -> None:
    for address in addresses(client.page("/f/weddings")):
        whole = client.get(address)
        for accepted, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
            answer = client.get(address, headers={"Accept-Encoding": accepted})
            assert answer.headers["Content-Encoding"] == accepted
            assert "Accept-Encoding" in answer.headers["Vary"]
            assert unpack(answer.data) == whole.data
            assert len(answer.data) < len(whole.data)
            answer.close()
        whole.close()


def test_pages_are_compressed(client: PageCheckingClient) -> None:
    whole = client.get("/f/weddings?utm_source=google")
    for accepted, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        answer = client.get("/f/weddings", headers={"Accept-Encoding": accepted}, buffered=True)
        assert answer.headers["Content-Encoding"] == accepted
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert Page(unpack(answer.data).decode()).text("h1") == Page(whole.text).text("h1")


@pytest.mark.parametrize(
    "address",
    ["/static/", "/static/nothing.css", "/static/../pyproject.toml", "/static/%2e%2e/pyproject.toml"],
)
def test_other_paths_are_not_found(address: str, client: PageCheckingClient) -> None:
    assert client.get(address).status_code == 404


def test_an_unchanged_file_is_not_sent_again(client: PageCheckingClient) -> None:
    for address in addresses(client.page("/f/weddings")):
        seen = set()
        for encoding in ("identity", "gzip", "br"):
            accepted = {"Accept-Encoding": encoding}
            first = client.get(address, headers=accepted)
            seen.add(first.headers["ETag"])
            for condition in (
                {"If-None-Match": first.headers["ETag"]},
                {"If-None-Match": f'"other", W/{first.headers["ETag"]}'},
                {"If-Modified-Since": first.headers["Last-Modified"]},
            ):
                again = client.get(address, headers={**accepted, **condition})
                assert (again.status_code, again.data) == (304, b""), condition
                assert again.headers["ETag"] == first.headers["ETag"]
                assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
                assert "Accept-Encoding" in again.headers["Vary"]
        assert len(seen) == 3, "each encoding has an ETag of its own"


def test_head_and_range_requests_are_answered(client: PageCheckingClient) -> None:
    for address in addresses(client.page("/f/weddings")):
        whole = client.get(address)
        head = client.head(address)
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["Content-Length"] == str(len(whole.data))
        part = client.get(address, headers={"Range": "bytes=2-5"})
        assert (part.status_code, part.data) == (206, whole.data[2:6])
        assert part.headers["Content-Range"] == f"bytes 2-5/{len(whole.data)}"
        beyond = client.get(address, headers={"Range": "bytes=9999999-"})
        assert beyond.status_code == 416
        assert client.post(address).status_code == 405


@pytest.mark.parametrize("accepted", ["", "deflate", "identity"])
def test_a_browser_without_compression_gets_plain_files(accepted: str, client: PageCheckingClient) -> None:
    for address in addresses(client.page("/f/weddings")):
        answer = client.get(address, headers={"Accept-Encoding": accepted})
        assert "Content-Encoding" not in answer.headers
        assert answer.headers["Content-Length"] == str(len(answer.data))
