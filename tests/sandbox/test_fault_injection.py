from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.sandbox.caller import ADD, LIST, MINIMAL, TIMEOUT, Caller, refusal
from webapp.sandbox import SandboxServer


@pytest.mark.parametrize("status", [403, 429, 460, 500, 501, 502, 503, 504])
def test_a_status_can_be_set_for_the_next_call_alone(
    sandbox: SandboxServer, caller: Caller, status: int
) -> None:
    sandbox.faults.next(status, specific_code=7)
    assert refusal(caller.add()) == (status, 7)
    assert sandbox.opportunities() == []
    assert caller.add().status_code == 200


def test_a_429_can_have_a_retry_after(sandbox: SandboxServer, caller: Caller) -> None:
    sandbox.faults.next(429, headers={"Retry-After": "2"})
    answer = caller.add()
    assert refusal(answer) == (429, 0)
    assert answer.headers["Retry-After"] == "2"


def test_faults_occur_in_the_order_they_were_planned(sandbox: SandboxServer, caller: Caller) -> None:
    sandbox.faults.next(503)
    sandbox.faults.next(500)
    assert [caller.add().status_code for _ in range(3)] == [503, 500, 200]


def test_a_fault_can_wait_for_one_action(sandbox: SandboxServer, caller: Caller) -> None:
    sandbox.faults.next(503, action="getOpportunityList")
    assert caller.add().status_code == 200
    assert caller.call(LIST, {}).status_code == 503


def test_an_answer_can_be_anything(sandbox: SandboxServer, caller: Caller) -> None:
    sandbox.faults.next(200, body="<h1>Maintenance</h1>", headers={"Content-Type": "text/html"})
    answer = caller.add()
    assert (answer.status_code, answer.text) == (200, "<h1>Maintenance</h1>")
    assert answer.headers["Content-Type"] == "text/html"


def test_an_answer_can_be_cut_off(sandbox: SandboxServer, caller: Caller) -> None:
    sandbox.faults.next(200, body='{"success": true', headers={"Content-Length": "40"})
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        caller.add()


def test_a_lost_answer_leaves_an_opportunity_behind(sandbox: SandboxServer, caller: Caller) -> None:
    sandbox.faults.lose_next_answer()
    with pytest.raises(requests.ConnectionError):
        caller.add()
    assert sandbox.opportunities() == [{"id": 755, **MINIMAL}]
    assert caller.add().json()["id"] == 756


def test_a_lost_request_leaves_nothing_behind(sandbox: SandboxServer, caller: Caller) -> None:
    sandbox.faults.lose_next_request()
    with pytest.raises(requests.ConnectionError):
        caller.add()
    assert sandbox.opportunities() == []
    assert caller.add().json()["id"] == 755


def test_an_answer_that_hangs_leaves_an_opportunity_behind(sandbox: SandboxServer, caller: Caller) -> None:
    sandbox.faults.hang()
    with pytest.raises(requests.ReadTimeout):
        caller.send(ADD, b'{"venueId": 107, "name": "Ada", "typeId": 18, "sourceId": 25}', timeout=0.5)
    assert [opportunity["name"] for opportunity in sandbox.opportunities()] == ["Ada"]


def test_an_answer_that_hangs_arrives_once_released(sandbox: SandboxServer, caller: Caller) -> None:
    sandbox.faults.hang()
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(caller.add)
        assert sandbox.faults.wait_until_hanging(TIMEOUT)
        assert caller.add().json()["id"] == 756
        assert not late.done()
        sandbox.faults.release()
        assert late.result(TIMEOUT).json()["id"] == 755


def test_faults_do_not_affect_the_page(sandbox: SandboxServer, caller: Caller) -> None:
    sandbox.faults.next(503)
    sandbox.faults.revoke_key()
    assert requests.get(f"{sandbox.url}/", timeout=TIMEOUT).status_code == 200
    assert caller.add().status_code == 503


@pytest.mark.parametrize("path", ["/faults", "/api/1.0/faults?action=next", "/sandbox"])
def test_faults_cannot_be_planned_over_http(caller: Caller, path: str) -> None:
    assert requests.post(f"{caller.url}{path}", json={"status": 503}, timeout=TIMEOUT).status_code in {
        404,
        406,
        401,
        400,
    }
    assert caller.add().status_code == 200
