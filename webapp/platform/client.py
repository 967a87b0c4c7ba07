"""The calls that leadform makes: one method each, an answer or an error that says what to do next."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from typing import Final

import requests
from urllib3.exceptions import HTTPError

from webapp.enquiry import mentions_reference
from webapp.platform.answer import Answer, read_opportunity_id, read_result, read_timestamp
from webapp.platform.collection import ROWS_A_PAGE, read_page
from webapp.platform.errors import NotAccepted, PlatformError, Refused, Unclear
from webapp.platform.opportunity import JsonObject, Opportunity
from webapp.platform.rules import broken_rules
from webapp.platform.signing import CONTENT_TYPE, Signature
from webapp.platform.transport import DeadlineAdapter, DeadlineExceededError, exchange_within

LONGEST_ANSWER: Final = 1024 * 1024
MOST_PAGES: Final = 1000


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """Where the platform is and how we sign there."""

    url: str
    key: str
    secret: str


@dataclass(frozen=True, slots=True)
class Look:
    """What a look through the list came to.

    ``opportunity_id`` is None when there is no such opportunity; ``platform_time`` is what the platform's
    clock said when it answered, to the second, or None when it did not tell.
    """

    opportunity_id: int | None
    platform_time: datetime | None


class PlatformClient:
    """Speaks to one account of the platform; may be shared by threads, each has a session of its own.

    Args:
        account: address, key and secret.
        timeout: seconds for one whole call, from looking up the name to the last byte of the answer, and
            for one whole look through a list, however many pages it has.
    """

    def __init__(self, account: Account, timeout: float) -> None:
        self._account = account
        self._timeout = timeout
        self._of_thread = threading.local()

    def add_or_update_opportunity(self, opportunity: Opportunity, request_date: datetime) -> int:
        """Add the opportunity, or update it when it has an id, and return its id.

        Raises:
            PlatformError: the subclass says whether to retry, look, give up or pause.
        """
        broken = broken_rules(opportunity)
        if broken:
            raise Refused(f"Not sent: {'; '.join(map(str, broken))}")
        answer = self._call("venue", "addOrUpdateOpportunity", opportunity.as_json(), request_date)
        return read_opportunity_id(answer, is_update=opportunity.id is not None)

    def find_opportunity(self, venue_id: int | str, reference: str, request_date: datetime) -> Look:
        """Look for the opportunity that carries the reference, to the end of the list.

        Raises:
            PlatformError: the platform could not be asked, so nothing is known.
        """
        body: JsonObject = {"venueIds": [int(venue_id)], "filter": {"name__CONTAINS": reference}}
        platform_time: datetime | None = None
        for answer, rows in self._pages("crm", "getOpportunityList", body, request_date):
            platform_time = platform_time or answer.told_at
            for row in rows:
                if _is_of(row, int(venue_id)) and _carries(row, reference):
                    return Look(_identifier(row), platform_time)
        return Look(None, platform_time)

    def read_list(self, namespace: str, action: str, request_date: datetime) -> list[JsonObject]:
        """Return every row of one of the account's lists.

        Raises:
            PlatformError: the list could not be read to its end.
        """
        return [row for _, rows in self._pages(namespace, action, {}, request_date) for row in rows]

    def ping(self, request_date: datetime) -> datetime | None:
        """Ask whether the address, the key, the secret and the clock are right; return the platform's time.

        None when the platform does not tell its time.

        Raises:
            PlatformError: they are not, or the platform did not answer.
        """
        answer = self._call("test", "ping", {}, request_date)
        return read_timestamp(read_result(answer).get("timestamp")) or answer.told_at

    def _pages(
        self, namespace: str, action: str, body: JsonObject, request_date: datetime
    ) -> Iterator[tuple[Answer, list[JsonObject]]]:
        seen, before = 0, None
        ends_at = time.monotonic() + self._timeout
        for _ in range(MOST_PAGES):
            asked = {**body, "start": seen, "perPage": ROWS_A_PAGE}
            answer = self._call(namespace, action, asked, request_date, ends_at - time.monotonic())
            page = read_page(action, answer)
            seen += len(page.rows)
            if page.repeats(before, seen):
                return
            yield answer, page.rows
            if page.is_last(seen):
                return
            before = page
        raise Unclear(f"{action} did not come to an end within {MOST_PAGES} pages", http_status=HTTPStatus.OK)

    def _call(
        self,
        namespace: str,
        action: str,
        body: JsonObject,
        request_date: datetime,
        within: float | None = None,
    ) -> Answer:
        url = f"{self._account.url}/api/1.0/{namespace}?action={action}"
        try:
            content = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        except ValueError as error:
            raise Refused(f"Not sent: it cannot be written as JSON ({type(error).__name__})") from error
        signature = Signature(self._account.key, self._account.secret, request_date)
        with exchange_within(self._timeout if within is None else within) as exchange:
            try:
                return self._exchange(url, content, signature)
            except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
                raise _broken_off(error, sending=exchange.sending) from error

    def _exchange(self, url: str, content: bytes, signature: Signature) -> Answer:
        with self._session().post(
            url, data=content, auth=signature, allow_redirects=False, stream=True
        ) as response:
            body = response.raw.read(LONGEST_ANSWER + 1, decode_content=False)
            if len(body) > LONGEST_ANSWER:
                raise Unclear(
                    f"The answer was longer than {LONGEST_ANSWER} bytes", http_status=response.status_code
                )
            return Answer(response.status_code, response.headers, body)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._of_thread, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            session.headers = requests.structures.CaseInsensitiveDict(
                {
                    "User-Agent": "leadform",
                    "Accept": "application/json",
                    "Accept-Encoding": "identity",
                    "Content-Type": CONTENT_TYPE,
                    # A kept connection that the platform has just closed would make a send unclear.
                    "Connection": "close",
                }
            )
            adapter = DeadlineAdapter()
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            self._of_thread.session = session
        return session


def _is_of(row: JsonObject, venue_id: int) -> bool:
    """Say whether a row may be of this venue: one that names another was not asked for."""
    named = row.get("venueId")
    return named is None or str(named) == str(venue_id)


def _carries(row: JsonObject, reference: str) -> bool:
    """Say whether a row is the opportunity of this very reference, by its name or by its external URLs."""
    urls = row.get("externalUrls")
    named = isinstance(urls, list) and any(
        isinstance(url, dict) and url.get("ref") == reference for url in urls
    )
    return named or mentions_reference(str(row.get("name", "")), reference)


def _identifier(row: JsonObject) -> int:
    """Return the id of a row that was found; one that cannot be read must not pass for absence."""
    found = row.get("id")
    if isinstance(found, bool) or not re.fullmatch(r"0*[1-9][0-9]{0,17}", str(found)):
        raise Unclear("The opportunity was found, but its id cannot be read", http_status=HTTPStatus.OK)
    return int(str(found))


def _broken_off(error: Exception, *, sending: bool) -> PlatformError:
    """Return what a call without a whole answer means: unclear once any of the request had left."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, DeadlineExceededError | TimeoutError):
        cause = cause.__cause__ or cause.__context__
    what = "took longer than it may" if cause is not None else f"broke off ({type(error).__name__})"
    if sending:
        return Unclear(f"The call {what} after the request had begun to leave")
    reason = _innermost(error)
    return NotAccepted(f"The platform could not be reached: {reason}")


def _innermost(error: BaseException) -> str:
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return str(error) or type(error).__name__
