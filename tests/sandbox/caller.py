"""A caller of the platform, which signs by the contract without using the sandbox's code."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import requests

from tests.platform.examples import ADD_OPPORTUNITY, UPDATE_OPPORTUNITY

KEY = "sandbox-key"
SECRET = "sandbox-secret"
NOW = datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC)
ADD = "venue?action=addOrUpdateOpportunity"
LIST = "crm?action=getOpportunityList"
TIMEOUT = 20

EXAMPLE_ADD: dict[str, Any] = json.loads(ADD_OPPORTUNITY)
EXAMPLE_UPDATE: dict[str, Any] = json.loads(UPDATE_OPPORTUNITY)

# The smallest request that adds an opportunity.
MINIMAL: dict[str, Any] = {"venueId": 107, "name": "Ada Lovelace", "typeId": 18, "sourceId": 25}
CONTACT: dict[str, Any] = {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com"}


class Caller:
    """Signs and sends calls to a sandbox at ``url``; every part of a request can be made wrong."""

    def __init__(self, url: str) -> None:
        self.url = url

    def headers(
        self, call: str, body: bytes, *, sent_at: datetime = NOW, secret: str = SECRET
    ) -> dict[str, str]:
        """Return the headers of a correctly signed request."""
        digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
        date = f"{sent_at:%Y-%m-%d %H:%M:%S}"
        text = f"POST{digest}application/json/api/1.0/{call}1.0IVVYDate={date}".lower()
        signed = hmac.new(secret.encode(), text.encode(), hashlib.sha1).hexdigest()
        return {
            "Content-Type": "application/json",
            "Content-MD5": digest,
            "IVVY-Date": date,
            "X-Api-Version": "1.0",
            "X-Api-Authorization": f"IWS {KEY}:{signed}",
        }

    def send(
        self,
        call: str,
        body: bytes,
        *,
        headers: Mapping[str, str | None] | None = None,
        timeout: float = TIMEOUT,
    ) -> requests.Response:
        """Send a body; ``headers`` replace the correct ones, and None leaves one out."""
        merged: dict[str, str | None] = {**self.headers(call, body), **(headers or {})}
        return requests.post(f"{self.url}/api/1.0/{call}", data=body, headers=merged, timeout=timeout)

    def call(self, call: str, request: object) -> requests.Response:
        """Send a request as JSON."""
        return self.send(call, json.dumps(request).encode())

    def add(self, **properties: object) -> requests.Response:
        """Send the minimal opportunity with these properties added or replaced."""
        return self.call(ADD, {**MINIMAL, **properties})

    def update(self, **properties: object) -> requests.Response:
        """Send an update of opportunity 755 in its venue."""
        return self.call(ADD, {"id": 755, "venueId": 107, **properties})


def refusal(answer: requests.Response) -> tuple[int, int]:
    """Return the status and the specific code of a refusal, after checking its documented shape."""
    body = answer.json()
    assert set(body) == {"errorCode", "message", "specificCode", "additionalMessages"}
    assert body["errorCode"] == answer.status_code
    assert body["message"]
    assert isinstance(body["additionalMessages"], list)
    return answer.status_code, body["specificCode"]


def reasons(answer: requests.Response) -> list[str]:
    """Return why a request was refused."""
    messages: list[str] = answer.json()["additionalMessages"]
    return messages
