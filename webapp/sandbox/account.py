"""A small, believable account: two venues, and the choices that their staff set up.

Its ids include those of the examples in the user's document (venue 107, type 18, source 25, industry 77,
stage 69 with reason 127), so both of its example requests are accepted unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from webapp.sandbox.refusal import JsonObject


class FieldKind(Enum):
    """What a custom field holds."""

    TEXT = "text"
    DATE = "date"
    TIMESTAMP = "timestamp"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes or no"


@dataclass(frozen=True)
class CustomField:
    """A custom field of opportunities; only choices have ``options``."""

    name: str
    kind: FieldKind
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeadType:
    """A type of opportunity and its sub-types by id."""

    name: str
    subtypes: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LeadSource:
    """A source of opportunities; ``default_type`` is set for the platform's own sources only."""

    name: str
    is_referral: bool = False
    default_type: int | None = None

    @property
    def needs_referrer(self) -> bool:
        """Whether it is a "Referral Program" in the document's sense.

        The built-in one has ``isReferral`` false and default type 1 (platform contract, Calls that help).
        """
        return self.is_referral or self.default_type == 1


@dataclass(frozen=True)
class LeadStage:
    """A stage and its reasons by id; it applies to opportunities (1) or to leads (2)."""

    name: str
    reasons: Mapping[int, str] = field(default_factory=dict)
    apply_to: int = 1


@dataclass(frozen=True)
class User:
    """A member of staff at the venues."""

    first_name: str
    last_name: str
    email: str


VENUES = {107: "Harbour Hall", 108: "Boathouse Pavilion"}
TYPES = {
    18: LeadType("Wedding"),
    19: LeadType("Conference"),
    20: LeadType("Private celebration"),
    21: LeadType("Corporate event", {211: "Day meeting", 212: "Residential conference"}),
}
SOURCES = {
    26: LeadSource("Referral Program", default_type=1),
    27: LeadSource("Phone"),
    25: LeadSource("Website"),
}
# In an unhelpful order: a client that takes the first stage would mark every enquiry as won.
STAGES = {
    66: LeadStage("Won", {132: "Value for money", 133: "Repeat business"}),
    67: LeadStage("Cancelled", {134: "Event called off"}),
    68: LeadStage("To be called back", apply_to=2),
    69: LeadStage("New enquiry", {127: "Website enquiry", 128: "Show round asked for"}),
    70: LeadStage("Qualified", {129: "Date and budget agreed"}),
    71: LeadStage("Lost", {130: "Price", 131: "Date not available"}),
    72: LeadStage("Regretted", {135: "Too many guests"}),
}
INDUSTRIES = {77: "Hospitality", 78: "Education", 79: "Technology", 80: "Charity"}
CHANNELS = {5: "Direct", 6: "Venue finding agent", 7: "Event planner"}
QUALITIES = {1: "A-Grade", 2: "B-Grade", 3: "C-Grade"}
USERS = {
    301: User("Robin", "Marsh", "robin.marsh@harbourhall.example"),
    302: User("Sasha", "Doyle", "sasha.doyle@harbourhall.example"),
}
QUOTES = {501: "Quote 501", 502: "Quote 502"}
LOST_REASONS = {61: "Competitor was cheaper", 62: "Competitor was closer"}
SUBSCRIPTION_GROUPS = {10: "Newsletter", 11: "Wedding fairs"}
CONTACT_FIELDS = {33: "Preferred language", 51: "Dietary needs"}
COMPANY_FIELDS = {52: "Purchase order needed"}
CUSTOM_FIELDS = {
    12: CustomField("Event date", FieldKind.DATE),
    13: CustomField("Visit at", FieldKind.TIMESTAMP),
    14: CustomField("Number of guests", FieldKind.NUMBER),
    15: CustomField("Catering", FieldKind.CHOICE, ("Buffet", "Seated", "None")),
    16: CustomField("Rooms", FieldKind.CHOICES, ("Great Hall", "Terrace", "Boathouse")),
    17: CustomField("Date is flexible", FieldKind.YES_NO),
    31: CustomField("Google click id", FieldKind.TEXT),
    32: CustomField("Facebook click id", FieldKind.TEXT),
    33: CustomField("Microsoft click id", FieldKind.TEXT),
    34: CustomField("Landing page", FieldKind.TEXT),
    35: CustomField("Referrer", FieldKind.TEXT),
    36: CustomField("Notes from the form", FieldKind.TEXT),
}


def venue_rows() -> list[JsonObject]:
    """List the venues."""
    return [{"id": number, "businessName": name} for number, name in VENUES.items()]


def type_rows() -> list[JsonObject]:
    """List the types of opportunities with their sub-types."""
    return [
        {
            "id": number,
            "type": kind.name,
            "subtypes": [{"id": subtype, "name": name} for subtype, name in kind.subtypes.items()],
        }
        for number, kind in TYPES.items()
    ]


def source_rows() -> list[JsonObject]:
    """List the sources of opportunities."""
    return [
        {
            "id": number,
            "name": source.name,
            "description": None,
            "cost": 0,
            "isReferral": source.is_referral,
            "defaultType": source.default_type,
        }
        for number, source in SOURCES.items()
    ]


def stage_rows() -> list[JsonObject]:
    """List the stages of opportunities and of leads with their reasons."""
    return [
        {
            "id": number,
            "name": stage.name,
            "applyTo": stage.apply_to,
            "reasons": [{"id": reason, "reason": name} for reason, name in stage.reasons.items()],
        }
        for number, stage in STAGES.items()
    ]


def channel_rows() -> list[JsonObject]:
    """List the channels."""
    return [{"id": number, "name": name} for number, name in CHANNELS.items()]


def quality_rows() -> list[JsonObject]:
    """List the qualities."""
    return [{"id": number, "label": label} for number, label in QUALITIES.items()]


def industry_rows() -> list[JsonObject]:
    """List the industries."""
    return [{"id": number, "name": name} for number, name in INDUSTRIES.items()]


def user_row(number: int) -> JsonObject:
    """Describe one member of staff."""
    user = USERS[number]
    return {"id": number, "firstName": user.first_name, "lastName": user.last_name, "email": user.email}


def user_rows() -> list[JsonObject]:
    """List the members of staff."""
    return [user_row(number) for number in USERS]


# The properties of an opportunity that hold an id of the account, and the name behind each id.
NAMES: dict[str, Mapping[int, str]] = {
    "venueId": VENUES,
    "typeId": {number: kind.name for number, kind in TYPES.items()},
    "subtypeId": {number: name for kind in TYPES.values() for number, name in kind.subtypes.items()},
    "sourceId": {number: source.name for number, source in SOURCES.items()},
    "stageId": {number: stage.name for number, stage in STAGES.items() if stage.apply_to == 1},
    "stageReasonId": {number: name for stage in STAGES.values() for number, name in stage.reasons.items()},
    "industryId": INDUSTRIES,
    "channelId": CHANNELS,
    "qualityId": QUALITIES,
    "ownerUserId": {number: f"{user.first_name} {user.last_name}" for number, user in USERS.items()},
    "confirmedQuoteId": QUOTES,
    "cancelledQuoteId": QUOTES,
    "lostToCompetition": LOST_REASONS,
    "fieldId": {number: custom.name for number, custom in CUSTOM_FIELDS.items()},
}
