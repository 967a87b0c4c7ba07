"""What the rows of the account's lists mean, in every notation."""

from __future__ import annotations

from typing import Any, Final

import pytest

from webapp.platform.account_rows import is_active, is_referral, why_unsuitable

REFERRALS: Final[list[tuple[dict[str, Any], bool | None]]] = [
    ({"isReferral": False, "defaultType": 1}, True),
    ({"isReferral": False, "defaultType": "1"}, True),
    ({"isReferral": 0, "defaultType": "01"}, True),
    ({"isReferral": True, "defaultType": None}, True),
    ({"isReferral": 1}, True),
    ({"isReferral": "1"}, True),
    ({"isReferral": "True"}, True),
    ({"isReferral": "yes"}, True),
    ({"defaultType": 1}, True),
    ({"isReferral": False, "defaultType": None}, False),
    ({"isReferral": False}, False),
    ({"isReferral": 0, "defaultType": 2}, False),
    ({"isReferral": "0", "defaultType": 0}, False),
    ({"isReferral": "false", "defaultType": 11}, False),
    ({"isReferral": False, "defaultType": True}, False),
    ({"isReferral": None, "defaultType": None}, None),
    ({}, None),
]


@pytest.mark.parametrize(("row", "expected"), REFERRALS, ids=str)
def test_a_source_is_a_referral_by_its_flag_or_by_its_default_type(
    row: dict[str, Any], *, expected: bool | None
) -> None:
    assert is_referral({"id": 26, "name": "A source", **row}) is expected


ENDED: Final = {
    "won": [
        "Won",
        "WON",
        " won ",
        "Won!",
        "Won - deposit paid",
        "won_2",
        "\uff37\uff4f\uff4e",
        "Gewonnen",
        "Gagné",
        "Ganada",
        "Win",
        "closedwon",
        "Gagnés",
    ],
    "lost": [
        "Lost",
        "Lost to a competitor",
        "LOST (price)",
        "Lost/dead",
        "Loss",
        "Verloren",
        "Verlorene Anfragen",
        "Perdue",
        "Perdues",
        "Pérdida",
        "خسارة",
    ],
    "cancelled": [
        "Cancelled",
        "Canceled",
        "Booking cancelled",
        "Cancellation",
        "Storniert",
        "Annulée",
        "ملغى",
        "Stornierung",
        "Absage",
        "Annulation",
        "Cancelación",
    ],
    "turned down": ["Regretted", "Declined by venue", "Abgelehnt", "Refusé", "Rechazado"],
    "closed": ["Closed", "Closed Won", "ClosedLost", "closed-lost", "Withdrawn", "Geschlossen", "Fermé"],
}
BEGUN: Final = [
    "New",
    "New enquiry",
    "Quoted",
    "Tentative",
    "Interested",
    "Wonderful",
    "Frost Hall",
    "Neu",
    "",
]


@pytest.mark.parametrize(("end", "name"), [(end, name) for end, names in ENDED.items() for name in names])
def test_a_final_stage_is_recognised_by_its_name(end: str, name: str) -> None:
    assert why_unsuitable({"id": 6, "name": name, "reasons": []}) == end


@pytest.mark.parametrize("name", BEGUN)
def test_an_initial_stage_is_not_mistaken_for_a_final_one(name: str) -> None:
    assert why_unsuitable({"id": 1, "name": name, "reasons": None}) is None


FLAGS: Final[list[tuple[dict[str, Any], str | None]]] = [
    ({"isWon": True}, "won"),
    ({"isLost": 1}, "lost"),
    ({"cancelled": "1"}, "cancelled"),
    ({"isClosedStage": "true"}, "closed"),
    ({"stageType": "Closed Lost"}, "closed"),
    ({"status": "WON"}, "won"),
    ({"isWon": False, "isLost": 0, "isCancelled": None}, None),
    ({"colour": "#ff0000", "status": 1, "order": 1}, None),
]


@pytest.mark.parametrize(("flags", "expected"), FLAGS, ids=str)
def test_a_stages_flag_counts_whatever_its_name(flags: dict[str, Any], expected: str | None) -> None:
    assert why_unsuitable({"id": 6, "name": "Signed", **flags}) == expected


APPLYING: Final[list[tuple[Any, bool]]] = [
    (2, True),
    ("2", True),
    ("Lead", True),
    ("leads", True),
    ([2], True),
    (["lead"], True),
    (1, False),
    ("1", False),
    ("Opportunity", False),
    ([1, 2], False),
    ("1,2", False),
    ("Leads and opportunities", False),
    (None, False),
    (0, False),
]


@pytest.mark.parametrize(("applies_to", "is_for_leads"), APPLYING, ids=str)
def test_a_stage_for_leads_is_recognised(applies_to: object, *, is_for_leads: bool) -> None:
    reason = why_unsuitable({"id": 6, "name": "To be called back", "applyTo": applies_to})
    assert reason == ("for leads only" if is_for_leads else None)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, True),
        ({"isActive": True, "isDeleted": False, "currentStatus": 1}, True),
        ({"isActive": None}, True),
        ({"isActive": 0}, False),
        ({"active": "false"}, False),
        ({"isArchived": 1}, False),
        ({"currentStatus": 2}, False),
    ],
    ids=str,
)
def test_an_inactive_row_is_recognised(row: dict[str, Any], *, expected: bool) -> None:
    assert is_active(row) is expected
