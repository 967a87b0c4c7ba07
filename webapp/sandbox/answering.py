"""How answers are put where the platform's own pages differ, or an account's may; plainly unless told."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.sandbox.refusal import Json, JsonObject


@dataclass
class Answering:
    """What a test may change of every answer (platform contract, Opportunity; Calls that help).

    ``success_on_update`` False leaves an update's answer with the id alone. ``ids_in_digits`` tells every id
    as a string. ``rows_promised`` is how many more rows ``totalResults`` tells of than there are.
    """

    success_on_update: bool = True
    ids_in_digits: bool = False
    rows_promised: int = 0

    def of_opportunity(self, number: int, *, is_update: bool) -> JsonObject:
        """Return the answer to an accepted addOrUpdateOpportunity."""
        confirmed: JsonObject = {"success": True} if self.success_on_update or not is_update else {}
        return self._put({**confirmed, "id": number})

    def of_list(self, answer: JsonObject) -> JsonObject:
        """Return the page of a list as it is told."""
        meta = answer["meta"]
        if isinstance(meta, dict) and isinstance(meta["totalResults"], int):
            meta["totalResults"] += self.rows_promised
        return self._put(answer)

    def _put(self, answer: JsonObject) -> JsonObject:
        told = _in_digits(answer) if self.ids_in_digits else answer
        return told if isinstance(told, dict) else answer


def _in_digits(value: Json) -> Json:
    if isinstance(value, list):
        return [_in_digits(item) for item in value]
    if isinstance(value, dict):
        return {
            name: str(item) if name == "id" and isinstance(item, int) else _in_digits(item)
            for name, item in value.items()
        }
    return value
