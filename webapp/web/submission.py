"""Step 3: makes an enquiry of the answers, and stores it in the outbox."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta

import structlog

from webapp.enquiry import Answers, Attribution, Consent, Enquiry, new_reference
from webapp.forms.definition import FormDefinition
from webapp.outbox.store import EnquiryStore, Submission
from webapp.web.localized_forms import LocalizedForm

log = structlog.get_logger(__name__)


class EnquiryService:
    """Accepts what visitors send.

    Args:
        store: the outbox.
        now: the clock that dates enquiries.
    """

    def __init__(self, store: EnquiryStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self.now = now

    def submit(
        self, form: LocalizedForm, answers: Answers, attribution: Attribution, submission_key: str
    ) -> Enquiry:
        """Store an enquiry and return it; the same answers under the same key are one enquiry.

        Raises:
            StoreUnavailableError: nothing was stored.
        """
        now, definition = self.now(), form.definition
        consent = Consent(definition.consent, now) if definition.consent else None
        enquiry = Enquiry(
            new_reference(), definition.slug, now, answers, consent, attribution, language=form.language.tag
        )
        stored = self._store.accept(enquiry, _submission(submission_key, answers))
        is_known = stored is not enquiry
        log.info("enquiry_received", reference=stored.reference, form=stored.form, again=is_known)
        return stored

    def may_amend(self, enquiry: Enquiry, definition: FormDefinition) -> bool:
        """Say whether the visitor may still change an enquiry."""
        return self.now() < amend_until(enquiry, definition)

    def amend(self, form: LocalizedForm, enquiry: Enquiry, answers: Answers, submission_key: str) -> None:
        """Store an enquiry with the visitor's new answers; the same answers as before change nothing.

        Raises:
            StoreUnavailableError: nothing was stored.
        """
        submission = _submission(submission_key, answers)
        if submission == _submission(submission_key, enquiry.answers):
            return
        now, consent, text = self.now(), enquiry.consent, form.definition.consent
        if text and (consent is None or consent.text != text):
            consent = Consent(text, now)
        amended = replace(
            enquiry, answers=answers, consent=consent, changed_at=now, language=form.language.tag
        )
        self._store.amend(amended, submission)
        log.info("enquiry_amended", reference=enquiry.reference, form=enquiry.form)

    def has_amended(self, enquiry: Enquiry, answers: Answers, submission_key: str) -> bool:
        """Say whether an enquiry has these answers, or was changed to them under this key before.

        Raises:
            StoreUnavailableError: the outbox does not answer.
        """
        submission = _submission(submission_key, answers)
        holds = submission == _submission(submission_key, enquiry.answers)
        return holds or self._store.has_amended(submission)

    def find_submitted(self, answers: Answers, submission_key: str) -> Enquiry | None:
        """Return the enquiry that these answers made under this key, or None.

        Raises:
            StoreUnavailableError: the outbox does not answer.
        """
        return self._store.find_submission(_submission(submission_key, answers))

    def find(self, reference: str) -> Enquiry | None:
        """Return the enquiry of a reference as the visitor last left it.

        Raises:
            StoreUnavailableError: the outbox does not answer.
        """
        return self._store.find(reference)


def amend_until(enquiry: Enquiry, definition: FormDefinition) -> datetime:
    """Return until when the visitor may change an enquiry."""
    return enquiry.received_at + timedelta(hours=definition.amend_for)


def _submission(key: str, answers: Answers) -> Submission:
    document = asdict(answers)
    # The values alone: the wording of a question may change while a page is open.
    values = {name: answer.value for name, answer in answers.questions.items()}
    del document["questions"]
    content = json.dumps({**document, **({"questions": values} if values else {})}, sort_keys=True)
    return Submission(key, hashlib.sha256(content.encode()).hexdigest())
