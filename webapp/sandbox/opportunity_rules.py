"""Which opportunities the account accepts: what the tables say beyond types, and whether each id is known.

Every rule here is refused with 24224 (the user's document, Throws: "The opportunity details are invalid").
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from webapp.sandbox import account
from webapp.sandbox.account import FieldKind
from webapp.sandbox.assignment_rules import assigned_parties_fit, parties_known
from webapp.sandbox.directory import Directory
from webapp.sandbox.opportunity_update import overlay
from webapp.sandbox.property_types import PropertyProblem, is_date, is_timestamp, to_integer
from webapp.sandbox.refusal import Json, JsonObject, RefusalError, SpecificCode

_ONLY_WHEN_ADDING = ("utmSource", "utmMedium", "utmCampaign", "utmTerm")
# Known only within a type or a stage, and checked there.
_WITHIN_ANOTHER = ("subtypeId", "stageReasonId", "fieldId")


@dataclass(frozen=True)
class Considered:
    """A request that passed ``check_shape``, and its opportunity before (None when adding) and after it."""

    request: JsonObject
    stored: JsonObject | None
    standing: JsonObject

    def integer(self, name: str) -> int | None:
        """Return an integer property of the opportunity as it would stand."""
        return to_integer(self.standing.get(name))


def check_rules(request: JsonObject, stored: JsonObject | None, directory: Directory) -> JsonObject:
    """Return the opportunity as it would stand after a request.

    Raises:
        RefusalError: 400 with 24224, naming every rule that is broken.
    """
    considered = Considered(request, stored, overlay(stored or {}, request))
    problems = [problem for rule in _RULES for problem in rule(considered)]
    problems += parties_known(request, directory)
    problems += assigned_parties_fit(request, directory)
    if problems:
        raise RefusalError(
            400,
            "The opportunity details are invalid.",
            specific_code=SpecificCode.DETAILS_INVALID,
            additional_messages=list(map(str, problems)),
        )
    return considered.standing


def _ids_are_known(considered: Considered) -> Iterator[PropertyProblem]:
    for name, names in account.NAMES.items():
        if name in considered.request and name not in _WITHIN_ANOTHER:
            number = to_integer(considered.request[name])
            if number not in names:
                yield PropertyProblem(name, f"{number} is not in the account")


def _venue_stays(considered: Considered) -> Iterator[PropertyProblem]:
    # Opportunity table: venueId says where the opportunity belongs; nothing says that an update moves it.
    stored = considered.stored
    if stored is not None and to_integer(stored["venueId"]) != considered.integer("venueId"):
        yield PropertyProblem("venueId", "is not the venue to which the opportunity belongs")


def _campaign_is_given_when_adding(considered: Considered) -> Iterator[PropertyProblem]:
    # Opportunity table, "(only when adding)"; utmContent has no such remark.
    if considered.stored is not None:
        for name in _ONLY_WHEN_ADDING:
            if name in considered.request:
                yield PropertyProblem(name, "is accepted only when adding")


def _subtype_fits_type(considered: Considered) -> Iterator[PropertyProblem]:
    # Platform contract, Opportunity: required when the chosen type has sub-types.
    kind = account.TYPES.get(considered.integer("typeId") or 0)
    if kind is None:
        return
    if kind.subtypes and "subtypeId" not in considered.standing:
        yield PropertyProblem("subtypeId", f"is required for the type {kind.name}")
    elif "subtypeId" in considered.standing and considered.integer("subtypeId") not in kind.subtypes:
        yield PropertyProblem("subtypeId", f"is not a sub-type of {kind.name}")


def _reason_fits_stage(considered: Considered) -> Iterator[PropertyProblem]:
    if "stageReasonId" not in considered.request:
        return
    stage = account.STAGES.get(considered.integer("stageId") or 0)
    reasons: Collection[int] = account.NAMES["stageReasonId"] if stage is None else stage.reasons
    if considered.integer("stageReasonId") not in reasons:
        yield PropertyProblem("stageReasonId", "is not a reason of the stage")


def _referral_names_contact_and_company(considered: Considered) -> Iterator[PropertyProblem]:
    # Opportunity table: each of referralContactId and referralCompanyId is required when the source is
    # Referral Program and its own object is missing. The two sentences stand beside each other, so both
    # parties are needed.
    source = account.SOURCES.get(considered.integer("sourceId") or 0)
    if source is None or not source.needs_referrer:
        return
    for by_id, by_object in (
        ("referralContactId", "referralContact"),
        ("referralCompanyId", "referralCompany"),
    ):
        if by_id not in considered.standing and by_object not in considered.standing:
            yield PropertyProblem(
                by_id, f"is required for the source {source.name} when {by_object} is missing"
            )


def _custom_fields_fit(considered: Considered) -> Iterator[PropertyProblem]:
    # Custom Field table: "Depends on the type of custom field value".
    entries = considered.request.get("customFields")
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            number = to_integer(entry["fieldId"])
            custom = account.CUSTOM_FIELDS.get(number or 0)
            if custom is None:
                yield PropertyProblem(f"customFields[{index}].fieldId", f"{number} is not in the account")
            elif not _HOLDS[custom.kind](custom.options, entry["fieldValue"]):
                yield PropertyProblem(
                    f"customFields[{index}].fieldValue",
                    f"is no value for {custom.name} ({custom.kind.value})",
                )


def _is_number(value: Json) -> bool:
    if isinstance(value, str):
        return value.replace(".", "", 1).isdecimal()
    return isinstance(value, int | float) and not isinstance(value, bool)


_HOLDS: dict[FieldKind, Callable[[Collection[str], Json], bool]] = {
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

_RULES: tuple[Callable[[Considered], Iterator[PropertyProblem]], ...] = (
    _ids_are_known,
    _venue_stays,
    _campaign_is_given_when_adding,
    _subtype_fits_type,
    _reason_fits_stage,
    _referral_names_contact_and_company,
    _custom_fields_fit,
)
