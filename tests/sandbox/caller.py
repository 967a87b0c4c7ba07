"""A caller of the platform for tests: it signs by the contract, and by no code of the sandbox."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import requests

KEY = "sandbox-key"
SECRET = "sandbox-secret"
NOW = datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC)
ADD = "venue?action=addOrUpdateOpportunity"
LIST = "crm?action=getOpportunityList"
TIMEOUT = 20

# The user's document, Example Request: Add Opportunity.
EXAMPLE_ADD: dict[str, Any] = {
    "venueId": "107",
    "name": "Lead By API",
    "company": {"businessName": "Business Name", "updateIfExists": True},
    "contact": {
        "firstName": "First",
        "lastName": "Last",
        "email": "email8@email.com",
        "updateIfExists": True,
    },
    "typeId": "18",
    "sourceId": "25",
    "stageId": "69",
    "industryId": "77",
    "stageReasonId": "127",
    "closedDate": "2017-05-05",
    "referralCompany": {
        "businessName": "Business",
        "primaryContact": {"firstName": "Test", "lastName": "Test", "email": "Test@gmail.com"},
    },
    "referralContact": {"firstName": "Test", "lastName": "Test", "email": "Test@gmail.com"},
}
# The user's document, Example Request: Update Opportunity.
EXAMPLE_UPDATE: dict[str, Any] = {"id": 755, "venueId": "107", "name": "Updated Name"}

# The least that adds an opportunity.
LEAST: dict[str, Any] = {"venueId": 107, "name": "Ada Lovelace", "typeId": 18, "sourceId": 25}
CONTACT: dict[str, Any] = {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com"}


class Caller:
    """Signs and sends calls to a sandbox at ``url``; every part of a request can be spoiled."""

    def __init__(self, url: str) -> None:
        self.url = url

    def headers(
        self, call: str, body: bytes, *, sent_at: datetime = NOW, secret: str = SECRET
    ) -> dict[str, str]:
        """Return the headers of a well signed request."""
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
        """Send a body; ``headers`` replace the right ones, None leaves one out."""
        merged: dict[str, str | None] = {**self.headers(call, body), **(headers or {})}
        return requests.post(f"{self.url}/api/1.0/{call}", data=body, headers=merged, timeout=timeout)

    def call(self, call: str, request: object) -> requests.Response:
        """Send a request as JSON."""
        return self.send(call, json.dumps(request).encode())

    def add(self, **properties: object) -> requests.Response:
        """Send the least opportunity with these properties besides, or instead."""
        return self.call(ADD, {**LEAST, **properties})

    def update(self, **properties: object) -> requests.Response:
        """Send an update of 755 in its venue."""
        return self.call(ADD, {"id": 755, "venueId": 107, **properties})


def refusal(answer: requests.Response) -> tuple[int, int]:
    """Return the status and the specific code of a refusal in the contract's shape."""
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
