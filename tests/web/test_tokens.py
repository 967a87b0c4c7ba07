"""Signed tokens of forms and receipts."""

import pytest

from webapp.web.tokens import MAX_TOKEN, InvalidTokenError, Tokens

OLD, NEW = "an old key, long enough to be taken", "a new key, long enough to be taken"


def test_a_token_carries_its_submission_key() -> None:
    tokens = Tokens([NEW])
    first, second = tokens.issue("weddings"), tokens.issue("weddings")
    assert tokens.read(first, "weddings") == tokens.read(first, "weddings")
    assert tokens.read(first, "weddings").submission_key != tokens.read(second, "weddings").submission_key
    assert not tokens.read(first, "weddings").is_expired


def test_an_expired_token_keeps_its_submission_key() -> None:
    token = Tokens([NEW]).issue("weddings")
    late = Tokens([NEW], lifetime=-1).read(token, "weddings")
    assert late.is_expired
    assert late.submission_key == Tokens([NEW]).read(token, "weddings").submission_key


@pytest.mark.parametrize("token", ["", "nonsense", "WyJ3ZWRkaW5ncyIsIngiXQ.aaaa.bbbb", "\u0000", "é"])
def test_a_malformed_token_is_invalid(token: str) -> None:
    with pytest.raises(InvalidTokenError):
        Tokens([NEW]).read(token, "weddings")


def test_tokens_are_under_half_of_the_accepted_length() -> None:
    tokens = Tokens([NEW])
    slug = "".join(f"{number:02}" for number in range(68, 100))
    longest = (tokens.issue(f"{slug}/ENQ-7F3K9QXD"), tokens.issue_receipt("ENQ-7F3K9QXD", slug))
    assert max(map(len, longest)) < MAX_TOKEN / 2


def test_a_token_of_another_form_is_invalid() -> None:
    tokens = Tokens([NEW])
    with pytest.raises(InvalidTokenError):
        tokens.read(tokens.issue("weddings"), "short")


def test_a_token_signed_with_another_key_is_invalid() -> None:
    with pytest.raises(InvalidTokenError):
        Tokens([NEW]).read(Tokens([OLD]).issue("weddings"), "weddings")


def test_an_old_key_still_verifies_but_no_longer_signs() -> None:
    rotated = Tokens([NEW, OLD])
    old = Tokens([OLD])
    assert rotated.read(old.issue("weddings"), "weddings")
    assert rotated.read_receipt(old.issue_receipt("ENQ-7F3K9QXD", "weddings")) == "ENQ-7F3K9QXD"
    assert old.read_receipt(rotated.issue_receipt("ENQ-7F3K9QXD", "weddings")) is None


def test_a_receipts_address_cannot_be_derived_from_its_reference() -> None:
    tokens = Tokens([NEW])
    address = tokens.issue_receipt("ENQ-7F3K9QXD", "weddings")
    assert tokens.read_receipt(address) == "ENQ-7F3K9QXD"
    assert address == tokens.issue_receipt("ENQ-7F3K9QXD", "weddings")
    assert tokens.read_receipt("ENQ-7F3K9QXD") is None
    assert tokens.read_receipt(address[:-1] + ("A" if address[-1] != "A" else "B")) is None
    assert tokens.read_receipt(tokens.issue("weddings")) is None
