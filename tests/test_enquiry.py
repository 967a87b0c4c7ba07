"""References that people read aloud, and the states of a delivery."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.enquiry import (
    ATTRIBUTION_PARAMETERS,
    CROCKFORD_BASE32,
    NEXT_STATES,
    UTM_PARAMETERS,
    DeliveryState,
    ImpossibleTransitionError,
    check_transition,
    new_reference,
    parse_reference,
)

REFERENCE: Final = "ENQ-7F3K9QXD"
references = st.text(CROCKFORD_BASE32, min_size=8, max_size=8).map("ENQ-".__add__)


# References


def test_the_alphabet_is_crockford_base32() -> None:
    assert len(CROCKFORD_BASE32) == len(set(CROCKFORD_BASE32)) == 32
    assert set(CROCKFORD_BASE32) == set("0123456789abcdefghijklmnopqrstuvwxyz".upper()) - set("ILOU")


def test_a_new_reference_is_the_prefix_and_eight_characters() -> None:
    for reference in (new_reference() for _ in range(1000)):
        assert reference.startswith("ENQ-")
        assert len(reference) == len("ENQ-") + 8
        assert set(reference.removeprefix("ENQ-")) <= set(CROCKFORD_BASE32)


def test_new_references_differ_and_use_the_whole_alphabet() -> None:
    made = [new_reference() for _ in range(1000)]
    assert len(set(made)) == len(made)
    assert set("".join(reference.removeprefix("ENQ-") for reference in made)) == set(CROCKFORD_BASE32)


@pytest.mark.parametrize(
    "typed",
    [
        "ENQ-7F3K9QXD",
        "enq-7f3k9qxd",
        "Enq-7F3k9qXd",
        "7F3K9QXD",
        "7f3k9qxd",
        "ENQ7F3K9QXD",
        "enq 7f3k 9qxd",
        "  ENQ-7F3K9QXD\n",
        "ENQ-7F3K-9QXD",
        "E N Q 7 F 3 K 9 Q X D",
    ],
)
def test_a_reference_is_parsed_however_it_is_typed(typed: str) -> None:
    assert parse_reference(typed) == REFERENCE


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ENQ-O0o0IiLl", "ENQ-00001111"),
        ("O7F3K9QX", "ENQ-07F3K9QX"),
        ("ENQ7F3K9", "ENQ-ENQ7F3K9"),
        ("ENQ-ENQ7F3K9", "ENQ-ENQ7F3K9"),
        ("enqenq7f3k9", "ENQ-ENQ7F3K9"),
    ],
)
def test_letters_that_look_like_digits_are_parsed_as_digits(typed: str, meant: str) -> None:
    assert parse_reference(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ENQ-",
        "ENQ",
        "ENQ-7F3K9QX",
        "ENQ-7F3K9QXDA",
        "ENQ-7F3K9QXU",
        "ENQ-7F3K9QX!",
        "ENQ_7F3K9QXD",
        "REF-7F3K9QXD",
        "ENQ-7F3K9QX٣",
        "ENQ-7F3K9QXD ENQ-7F3K9QXE",
        "first.last@example.com",
        "' OR 1=1 --",
        "7" * 10_000,
    ],
)
def test_an_invalid_reference_is_parsed_as_none(typed: str) -> None:
    assert parse_reference(typed) is None


@given(reference=references)
def test_every_reference_parses_in_any_case_and_without_its_prefix(reference: str) -> None:
    for typed in (reference, reference.lower(), reference.removeprefix("ENQ-"), reference.replace("-", " ")):
        assert parse_reference(typed) == reference


@given(typed=st.text(max_size=20))
def test_any_input_is_a_complete_reference_or_none(typed: str) -> None:
    read = parse_reference(typed)
    assert read is None or (read == parse_reference(read) and len(read) == len(REFERENCE))


# States


ALLOWED: Final = {
    ("held", "queued"),
    ("queued", "sending"),
    ("sending", "delivered"),
    ("sending", "queued"),
    ("sending", "unclear"),
    ("sending", "failed"),
    ("unclear", "delivered"),
    ("unclear", "queued"),
    ("unclear", "failed"),
    ("failed", "queued"),
    ("failed", "unclear"),
}


def test_a_delivery_has_the_six_documented_states() -> None:
    assert {state.value for state in DeliveryState} == {
        "queued",
        "sending",
        "delivered",
        "unclear",
        "failed",
        "held",
    }


@pytest.mark.parametrize("before", DeliveryState)
@pytest.mark.parametrize("after", DeliveryState)
def test_only_allowed_transitions_exist(before: DeliveryState, after: DeliveryState) -> None:
    assert (after in NEXT_STATES[before]) is ((before.value, after.value) in ALLOWED)


@pytest.mark.parametrize("before", DeliveryState)
@pytest.mark.parametrize("after", DeliveryState)
def test_an_impossible_transition_raises_an_error(before: DeliveryState, after: DeliveryState) -> None:
    if before is after or (before.value, after.value) in ALLOWED:
        check_transition(before, after)
        return
    with pytest.raises(ImpossibleTransitionError, match=f"{before} cannot become {after}"):
        check_transition(before, after)


def reachable_from(*initial: DeliveryState) -> set[DeliveryState]:
    reached = set(initial)
    while more := {after for state in reached for after in NEXT_STATES[state]} - reached:
        reached |= more
    return reached


def test_every_state_is_reachable_from_a_new_delivery() -> None:
    assert reachable_from(DeliveryState.HELD) == set(DeliveryState)
    assert reachable_from(DeliveryState.QUEUED) == set(DeliveryState) - {DeliveryState.HELD}


@pytest.mark.parametrize("state", DeliveryState)
def test_a_delivery_can_be_delivered_from_every_state(state: DeliveryState) -> None:
    assert DeliveryState.DELIVERED in reachable_from(state)


def test_a_delivered_enquiry_is_never_sent_again() -> None:
    assert reachable_from(DeliveryState.DELIVERED) == {DeliveryState.DELIVERED}


def test_a_delivery_is_sent_only_from_the_queue() -> None:
    assert {state for state in DeliveryState if DeliveryState.SENDING in NEXT_STATES[state]} == {
        DeliveryState.QUEUED
    }


# Attribution


def test_the_five_documented_utm_parameters_come_first() -> None:
    assert UTM_PARAMETERS[:5] == ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")


def test_parameters_are_unique_and_lower_case() -> None:
    assert len(set(ATTRIBUTION_PARAMETERS)) == len(ATTRIBUTION_PARAMETERS)
    assert all(parameter == parameter.lower() for parameter in ATTRIBUTION_PARAMETERS)


@pytest.mark.parametrize(
    "typed", ["7F3K9Q\N{LATIN SMALL LETTER SHARP S}", "7F3K9QX\N{LATIN SMALL LETTER LONG S}"]
)
def test_a_letter_valid_only_when_upper_cased_is_rejected(typed: str) -> None:
    assert parse_reference(typed) is None
