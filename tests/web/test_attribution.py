"""The campaign that a visitor came from."""

import pytest

from webapp.enquiry import ATTRIBUTION_PARAMETERS
from webapp.web.attribution import (
    MAX_CARRIED,
    carried_address,
    carried_parameters,
    parse_attribution,
)


def test_every_utm_parameter_and_click_id_is_read() -> None:
    assert set(ATTRIBUTION_PARAMETERS) == {
        *("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id"),
        *("utm_source_platform", "utm_creative_format", "utm_marketing_tactic"),
        *("gclid", "gbraid", "wbraid", "dclid", "fbclid", "msclkid", "ttclid", "twclid", "li_fat_id"),
    }
    pairs = [(name, f"value of {name}") for name in ATTRIBUTION_PARAMETERS]
    assert parse_attribution(pairs, "", "").parameters == dict(pairs)


def test_the_first_value_that_is_not_empty_wins() -> None:
    pairs = [("utm_source", ""), ("utm_source", " "), ("utm_source", "google"), ("utm_source", "bing")]
    assert carried_parameters(pairs) == {"utm_source": "google"}


@pytest.mark.parametrize("name", ["UTM_Source", "Utm_source", " utm_source", "amp;utm_source"])
def test_an_odd_spelling_of_a_name_is_understood(name: str) -> None:
    assert carried_parameters([(name, "google")]) == {"utm_source": "google"}


def test_other_parameters_are_left_alone() -> None:
    assert carried_parameters([("id", "1"), ("venueId", "2"), ("utm_nonsense", "3")]) == {}


def test_a_value_is_kept_as_it_came() -> None:
    value = " Spring  Sale/{keyword}%20🌸 "
    assert parse_attribution([("utm_campaign", value)], "", "").parameters["utm_campaign"] == value


def test_a_utm_value_that_is_too_long_is_cut_with_a_note() -> None:
    attribution = parse_attribution([("utm_term", "x" * 300), ("utm_medium", "y" * 255)], "", "")
    assert attribution.parameters == {"utm_medium": "y" * 255, "utm_term": "x" * 255}
    assert attribution.notes == ("utm_term was cut: 300 characters, and 255 is the most",)


def test_a_click_id_that_is_too_long_is_dropped_with_a_note() -> None:
    attribution = parse_attribution([("gclid", "x" * 1025), ("fbclid", "y" * 1024)], "", "")
    assert attribution.parameters == {"fbclid": "y" * 1024}
    assert attribution.notes == ("gclid was dropped: 1025 characters, and 1024 is the most",)


def test_of_what_no_address_can_hold_only_the_beginning_is_read() -> None:
    pairs = [("utm_term", "x" * 60_000), ("utm_term", "second"), ("gclid", "y" * 60_000), ("z" * 60_000, "x")]
    assert {name: len(value) for name, value in carried_parameters(pairs).items()} == {
        "utm_term": MAX_CARRIED,
        "gclid": MAX_CARRIED,
    }
    assert len(carried_address("https://a.example/" + "x" * 60_000)) == MAX_CARRIED


def test_the_referrer_and_the_landing_address_are_kept_without_what_no_database_stores() -> None:
    attribution = parse_attribution(
        [("utm_source", "goo\x00gle")], "https://a.example/\x00", "https://b.example/"
    )
    assert attribution.parameters == {"utm_source": "google"}
    assert attribution.referrer == "https://a.example/"
    assert attribution.landing_address == "https://b.example/"
