"""What a row of one of the account's lists says besides its id and its name.

Yes may be ``true``, 1 or a word, and a number may be a string of digits (platform contract, "Opportunity").
The list of stages has no column for won or lost: such stages are recognised by their names, and by a flag
where a row has one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from webapp.platform.opportunity import JsonObject

BUILT_IN_REFERRAL: Final = 1
"""The ``defaultType`` of the source that the document calls "Referral Program"."""

OPPORTUNITIES, LEADS = "1", "2"
"""What a stage may ``applyTo`` (the vendor's page on adding a stage)."""

INACTIVE_USER: Final = "2"
"""The ``currentStatus`` of a user who has left."""

_ENDS: Final = {
    "won": (
        "won win wins closedwon converted gewonnen gewonnene gagné gagnée gagnés gagnées "
        "ganado ganada ganados ganadas مكسوب مكسوبة فوز"
    ),
    "lost": (
        "lost loss losses closedlost verloren verlorene perdu perdue perdus perdues perte "
        "perdido perdida perdidos perdidas pérdida خسارة خاسرة مفقود"
    ),
    "cancelled": (
        "cancelled canceled cancel cancellation cancelado cancelada cancelados canceladas cancelación "
        "storniert stornierte stornierung storno abgesagt abgesagte absage annulé annulée annulés annulées "
        "annulation anulado anulada anulados anuladas anulación ملغي ملغى ملغاة إلغاء"
    ),
    "turned down": (
        "regretted regret declined rejected disqualified unsuccessful abgelehnt refusé refusée rechazado "
        "rechazada مرفوض"
    ),
    "closed": (
        "closed withdrawn abandoned dead geschlossen abgeschlossen clos fermé fermée cerrado cerrada مغلق"
    ),
}
"""The words in a stage's name that mark it as an end, in the languages of leadform."""

_KEYS_IN_WORDS: Final = ("type", "stageType", "category", "status", "state", "kind")
MAX_FLAG_WORDS: Final = 3
"""How many words the name of a flag has at most, as in isWonStage."""

_ACTIVE_KEYS: Final = ("isActive", "active", "isEnabled", "enabled")
_GONE_KEYS: Final = ("isDeleted", "deleted", "isArchived", "archived", "isInactive", "inactive", "isDisabled")


def is_referral(row: JsonObject) -> bool | None:
    """Say whether a source is a "Referral Program"; None where its row does not say.

    The built-in one is listed as ``isReferral: false, defaultType: 1``.
    """
    if _is_yes(row.get("isReferral")) or _digits(row.get("defaultType")) == str(BUILT_IN_REFERRAL):
        return True
    return False if _is_no(row.get("isReferral")) else None


def is_active(row: JsonObject) -> bool:
    """Say whether no column of a row says that it is no longer used."""
    return not (
        any(_is_no(row.get(key)) for key in _ACTIVE_KEYS)
        or any(_is_yes(row.get(key)) for key in _GONE_KEYS)
        or _digits(row.get("currentStatus")) == INACTIVE_USER
    )


def why_unsuitable(stage: JsonObject) -> str | None:
    """Return why nothing new belongs in a stage, such as "won"; None where an opportunity may start in it."""
    if _is_for_leads_only(stage.get("applyTo", stage.get("appliesTo"))):
        return "for leads only"
    texts = [stage.get("name"), *(stage.get(key) for key in _KEYS_IN_WORDS)]
    texts += [key for key, value in stage.items() if _is_yes(value) and len(_words(key)) <= MAX_FLAG_WORDS]
    ends = (end for text in texts if isinstance(text, str) for end in _ends_in(text))
    return next(ends, None)


_ARABIC_VARIANTS: Final = {0x0629: 0x0647, 0x0649: 0x064A}
"""Final letters of Arabic that are often written as others: teh marbuta as heh, alef maksura as yeh."""


def _words(text: str) -> list[str]:
    """Return the words of a text or of a name such as isClosedStage, in lower case and without accents."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    decomposed = unicodedata.normalize("NFKD", spaced).casefold().translate(_ARABIC_VARIANTS)
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return re.findall(r"[^\W\d_]+", plain)


_END_OF: Final = {word: end for end, words in _ENDS.items() for word in _words(words)}


def _ends_in(text: str) -> Iterator[str]:
    for word in _words(text):
        end = _END_OF.get(word) or _END_OF.get(word.removeprefix("ال"))
        if end is not None:
            yield end


def _is_for_leads_only(applies_to: Any) -> bool:
    parts = applies_to if isinstance(applies_to, list) else re.split(r"\W+", str(applies_to or ""))
    records = [str(part).strip().casefold() for part in parts]
    is_for_leads = any(record == LEADS or record.startswith("lead") for record in records)
    return is_for_leads and not any(
        record == OPPORTUNITIES or record.startswith("opportunit") for record in records
    )


def _is_yes(value: object) -> bool:
    return str(value).strip().casefold() in {"true", "1", "yes"}


def _is_no(value: object) -> bool:
    return str(value).strip().casefold() in {"false", "0", "no"}


def _digits(value: object) -> str:
    """Return the digits of a number that came as a number or as a string; empty for anything else."""
    text = "" if isinstance(value, bool) else str(value).strip()
    return text.lstrip("0") if re.fullmatch(r"[0-9]{1,18}", text) else ""
