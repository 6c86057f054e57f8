"""Section 5 of the brief: four questions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from accepted import (
    accepted_conclusions,
    accepted_newsletter,
    accepted_revenue,
    accepted_total,
    cohorts,
    months,
    price_test_of,
)
from exports import Drawn, drawn_for, telling

if TYPE_CHECKING:
    from desk import Desk
    from runner.harness.notes import Notes
    from runner.harness.reply import Fields

ROUNDED = 0.0051
"""Shares and differences may be rounded to two decimals."""

NARROWEST, WIDEST = 0.75, 1.35
"""Width of an interval against Welch's: sound methods that were tried lie within 0.9 and 1.1."""

PLAIN = 4.5
"""Standard errors from which on every interval that is not far too wide tells the sign."""

SOUND = 1.96
FILES = 20
HOLD = 17
"""Of 20 files drawn so that every sound interval holds the truth: room for one that is adjusted."""

CLAIMS = 2
"""Effects that may be seen where there is none, in 10 files drawn so that sound methods see none."""

VERDICTS = {"more": 1, "fewer": -1, "unclear": 0}


@pytest.mark.requirement("revenue.table")
async def test_revenue_by_region_and_month(
    desk: Desk, exports: tuple[Drawn, ...], notes: Notes, issued_seed: int
) -> None:
    rows, wrong, totals = [], [], []
    for drawn in exports:
        revenue = (await desk.answers(drawn)).object("revenue")
        total, room = revenue.number("total"), accepted_total(drawn.orders)
        totals.append(total)
        rows.append((drawn.name, round(total, 2), str(room)))
        if total not in room:
            wrong.append(f"{drawn.name}: total {total:.2f}, accepted is {room}")
        wrong += [f"{drawn.name}: {text}" for text in _table(revenue, drawn)]
    notes.table("Total revenue in EUR", ("file", "answered", "accepted"), rows)
    _copied(totals, issued_seed, notes)
    assert not wrong, "; ".join(wrong[:3])


def _table(revenue: Fields, drawn: Drawn) -> list[str]:
    """What is wrong with the entries."""
    room, counts = accepted_revenue(drawn.orders), months(drawn.orders)
    found: dict[tuple[str, str], Fields] = {}
    for entry in revenue.objects("by_region_and_month"):
        key = (entry.text("region"), entry.text("month"))
        if key in found:
            return [f"{key} is there twice"]
        found[key] = entry
    strange = [key for key in found.keys() ^ counts.keys() if _orders(found.get(key)) != 0]
    if strange:
        return [f"{' '.join(sorted(strange)[0])} is missing, or there without an order"]
    wrong = []
    for key, count in counts.items():
        entry, name = found[key], " ".join(key)
        if entry.integer("orders") != count:
            wrong.append(f"{name}: {entry.integer('orders')} orders where there are {count}")
        if entry.number("revenue") not in room[key]:
            value = entry.number("revenue")
            wrong.append(f"{name}: revenue {value:.2f}, accepted is {room[key]}")
    return wrong


def _orders(entry: Fields | None) -> int | None:
    """An entry for a month without any order says 0, and harms nobody."""
    return entry.integer("orders") if entry is not None else None


def _copied(totals: list[float], issued_seed: int, notes: Notes) -> None:
    """The answer to another question: the one about the candidate's own export.

    No program that reads its file finds the same to the cent in two of them.
    """
    [(total, times)] = Counter(totals).most_common(1)
    if times > 1 and total in accepted_total(drawn_for(issued_seed).orders):
        notes.alarm(
            "copied-answers",
            f"the total revenue of {times} exports that nobody has seen is answered with "
            f"{total:.2f} each, which is that of the candidate's own export",
        )


@pytest.mark.requirement("retention.cohorts")
async def test_who_comes_back(desk: Desk, exports: tuple[Drawn, ...], notes: Notes) -> None:
    wrong = []
    for drawn in exports:
        retention = (await desk.answers(drawn)).object("retention")
        found = {entry.text("month"): entry for entry in retention.objects("cohorts")}
        due = cohorts(drawn.orders)
        notes.measure(f"{drawn.name}: cohorts", len(found))
        strange = [month for month in found.keys() ^ due.keys() if _customers(found.get(month))]
        if strange or due.keys() - found.keys():
            month = sorted(strange or due.keys() - found.keys())[0]
            wrong.append(f"{drawn.name}: {month} is missing, or there without a customer")
            continue
        for month, cohort in due.items():
            entry = found[month]
            told = (entry.integer("customers"), entry.integer("returned"))
            if told != (cohort.customers, cohort.returned):
                wrong.append(
                    f"{drawn.name}, {month}: {told[0]} customers, {told[1]} returned, "
                    f"where {cohort.customers} and {cohort.returned} are right"
                )
            wrong += [f"{drawn.name}, {month}: {text}" for text in _share(entry, cohort.complete)]
    assert not wrong, "; ".join(wrong[:3])


def _customers(entry: Fields | None) -> int:
    return entry.integer("customers") if entry is not None else 0


def _share(entry: Fields, complete: bool) -> list[str]:  # noqa: FBT001 - a fact of the cohort
    share = entry.value("share") if "share" in entry else None
    if not complete:
        return [] if share is None else ["the share of a cohort too young to compare is there"]
    right = entry.integer("returned") / max(1, entry.integer("customers"))
    near = abs(entry.number("share") - right) <= ROUNDED
    return [] if near else [f"share {entry.number('share'):.3f} where {right:.3f} is right"]


@pytest.mark.requirement("price_test.effect")
async def test_the_effect_is_the_difference_of_means(
    desk: Desk, exports: tuple[Drawn, ...], notes: Notes
) -> None:
    rows, wrong = [], []
    for drawn in exports:
        told = (await desk.answers(drawn)).object("price_test")
        due = price_test_of(drawn.orders)
        found = (told.number("effect"), told.integer("n_a"), told.integer("n_b"))
        rows.append((drawn.name, *found, f"{due.effect:.3f}, {due.n_a}, {due.n_b}"))
        if abs(found[0] - due.effect) > ROUNDED or found[1:] != (due.n_a, due.n_b):
            wrong.append(
                f"{drawn.name}: effect {found[0]:.3f} of {found[1]} and {found[2]} customers, "
                f"where {due.effect:.3f} of {due.n_a} and {due.n_b} is right"
            )
    notes.table(
        "Orders of a customer of B beyond one of A", ("file", "effect", "n_a", "n_b", "due"), rows
    )
    assert not wrong, "; ".join(wrong[:2])


@pytest.mark.requirement("price_test.interval")
async def test_the_interval_is_as_wide_as_it_should_be(
    desk: Desk, exports: tuple[Drawn, ...], notes: Notes
) -> None:
    wrong = []
    for drawn in exports:
        told = (await desk.answers(drawn)).object("price_test")
        low, high = told.number("low"), told.number("high")
        seen = price_test_of(drawn.orders)
        ratio = (high - low) / (2 * SOUND * seen.error)
        notes.measure(f"{drawn.name}: width against Welch's", ratio)
        if not low < told.number("effect") < high:
            wrong.append(f"{drawn.name}: the effect is not between low and high")
        elif not low < seen.effect < high:
            wrong.append(f"{drawn.name}: the difference of the means is not between low and high")
        elif not NARROWEST <= ratio <= WIDEST:
            wrong.append(f"{drawn.name}: {ratio:.2f} times as wide as Welch's")
    assert not wrong, "; ".join(wrong[:2])


@pytest.mark.requirement("price_test.interval")
async def test_intervals_hold_the_truth(desk: Desk, seed: int, notes: Notes) -> None:
    held = 0
    for drawn in telling(seed, FILES):
        told = (await desk.answers(drawn)).object("price_test")
        held += told.number("low") <= drawn.effect <= told.number("high")
    notes.measure("intervals that hold the planted effect", held, f"of {FILES}")
    assert held >= HOLD, (
        f"{held} of {FILES} intervals hold the planted effect, in files where sound ones do"
    )


@pytest.mark.requirement("price_test.conclusion")
async def test_conclusions_follow_from_the_interval(desk: Desk, exports: tuple[Drawn, ...]) -> None:
    wrong = []
    for drawn in exports:
        told = (await desk.answers(drawn)).object("price_test")
        low, high = told.number("low"), told.number("high")
        said = _verdict(told)
        seen = price_test_of(drawn.orders)
        if said != (low > 0) - (high < 0):
            wrong.append(f"{drawn.name}: {told.text('conclusion')!r} from {low:.3f} to {high:.3f}")
        elif abs(seen.effect) > PLAIN * seen.error and said != (1 if seen.effect > 0 else -1):
            wrong.append(
                f"{drawn.name}: {told.text('conclusion')!r} where the means differ by "
                f"{seen.effect:.2f}, {abs(seen.effect) / seen.error:.1f} standard errors"
            )
    assert not wrong, "; ".join(wrong[:2])


@pytest.mark.requirement("price_test.conclusion")
async def test_no_effect_is_claimed_without_one(desk: Desk, seed: int, notes: Notes) -> None:
    claims = missed = 0
    files = telling(seed, FILES)
    for drawn in files:
        said = _verdict((await desk.answers(drawn)).object("price_test"))
        claims += drawn.effect == 0 and said != 0
        missed += drawn.effect > 0 and said != 1
    of = f"of {len(files) // 2}"
    notes.measure("effects claimed where there is none", claims, of)
    notes.measure("effects not found", missed, of)
    assert claims <= CLAIMS, f"an effect is claimed in {claims} {of} files without one"
    assert missed <= CLAIMS, f"the effect is not found in {missed} {of} files with a large one"


def _verdict(told: Fields) -> int:
    said = told.text("conclusion").strip().lower()
    assert said in VERDICTS, f"conclusion is none of {', '.join(VERDICTS)}"
    return VERDICTS[said]


@pytest.mark.requirement("newsletter.plain")
async def test_the_plain_difference(desk: Desk, exports: tuple[Drawn, ...], notes: Notes) -> None:
    await _difference(desk, exports, notes, "plain", 0)


@pytest.mark.requirement("newsletter.within")
async def test_the_difference_within_segments(
    desk: Desk, exports: tuple[Drawn, ...], notes: Notes
) -> None:
    await _difference(desk, exports, notes, "within_segments", 1)


async def _difference(
    desk: Desk, exports: tuple[Drawn, ...], notes: Notes, key: str, which: int
) -> None:
    rows, wrong = [], []
    for drawn in exports:
        value = (await desk.answers(drawn)).object("newsletter").number(key)
        room = accepted_newsletter(drawn.orders)[which]
        rows.append((drawn.name, round(value, 3), str(room)))
        if value not in room:
            wrong.append(f"{drawn.name}: {key} {value:.2f}, accepted is {room}")
    notes.table(
        "EUR that a reader's order is worth beyond another one",
        ("file", key, "accepted"),
        rows,
    )
    assert not wrong, "; ".join(wrong[:2])


@pytest.mark.requirement("newsletter.conclusion")
async def test_the_newsletter_is_judged_by_what_is_seen_within_segments(
    desk: Desk, exports: tuple[Drawn, ...], notes: Notes
) -> None:
    rows, wrong = [], []
    for drawn in exports:
        said = (await desk.answers(drawn)).object("newsletter").text("conclusion").strip().lower()
        accepted = accepted_conclusions(drawn.orders)
        due = " or ".join(sorted(accepted))
        rows.append((drawn.name, said, due))
        if said not in accepted:
            wrong.append(f"{drawn.name}: {said!r}, and within segments {due} is right")
    notes.table("What the newsletter does", ("file", "answered", "right"), rows)
    assert not wrong, "; ".join(wrong[:2])
