"""Makes opportunities by the forms file as it is when a delivery is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from webapp.enquiry import Enquiry
from webapp.forms.amendment import update_between
from webapp.forms.definition import FormDefinition
from webapp.forms.mapping import MisfitError, opportunity_of
from webapp.outbox.versions import Amended
from webapp.platform.opportunity import Opportunity
from webapp.platform.rules import broken_rules


class CannotBeMappedError(Exception):
    """No opportunity can be made of an enquiry until a person has looked; the message says why."""


@dataclass(frozen=True, slots=True)
class OpportunityMapping:
    """Makes opportunities by the forms file as it is when it is asked.

    ``forms`` returns the forms of that moment; ``public_url`` is the address that they are served at, for
    those that say ``external_ref``.
    """

    forms: Callable[[], Mapping[str, FormDefinition]]
    public_url: str | None = None

    def opportunity_of(self, enquiry: Enquiry) -> Opportunity:
        """Return the opportunity to add for an enquiry.

        Raises:
            CannotBeMappedError: its form is no longer in the forms file, or cannot take its answers.
        """
        form = self._form(enquiry)
        return _held_to_the_rules(self._made(enquiry, form), form)

    def update_of(self, enquiry: Enquiry, amended: Amended | None) -> Opportunity | None:
        """Return what an amendment changes in an opportunity, or None when that is nothing.

        Raises:
            CannotBeMappedError: its form is no longer in the forms file, or cannot take its answers, or
                there is no opportunity.
            UnreadableContentError: an earlier version cannot be understood.
        """
        if amended is None:
            raise CannotBeMappedError("There is no opportunity to change: its enquiry was not delivered")
        form = self._form(enquiry)
        *earlier, last = amended.versions()
        in_doubt = amended.versions_in_doubt()
        before = [self._made(version, form, earlier) for version in (last, *in_doubt)]
        after = _held_to_the_rules(self._made(enquiry, form, (*earlier, last, *in_doubt)), form)
        venue_id = (amended.added or {}).get("venueId") or before[0].venue_id or 0
        return update_between(before, after, amended.opportunity_id, venue_id)

    def _made(self, enquiry: Enquiry, form: FormDefinition, earlier: Sequence[Enquiry] = ()) -> Opportunity:
        try:
            return opportunity_of(enquiry, form, self.public_url, earlier)
        except MisfitError as error:
            raise CannotBeMappedError(
                f"The form as it is now cannot take the answers ({error}): mend the form, then retry"
            ) from error

    def _form(self, enquiry: Enquiry) -> FormDefinition:
        form = self.forms().get(enquiry.form)
        if form is None:
            raise CannotBeMappedError(
                f"The form {enquiry.form!r} is not in the forms file: add it again, then retry"
            )
        return form


def _held_to_the_rules(opportunity: Opportunity, form: FormDefinition) -> Opportunity:
    broken = broken_rules(opportunity, referral_source=form.is_referral(opportunity.source_id))
    if broken:
        raise CannotBeMappedError(f"Not sent: {'; '.join(map(str, broken))}")
    return opportunity
