"""A time of day, as people type it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Annotated, Final

from pydantic import Field, StrictStr

from webapp.enquiry import Answer, AnswerValue
from webapp.forms.kinds.kind import AnswerContext, AskedQuestion, Attributes, Bound
from webapp.forms.kinds.typed import NO_AUTOCORRECT, TypedKind
from webapp.languages.language import ENGLISH, N_, Language

BOUND: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
USUAL: Final = "19:00"
"""The example, where the bounds allow it."""

MAX_TYPED: Final = 60
"""Characters; longer texts are not read."""

NOON: Final = 12

WORDS: Final = {
    **dict.fromkeys(("midnight", "mitternacht", "minuit", "medianoche", "منتصف الليل"), time(0)),
    **dict.fromkeys(("noon", "midday", "mittag", "midi", "mediodia", "الظهر", "منتصف النهار"), time(12)),
}
"""Times that have names. These and all other words here have no accents, since ``_plain`` drops them."""

_MORNING, _NOON, _AFTERNOON, _EVENING = range(1, 12), range(11, 16), range(12, 21), range(13, 24)
_NIGHT: Final = (*range(18, 24), *range(6))
PERIODS: Final = {
    **dict.fromkeys(("am", "a", "ص"), range(12)),
    **dict.fromkeys(("pm", "p", "م"), range(12, 24)),
    **dict.fromkeys(("midnight", "منتصف الليل"), range(1)),
    **dict.fromkeys(("noon", "midday"), range(12, 13)),
    **dict.fromkeys(
        ("in the morning", "morgens", "fruh", "vormittags", "am morgen", "am vormittag"), _MORNING
    ),
    **dict.fromkeys(("in der fruh", "du matin", "de la manana", "صباحا", "في الصباح", "الصبح"), _MORNING),
    **dict.fromkeys(("de la madrugada", "فجرا"), range(7)),
    **dict.fromkeys(("mittags", "am mittag", "del mediodia", "ظهرا", "الظهر"), _NOON),
    **dict.fromkeys(("in the afternoon", "nachmittags", "am nachmittag", "de l'apres-midi"), _AFTERNOON),
    **dict.fromkeys(("de l'apres midi", "de la tarde", "بعد الظهر", "عصرا", "العصر"), _AFTERNOON),
    **dict.fromkeys(("in the evening", "abends", "am abend", "du soir"), _EVENING),
    **dict.fromkeys(("مساء", "مساءا", "في المساء"), _EVENING),
    **dict.fromkeys(("at night", "nachts", "in der nacht", "de la noche", "ليلا", "في الليل"), _NIGHT),
}
"""What may follow a time, and the hours that it allows: of 7 and 19, for instance, one at most."""

_AHEAD: Final = re.compile(r"^(at|um|a las?|las?|al?|(في )?الساعة|في)\b ?")
_CLOCK: Final = re.compile(
    r"(?P<hour>\d{1,2})"
    r"(?:(?P<mark> ?(?:[:.\u066b]|uhr|heures?|h) ?| )?(?P<minute>\d\d)(?::00)?)?"
    r" ?(?:o[' ]?clock|hours|(?P<unit>uhr|heures?|horas?|hrs|hs|h))?"
    r"[ ,،]*(?P<period>\D*)"
)


@dataclass(frozen=True, slots=True)
class ParsedTime:
    """A time that was typed. Where it is not clear, it may be twelve hours later."""

    time: time
    is_clear: bool = True


class TimeKind(TypedKind):
    """``time``: sent as ``HH:MM``.

    A browser's own time input takes only its own spelling, so the page does not use one.
    """

    name = "time"
    missing = N_("Enter a time: %(question)s")
    bound_types = (('a time such as "18:00"', Annotated[StrictStr, Field(pattern=BOUND)]),)

    def parse(self, question: AskedQuestion, typed: Sequence[str], context: AnswerContext) -> str:
        """Return the time, if it is clear and within the bounds."""
        language, label = context.language, question.label
        found = parse_time(typed[0], language)
        if found is None:
            example = _written(_example(question), language)
            message = N_("Enter a time, like %(example)s: %(question)s")
            raise ValueError(language.gettext(message, example=example, question=label))
        if not found.is_clear:
            early, late = found.time, found.time.replace(hour=found.time.hour + NOON)
            named = {"early": language.format_time(early), "late": language.format_time(late)}
            message = N_("Enter either %(early)s or %(late)s: %(question)s")
            raise ValueError(language.gettext(message, **named, question=label))
        value = f"{found.time:%H:%M}"
        if question.min is not None and value < str(question.min):
            limit = _written(str(question.min), language)
            message = N_("Enter a time at or after %(time)s: %(question)s")
            raise ValueError(language.gettext(message, time=limit, question=label))
        if question.max is not None and value > str(question.max):
            limit = _written(str(question.max), language)
            message = N_("Enter a time at or before %(time)s: %(question)s")
            raise ValueError(language.gettext(message, time=limit, question=label))
        return value

    def display(self, question: AskedQuestion, value: AnswerValue, language: Language) -> str:
        """Return the time as the language writes it."""
        try:
            return _written(str(value), language)
        except ValueError:
            return super().display(question, value, language)

    def retype(self, question: AskedQuestion, answer: Answer, language: Language) -> tuple[str, ...]:
        """Return the time as the language writes it."""
        return (self.display(question, answer.value, language),)

    def convert(
        self, question: AskedQuestion, typed: tuple[str, ...], before: Language, context: AnswerContext
    ) -> tuple[str, ...]:
        """Return the same time as the other language writes it; an unclear time stays as it is."""
        del question
        found = parse_time(typed[0], before)
        if found is None or not found.is_clear:
            return typed
        return (context.language.format_time(found.time),)

    def bound_error(self, question: AskedQuestion, bound: Bound) -> str | None:
        """Take a time of the day."""
        del question
        return None if re.match(BOUND, str(bound)) else 'must be a time such as "18:00"'

    def sample(self, question: AskedQuestion) -> str:
        """Return the example."""
        return _example(question)

    def hint(self, question: AskedQuestion, context: AnswerContext) -> str:
        """Return an example."""
        example = _written(_example(question), context.language)
        return context.language.gettext("For example, %(example)s.", example=example)

    def input_attributes(self, question: AskedQuestion) -> Attributes:
        """Return what keeps a browser from correcting it."""
        del question
        return NO_AUTOCORRECT


def parse_time(typed: str, language: Language) -> ParsedTime | None:
    """Return the time of day that was typed in any of the languages, or None when it is none.

    An hour up to 12 is not clear without a word such as "pm" or "Uhr". With minutes it is, where hours are
    written from 0 to 23; but in English 7:30 may mean the evening there too.
    """
    text = _plain(typed) if len(typed) <= MAX_TYPED else ""
    found = _CLOCK.fullmatch(text)
    if found is None:
        named = WORDS.get(text)
        return ParsedTime(named) if named is not None else None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    is_possible = minute < 60 and (hour < 24 or (hour == 24 and not minute))  # noqa: PLR2004 (a day)
    if not is_possible or text == "0":  # which stands for "none" more often than for midnight
        return None
    is_of_twelve = 1 <= hour <= NOON
    if found["period"]:
        possible = {hour % NOON, hour % NOON + NOON} if is_of_twelve else {hour % 24}
        hours = possible.intersection(PERIODS.get(found["period"], ()))
        return ParsedTime(time(hours.pop(), minute)) if hours else None
    if is_of_twelve and not _counts_to_24(found, language):
        return ParsedTime(time(hour % NOON, minute), is_clear=False)
    return ParsedTime(time(hour % 24, minute))


def _counts_to_24(clock: re.Match[str], language: Language) -> bool:
    """Say whether an hour that has no word such as "pm" is one of 24."""
    hour, mark = clock["hour"], (clock["mark"] or "").strip()
    if clock["unit"] or mark.isalpha() or hour.startswith("0"):
        return True
    if not clock["minute"] or language.has_am_and_pm:
        return False
    # In Britain clocks show 07:30, so 7:30 may be the evening.
    return language.tag != ENGLISH or language.format_time(time(int(hour))).startswith(hour)


def _plain(typed: str) -> str:
    """Return what was typed in lower case, with its digits in ASCII, without accents and words ahead."""
    apart = unicodedata.normalize("NFD", typed.casefold())
    kept = (sign for sign in apart if unicodedata.category(sign) not in {"Cf", "Mn"})
    plain = " ".join("".join(str(unicodedata.decimal(sign, sign)) for sign in kept).split())
    plain = plain.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").strip(" .,،!?؟")
    plain = re.sub(r"(?<![^\W\d_])([ap])\.? ?m\b", r"\1m", plain)
    return _AHEAD.sub("", plain)


def _written(value: str, language: Language) -> str:
    return language.format_time(time.fromisoformat(value))


def _example(question: AskedQuestion) -> str:
    earliest, latest = str(question.min or "00:00"), str(question.max or "23:59")
    return min(max(USUAL, earliest), latest)
