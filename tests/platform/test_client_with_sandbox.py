"""The client against the sandbox, an independent implementation of the same contract."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from tests.platform.examples import ADD_OPPORTUNITY, UPDATE_OPPORTUNITY
from webapp.platform.client import Account, PlatformClient
from webapp.platform.errors import AccountRejected, PermanentlyRefused, Retryable, Unclear
from webapp.platform.lookup import LookupTarget
from webapp.platform.opportunity import Contact, Opportunity
from webapp.sandbox import SandboxServer

REFERENCE: Final = "ENQ-7F3K9QXD"
PERSON: Final = {"firstName": "Zoë", "lastName": "Ng", "email": "zoe@example.com"}
PROPERTIES: Final[dict[str, Any]] = {
    "venueId": 107,
    "name": f"{REFERENCE}: Zoë Ng, Weddings",
    "typeId": 18,
    "sourceId": 25,
    "contact": PERSON,
}
ADD: Final = "addOrUpdateOpportunity"


@pytest.fixture
def platform() -> Iterator[SandboxServer]:
    with SandboxServer(key="the key", secret="the secret") as server:
        yield server


@pytest.fixture
def client(platform: SandboxServer) -> PlatformClient:
    return PlatformClient(Account(platform.url, "the key", "the secret"), 30)


def find(client: PlatformClient, venue_id: int, reference: str) -> int | None:
    return client.find_opportunity(LookupTarget(venue_id, reference), datetime.now(UTC)).opportunity_id


def send(client: PlatformClient, request_date: datetime | None = None, **properties: object) -> int:
    opportunity = Opportunity.model_validate({**PROPERTIES, **properties})
    return client.add_or_update_opportunity(opportunity, request_date or datetime.now(UTC))


# Accepted


def test_the_documented_requests_are_accepted(platform: SandboxServer, client: PlatformClient) -> None:
    added = Opportunity.model_validate(json.loads(ADD_OPPORTUNITY))
    assert client.add_or_update_opportunity(added, datetime.now(UTC)) == 755
    updated = Opportunity.model_validate(json.loads(UPDATE_OPPORTUNITY))
    assert client.add_or_update_opportunity(updated, datetime.now(UTC)) == 755
    (standing,) = platform.opportunities()
    assert standing == {**json.loads(ADD_OPPORTUNITY), "id": 755, "name": "Updated Name"}


def test_an_opportunity_arrives_unchanged(platform: SandboxServer, client: PlatformClient) -> None:
    description = "Zoë & José — 婚礼 🎉\n“two lines”"
    send(client, description=description, utmCampaign="Spring / 2026 & más")
    (received,) = platform.opportunities()
    assert received["description"] == description
    assert received["utmCampaign"] == "Spring / 2026 & más"


def test_a_ping_is_acknowledged(client: PlatformClient) -> None:
    assert client.ping(datetime.now(UTC)) is not None


@pytest.mark.parametrize("minutes", [-4, 4])
def test_a_request_dated_within_five_minutes_is_accepted(client: PlatformClient, minutes: int) -> None:
    assert send(client, datetime.now(UTC) + timedelta(minutes=minutes)) == 755


# A wrong clock or key


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_request_dated_outside_five_minutes_rejects_the_account(
    platform: SandboxServer, client: PlatformClient, minutes: int
) -> None:
    with pytest.raises(AccountRejected, match="clock") as error:
        send(client, datetime.now(UTC) + timedelta(minutes=minutes))
    assert (error.value.http_status, error.value.specific_code) == (401, 23005)
    assert platform.opportunities() == []


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_ping_with_a_wrong_clock_says_so(platform: SandboxServer, minutes: int) -> None:
    wrong = datetime.now(UTC) + timedelta(minutes=minutes)
    client = PlatformClient(Account(platform.url, "the key", "the secret"), 30)
    with pytest.raises(AccountRejected, match="clock"):
        client.ping(wrong)


@pytest.mark.parametrize(
    ("key", "secret"), [("another key", "the secret"), ("the key", "another secret")], ids=["key", "secret"]
)
def test_a_wrong_key_or_secret_rejects_the_account(platform: SandboxServer, key: str, secret: str) -> None:
    client = PlatformClient(Account(platform.url, key, secret), 30)
    with pytest.raises(AccountRejected, match="PLATFORM_KEY and PLATFORM_SECRET") as error:
        send(client)
    assert error.value.http_status == 401
    assert platform.opportunities() == []


def test_a_revoked_key_rejects_the_account(platform: SandboxServer, client: PlatformClient) -> None:
    platform.faults.revoke_key()
    with pytest.raises(AccountRejected) as error:
        send(client)
    assert error.value.http_status == 463
    platform.faults.restore_key()
    assert send(client) == 755


def test_a_forbidden_call_rejects_the_account(platform: SandboxServer, client: PlatformClient) -> None:
    platform.faults.next(403)
    with pytest.raises(AccountRejected) as error:
        send(client)
    assert error.value.http_status == 403


# Permanently refused


def test_an_invalid_parameter_is_refused(client: PlatformClient) -> None:
    # The opportunity's types would reject such a contact, so it is built without validation.
    contact = Contact(first_name="Ada", last_name="Ng").model_copy(update={"email": "no address"})
    opportunity = Opportunity.model_validate(PROPERTIES).model_copy(update={"contact": contact})
    with pytest.raises(PermanentlyRefused, match=r"contact\.email") as error:
        client.add_or_update_opportunity(opportunity, datetime.now(UTC))
    assert (error.value.http_status, error.value.specific_code) == (400, 23016)


def test_a_missing_parameter_is_refused(client: PlatformClient) -> None:
    nameless = Opportunity(venue_id=107, type_id=18, source_id=25)
    with pytest.raises(PermanentlyRefused, match="name: is required") as error:
        client.add_or_update_opportunity(nameless, datetime.now(UTC))
    assert (error.value.http_status, error.value.specific_code) == (400, 23017)


def test_an_empty_request_is_refused(client: PlatformClient) -> None:
    with pytest.raises(PermanentlyRefused, match="empty") as error:
        client.add_or_update_opportunity(Opportunity(), datetime.now(UTC))
    assert (error.value.http_status, error.value.specific_code) == (400, 24221)


def test_updating_a_missing_opportunity_is_refused(client: PlatformClient) -> None:
    with pytest.raises(PermanentlyRefused, match="does not exist") as error:
        send(client, id=999)
    assert error.value.specific_code == 24222


def test_invalid_details_are_refused(client: PlatformClient) -> None:
    with pytest.raises(PermanentlyRefused, match="typeId") as error:
        send(client, typeId=999)
    assert (error.value.http_status, error.value.specific_code) == (400, 24224)


# Retryable or unclear


def test_too_many_requests_are_retryable_after_the_stated_time(
    platform: SandboxServer, client: PlatformClient
) -> None:
    platform.faults.next(429, headers={"Retry-After": "7"})
    with pytest.raises(Retryable) as error:
        send(client)
    assert (error.value.http_status, error.value.retry_after) == (429, 7)
    assert platform.opportunities() == []
    assert send(client) == 755


def test_an_internal_error_is_unclear(platform: SandboxServer, client: PlatformClient) -> None:
    platform.faults.next(500)
    with pytest.raises(Unclear) as error:
        send(client)
    assert error.value.http_status == 500


def test_an_answer_cut_off_is_unclear(platform: SandboxServer, client: PlatformClient) -> None:
    platform.faults.next(200, body='{"success": true, "id": 7', headers={"Content-Length": "30"})
    with pytest.raises(Unclear):
        send(client)


def test_a_lost_answer_is_unclear_and_the_opportunity_is_found(
    platform: SandboxServer, client: PlatformClient
) -> None:
    platform.faults.lose_next_answer(action=ADD)
    with pytest.raises(Unclear):
        send(client)
    assert find(client, 107, REFERENCE) == 755
    assert len(platform.opportunities()) == 1


def test_a_lost_request_is_unclear_and_no_opportunity_is_found(
    platform: SandboxServer, client: PlatformClient
) -> None:
    platform.faults.lose_next_request(action=ADD)
    with pytest.raises(Unclear):
        send(client)
    assert find(client, 107, REFERENCE) is None
    assert platform.opportunities() == []


def test_a_delayed_answer_is_unclear_and_the_opportunity_is_found(
    platform: SandboxServer,
) -> None:
    impatient = PlatformClient(Account(platform.url, "the key", "the secret"), 0.5)
    patient = PlatformClient(Account(platform.url, "the key", "the secret"), 30)
    platform.faults.hang(action=ADD)
    begun = time.monotonic()
    with pytest.raises(Unclear, match="took longer than it may"):
        send(impatient)
    assert time.monotonic() - begun < 5
    assert find(patient, 107, REFERENCE) == 755


# Lookup


def test_an_opportunity_is_found_behind_a_page_of_near_misses(client: PlatformClient) -> None:
    send(client)
    for number in range(100, 203):
        send(client, name=f"{REFERENCE}{number}: Zoë Ng, Weddings")
    assert find(client, 107, REFERENCE) == 755


@pytest.mark.parametrize(
    "name", ["ENQ-7F3K9QXDA: Zoë Ng", "enq-7f3k9qxd: Zoë Ng", "Zoë Ng (ENQ-7F3K9QXD)", "Weddings"]
)
def test_a_near_miss_is_not_found(client: PlatformClient, name: str) -> None:
    send(client, name=name)
    assert find(client, 107, REFERENCE) is None


def test_an_opportunity_of_another_venue_is_not_found(client: PlatformClient) -> None:
    send(client)
    assert find(client, 108, REFERENCE) is None
