"""The calls of the platform by namespace and action (platform contract, A request; Calls that help)."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import datetime
from typing import NoReturn

from webapp.sandbox import account
from webapp.sandbox.collection import collect
from webapp.sandbox.refusal import Json, JsonObject, RefusalError, SpecificCode, not_valid
from webapp.sandbox.response_options import ResponseOptions
from webapp.sandbox.store import OPPORTUNITY_ROW_FIELDS, OpportunityStore, timestamp

ACCOUNT_LISTS: dict[tuple[str, str], Callable[[], list[JsonObject]]] = {
    ("venue", "getVenueList"): account.venue_rows,
    ("crm", "getLeadTypeList"): account.type_rows,
    ("crm", "getLeadSourceList"): account.source_rows,
    ("crm", "getLeadStageList"): account.stage_rows,
    ("crm", "getLeadChannelList"): account.channel_rows,
    ("crm", "getLeadQualityList"): account.quality_rows,
    ("account", "getIndustryList"): account.industry_rows,
    ("account", "getUserList"): account.user_rows,
}


class Calls:
    """Answers the calls of one account; ``clock`` is the platform's."""

    def __init__(
        self, store: OpportunityStore, clock: Callable[[], datetime], options: ResponseOptions
    ) -> None:
        self._store = store
        self._clock = clock
        self._options = options

    def answer(self, namespace: str, action: str, body: bytes) -> JsonObject:
        """Carry out a call and return its answer.

        Raises:
            RefusalError: 404 for a call that the platform does not have, or the refusal of the call itself.
        """
        rows = ACCOUNT_LISTS.get((namespace, action))
        if rows is not None:
            account_list = rows()
            return self._list(account_list, account_list[0], body)
        match namespace, action:
            case "venue", "addOrUpdateOpportunity":
                return self._add_or_update(_read(body))
            case "crm", "getOpportunityList":
                return self._list(self._store.rows(), OPPORTUNITY_ROW_FIELDS, body)
            case "test", "ping":
                return {"message": "ack", "timestamp": timestamp(self._clock())}
        raise RefusalError(404, f"There is no action '{action}' in the namespace '{namespace}'.")

    def _list(self, rows: list[JsonObject], fields: Collection[str], body: bytes) -> JsonObject:
        return self._options.list_answer(collect(rows, fields, _read_list_request(body)))

    def _add_or_update(self, request: Json) -> JsonObject:
        if request in (None, {}):
            raise RefusalError(400, "The request is empty.", specific_code=SpecificCode.REQUEST_EMPTY)
        number = self._store.add_or_update(request, self._clock())
        return self._options.opportunity_answer(
            number, is_update=isinstance(request, dict) and "id" in request
        )


def _read(body: bytes) -> Json:
    """Return the JSON of a body, or None if it is empty."""
    if not body.strip():
        return None
    try:
        value: Json = json.loads(body.decode(), parse_constant=_no_constant)
        # JSON can escape half of a surrogate pair (\\ud800), which UTF-8 cannot encode.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise not_valid("The body is not JSON in UTF-8.") from error
    return value


def _read_list_request(body: bytes) -> Json:
    # A list needs no parameters: an empty body asks for the first page.
    request = _read(body)
    return {} if request is None else request


def _no_constant(name: str) -> NoReturn:
    # Python would accept NaN and Infinity, which JSON does not have.
    raise ValueError(name)
