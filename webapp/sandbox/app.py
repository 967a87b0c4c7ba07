"""The sandbox as a Flask application: the platform's one route, and a page for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from webapp.sandbox.answering import Answering
from webapp.sandbox.authentication import Authentication, SignedRequest
from webapp.sandbox.calls import Calls
from webapp.sandbox.faults import Fault, Faults, Moment
from webapp.sandbox.pages import add_pages
from webapp.sandbox.refusal import Json, RefusalError
from webapp.sandbox.store import OpportunityStore

_API = "/api/"
# Far more than any opportunity needs, so that a runaway caller cannot fill the memory.
_MAX_BODY_BYTES = 1_000_000


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class Sandbox(Flask):
    """The application, with what it has received and the failures it can be told to make."""

    def __init__(self, key: str, secret: str, clock: Callable[[], datetime]) -> None:
        super().__init__(__name__)
        self.config["MAX_CONTENT_LENGTH"] = _MAX_BODY_BYTES
        self.store = OpportunityStore()
        self.faults = Faults()
        self._authentication = Authentication(key, secret, clock)
        self.answering = Answering()
        self._calls = Calls(self.store, clock, self.answering)

    def call(self, namespace: str) -> Response:
        """Answer one call of the platform, unless a fault does."""
        signed = SignedRequest(request.environ["REQUEST_URI"], request.headers, request.get_data())
        action = request.args.get("action", "")
        fault = self.faults.take(action)
        if fault is None:
            return self._carry_out(signed, namespace, action)
        if fault.moment is Moment.INSTEAD:
            return _faulty_answer(fault)
        if fault.moment is Moment.NO_REQUEST:
            return _no_answer()
        answer = self._carry_out(signed, namespace, action)
        if fault.moment is Moment.NO_ANSWER:
            return _no_answer()
        self.faults.keep_back()
        return answer

    def _carry_out(self, signed: SignedRequest, namespace: str, action: str) -> Response:
        try:
            self._authentication.check(signed, key_revoked=self.faults.key_revoked)
            return _json(self._calls.answer(namespace, action, signed.body))
        except RefusalError as refusal:
            return _refuse(refusal)


def create_sandbox(key: str, secret: str, *, clock: Callable[[], datetime] = utc_now) -> Sandbox:
    """Build a sandbox that one key may call; ``clock`` tells the platform's time."""
    sandbox = Sandbox(key, secret, clock)
    # OPTIONS would be answered by Flask; the platform knows POST alone (platform contract, A request).
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
    # Whatever Flask refuses by itself (404, 405, 413) has the contract's shape too, below the API's address.
    if not request.path.startswith(_API):
        return error
    allow = {name: value for name, value in error.get_headers() if name == "Allow"}
    return _refuse(RefusalError(error.code or 500, error.description or error.name, headers=allow))


def _refuse(refusal: RefusalError) -> Response:
    answer = _json(refusal.body(), refusal.status)
    answer.headers.update(refusal.headers)
    return answer


def _faulty_answer(fault: Fault) -> Response:
    refusal = RefusalError(
        fault.status, "Refused as ordered.", specific_code=fault.specific_code, headers=fault.headers
    )
    answer = _refuse(refusal)
    if fault.body is not None:
        answer.set_data(fault.body)
        # Once more, so that an ordered Content-Length can promise more than the body holds.
        answer.headers.update(fault.headers)
    return answer


def _no_answer() -> Response:
    def break_off() -> Iterator[bytes]:
        # werkzeug's server takes this as a caller who went away, and closes the connection without a byte.
        raise ConnectionAbortedError
        yield b""

    return Response(break_off())


def _json(value: Json, status: int = 200) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status, mimetype="application/json")
