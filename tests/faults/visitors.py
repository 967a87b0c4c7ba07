"""Visitors who fill in a form and, when it did not work, send the very same form again."""

from __future__ import annotations

from collections import Counter

import requests

from tests.pages import TYPED, check_page
from tests.processes import WITHIN, Visitor, wait_for


class FilledForm:
    """A form that was opened and filled in; it may be sent as often as its visitor likes."""

    def __init__(self, visitor: Visitor, slug: str = "weddings", **typed: str) -> None:
        self._address = f"{visitor.address}/f/{slug}"
        self.fields = {**TYPED, **check_page(visitor.get(f"/f/{slug}").text).hidden(), **typed}
        self.seen: Counter[str] = Counter()
        """What its visitor has met, by status, or by the kind of a broken connection."""

    def send(self) -> requests.Response:
        """Send it; return the page that comes of it, the receipt when all is well."""
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

    def reference(self) -> str | None:
        """Send it; return the reference on the receipt, or None when it must be sent again."""
        try:
            answer = self.send()
        except requests.ConnectionError:
            return None
        return reference_on(answer) if answer.ok else None

    def send_until_received(self) -> str:
        """Send it again and again until there is a receipt; return its reference."""
        return wait_for(self.reference, "the enquiry is received") or ""


def reference_on(receipt: requests.Response) -> str:
    """Return the reference on a receipt."""
    return check_page(receipt.text).text("#reference")
