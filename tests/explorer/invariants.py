"""What must hold in every state, and what must hold when everything is at rest."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.explorer.platform import FIRST_ID
from tests.explorer.production import ACTIVE_STATES, DeliveryKind, DeliveryState
from tests.explorer.snapshot import AMENDMENTS, ENQUIRIES, Columns, DeliveryRow
from tests.explorer.state import State, is_explained


def broken_always(state: State, columns: Columns) -> Iterator[str]:
    """Yield what is wrong in a state, whatever comes after it."""
    deliveries = columns.deliveries(state.rows)
    if len(state.platform.opportunities) > 1:
        yield "one enquiry became two opportunities"
    made = {FIRST_ID + number for number in range(len(state.platform.opportunities))}
    for row in deliveries:
        if row.state == DeliveryState.DELIVERED and row.opportunity_id not in made:
            yield f"delivery {row.id} is delivered as {row.opportunity_id}, which is not its opportunity"
        if row.state == DeliveryState.FAILED and not is_explained(row):
            yield f"delivery {row.id} failed, and the platform did not refuse it: {row.last_error}"
        if row.state in ACTIVE_STATES and row.due_at is None and not _waits_for_another(row, deliveries):
            yield f"delivery {row.id} is {row.state} without a next moment"
    stored = len(state.rows[ENQUIRIES]) + len(state.rows[AMENDMENTS])
    if stored < state.receipts:
        yield "a receipt was shown for what is not stored"


def _waits_for_another(row: DeliveryRow, deliveries: list[DeliveryRow]) -> bool:
    """Say whether an update waits: for the addition, whatever became of it, or for an update that goes on."""
    if row.state != DeliveryState.QUEUED or row.kind != DeliveryKind.UPDATE:
        return False
    addition, *updates = deliveries
    return addition.state != DeliveryState.DELIVERED or any(
        other.state in ACTIVE_STATES and other.due_at is not None for other in updates
    )


def broken_at_rest(state: State, columns: Columns, messages: tuple[str, ...]) -> Iterator[str]:
    """Yield what is wrong when nothing more happens by itself and nothing is on its way."""
    deliveries = columns.deliveries(state.rows)
    if len(deliveries) != len(messages):
        yield f"{len(messages)} versions were sent, and {len(deliveries)} have a delivery"
    for row in deliveries:
        is_done = row.state in {DeliveryState.DELIVERED, DeliveryState.FAILED}
        if not is_done and not (deliveries[0].state == DeliveryState.FAILED and row is not deliveries[0]):
            yield f"delivery {row.id} is {row.state} for ever"
    if deliveries and deliveries[0].state == DeliveryState.DELIVERED:
        yield from _broken_words(state, deliveries, messages)


def _broken_words(state: State, deliveries: list[DeliveryRow], messages: tuple[str, ...]) -> Iterator[str]:
    """Yield it when the opportunity does not say what the last version says that was delivered.

    A later one that failed may have been made, as a person who looks at it is told.
    """
    last = max(number for number, row in enumerate(deliveries) if row.state == DeliveryState.DELIVERED)
    allowed = messages[last:]
    values = json.loads(state.platform.opportunities[0].values)
    words = values["description"].splitlines()[0]
    if words not in allowed:
        yield f"the opportunity says {words!r}, and the last change that was delivered {messages[last]!r}"
