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
    """One choice: its name, and the choices below it by their ids (sub-types, reasons).

    ``is_referral`` of a source is None where the account does not say. ``unsuitable`` is why nothing new
    belongs in a stage, such as "won" or "for leads only".
    """

    name: str
    children: Mapping[int, str] = field(default_factory=dict)
    is_referral: bool | None = False
    is_active: bool = True
    unsuitable: str | None = None

    @property
    def may_be_chosen(self) -> bool:
        """Say whether a new opportunity may name this choice."""
        return self.is_active and self.unsuitable is None


Entries = Mapping[int, AccountEntry]


@dataclass(frozen=True, slots=True)
class AccountLists:
    """The lists of one account, by id."""

    venues: Entries
    types: Entries
    sources: Entries
    stages: Entries
    channels: Entries
    qualities: Entries
    industries: Entries
    users: Entries


@dataclass(frozen=True, slots=True)
class _ListCall:
    """The call that reads one list, and the keys of its rows, in the platform's names."""

    namespace: str
    action: str
    names: tuple[str, ...] = ("name",)
    children: str | None = None
    child_name: str = "name"


_LIST_CALLS: Final = {
    "venues": _ListCall("venue", "getVenueList", ("businessName",)),
    "types": _ListCall("crm", "getLeadTypeList", ("type",), "subtypes"),
    "sources": _ListCall("crm", "getLeadSourceList"),
    "stages": _ListCall("crm", "getLeadStageList", children="reasons", child_name="reason"),
    "channels": _ListCall("crm", "getLeadChannelList"),
    "qualities": _ListCall("crm", "getLeadQualityList", ("label",)),
    "industries": _ListCall("account", "getIndustryList"),
    "users": _ListCall("account", "getUserList", ("firstName", "lastName")),
}


def read_account(client: PlatformClient, request_date: datetime) -> AccountLists:
    """Read every list of the account to its end.

    Raises:
        PlatformError: the platform could not be asked, or a list makes no sense.
    """
    return AccountLists(
        **{
            name: _entries(call, client.read_list(call.namespace, call.action, request_date))
            for name, call in _LIST_CALLS.items()
        }
    )


def _entries(call: _ListCall, rows: Iterable[JsonObject]) -> Entries:
    try:
        return {int(row["id"]): _entry(call, row) for row in rows}
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise Unclear(f"{call.action} answered with rows that make no sense ({error!r})") from error


def _entry(call: _ListCall, row: JsonObject) -> AccountEntry:
    children = row.get(call.children) or [] if call.children else []
    return AccountEntry(
        name=" ".join(str(row[name]) for name in call.names),
        children={int(child["id"]): str(child[call.child_name]) for child in children},
        is_referral=is_referral(row),
        is_active=is_active(row),
        unsuitable=why_unsuitable(row) if call.action == "getLeadStageList" else None,
    )
