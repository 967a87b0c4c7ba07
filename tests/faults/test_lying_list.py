"""A look for an enquiry that may have arrived is believed only when it can be."""

from tests.faults import fault_types as platform_faults
from tests.faults.fault_plan import LIST
from tests.faults.fault_types import PlatformFault
from tests.faults.invariants import Summary
from tests.faults.rig import House

META = {"totalResults": 0, "start": 0, "perPage": 100, "count": 0}
UNREADABLE: list[PlatformFault] = [
    platform_faults.hang(stores=False),
    platform_faults.reset(stores=False),
    platform_faults.close(stores=False),
    platform_faults.truncate(stores=False),
    platform_faults.refuse(500),
    platform_faults.bad_gateway(stores=False),
    platform_faults.busy(429, "1"),
    platform_faults.refuse(403),
    platform_faults.refuse(404),
    platform_faults.web_page(stores=False),
    platform_faults.says({}, stores=False, kind="an empty object"),
    platform_faults.says([], stores=False, kind="a list"),
    platform_faults.says(None, stores=False, kind="null"),
    platform_faults.says({"results": []}, stores=False, kind="no meta"),
    platform_faults.says({"meta": META}, stores=False, kind="no results"),
    platform_faults.says({"meta": META, "results": None}, stores=False, kind="results are null"),
    platform_faults.says({"meta": META, "results": [None, 7]}, stores=False, kind="rows are no objects"),
    platform_faults.says(
        {"meta": {"totalResults": 5}, "results": []}, stores=False, kind="a total without rows"
    ),
    platform_faults.says(
        {"meta": {**META, "count": 1}, "results": []}, stores=False, kind="rows that were cut off"
    ),
    platform_faults.says({"errorCode": 500, "message": "Internal"}, stores=False, kind="a refusal with 200"),
    platform_faults.endless(megabytes=10, stores=False),
    platform_faults.gzip_bomb(stores=False),
]


def lose_the_answer(house: House, befalls: str, *, stores: bool = True) -> str:
    reference = house.accept(befalls)
    house.platform.inject(platform_faults.close(stores=stores), reference=reference)
    return reference


def test_a_look_that_cannot_be_read_is_repeated_until_it_can(house: House) -> None:
    for fault in UNREADABLE:
        for stores in (True, False):
            reference = lose_the_answer(house, f"looks: {fault.kind}; stored: {stores}", stores=stores)
            house.platform.inject(fault, on=LIST, reference=reference)
    count = 2 * len(UNREADABLE)
    # So many failures keep the breaker open; with a small base its probes follow each other quickly.
    with house.working(delivery_concurrency=16, delivery_retry_base=0.01):
        summary = house.settle(within=110)
    assert summary == Summary(accepted=count, delivered=count, failed=0, held=0)


def test_an_empty_list_that_does_not_say_how_long_it_is_proves_no_absence(house: House) -> None:
    for meta in ({}, {"totalResults": None}, {"totalResults": "many"}, {"totalResults": -1}):
        reference = lose_the_answer(house, f"looks: {meta}")
        fault = platform_faults.says({"meta": meta, "results": []}, stores=False, kind="no total")
        house.platform.inject(fault, times=4, on=LIST, reference=reference)
    with house.working():
        assert house.settle() == Summary(accepted=4, delivered=4, failed=0, held=0)


def test_an_enquiry_that_is_listed_late_is_found_and_not_sent_again(house: House) -> None:
    house.platform.listing.lag = 2.0
    for _ in range(5):
        lose_the_answer(house, "listed late")
    with house.working():
        assert house.settle() == Summary(accepted=5, delivered=5, failed=0, held=0)


def test_an_enquiry_is_found_among_names_that_only_look_like_it_on_whichever_page(house: House) -> None:
    house.platform.listing.near_misses = True
    house.platform.listing.page_size = 2
    for stores in (True, False, True, False):
        lose_the_answer(house, f"stored: {stores}", stores=stores)
    with house.working():
        assert house.settle() == Summary(accepted=4, delivered=4, failed=0, held=0)


def test_a_list_that_always_promises_one_more_row_ends_all_the_same(house: House) -> None:
    house.platform.listing.promised = 1
    for stores in (True, False, True, False):
        lose_the_answer(house, f"stored: {stores}", stores=stores)
    with house.working():
        assert house.settle() == Summary(accepted=4, delivered=4, failed=0, held=0)


def test_an_enquiry_on_a_later_page_is_found_where_pages_are_shorter_than_they_say(house: House) -> None:
    house.platform.listing.near_misses = True
    house.platform.listing.page_size = 2
    house.platform.listing.says_full_pages = True
    for stores in (True, False):
        lose_the_answer(house, f"stored: {stores}", stores=stores)
    with house.working():
        assert house.settle() == Summary(accepted=2, delivered=2, failed=0, held=0)


def test_the_opportunity_of_another_venue_is_not_taken_for_the_one_that_was_lost(house: House) -> None:
    house.platform.listing.strangers = True
    for stores in (True, False):
        lose_the_answer(house, f"stored: {stores}", stores=stores)
    with house.working():
        assert house.settle() == Summary(accepted=2, delivered=2, failed=0, held=0)


def test_a_row_whose_number_makes_no_sense_is_no_delivery(house: House) -> None:
    senseless: list[object] = [None, 0, -1, True, "x", "", 1.5, 2**70, [1], {"id": 1}]
    for identifier in senseless:
        reference = lose_the_answer(house, f"listed as {identifier!r}")
        row = {"id": identifier, "venueId": 107, "name": f"{reference}: Ada"}
        told = {"meta": {**META, "totalResults": 1, "count": 1}, "results": [row]}
        fault = platform_faults.says(told, stores=False, kind="a senseless number")
        house.platform.inject(fault, on=LIST, reference=reference)
    with house.working():
        assert house.settle() == Summary(accepted=10, delivered=10, failed=0, held=0)
