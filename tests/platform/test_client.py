"""The client's calls: what is sent, and what the answers mean."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from tests.platform.examples import ADD_OPPORTUNITY, UPDATE_OPPORTUNITY
from tests.platform.raw_server import (
    Connection,
    RawServer,
    ReceivedRequest,
    answering,
    http_answer,
    json_answer,
    listing,
)
from webapp.platform.client import Account, PlatformClient
from webapp.platform.errors import AccountRejected, PermanentlyRefused, PlatformError, Retryable, Unclear
from webapp.platform.lookup import LookupTarget
from webapp.platform.opportunity import Opportunity

REFERENCE: Final = "ENQ-7F3K9QXD"
DATE: Final = datetime(2026, 5, 31, 12, 30, 15, tzinfo=UTC)
LATER: Final = DATE + timedelta(hours=1)
PROPERTIES: Final[dict[str, Any]] = {"venueId": 107, "name": "Lead", "typeId": 18, "sourceId": 25}
LEAD: Final = Opportunity.model_validate(PROPERTIES)
DELIVERED: Final = json_answer({"success": True, "id": 755})


def client_of(server: RawServer, timeout: float = 30) -> PlatformClient:
    return PlatformClient(Account(server.url, "my key", "my secret"), timeout)


def add(server: RawServer, opportunity: Opportunity = LEAD) -> int:
    return client_of(server).add_or_update_opportunity(opportunity, DATE)


# Requests


def sent(opportunity: Opportunity) -> ReceivedRequest:
    with RawServer(answering(DELIVERED)) as server:
        assert add(server, opportunity) == 755
        (request,) = server.requests
    return request


def test_an_opportunity_is_posted_to_its_endpoint() -> None:
    request = sent(LEAD)
    assert (request.method, request.target) == ("POST", "/api/1.0/venue?action=addOrUpdateOpportunity")


def test_a_request_has_exactly_the_documented_headers() -> None:
    request = sent(LEAD)
    names = [name.lower() for name, _ in request.headers]
    assert len(names) == len(set(names))
    assert set(names) == {
        "content-type",
        "content-md5",
        "ivvy-date",
        "x-api-version",
        "x-api-authorization",
        "host",
        "content-length",
        "connection",
        "user-agent",
        "accept",
        "accept-encoding",
    }
    assert request.header("Content-Type") == "application/json"
    assert request.header("X-Api-Version") == "1.0"
    assert request.header("Accept-Encoding") == "identity"


@pytest.mark.parametrize(
    "description",
    ["plain", "Zoë & José — 婚礼 🎉", "two\nlines\x00", "/path?query=1&MORE=2", '"quoted" \\ back'],
)
def test_the_signature_covers_the_bytes_that_arrive(description: str) -> None:
    request = sent(LEAD.model_copy(update={"description": description}))
    digest = hashlib.md5(request.body, usedforsecurity=False).hexdigest()
    assert request.header("Content-MD5") == digest
    text = (
        f"POST{digest}{request.header('Content-Type')}{request.target}"
        f"{request.header('X-Api-Version')}ivvydate={request.header('IVVY-Date')}"
    ).lower()
    signature = hmac.new(b"my secret", text.encode(), hashlib.sha1).hexdigest()
    assert request.header("X-Api-Authorization") == f"IWS my key:{signature}"
    assert json.loads(request.body.decode("utf-8"))["description"] == description


def test_the_caller_dates_an_opportunity() -> None:
    assert sent(LEAD).header("IVVY-Date") == "2026-05-31 12:30:15"


@pytest.mark.parametrize(
    "example", [pytest.param(ADD_OPPORTUNITY, id="add"), pytest.param(UPDATE_OPPORTUNITY, id="update")]
)
def test_the_documented_example_arrives_with_the_same_values(example: str) -> None:
    request = json.loads(example)
    assert sent(Opportunity.model_validate(request)).json() == request


def test_a_platform_under_a_path_is_addressed_and_signed_with_it() -> None:
    with RawServer(answering(DELIVERED)) as server:
        client = PlatformClient(Account(f"{server.url}/sandbox", "my key", "my secret"), 30)
        assert client.add_or_update_opportunity(LEAD, DATE) == 755
        (request,) = server.requests
    assert request.target == "/sandbox/api/1.0/venue?action=addOrUpdateOpportunity"
    text = f"post{request.header('Content-MD5')}application/json{request.target.lower()}1.0"
    text += f"ivvydate={request.header('IVVY-Date')}"
    signature = hmac.new(b"my secret", text.encode(), hashlib.sha1).hexdigest()
    assert request.header("X-Api-Authorization").endswith(f":{signature}")


def test_every_call_uses_a_connection_of_its_own() -> None:
    with RawServer(answering(json_answer({"ok": True}))) as server:
        client = client_of(server)
        for _ in range(3):
            client.ping(LATER)
        assert server.connections == 3
        assert {request.header("Connection") for request in server.requests} == {"close"}


def test_threads_sharing_a_client_each_get_their_own_answer() -> None:
    together = threading.Barrier(8)

    def echoes_the_id(connection: Connection) -> None:
        request = connection.read_request()
        together.wait(30)
        connection.send(json_answer({"success": True, "id": request.json()["id"]}))

    with RawServer(echoes_the_id) as server, ThreadPoolExecutor(8) as pool:
        client = client_of(server)

        def update(number: int) -> int:
            opportunity = Opportunity.model_validate({"id": number, "venueId": 107})
            return client.add_or_update_opportunity(opportunity, DATE)

        assert list(pool.map(update, range(1, 9))) == list(range(1, 9))


def test_the_accounts_repr_hides_its_secret() -> None:
    account = Account("https://platform.example", "the key", "the secret")
    assert "the secret" not in f"{account!r} {account}"


# Answers


@pytest.mark.parametrize(
    ("answer", "meaning", "code"),
    [
        pytest.param(http_answer(200, "<!doctype html>"), Unclear, None, id="200 with HTML"),
        pytest.param(json_answer({"success": True}), Unclear, None, id="200 with no id"),
        pytest.param(json_answer({"success": False}), PermanentlyRefused, None, id="success false"),
        pytest.param(
            json_answer({"errorCode": 400, "specificCode": 24224}, 400),
            PermanentlyRefused,
            24224,
            id="400, 24224",
        ),
        pytest.param(
            json_answer({"errorCode": 401, "specificCode": 23005}, 401),
            AccountRejected,
            23005,
            id="401, 23005",
        ),
        pytest.param(json_answer({"errorCode": 463}, 463), AccountRejected, None, id="463"),
        pytest.param(http_answer(502, "<h1>Bad gateway</h1>"), Unclear, None, id="502"),
        pytest.param(http_answer(503, ""), Retryable, None, id="503"),
    ],
)
def test_an_answer_over_http_means_what_the_contract_says(
    answer: bytes, meaning: type[PlatformError], code: int | None
) -> None:
    with RawServer(answering(answer)) as server, pytest.raises(PlatformError) as error:
        add(server)
    assert (type(error.value), error.value.specific_code) == (meaning, code)


@pytest.mark.parametrize("name", ["Retry-After", "retry-after", "RETRY-AFTER"])
def test_retry_after_is_found_however_it_is_written(name: str) -> None:
    with RawServer(answering(http_answer(429, "{}", {name: "90"}))) as server:
        with pytest.raises(Retryable) as error:
            add(server)
        assert error.value.retry_after == 90


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(http_answer(200, "my secret"), id="in no JSON"),
        pytest.param(b"my secret\r\n\r\n", id="in no HTTP"),
    ],
)
def test_an_error_reveals_neither_key_nor_secret(answer: bytes) -> None:
    with RawServer(answering(answer)) as server, pytest.raises(PlatformError) as error:
        add(server)
    assert "my key" not in error.value.message
    assert "my secret" not in error.value.message


# Ping


@pytest.mark.parametrize(
    ("body", "platform_time"),
    [
        ({"message": "ack", "timestamp": "2026-05-31 13:30:20 UTC"}, LATER + timedelta(seconds=5)),
        ({"message": "ack", "timestamp": "noon"}, None),
        ({"message": "ack"}, None),
    ],
    ids=["its time", "nonsense", "no time"],
)
def test_a_ping_returns_the_platforms_time_if_readable(
    body: dict[str, str], platform_time: datetime | None
) -> None:
    with RawServer(answering(json_answer(body))) as server:
        assert client_of(server).ping(LATER) == platform_time


def test_a_ping_is_an_empty_object_dated_by_the_clients_clock() -> None:
    with RawServer(answering(json_answer({"message": "ack"}))) as server:
        client_of(server).ping(LATER)
        (request,) = server.requests
    assert (request.method, request.target) == ("POST", "/api/1.0/test?action=ping")
    assert request.json() == {}
    assert request.header("IVVY-Date") == "2026-05-31 13:30:15"


def test_a_ping_with_a_wrong_key_fails() -> None:
    with RawServer(answering(json_answer({"errorCode": 401}, 401))) as server, pytest.raises(AccountRejected):
        client_of(server).ping(LATER)


# Lookup


def row(identifier: int, name: str) -> dict[str, Any]:
    return {"id": identifier, "venueId": 107, "name": name, "createdDate": "2026-05-31 12:30:16"}


def find(server: RawServer, reference: str = REFERENCE) -> int | None:
    wanted = LookupTarget(107, reference, f"{reference}: Lead")
    return client_of(server).find_opportunity(wanted, LATER).opportunity_id


def test_a_lookup_filters_by_venue_and_name() -> None:
    with RawServer(listing([row(755, f"{REFERENCE}: Zoë Ng, Weddings")])) as server:
        assert find(server) == 755
        (request,) = server.requests
    assert request.target == "/api/1.0/crm?action=getOpportunityList"
    assert request.json() == {
        "venueIds": [107],
        "filter": {"name__CONTAINS": REFERENCE},
        "start": 0,
        "perPage": 100,
    }
    assert request.header("IVVY-Date") == "2026-05-31 13:30:15"


def test_an_unlisted_opportunity_is_not_found() -> None:
    with RawServer(listing([])) as server:
        assert find(server) is None


def test_the_reference_counts_only_at_the_start_of_a_name() -> None:
    with RawServer(listing([row(1, f"Jane {REFERENCE}: Lead"), row(755, f"{REFERENCE}: Lead")])) as server:
        assert find(server) == 755


def test_another_venues_opportunity_is_never_a_match() -> None:
    strangers = [{**row(1, REFERENCE), "venueId": 108}, {**row(2, REFERENCE), "venueId": "108"}]
    with RawServer(listing([*strangers, {**row(755, REFERENCE), "venueId": "107"}])) as server:
        assert find(server) == 755


@pytest.mark.parametrize("venue", [None, 107.0, "", {}], ids=str)
def test_a_row_with_an_unclear_venue_is_no_proof_of_absence(venue: object) -> None:
    with RawServer(listing([{**row(755, REFERENCE), "venueId": venue}])) as server:
        assert find(server) == 755


def test_an_opportunity_is_found_by_its_external_url() -> None:
    renamed = {
        **row(755, "Renamed by a salesperson"),
        "externalUrls": [{"ref": "site", "url": "https://example.com"}, {"ref": REFERENCE}],
    }
    lookalike = {**row(1, "Lead"), "externalUrls": [{"ref": f"{REFERENCE}A"}, "nonsense"]}
    with RawServer(listing([lookalike, renamed])) as server:
        assert find(server) == 755


@pytest.mark.parametrize(
    ("header", "platform_time"),
    [
        ("Sun, 31 May 2026 13:30:20 GMT", DATE + timedelta(hours=1, seconds=5)),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_lookup_returns_the_platforms_time(header: str, platform_time: datetime | None) -> None:
    answer = json_answer({"meta": {"totalResults": 0}, "results": []}, headers={"Date": header})
    with RawServer(answering(answer)) as server:
        result = client_of(server).find_opportunity(LookupTarget(107, REFERENCE), LATER)
        assert result.platform_time == platform_time


@pytest.mark.parametrize("page_size", [100, 40, 1])
def test_a_list_is_read_to_its_end_however_small_the_pages(page_size: int) -> None:
    rows = [row(number, f"Lead {number}") for number in range(1, 121)]
    with RawServer(listing([*rows, row(755, REFERENCE)], page_size)) as server:
        assert find(server) == 755
        assert [request.json()["start"] for request in server.requests] == list(range(0, 121, page_size))


def test_a_list_of_full_pages_is_read_once_to_its_end() -> None:
    rows = [row(number, f"Lead {number}") for number in range(200)]
    with RawServer(listing(rows)) as server:
        assert find(server) is None
        assert server.connections == 2


@pytest.mark.parametrize("ids", [(755, 900, 901), (900, 755, 901), ("901", 900, "755")])
def test_of_several_copies_the_first_is_found(ids: tuple[object, ...]) -> None:
    rows = [{"id": number, "venueId": 107, "name": f"{REFERENCE}: Lead"} for number in ids]
    with RawServer(listing(rows, page_size=1)) as server:
        assert find(server) == 755
        assert server.connections == 3


@pytest.mark.parametrize("total", [None, "many", -1, True, 1.5, [], ""])
def test_an_empty_list_without_a_total_is_no_proof_of_absence(total: object) -> None:
    answer = json_answer({"meta": {"totalResults": total}, "results": []})
    with RawServer(answering(answer)) as server, pytest.raises(Unclear, match="how many rows") as error:
        find(server)
    assert error.value.http_status == 200


def test_a_total_may_be_a_string_of_digits() -> None:
    with RawServer(answering(json_answer({"meta": {"totalResults": "0"}, "results": []}))) as server:
        assert find(server) is None


def test_a_list_that_never_ends_is_unclear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.platform.client.MAX_PAGES", 3)
    page = json_answer({"meta": {"totalResults": 10**9}, "results": [row(1, "Lead")]})
    with RawServer(answering(page)) as server:
        with pytest.raises(PlatformError, match="did not come to an end"):
            find(server)
        assert server.connections == 3


FIRST_PAGE: Final = json_answer({"meta": {"totalResults": 2}, "results": [row(1, "Lead")]})
NO_LIST: Final[dict[str, tuple[bytes, type[PlatformError]]]] = {
    "500": (json_answer({"errorCode": 500}, 500), Unclear),
    "429": (json_answer({"errorCode": 429}, 429), Retryable),
    "400": (json_answer({"errorCode": 400, "specificCode": 23016}, 400), PermanentlyRefused),
    "401": (json_answer({"errorCode": 401}, 401), AccountRejected),
    "200 with HTML": (http_answer(200, "<!doctype html>"), Unclear),
    "200 cut off": (FIRST_PAGE[:-4], Unclear),
    "200 without meta": (json_answer({"results": []}), Unclear),
    "200 without results": (json_answer({"meta": {"totalResults": 0}}), Unclear),
    "200 with results of another shape": (json_answer({"meta": {}, "results": {"id": 755}}), Unclear),
    "200 with meta of another shape": (json_answer({"meta": [], "results": []}), Unclear),
    "200 with the answer to another call": (json_answer({"success": True, "id": 755}), Unclear),
    "no answer": (b"", Unclear),
}


@pytest.mark.parametrize(
    ("answer", "meaning"), [pytest.param(*row, id=name) for name, row in NO_LIST.items()]
)
def test_a_failed_list_call_is_no_proof_of_absence(answer: bytes, meaning: type[PlatformError]) -> None:
    with RawServer(answering(answer)) as server, pytest.raises(PlatformError) as error:
        find(server)
    assert type(error.value) is meaning


@pytest.mark.parametrize(
    ("answer", "meaning"), [pytest.param(*row, id=name) for name, row in NO_LIST.items()]
)
def test_a_failed_second_page_is_no_proof_of_absence(answer: bytes, meaning: type[PlatformError]) -> None:
    with RawServer(answering(FIRST_PAGE), answering(answer)) as server, pytest.raises(PlatformError) as error:
        find(server)
    assert type(error.value) is meaning


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(
            lambda client: client.find_opportunity(LookupTarget(107, REFERENCE), LATER), id="find_opportunity"
        ),
        pytest.param(lambda client: client.ping(LATER), id="ping"),
    ],
)
def test_every_call_reports_an_unreachable_platform(
    call: Callable[[PlatformClient], object],
) -> None:
    with RawServer() as gone:
        url = gone.url
    client = PlatformClient(Account(url, "key", "secret"), 10)
    with pytest.raises(Retryable, match="could not be reached"):
        call(client)


def test_a_row_with_an_id_in_digits_is_found() -> None:
    with RawServer(listing([{"id": "755", "name": REFERENCE}])) as server:
        assert find(server) == 755


@pytest.mark.parametrize("identifier", [None, "x", 7.5, True, {}, "1" * 19], ids=str)
def test_a_match_with_an_unreadable_id_is_no_proof_of_absence(
    identifier: object,
) -> None:
    with RawServer(listing([{"id": identifier, "name": REFERENCE}])) as server, pytest.raises(Unclear):
        find(server)


@pytest.mark.parametrize(
    "page",
    [
        {"meta": {"totalResults": 5}, "results": []},
        {"meta": {"totalResults": 1}, "results": ["755"]},
    ],
    ids=["an empty page before the end", "rows that are not objects"],
)
def test_a_list_that_breaks_off_is_no_proof_of_absence(page: dict[str, object]) -> None:
    with RawServer(answering(json_answer(page))) as server, pytest.raises(Unclear):
        find(server)


def test_a_connection_kept_open_by_the_server_is_not_reused() -> None:
    def keeps_open(connection: Connection) -> None:
        connection.read_request()
        connection.send(json_answer({"ok": True}, headers={"Connection": "keep-alive"}))
        connection.keep_silent()

    with RawServer(keeps_open) as server:
        client = client_of(server)
        for _ in range(3):
            client.ping(LATER)
        assert server.connections == 3


def test_the_platforms_cookies_are_not_kept() -> None:
    with RawServer(answering(json_answer({"a": 1}, headers={"Set-Cookie": "a=b"}))) as server:
        client = client_of(server)
        client.ping(LATER)
        client.ping(LATER)
        assert all(name.lower() != "cookie" for name, _ in server.requests[1].headers)


def test_invalid_unicode_is_refused_before_anything_is_sent() -> None:
    with RawServer(answering(json_answer({}))) as server:
        with pytest.raises(PermanentlyRefused, match="cannot be written as JSON"):
            add(server, LEAD.model_copy(update={"name": f"a{chr(0xD800)}"}))
        assert server.connections == 0
