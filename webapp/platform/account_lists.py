"""What the venue's account has: the lists behind every id that an opportunity names.

Source: platform contract, "Calls that help".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from webapp.platform.account_rows import is_active, is_referral, why_unsuitable
from webapp.platform.client import PlatformClient
from webapp.platform.errors import Unclear
from webapp.platform.opportunity import JsonObject


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """One choice: its name, and the finer choices within it by their ids (sub-types, reasons).

    ``is_referral`` of a source is None where the account does not tell. ``unsuitable`` says of a stage why
    nothing new belongs in it, as in "won" or "for leads only".
    """

    name: str
    children: Mapping[int, str] = field(default_factory=dict)
    is_referral: bool | None = False
    is_active: bool = True
    unsuitable: str | None = None

    @property
    def may_be_chosen(self) -> bool:
        """Say whether a new opportunity may well name this choice."""
        return self.is_active and self.unsuitable is None


Entries = Mapping[int, AccountEntry]


@dataclass(frozen=True, slots=True)
class AccountLists:
    """The lists of one account, each by id."""

    venues: Entries
    types: Entries
    sources: Entries
    stages: Entries
    channels: Entries
    qualities: Entries
    industries: Entries
    users: Entries


@dataclass(frozen=True, slots=True)
class _Shape:
    """How one list is called and what its rows say, in the platform's names."""

    namespace: str
    action: str
    names: tuple[str, ...] = ("name",)
    children: str | None = None
    name_within: str = "name"


_SHAPES: Final = {
    "venues": _Shape("venue", "getVenueList", ("businessName",)),
    "types": _Shape("crm", "getLeadTypeList", ("type",), "subtypes"),
    "sources": _Shape("crm", "getLeadSourceList"),
    "stages": _Shape("crm", "getLeadStageList", children="reasons", name_within="reason"),
    "channels": _Shape("crm", "getLeadChannelList"),
    "qualities": _Shape("crm", "getLeadQualityList", ("label",)),
    "industries": _Shape("account", "getIndustryList"),
    "users": _Shape("account", "getUserList", ("firstName", "lastName")),
}


def read_account(client: PlatformClient, request_date: datetime) -> AccountLists:
    """Read every list of the account to its end.

    Raises:
        PlatformError: the platform could not be asked, or a list makes no sense.
    """
    return AccountLists(
        **{
            name: _entries(shape, client.read_list(shape.namespace, shape.action, request_date))
            for name, shape in _SHAPES.items()
        }
    )


def _entries(shape: _Shape, rows: Iterable[JsonObject]) -> Entries:
    try:
        return {int(row["id"]): _entry(shape, row) for row in rows}
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise Unclear(f"{shape.action} answered with rows that make no sense ({error!r})") from error


def _entry(shape: _Shape, row: JsonObject) -> AccountEntry:
    within = row.get(shape.children) or [] if shape.children else []
    return AccountEntry(
        name=" ".join(str(row[name]) for name in shape.names),
        children={int(each["id"]): str(each[shape.name_within]) for each in within},
        is_referral=is_referral(row),
        is_active=is_active(row),
        unsuitable=why_unsuitable(row) if shape.action == "getLeadStageList" else None,
    )
