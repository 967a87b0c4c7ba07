"""What an answer means, row by row of the contract's tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.platform.errors import AccountRejected, PermanentlyRefused, PlatformError, Retryable, Unclear
from webapp.platform.response import Response, parse_opportunity_id, parse_result

HTML: Final = b"<!doctype html><title>Bad gateway</title>"
EMPTY: Final = b""


def refusal(status: int, specific_code: object = 0, *additional: str, message: str = "No.") -> bytes:
    return json.dumps(
        {
            "errorCode": status,
            "message": message,
            "specificCode": specific_code,
            "additionalMessages": list(additional),
        }
    ).encode()


def answer(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status, headers or {}, body)


UPDATES: Final = {
    "the published example": {"id": 755},
    "with digits": {"id": "755"},
    "with success": {"success": True, "id": 755},
    "with success and digits": {"success": True, "id": "755"},
    "with a success of null": {"success": None, "id": 755},
    "with a success in words": {"success": "True", "id": 755},
    "with a success of one": {"success": 1, "id": 755},
    "with a success of one in digits": {"success": "1", "id": "755"},
    "with a number that has a point": {"id": 755.0},
    "with words beside it": {"id": 755, "message": "Saved", "errorCode": 0, "specificCode": 0},
    "of another opportunity, for the caller to see": {"id": 756},
}


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in UPDATES.items()])
def test_an_update_is_confirmed_by_an_id_alone(body: dict[str, object]) -> None:
    content = answer(200, json.dumps(body).encode())
    assert parse_opportunity_id(content, is_update=True) == int(float(str(body["id"])))


NO_UPDATES: Final[dict[str, tuple[object, type[PlatformError]]]] = {
    "success false with its id": ({"success": False, "id": 755}, PermanentlyRefused),
    "an error with its id": ({"errorCode": 500, "id": 755}, Unclear),
    "a refusal with its id": ({"specificCode": 24224, "id": 755}, Unclear),
    "success in words": ({"success": "false", "id": 755}, Unclear),
    "success of zero": ({"success": 0, "id": 755}, Unclear),
    "success of another kind": ({"success": [True], "id": 755}, Unclear),
    "success in words with an error": ({"success": "true", "errorCode": 500, "id": 755}, Unclear),
    "half an id": ({"id": 755.5}, Unclear),
    "an id larger than it says": ({"id": 1e18}, Unclear),
    "no id": ({}, Unclear),
    "success without an id": ({"success": True}, Unclear),
    "an id of zero": ({"id": "0"}, Unclear),
    "an id below zero": ({"id": -755}, Unclear),
    "an id in words": ({"id": "seven"}, Unclear),
    "an id in other digits": ({"id": "\u0667\u0665\u0665"}, Unclear),
    "an id with a fraction": ({"id": "755.0"}, Unclear),
    "an id beyond every opportunity": ({"id": "9" * 5000}, Unclear),
    "a list": ([755], Unclear),
}


@pytest.mark.parametrize(
    ("body", "meaning"), [pytest.param(*row, id=name) for name, row in NO_UPDATES.items()]
)
def test_an_update_is_not_confirmed_without_an_id(body: object, meaning: type[PlatformError]) -> None:
    with pytest.raises(PlatformError) as error:
        parse_opportunity_id(answer(200, json.dumps(body).encode()), is_update=True)
    assert type(error.value) is meaning


def test_an_id_of_digits_is_an_id() -> None:
    assert parse_opportunity_id(answer(200, b'{"success": true, "id": "0755"}')) == 755


def error_for(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> PlatformError:
    with pytest.raises(PlatformError) as error:
        parse_opportunity_id(answer(status, body, headers))
    return error.value


def test_the_documented_answer_gives_the_opportunitys_id() -> None:
    assert parse_opportunity_id(answer(200, b'{\n  "success": true,\n  "id": 755\n}')) == 755


def test_a_result_is_the_whole_json_object() -> None:
    body = json.dumps({"meta": {"totalResults": 0}, "results": [], "name": "Zoë"}).encode()
    assert parse_result(answer(200, body)) == {"meta": {"totalResults": 0}, "results": [], "name": "Zoë"}


MEANINGS: Final[dict[str, tuple[int, bytes, type[PlatformError], int | None]]] = {
    # "What the outcome of a send means", from top to bottom
    "429": (429, refusal(429), Retryable, 0),
    "429 in HTML": (429, HTML, Retryable, None),
    "503": (503, refusal(503), Retryable, 0),
    "503 in HTML": (503, HTML, Retryable, None),
    "500 may hide an accepted request": (500, refusal(500), Unclear, 0),
    "502 may hide an accepted request": (502, HTML, Unclear, None),
    "504 may hide an accepted request": (504, HTML, Unclear, None),
    "200 cut off": (200, b'{"success": true, "id": 75', Unclear, None),
    "200 without a body": (200, EMPTY, Unclear, None),
    "200 with HTML": (200, HTML, Unclear, None),
    "200 with a list": (200, b'[{"success": true, "id": 755}]', Unclear, None),
    "200 with null": (200, b"null", Unclear, None),
    "200 in no UTF-8": (200, b'{"success": true, "id": 755, "x": "\xff"}', Unclear, None),
    "200 nested past reading": (200, b'{"id":' * 100_000, Unclear, None),
    "200 with an empty object": (200, b"{}", Unclear, None),
    "200 without success": (200, b'{"id": 755}', Unclear, None),
    "200 without an id": (200, b'{"success": true}', Unclear, None),
    "200 with success in words": (200, b'{"success": "true", "id": 755}', Unclear, None),
    "200 with success as a number": (200, b'{"success": 1, "id": 755}', Unclear, None),
    "200 with a true id": (200, b'{"success": true, "id": true}', Unclear, None),
    "200 with a null id": (200, b'{"success": true, "id": null}', Unclear, None),
    "200 with half an id": (200, b'{"success": true, "id": 755.5}', Unclear, None),
    "200 with success false": (200, b'{"success": false}', PermanentlyRefused, None),
    "200 with success false and an id": (200, b'{"success": false, "id": 755}', PermanentlyRefused, None),
    "400, a parameter does not validate": (400, refusal(400, 23016), PermanentlyRefused, 23016),
    "400, a required parameter is missing": (400, refusal(400, 23017), PermanentlyRefused, 23017),
    "400, the request is empty": (400, refusal(400, 24221), PermanentlyRefused, 24221),
    "400, the opportunity does not exist": (400, refusal(400, 24222), PermanentlyRefused, 24222),
    "400, the details are invalid": (400, refusal(400, 24224), PermanentlyRefused, 24224),
    "401, the date is outside five minutes": (401, refusal(401, 23005), AccountRejected, 23005),
    "401": (401, refusal(401), AccountRejected, 0),
    "401 in HTML": (401, HTML, AccountRejected, None),
    "403": (403, refusal(403), AccountRejected, 0),
    "462, the session expired": (462, refusal(462), AccountRejected, 0),
    "463, the key is revoked": (463, refusal(463), AccountRejected, 0),
    # named under "An answer" besides these: not accepted, or not known to be accepted
    "404": (404, refusal(404), Retryable, 0),
    "405": (405, refusal(405), Retryable, 0),
    "406": (406, refusal(406), Retryable, 0),
    "501": (501, refusal(501), Retryable, 0),
    "460, unknown": (460, refusal(460), Unclear, 0),
    "461, a failed request": (461, refusal(461), Unclear, 0),
    "408, a request that timed out there": (408, EMPTY, Unclear, None),
    "201, which no contract knows": (201, b'{"success": true, "id": 755}', Unclear, None),
    "204, which no contract knows": (204, EMPTY, Unclear, None),
    # a specific code of the wrong type is ignored
    "a code in words": (400, refusal(400, "23016"), PermanentlyRefused, None),
    "a code that is true": (400, refusal(400, specific_code=True), PermanentlyRefused, None),
}


@pytest.mark.parametrize(
    ("status", "body", "meaning", "code"), [pytest.param(*row, id=name) for name, row in MEANINGS.items()]
)
def test_a_failure_means_what_the_contract_says(
    status: int, body: bytes, meaning: type[PlatformError], code: int | None
) -> None:
    error = error_for(status, body)
    assert (type(error), error.http_status, error.specific_code) == (meaning, status, code)
    assert error.message
    assert str(error) == error.message


@pytest.mark.parametrize("code", [23016, 23017, 24221, 24222, 24224])
def test_a_permanent_code_is_permanent_under_any_client_error(code: int) -> None:
    error = error_for(404, refusal(404, code))
    assert (type(error), error.http_status, error.specific_code) == (PermanentlyRefused, 404, code)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_a_success(status: int) -> None:
    error = error_for(status, b'{"success": true, "id": 755}', {"Location": "https://elsewhere.example/"})
    assert isinstance(error, Retryable | Unclear)


def test_a_wrong_clock_is_distinguished_from_a_wrong_key() -> None:
    clock = error_for(401, refusal(401, 23005))
    key = error_for(401, refusal(401))
    assert "clock" in clock.message
    assert "PLATFORM_KEY" not in clock.message
    assert "PLATFORM_KEY" in key.message
    assert "clock" not in key.message


# Retry-After


def retry_after(status: int, value: str) -> float | None:
    error = error_for(status, refusal(status), {"Retry-After": value})
    assert isinstance(error, Retryable)
    return error.retry_after


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("value", "seconds"), [("120", 120.0), ("0", 0.0), (" 7 ", 7.0)])
def test_retry_after_is_a_number_of_seconds(status: int, value: str, seconds: float) -> None:
    assert retry_after(status, value) == seconds


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_an_http_date(status: int) -> None:
    moment = datetime.now(UTC) + timedelta(hours=2)
    seconds = retry_after(status, format_datetime(moment, usegmt=True))
    assert seconds is not None
    assert 7100 < seconds <= 7200


def test_a_past_retry_after_means_at_once() -> None:
    assert retry_after(429, "Wed, 21 Oct 2015 07:28:00 GMT") == 0


@pytest.mark.parametrize(
    "value",
    ["", "soon", "-5", "1.5", "1e3", "0x10", "١٢", "120, 60", "Wed, 99 Foo 2015", "\x00", "2026-05-31"],
)
def test_a_nonsensical_retry_after_is_ignored(value: str) -> None:
    assert retry_after(429, value) is None


@pytest.mark.parametrize("value", ["9" * 12, "9" * 5000, "Wed, 21 Oct 9999 07:28:00 GMT"])
def test_a_huge_retry_after_is_a_long_but_finite_time(value: str) -> None:
    seconds = retry_after(429, value)
    assert seconds is not None
    assert 24 * 3600 < seconds < float("inf")


def test_a_missing_retry_after_leaves_the_wait_to_us() -> None:
    error = error_for(429, refusal(429))
    assert isinstance(error, Retryable)
    assert error.retry_after is None


# The platform's message


def test_a_refusal_has_the_platforms_message_and_code() -> None:
    error = error_for(
        400, refusal(400, 23016, "email: is no address", "typeId: unknown", message="Not valid.")
    )
    assert (
        error.message
        == "The platform answered 400 (23016): Not valid.; email: is no address; typeId: unknown"
    )


def test_the_remedy_follows_the_platforms_message() -> None:
    assert error_for(401, refusal(401, 0, message="The key is not known.")).message == (
        "The platform answered 401: The key is not known: check PLATFORM_KEY and PLATFORM_SECRET"
    )


def test_a_refusal_without_a_message_has_its_status() -> None:
    assert error_for(429, EMPTY).message == "The platform answered 429"


def test_the_message_of_a_false_success_is_kept() -> None:
    body = json.dumps({"success": False, "message": "Venue is closed"}).encode()
    assert "Venue is closed" in error_for(200, body).message


@pytest.mark.parametrize(
    "character",
    [
        pytest.param("\n", id="line feed"),
        pytest.param("\r", id="carriage return"),
        pytest.param("\x00", id="null"),
        pytest.param("\x1b", id="escape"),
        pytest.param("\x7f", id="delete"),
        pytest.param("\x85", id="next line"),
        pytest.param("\u2028", id="line separator"),
        pytest.param("\u202e", id="right-to-left override"),
        pytest.param("\ud800", id="half a surrogate pair"),
    ],
)
@pytest.mark.parametrize("status", [200, 400, 401, 429, 500])
def test_control_characters_are_removed_from_messages(status: int, character: str) -> None:
    body = json.dumps(
        {"message": f"one{character}two", "additionalMessages": [f"three{character}four"], "success": False}
    ).encode()
    message = error_for(status, body).message
    assert message.isprintable()
    assert "one two" in message
    assert "three four" in message
    assert message.encode()


def test_a_very_long_message_is_cut() -> None:
    error = error_for(400, refusal(400, 23016, *["again and again"] * 1000))
    assert len(error.message) < 600


@pytest.mark.parametrize(
    "details",
    [
        {"message": None},
        {"message": {"en": "No"}},
        {"message": 5},
        {"additionalMessages": "one"},
        {"additionalMessages": [None, 5, {"a": []}]},
        {"additionalMessages": {"a": "b"}},
        {"specificCode": [23016]},
        {"specificCode": 10**40},
    ],
    ids=str,
)
def test_a_message_of_another_type_breaks_nothing(details: dict[str, object]) -> None:
    assert isinstance(error_for(400, json.dumps(details).encode()), PermanentlyRefused)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
answers = st.fixed_dictionaries(
    {},
    optional={
        "success": json_values,
        "id": json_values,
        "message": json_values,
        "specificCode": st.sampled_from([23005, 23016, 23017, 24221, 24222, 24224]) | json_values,
        "additionalMessages": json_values,
    },
)


@given(
    status=st.integers(200, 599),
    body=st.binary(max_size=80) | answers.map(json.dumps).map(str.encode),
    headers=st.dictionaries(st.sampled_from(["Retry-After"]), st.text(max_size=8)),
)
def test_any_answer_at_all_is_an_id_or_an_outcome(status: int, body: bytes, headers: dict[str, str]) -> None:
    try:
        found: int | PlatformError = parse_opportunity_id(answer(status, body, headers))
    except (Retryable, Unclear, PermanentlyRefused, AccountRejected) as error:
        found = error
    if isinstance(found, PlatformError):
        assert found.message.isprintable()
        assert found.http_status == status
    else:
        assert (status, type(found)) == (200, int)


@pytest.mark.parametrize("status", [499, 505, 520, 522, 524, 530, 599])
def test_an_undocumented_server_error_is_unclear(status: int) -> None:
    assert isinstance(error_for(status, b"<html>"), Unclear)


@pytest.mark.parametrize(
    "value",
    [
        "Fri, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Wed, 21 Oct 2099 07:28:00 +999999999999999999999",
    ],
)
def test_a_retry_after_beyond_the_calendar_is_ignored(value: str) -> None:
    assert retry_after(429, value) is None


def test_a_false_success_keeps_its_specific_code() -> None:
    assert (
        error_for(200, json.dumps({"success": False, "specificCode": 24224}).encode()).specific_code == 24224
    )


def test_a_bad_request_with_an_unreadable_body_is_unclear() -> None:
    assert isinstance(error_for(400, b"<html>"), Unclear)


@pytest.mark.parametrize("identifier", [0, -1, 2**63, 10**30])
def test_an_impossible_id_is_unclear(identifier: int) -> None:
    assert isinstance(error_for(200, json.dumps({"success": True, "id": identifier}).encode()), Unclear)
