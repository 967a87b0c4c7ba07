from __future__ import annotations

from datetime import timedelta

import pytest
import requests
from werkzeug.datastructures import Headers

from tests.sandbox.caller import ADD, KEY, NOW, TIMEOUT, Caller, reasons, refusal
from webapp.sandbox import SandboxServer
from webapp.sandbox.authentication import SignedRequest, content_md5, signature, string_to_sign

PING = "test?action=ping"


def test_the_published_md5_of_a_body_is_reproduced() -> None:
    assert content_md5(b'{"example":"body"}') == "a09f600c77a6dbd947db24c61e8935ca"


def test_the_published_string_to_sign_is_reproduced() -> None:
    headers = Headers(
        {
            "Content-MD5": "a09f600c77a6dbd947db24c61e8935ca",
            "Content-Type": "application/json",
            "IVVY-Date": "2012-04-03 22:23:24",
            "X-Api-Version": "1.0",
        }
    )
    request = SignedRequest("/api/1.0/test?action=ping", headers, b'{"example":"body"}')
    assert string_to_sign(request) == (
        "posta09f600c77a6dbd947db24c61e8935caapplication/json/api/1.0/test?action=ping1.0"
        "ivvydate=2012-04-03 22:23:24"
    )


def test_the_published_signature_is_reproduced() -> None:
    assert signature("my secret key", "string to sign") == "a993876ea1218921a1c8551923473da7b310dfae"


@pytest.mark.parametrize("body", [b"", b'{"example":"body"}'])
def test_a_signed_ping_is_acknowledged_with_the_time(caller: Caller, body: bytes) -> None:
    answer = caller.send(PING, body)
    assert answer.status_code == 200
    assert answer.json() == {"message": "ack", "timestamp": "2026-03-04 10:20:30 UTC"}


@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_date_exactly_five_minutes_off_is_accepted(caller: Caller, minutes: int) -> None:
    headers = caller.headers(PING, b"", sent_at=NOW + timedelta(minutes=minutes))
    assert caller.send(PING, b"", headers=headers).status_code == 200


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_date_over_five_minutes_off_is_refused_with_23005(caller: Caller, seconds: int) -> None:
    headers = caller.headers(PING, b"", sent_at=NOW + timedelta(seconds=seconds))
    assert refusal(caller.send(PING, b"", headers=headers)) == (401, 23005)


@pytest.mark.parametrize("date", [None, "yesterday", "2026-3-4 10:20:30", "2026-13-04 10:20:30"])
def test_a_missing_or_malformed_date_is_refused_with_23005(caller: Caller, date: str | None) -> None:
    assert refusal(caller.send(PING, b"", headers={"IVVY-Date": date})) == (401, 23005)


def test_a_signature_with_another_secret_is_refused_with_401(caller: Caller) -> None:
    headers = caller.headers(PING, b"", secret="another secret")
    assert refusal(caller.send(PING, b"", headers=headers)) == (401, 0)


def test_a_signature_for_another_action_is_refused_with_401(caller: Caller) -> None:
    assert refusal(caller.send(PING, b"{}", headers=caller.headers(ADD, b"{}"))) == (401, 0)


def test_an_unknown_key_is_refused_with_401(caller: Caller) -> None:
    right = caller.headers(PING, b"")["X-Api-Authorization"]
    headers = {"X-Api-Authorization": right.replace(KEY, "other-key")}
    assert refusal(caller.send(PING, b"", headers=headers)) == (401, 0)


@pytest.mark.parametrize("credentials", [None, "", "IWS", f"Basic {KEY}:abc", f"IWS {KEY}"])
def test_malformed_credentials_are_refused_with_401(caller: Caller, credentials: str | None) -> None:
    assert refusal(caller.send(PING, b"", headers={"X-Api-Authorization": credentials})) == (401, 0)


@pytest.mark.parametrize("digest", [None, "a09f600c77a6dbd947db24c61e8935ca", "é"])
def test_a_digest_of_another_body_is_refused_with_401(caller: Caller, digest: str | None) -> None:
    assert refusal(caller.send(PING, b"{}", headers={"Content-MD5": digest})) == (401, 0)


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_another_content_type_is_refused_with_406(caller: Caller, content_type: str | None) -> None:
    assert refusal(caller.send(PING, b"{}", headers={"Content-Type": content_type})) == (406, 0)


@pytest.mark.parametrize("version", [None, "2.0"])
def test_another_api_version_does_not_validate(caller: Caller, version: str | None) -> None:
    answer = caller.send(PING, b"", headers={"X-Api-Version": version})
    assert refusal(answer) == (400, 23016)
    assert reasons(answer) == ["X-Api-Version: must be 1.0"]


def test_a_revoked_key_is_refused_with_463_until_it_is_restored(
    sandbox: SandboxServer, caller: Caller
) -> None:
    sandbox.faults.revoke_key()
    assert refusal(caller.send(PING, b"")) == (463, 0)
    sandbox.faults.restore_key()
    assert caller.send(PING, b"").status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_any_method_but_post_is_refused_with_405(caller: Caller, method: str) -> None:
    answer = requests.request(method, f"{caller.url}/api/1.0/{PING}", timeout=TIMEOUT)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    if method != "HEAD":
        assert refusal(answer) == (405, 0)


@pytest.mark.parametrize(
    "call", ["nowhere?action=ping", "test?action=pong", "test", "crm?action=addOrUpdateOpportunity"]
)
def test_an_unknown_namespace_or_action_is_refused_with_404(caller: Caller, call: str) -> None:
    assert refusal(caller.send(call, b"{}")) == (404, 0)


def test_another_version_in_the_path_is_refused_with_404(caller: Caller) -> None:
    answer = requests.post(f"{caller.url}/api/2.0/{PING}", timeout=TIMEOUT)
    assert refusal(answer) == (404, 0)


def test_a_body_that_is_too_large_is_refused_with_413(caller: Caller) -> None:
    assert refusal(caller.send(ADD, b" " * 1_000_001)) == (413, 0)
