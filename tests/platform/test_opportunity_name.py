"""The opportunity's name: how it is built, and how it is recognised in a list."""

from __future__ import annotations

import string
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.enquiry import CROCKFORD_BASE32
from webapp.platform.opportunity_name import MAX_NAME_BYTES, build_name, is_cut, is_own_name

REFERENCE: Final = "ENQ-7F3K9QXD"
OTHER: Final = "ENQ-00000000"
references = st.text(CROCKFORD_BASE32, min_size=8, max_size=8).map("ENQ-".__add__)
texts = st.text(st.characters(codec="utf-8"), max_size=400)


def test_the_reference_comes_before_the_text() -> None:
    assert build_name(REFERENCE, "Ada Lovelace, Weddings") == "ENQ-7F3K9QXD: Ada Lovelace, Weddings"


@pytest.mark.parametrize("text", ["x" * 241, "é" * 120, "🎉" * 60, ""])
def test_a_text_that_fits_is_kept_whole(text: str) -> None:
    assert build_name(REFERENCE, text) == f"{REFERENCE}: {text}"
    assert not is_cut(build_name(REFERENCE, text), text)


def test_a_long_text_is_cut_after_a_word() -> None:
    name = build_name(REFERENCE, "many words " * 30)
    assert name.endswith("many words many…")
    assert len(name) > 240


@pytest.mark.parametrize("letter", ["x", "é", "婚", "🎉"])
def test_a_long_word_is_cut_after_a_whole_character(letter: str) -> None:
    name = build_name(REFERENCE, "A " + letter * 300)
    assert set(name.removeprefix(f"{REFERENCE}: A ")) == {letter, "…"}
    assert 250 < len(name.encode()) <= MAX_NAME_BYTES


@given(reference=references, text=texts)
def test_every_name_is_short_enough_and_holds_what_fits(reference: str, text: str) -> None:
    name = build_name(reference, text)
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert name.startswith(f"{reference}: ")
    assert is_cut(name, text) is (len(text.encode()) > MAX_NAME_BYTES - len(f"{reference}: "))


# Recognising a name


@given(text=texts, length=st.integers(12, 300), margin=st.text(string.whitespace, max_size=3))
def test_a_name_is_recognised_wherever_it_is_truncated(text: str, length: int, margin: str) -> None:
    sent = build_name(REFERENCE, text)
    for listed in (sent[:length], sent.encode()[:length].decode(errors="replace"), " ".join(sent.split())):
        assert is_own_name(f"{margin}{listed}{margin}", REFERENCE, sent)
        assert not is_own_name(f"{margin}{listed}{margin}", OTHER, build_name(OTHER, text))


@given(before=texts, behind=texts, between=st.sampled_from(["", " ", ": ", " (", "\n", "\u200f"]))
def test_no_text_can_forge_a_name(before: str, behind: str, between: str) -> None:
    forged = build_name(OTHER, f"{before}{between}{REFERENCE}{between}{behind}")
    for sent in (build_name(REFERENCE, "Lead"), f"Lead ({REFERENCE})", None):
        assert not is_own_name(forged, REFERENCE, sent)


@pytest.mark.parametrize(
    "listed",
    [
        "",
        "Lead",
        "ENQ-7F3K9QXDA: Lead",
        "ENQ-7F3K9QX: Lead",
        "XENQ-7F3K9QXD: Lead",
        "enq-7f3k9qxd: Lead",
        "ENQ-7F3K9QXD-2: Lead",
        "ENQ-7F3K9QXD and Lead",
        "ENQ 7F3K9QXD: Lead",
        "7F3K9QXD: Lead",
        "RE: ENQ-7F3K9QXD: Lead",
        "Lead (ENQ-7F3K9QXD)",
        "Lead, ENQ-7F3K9QXD",
    ],
)
def test_a_similar_name_is_not_a_match(listed: str) -> None:
    assert not is_own_name(listed, REFERENCE, build_name(REFERENCE, "Lead"))
    assert not is_own_name(listed, REFERENCE, None)


@pytest.mark.parametrize("listed", ["ENQ-7F3K9QXD: Won", "ENQ-7F3K9QXD:", "ENQ-7F3K9QXD"])
def test_text_the_staff_wrote_after_the_reference_does_not_count(listed: str) -> None:
    assert is_own_name(listed, REFERENCE, build_name(REFERENCE, "Lead"))


# The old format, with the reference behind the text

EARLIER: Final = f"Ada  Lovelace, Weddings ({REFERENCE})"


@pytest.mark.parametrize(
    "listed",
    [
        EARLIER,
        f" {EARLIER}\n",
        f"Ada Lovelace, Weddings ({REFERENCE})",
        f"Ada Lovelace, VIP ({REFERENCE})",
    ],
)
def test_a_name_in_the_old_format_is_recognised(listed: str) -> None:
    assert is_own_name(listed, REFERENCE, EARLIER)


@pytest.mark.parametrize(
    "listed",
    [
        f"{OTHER}: Ada Lovelace, Weddings ({REFERENCE})",
        f"{OTHER}: {EARLIER}",
        f"{REFERENCE} Lovelace, Weddings ({OTHER})",
        f"Ada ({REFERENCE}) Lovelace, Weddings ({OTHER})",
        f"Ada Lovelace, Weddings {REFERENCE}",
    ],
)
def test_the_old_format_cannot_be_forged_either(listed: str) -> None:
    assert not is_own_name(listed, REFERENCE, EARLIER)


def test_an_old_name_that_looks_like_a_new_one_must_match_in_full() -> None:
    sent = f"{OTHER}: Ada ({REFERENCE})"
    assert is_own_name(sent, REFERENCE, sent)
    assert not is_own_name(f"{OTHER}: Jane ({REFERENCE})", REFERENCE, sent)
