"""Question 2."""

from __future__ import annotations

from analysis.retention import Cohort, retention
from tests import making


def placed(customer: str, *days: str) -> list[dict[str, str]]:
    """Orders of one customer."""
    return [{"customer": customer, "date": day} for day in days]


def test_a_customer_returns_within_ninety_days() -> None:
    """Day 90 counts and day 91 does not; so does another order on the first day."""
    found = retention(
        making.orders(
            *placed("C-1", "2025-04-10", "2025-01-10"),
            *placed("C-2", "2025-01-10", "2025-04-11"),
            *placed("C-3", "2025-01-20", "2025-01-20"),
            *placed("C-4", "2025-01-31"),
            *placed("C-5", "2025-02-01", "2025-12-31"),
        )
    )
    assert found.within_days == 90
    assert found.cohorts == (
        Cohort(month="2025-01", customers=4, returned=2, share=0.5),
        Cohort(month="2025-02", customers=1, returned=0, share=0.0),
    )


def test_a_young_cohort_has_no_share() -> None:
    """The last order has to be 90 days after the last day of the month."""
    first = placed("C-1", "2025-01-05")
    old = retention(making.orders(*first, *placed("C-2", "2025-05-01")))
    young = retention(making.orders(*first, *placed("C-2", "2025-04-30")))
    assert [cohort.share for cohort in old.cohorts] == [0.0, None]
    assert [cohort.share for cohort in young.cohorts] == [None, None]


def test_cohorts_of_a_december() -> None:
    """The year ends within the month that counts."""
    found = retention(making.orders(*placed("C-1", "2023-12-31", "2024-03-30")))
    assert found.cohorts == (Cohort(month="2023-12", customers=1, returned=1, share=1.0),)
