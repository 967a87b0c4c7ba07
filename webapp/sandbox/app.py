"""The sandbox as a Flask application: the platform's one route, and a page for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from webapp.sandbox.authentication import Authentication, SignedRequest
from webapp.sandbox.calls import Calls
from webapp.sandbox.fault_injection import FaultInjector, FaultKind, InjectedFault
from webapp.sandbox.pages import add_pages
from webapp.sandbox.refusal import Json, RefusalError
from webapp.sandbox.response_options import ResponseOptions
from webapp.sandbox.store import OpportunityStore

_API = "/api/"
# Far more than any opportunity needs, but a runaway caller cannot fill the memory.
_MAX_BODY_BYTES = 1_000_000


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


class Sandbox(Flask):
    """The application, with what it has received and the faults that a test can inject."""

    def __init__(self, key: str, secret: str, clock: Callable[[], datetime]) -> None:
        super().__init__(__name__)
        self.config["MAX_CONTENT_LENGTH"] = _MAX_BODY_BYTES
        self.store = OpportunityStore()
        self.faults = FaultInjector()
        self._authentication = Authentication(key, secret, clock)
        self.response_options = ResponseOptions()
        self._calls = Calls(self.store, clock, self.response_options)

    def call(self, namespace: str) -> Response:
        """Answer one call of the platform, or fail as a test has ordered."""
        signed = SignedRequest(request.environ["REQUEST_URI"], request.headers, request.get_data())
        action = request.args.get("action", "")
        fault = self.faults.take(action)
        if fault is None:
            return self._carry_out(signed, namespace, action)
        if fault.kind is FaultKind.CANNED_ANSWER:
            return _canned_answer(fault)
        if fault.kind is FaultKind.LOST_REQUEST:
            return _no_answer()
        answer = self._carry_out(signed, namespace, action)
        if fault.kind is FaultKind.LOST_ANSWER:
            return _no_answer()
        self.faults.hold_answer()
        return answer

    def _carry_out(self, signed: SignedRequest, namespace: str, action: str) -> Response:
        try:
            self._authentication.check(signed, key_revoked=self.faults.key_revoked)
            return _json(self._calls.answer(namespace, action, signed.body))
        except RefusalError as refusal:
            return _refuse(refusal)


def create_sandbox(key: str, secret: str, *, clock: Callable[[], datetime] = utc_now) -> Sandbox:
    """Build a sandbox that one key may call; ``clock`` is the platform's."""
    sandbox = Sandbox(key, secret, clock)
    # Flask would answer OPTIONS; the platform takes POST only (platform contract, A request).
    sandbox.add_url_rule(
        "/api/1.0/<namespace>",
        view_func=sandbox.call,
        methods=["POST"],
        provide_automatic_options=False,
    )
    sandbox.register_error_handler(HTTPException, _explain)
    add_pages(sandbox, sandbox.store)
    return sandbox


def _explain(error: HTTPException) -> Response | HTTPException:
    # Below the API's path, Flask's own refusals (404, 405, 413) must have the contract's shape too.
    if not request.path.startswith(_API):
        return error
    allow = {name: value for name, value in error.get_headers() if name == "Allow"}
    return _refuse(RefusalError(error.code or 500, error.description or error.name, headers=allow))


def _refuse(refusal: RefusalError) -> Response:
    answer = _json(refusal.body(), refusal.status)
    answer.headers.update(refusal.headers)
    return answer


def _canned_answer(fault: InjectedFault) -> Response:
    refusal = RefusalError(
        fault.status, "Refused as ordered.", specific_code=fault.specific_code, headers=fault.headers
    )
    answer = _refuse(refusal)
    if fault.body is not None:
        answer.set_data(fault.body)
        # set_data has set Content-Length; set it again, as it may be meant to promise more than the body.
        answer.headers.update(fault.headers)
    return answer


def _no_answer() -> Response:
    def break_off() -> Iterator[bytes]:
        # Werkzeug's server takes this for a client that has gone, and closes without sending a byte.
        raise ConnectionAbortedError
        yield b""

    return Response(break_off())


def _json(value: Json, status: int = 200) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status, mimetype="application/json")
