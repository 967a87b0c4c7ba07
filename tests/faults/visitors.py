"""Visitors who fill in a form and, if sending it fails, send the same form again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import requests

from tests.support.pages import TYPED, check_page
from tests.support.processes import WITHIN, Visitor, wait_for


class FilledForm:
    """A form that was opened and filled in, and can be sent any number of times."""

    def __init__(self, visitor: Visitor, slug: str = "weddings", **typed: str) -> None:
        self._address = f"{visitor.address}/f/{slug}"
        self.fields = {**TYPED, **check_page(visitor.get(f"/f/{slug}").text).hidden(), **typed}
        self.seen: Counter[str] = Counter()
        """How often each status or connection error came back."""
        self.receipt = ""
        """The address of the receipt, once there is one."""

    def send(self) -> requests.Response:
        """Send it; return the page that follows, the receipt if it was received."""
        with requests.Session() as session:
            session.trust_env = False
            session.headers["Connection"] = "close"
            try:
                answer = session.post(self._address, data=self.fields, timeout=WITHIN)
            except requests.ConnectionError as error:
                self.seen[type(error).__name__] += 1
                raise
        self.seen[str(answer.status_code)] += 1
        return answer

    def submit(self) -> str | None:
        """Send it; return the reference on the receipt, or None if it must be sent again."""
        try:
            answer = self.send()
        except requests.ConnectionError:
            return None
        if not answer.ok:
            return None
        self.receipt = answer.url
        return reference_on(answer)

    def send_until_received(self) -> str:
        """Send it again and again until there is a receipt; return its reference."""
        return wait_for(self.submit, "the enquiry is received") or ""


class Change:
    """A change of an enquiry that was filled in, and can be sent any number of times."""

    def __init__(self, receipt: str, message: str) -> None:
        self._address = f"{receipt}/change"
        page = check_page(_request("GET", self._address).text)
        self._fields = {**page.hidden(), **page.answers(), "message": message}

    def send(self) -> bool:
        """Send it; return whether the receipt shows the change."""
        answer = _request("POST", self._address, self._fields)
        return answer.ok and "Changed on" in answer.text


def _request(
    method: str, address: str, fields: Mapping[str, str | list[str]] | None = None
) -> requests.Response:
    """Request a page; raises RequestException unless it succeeds."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Connection"] = "close"
        answer = session.request(method, address, data=fields, timeout=WITHIN)
        answer.raise_for_status()
        return answer


def reference_on(receipt: requests.Response) -> str:
    """Return the reference on a receipt."""
    return check_page(receipt.text).text("#reference")
