"""A lookup of an enquiry that may have arrived counts only where its answer is reliable."""

from tests.faults import fault_types
from tests.faults.fault_plan import LIST
from tests.faults.fault_types import PlatformFault
from tests.faults.invariants import Summary
from tests.faults.rig import Rig

META = {"totalResults": 0, "start": 0, "perPage": 100, "count": 0}
UNREADABLE: list[PlatformFault] = [
    fault_types.hang(stores=False),
    fault_types.reset(stores=False),
    fault_types.close(stores=False),
    fault_types.truncate(stores=False),
    fault_types.refuse(500),
    fault_types.bad_gateway(stores=False),
    fault_types.busy(429, "1"),
    fault_types.refuse(403),
    fault_types.refuse(404),
    fault_types.web_page(stores=False),
    fault_types.answer_json({}, stores=False, kind="an empty object"),
    fault_types.answer_json([], stores=False, kind="a list"),
    fault_types.answer_json(None, stores=False, kind="null"),
    fault_types.answer_json({"results": []}, stores=False, kind="no meta"),
    fault_types.answer_json({"meta": META}, stores=False, kind="no results"),
    fault_types.answer_json({"meta": META, "results": None}, stores=False, kind="results are null"),
    fault_types.answer_json(
        {"meta": META, "results": [None, 7]}, stores=False, kind="rows that are not objects"
    ),
    fault_types.answer_json(
        {"meta": {"totalResults": 5}, "results": []}, stores=False, kind="a total without rows"
    ),
    fault_types.answer_json({"meta": {**META, "count": 1}, "results": []}, stores=False, kind="missing rows"),
    fault_types.answer_json(
        {"errorCode": 500, "message": "Internal"}, stores=False, kind="a refusal with 200"
    ),
    fault_types.endless(megabytes=10, stores=False),
    fault_types.gzip_bomb(stores=False),
]


def lose_and_settle(rig: Rig, pairs: int) -> None:
    """Lose the answers of pairs of enquiries, one stored by the platform and one not; all arrive once."""
    for stores in (True, False) * pairs:
        lose_the_answer(rig, f"stored: {stores}", stores=stores)
    with rig.worker_thread():
        assert rig.settle() == Summary(accepted=2 * pairs, delivered=2 * pairs, failed=0, held=0)


def lose_the_answer(rig: Rig, note: str, *, stores: bool = True) -> str:
    reference = rig.accept(note)
    rig.platform.inject(fault_types.close(stores=stores), reference=reference)
    return reference


def test_an_unreadable_lookup_is_repeated_until_it_succeeds(rig: Rig) -> None:
    for fault in UNREADABLE:
        for stores in (True, False):
            reference = lose_the_answer(rig, f"lookups: {fault.kind}; stored: {stores}", stores=stores)
            rig.platform.inject(fault, on=LIST, reference=reference)
    count = 2 * len(UNREADABLE)
    # So many failures keep the breaker open; with a small base its probes follow each other quickly.
    with rig.worker_thread(delivery_concurrency=16, delivery_retry_base=0.01):
        summary = rig.settle(within=110)
    assert summary == Summary(accepted=count, delivered=count, failed=0, held=0)


def test_an_empty_list_without_a_total_is_no_proof_of_absence(rig: Rig) -> None:
    for meta in ({}, {"totalResults": None}, {"totalResults": "many"}, {"totalResults": -1}):
        reference = lose_the_answer(rig, f"lookups: {meta}")
        fault = fault_types.answer_json({"meta": meta, "results": []}, stores=False, kind="no total")
        rig.platform.inject(fault, times=4, on=LIST, reference=reference)
    with rig.worker_thread():
        assert rig.settle() == Summary(accepted=4, delivered=4, failed=0, held=0)


def test_an_enquiry_listed_late_is_found_and_not_resent(rig: Rig) -> None:
    rig.platform.listing.lag = 2.0
    for _ in range(5):
        lose_the_answer(rig, "listed late")
    with rig.worker_thread():
        assert rig.settle() == Summary(accepted=5, delivered=5, failed=0, held=0)


def test_an_enquiry_is_found_among_near_misses_on_any_page(rig: Rig) -> None:
    rig.platform.listing.near_misses = True
    rig.platform.listing.page_size = 2
    lose_and_settle(rig, pairs=2)


def test_a_list_that_always_promises_one_more_row_still_ends(rig: Rig) -> None:
    rig.platform.listing.extra_total = 1
    lose_and_settle(rig, pairs=2)


def test_an_enquiry_is_found_behind_pages_shorter_than_stated(rig: Rig) -> None:
    rig.platform.listing.near_misses = True
    rig.platform.listing.page_size = 2
    rig.platform.listing.claims_full_pages = True
    lose_and_settle(rig, pairs=1)


def test_another_venues_opportunity_is_not_mistaken_for_the_lost_one(rig: Rig) -> None:
    rig.platform.listing.other_venues = True
    lose_and_settle(rig, pairs=1)


def test_a_row_with_a_nonsensical_id_does_not_count_as_delivered(rig: Rig) -> None:
    nonsensical: list[object] = [None, 0, -1, True, "x", "", 1.5, 2**70, [1], {"id": 1}]
    for identifier in nonsensical:
        reference = lose_the_answer(rig, f"listed as {identifier!r}")
        row = {"id": identifier, "venueId": 107, "name": f"{reference}: Ada"}
        body = {"meta": {**META, "totalResults": 1, "count": 1}, "results": [row]}
        fault = fault_types.answer_json(body, stores=False, kind="a nonsensical id")
        rig.platform.inject(fault, on=LIST, reference=reference)
    with rig.worker_thread():
        assert rig.settle() == Summary(accepted=10, delivered=10, failed=0, held=0)
