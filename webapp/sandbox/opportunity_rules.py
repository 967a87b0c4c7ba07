"""Which opportunities the account accepts: the rules of the tables beyond types, and the ids that exist.

An opportunity that breaks one is refused with 24224 (the user's document, Throws: "The
opportunity details are invalid").
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from webapp.sandbox import account
from webapp.sandbox.account import FieldKind
from webapp.sandbox.assignment_rules import assignment_problems, unknown_parties
from webapp.sandbox.directory import Directory
from webapp.sandbox.opportunity_update import overlay
from webapp.sandbox.property_types import PropertyProblem, is_date, is_timestamp, to_integer
from webapp.sandbox.refusal import Json, JsonObject, RefusalError, SpecificCode

_ONLY_WHEN_ADDING = ("utmSource", "utmMedium", "utmCampaign", "utmTerm")
# Ids that exist only within a type, a stage or a custom field; checked there.
_WITHIN_ANOTHER = ("subtypeId", "stageReasonId", "fieldId")


@dataclass(frozen=True)
class Proposal:
    """A request that passed ``check_shape``, with its opportunity before and after it.

    ``stored`` is None when the request adds one. ``result`` is what would be stored.
    """

    request: JsonObject
    stored: JsonObject | None
    result: JsonObject

    def integer(self, name: str) -> int | None:
        """Return an integer property of the opportunity that would be stored."""
        return to_integer(self.result.get(name))


def check_rules(request: JsonObject, stored: JsonObject | None, directory: Directory) -> JsonObject:
    """Return the opportunity that a request would leave.

    Raises:
        RefusalError: 400 with 24224; it names every rule that is broken.
    """
    proposal = Proposal(request, stored, overlay(stored or {}, request))
    problems = [problem for rule in _RULES for problem in rule(proposal)]
    problems += unknown_parties(request, directory)
    problems += assignment_problems(request, directory)
    if problems:
        raise RefusalError(
            400,
            "The opportunity details are invalid.",
            specific_code=SpecificCode.DETAILS_INVALID,
            additional_messages=list(map(str, problems)),
        )
    return proposal.result


def _ids_are_known(proposal: Proposal) -> Iterator[PropertyProblem]:
    for name, names in account.NAMES.items():
        if name in proposal.request and name not in _WITHIN_ANOTHER:
            number = to_integer(proposal.request[name])
            if number not in names:
                yield PropertyProblem(name, f"{number} is not in the account")


def _venue_is_unchanged(proposal: Proposal) -> Iterator[PropertyProblem]:
    # Opportunity table: venueId is where the opportunity belongs; nothing says that an update can move it.
    stored = proposal.stored
    if stored is not None and to_integer(stored["venueId"]) != proposal.integer("venueId"):
        yield PropertyProblem("venueId", "is not the venue that the opportunity belongs to")


def _campaign_is_only_added(proposal: Proposal) -> Iterator[PropertyProblem]:
    # Opportunity table: "(only when adding)"; utmContent has no such note.
    if proposal.stored is not None:
        for name in _ONLY_WHEN_ADDING:
            if name in proposal.request:
                yield PropertyProblem(name, "is accepted only when adding")


def _subtype_fits_type(proposal: Proposal) -> Iterator[PropertyProblem]:
    # Platform contract, Opportunity: required when the chosen type has sub-types.
    kind = account.TYPES.get(proposal.integer("typeId") or 0)
    if kind is None:
        return
    if kind.subtypes and "subtypeId" not in proposal.result:
        yield PropertyProblem("subtypeId", f"is required for the type {kind.name}")
    elif "subtypeId" in proposal.result and proposal.integer("subtypeId") not in kind.subtypes:
        yield PropertyProblem("subtypeId", f"is not a sub-type of {kind.name}")


def _reason_fits_stage(proposal: Proposal) -> Iterator[PropertyProblem]:
    if "stageReasonId" not in proposal.request:
        return
    stage = account.STAGES.get(proposal.integer("stageId") or 0)
    reasons: Collection[int] = account.NAMES["stageReasonId"] if stage is None else stage.reasons
    if proposal.integer("stageReasonId") not in reasons:
        yield PropertyProblem("stageReasonId", "is not a reason of the stage")


def _referral_names_contact_and_company(proposal: Proposal) -> Iterator[PropertyProblem]:
    # Opportunity table: referralContactId and referralCompanyId are each required when the source is
    # "Referral Program" and the matching object is missing. So both a contact and a company are needed.
    source = account.SOURCES.get(proposal.integer("sourceId") or 0)
    if source is None or not source.needs_referrer:
        return
    for by_id, by_object in (
        ("referralContactId", "referralContact"),
        ("referralCompanyId", "referralCompany"),
    ):
        if by_id not in proposal.result and by_object not in proposal.result:
            yield PropertyProblem(
                by_id, f"is required for the source {source.name} when {by_object} is missing"
            )


def _custom_fields_fit(proposal: Proposal) -> Iterator[PropertyProblem]:
    # Custom Field table: "Depends on the type of custom field value".
    entries = proposal.request.get("customFields")
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            number = to_integer(entry["fieldId"])
            custom = account.CUSTOM_FIELDS.get(number or 0)
            if custom is None:
                yield PropertyProblem(f"customFields[{index}].fieldId", f"{number} is not in the account")
            elif not _ACCEPTS[custom.kind](custom.options, entry["fieldValue"]):
                yield PropertyProblem(
                    f"customFields[{index}].fieldValue",
                    f"is not a valid value for {custom.name} ({custom.kind.value})",
                )


def _is_number(value: Json) -> bool:
    if isinstance(value, str):
        return value.replace(".", "", 1).isdecimal()
    return isinstance(value, int | float) and not isinstance(value, bool)


_ACCEPTS: dict[FieldKind, Callable[[Collection[str], Json], bool]] = {
    FieldKind.TEXT: lambda _, value: isinstance(value, str) or _is_number(value),
    FieldKind.DATE: lambda _, value: is_date(value),
    FieldKind.TIMESTAMP: lambda _, value: is_timestamp(value),
    FieldKind.NUMBER: lambda _, value: _is_number(value),
    FieldKind.CHOICE: lambda options, value: value in options,
    FieldKind.CHOICES: lambda options, value: (
        isinstance(value, list) and all(item in options for item in value)
    ),
    FieldKind.YES_NO: lambda _, value: isinstance(value, bool),
}

_RULES: tuple[Callable[[Proposal], Iterator[PropertyProblem]], ...] = (
    _ids_are_known,
    _venue_is_unchanged,
    _campaign_is_only_added,
    _subtype_fits_type,
    _reason_fits_stage,
    _referral_names_contact_and_company,
    _custom_fields_fit,
)
