"""Requests are signed like the platform's published examples."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests import PreparedRequest, Request

from webapp.platform.signing import Signature, content_md5, ivvy_date, sign, string_to_sign

PUBLISHED_DATE = datetime(2012, 4, 3, 22, 23, 24, tzinfo=UTC)
PUBLISHED_STRING = (
    "posta09f600c77a6dbd947db24c61e8935caapplication/json/api/1.0/test?action=ping1.0"
    "ivvydate=2012-04-03 22:23:24"
)


def signed(body: bytes, path_and_query: str, secret: str) -> PreparedRequest:
    return Request(
        "POST",
        f"https://platform.example{path_and_query}",
        data=body,
        headers={"Content-Type": "application/json"},
        auth=Signature("my key", secret, PUBLISHED_DATE),
    ).prepare()


def test_the_published_body_has_the_published_digest() -> None:
    assert content_md5(b'{"example":"body"}') == "a09f600c77a6dbd947db24c61e8935ca"


def test_an_empty_body_has_a_digest() -> None:
    assert content_md5(b"") == "d41d8cd98f00b204e9800998ecf8427e"


def test_the_published_request_has_the_published_string_to_sign() -> None:
    digest = content_md5(b'{"example":"body"}')
    assert string_to_sign("/api/1.0/test?action=ping", digest, ivvy_date(PUBLISHED_DATE)) == PUBLISHED_STRING


def test_the_published_string_has_the_published_signature() -> None:
    assert sign("my secret key", "string to sign") == "a993876ea1218921a1c8551923473da7b310dfae"


def test_the_string_to_sign_is_lower_cased_as_a_whole() -> None:
    text = string_to_sign(
        "/api/1.0/venue?action=addOrUpdateOpportunity", content_md5(b"{}"), "2012-04-03 22:23:24"
    )
    assert text == text.lower()
    assert "addorupdateopportunity" in text


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        pytest.param(PUBLISHED_DATE, "2012-04-03 22:23:24", id="as published"),
        pytest.param(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02 03:04:05", id="zeros kept"),
        pytest.param(
            datetime(2026, 1, 2, 3, 4, 5, 999_999, tzinfo=UTC), "2026-01-02 03:04:05", id="fraction dropped"
        ),
        pytest.param(
            datetime(2026, 1, 1, 9, 30, tzinfo=timezone(timedelta(hours=11))),
            "2025-12-31 22:30:00",
            id="another time zone",
        ),
    ],
)
def test_the_date_header_is_utc_to_the_second(moment: datetime, written: str) -> None:
    assert ivvy_date(moment) == written


def test_a_signed_request_has_the_four_documented_headers() -> None:
    request = signed(b'{"example":"body"}', "/api/1.0/test?action=ping", "my secret key")
    assert request.headers["Content-MD5"] == "a09f600c77a6dbd947db24c61e8935ca"
    assert request.headers["IVVY-Date"] == "2012-04-03 22:23:24"
    assert request.headers["X-Api-Version"] == "1.0"
    expected = hmac.new(b"my secret key", PUBLISHED_STRING.encode(), hashlib.sha1).hexdigest()
    assert request.headers["X-Api-Authorization"] == f"IWS my key:{expected}"


@pytest.mark.parametrize(
    ("body", "path_and_query", "secret"),
    [
        pytest.param(b'{"example": "body"}', "/api/1.0/test?action=ping", "my secret key", id="another body"),
        pytest.param(b'{"example":"body"}', "/api/1.0/venue?action=ping", "my secret key", id="another path"),
        pytest.param(b'{"example":"body"}', "/api/1.0/test?action=pong", "my secret key", id="another query"),
        pytest.param(
            b'{"example":"body"}', "/api/1.0/test?action=ping", "another secret", id="another secret"
        ),
    ],
)
def test_any_change_changes_the_signature(body: bytes, path_and_query: str, secret: str) -> None:
    published = signed(b'{"example":"body"}', "/api/1.0/test?action=ping", "my secret key")
    changed = signed(body, path_and_query, secret)
    assert changed.headers["X-Api-Authorization"] != published.headers["X-Api-Authorization"]


@given(body=st.binary(max_size=200), secret=st.text(st.characters(codec="utf-8"), min_size=1))
def test_the_signature_covers_the_exact_body_and_address(body: bytes, secret: str) -> None:
    request = signed(body, "/api/1.0/venue?action=addOrUpdateOpportunity", secret)
    leaving = request.body or b""
    assert isinstance(leaving, bytes)
    text = (
        f"post{hashlib.md5(leaving, usedforsecurity=False).hexdigest()}application/json"
        f"{request.path_url.lower()}1.0ivvydate=2012-04-03 22:23:24"
    )
    signature = hmac.new(secret.encode(), text.encode(), hashlib.sha1).hexdigest()
    assert request.headers["X-Api-Authorization"] == f"IWS my key:{signature}"
