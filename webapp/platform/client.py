"""The calls that leadform makes: a method per call, which returns an answer or raises what to do next."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

import requests
from urllib3.exceptions import HTTPError

from webapp.platform.collection import ROWS_PER_PAGE, parse_page
from webapp.platform.errors import PermanentlyRefused, PlatformError, Retryable, Unclear
from webapp.platform.lookup import LookupResult, LookupTarget, get_opportunity_id
from webapp.platform.opportunity import JsonObject, Opportunity
from webapp.platform.response import Response, parse_opportunity_id, parse_result, parse_timestamp
from webapp.platform.signing import CONTENT_TYPE, Signature
from webapp.platform.transport import DeadlineAdapter, DeadlineExceededError, exchange_within

MAX_RESPONSE_BYTES: Final = 1024 * 1024
MAX_PAGES: Final = 1000


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """Where the platform is, and the key and secret to sign with."""

    url: str
    key: str
    secret: str


class PlatformClient:
    """Calls the platform for one account; safe to share between threads, which have a session of their own.

    Args:
        account: address, key and secret.
        timeout: seconds for one whole call, from resolving the name to the last byte of the answer, and for
            reading one whole list, however many pages it has.
    """

    def __init__(self, account: Account, timeout: float) -> None:
        self._account = account
        self._timeout = timeout
        self._of_thread = threading.local()

    def add_or_update_opportunity(self, opportunity: Opportunity, request_date: datetime) -> int:
        """Add the opportunity, or update it when it has an id, and return its id.

        The rules between its properties are for the caller to check.

        Raises:
            PlatformError: the subclass says whether to retry, reconcile, give up or pause.
        """
        answer = self._call("venue", "addOrUpdateOpportunity", opportunity.as_json(), request_date)
        with _understanding_answers():
            return parse_opportunity_id(answer, is_update=opportunity.id is not None)

    def find_opportunity(self, target: LookupTarget, request_date: datetime) -> LookupResult:
        """Look up the opportunity that a request in doubt would have made, reading the list to its end.

        Of several, such as copies that people made, it is the oldest: the one with the smallest id.

        Raises:
            PlatformError: the lookup failed, so nothing is known.
        """
        body: JsonObject = {
            "venueIds": [target.venue_id],
            "filter": {"name__CONTAINS": target.reference},
        }
        platform_time: datetime | None = None
        found: list[int] = []
        with _understanding_answers():
            for answer, rows in self._pages("crm", "getOpportunityList", body, request_date):
                platform_time = platform_time or answer.server_date
                found += [get_opportunity_id(row) for row in rows if target.matches(row)]
        return LookupResult(min(found, default=None), platform_time)

    def read_list(self, namespace: str, action: str, request_date: datetime) -> list[JsonObject]:
        """Return every row of one of the account's lists.

        Raises:
            PlatformError: the list could not be read to its end.
        """
        with _understanding_answers():
            return [row for _, rows in self._pages(namespace, action, {}, request_date) for row in rows]

    def ping(self, request_date: datetime) -> datetime | None:
        """Check the address, the key, the secret and the clock, and return the platform's time.

        None when the platform does not say what time it is.

        Raises:
            PlatformError: one of them is wrong, or the platform did not answer.
        """
        answer = self._call("test", "ping", {}, request_date)
        with _understanding_answers():
            return parse_timestamp(parse_result(answer).get("timestamp")) or answer.server_date

    def _pages(
        self, namespace: str, action: str, body: JsonObject, request_date: datetime
    ) -> Iterator[tuple[Response, list[JsonObject]]]:
        seen, before = 0, None
        ends_at = time.monotonic() + self._timeout
        for _ in range(MAX_PAGES):
            request = {**body, "start": seen, "perPage": ROWS_PER_PAGE}
            answer = self._call(namespace, action, request, request_date, ends_at - time.monotonic())
            page = parse_page(action, answer)
            seen += len(page.rows)
            if page.repeats(before, seen):
                return
            yield answer, page.rows
            if page.is_last(seen):
                return
            before = page
        raise Unclear(f"{action} did not come to an end within {MAX_PAGES} pages", http_status=HTTPStatus.OK)

    def _call(
        self,
        namespace: str,
        action: str,
        body: JsonObject,
        request_date: datetime,
        timeout: float | None = None,
    ) -> Response:
        url = f"{self._account.url}/api/1.0/{namespace}?action={action}"
        try:
            content = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        except (ValueError, RecursionError) as error:
            raise PermanentlyRefused(
                f"Not sent: it cannot be written as JSON ({type(error).__name__})"
            ) from error
        signature = Signature(self._account.key, self._account.secret, request_date)
        with exchange_within(self._timeout if timeout is None else timeout) as exchange:
            try:
                return self._exchange(url, content, signature)
            except PlatformError:
                raise
            except Exception as error:  # whatever the libraries raise at an odd answer
                raise _broken_off(error, sending=exchange.sending) from error

    def _exchange(self, url: str, content: bytes, signature: Signature) -> Response:
        with self._session().post(
            url, data=content, auth=signature, allow_redirects=False, stream=True
        ) as response:
            body = response.raw.read(MAX_RESPONSE_BYTES + 1, decode_content=False)
            if len(body) > MAX_RESPONSE_BYTES:
                raise Unclear(
                    f"The answer was longer than {MAX_RESPONSE_BYTES} bytes", http_status=response.status_code
                )
            return Response(response.status_code, response.headers, body)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._of_thread, "session", None)
        if session is None:
            session = _Session()
            session.trust_env = False
            session.headers = requests.structures.CaseInsensitiveDict(
                {
                    "User-Agent": "leadform",
                    "Accept": "application/json",
                    "Accept-Encoding": "identity",
                    "Content-Type": CONTENT_TYPE,
                    # A reused connection that the platform has just closed would make a send unclear.
                    "Connection": "close",
                }
            )
            adapter = DeadlineAdapter()
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            self._of_thread.session = session
        return session


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return no target: requests reads a whole redirect even when it is not to follow it."""
        del resp


@contextmanager
def _understanding_answers() -> Iterator[None]:
    """Turn any unforeseen error about an answer into Unclear: the request had left, and nothing is known."""
    try:
        yield
    except PlatformError:
        raise
    except Exception as error:
        raise Unclear(
            f"The answer cannot be understood ({type(error).__name__})", http_status=HTTPStatus.OK
        ) from error


def _broken_off(error: Exception, *, sending: bool) -> PlatformError:
    """Return what a call without a whole answer means: unclear once any byte of the request had left."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, DeadlineExceededError | TimeoutError):
        cause = cause.__cause__ or cause.__context__
    what = "took longer than it may" if cause is not None else f"broke off ({type(error).__name__})"
    if sending:
        return Unclear(f"The call {what} after the request had begun to leave")
    if isinstance(error, requests.RequestException | HTTPError | OSError | UnicodeError):
        return Retryable(f"The platform could not be reached: {_innermost(error)}")
    return Retryable(f"The call {what} before anything had left")


def _innermost(error: BaseException) -> str:
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return str(error) or type(error).__name__
