"""How successful answers look, where the platform's own pages disagree or accounts may differ."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.sandbox.refusal import Json, JsonObject


@dataclass
class ResponseOptions:
    """What a test may change about every answer (platform contract, Opportunity; Calls that help).

    Attributes:
        success_on_update: whether the answer to an update has ``success`` beside the id.
        ids_in_digits: whether every id is a string of digits instead of a number.
        rows_promised: how many more rows ``totalResults`` counts than the list has.
    """

    success_on_update: bool = True
    ids_in_digits: bool = False
    rows_promised: int = 0

    def opportunity_answer(self, number: int, *, is_update: bool) -> JsonObject:
        """Return the answer to an addOrUpdateOpportunity that was accepted."""
        confirmed: JsonObject = {"success": True} if self.success_on_update or not is_update else {}
        return self._format_ids({**confirmed, "id": number})

    def list_answer(self, page: JsonObject) -> JsonObject:
        """Return the answer that holds a page of a list."""
        meta = page["meta"]
        if isinstance(meta, dict) and isinstance(meta["totalResults"], int):
            meta["totalResults"] += self.rows_promised
        return self._format_ids(page)

    def _format_ids(self, answer: JsonObject) -> JsonObject:
        if not self.ids_in_digits:
            return answer
        return {name: _format_member(name, item) for name, item in answer.items()}


def _format_member(name: str, value: Json) -> Json:
    if isinstance(value, list):
        return [_format_member("", item) for item in value]
    if isinstance(value, dict):
        return {key: _format_member(key, item) for key, item in value.items()}
    return str(value) if name == "id" and isinstance(value, int) else value
