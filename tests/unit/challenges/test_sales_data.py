"""The year of sales that a challenge draws from a seed: what is true of it, and what goes wrong."""

from __future__ import annotations

import csv
import io
import statistics
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.challenges.hidden import modules

if TYPE_CHECKING:
    from collections.abc import Iterator

SEEDS = range(20)
SPREAD = 1.96


@pytest.fixture(scope="module")
def hidden() -> Iterator[Any]:
    with modules("sales", "dirt", "accepted") as found:
        yield found


@pytest.fixture(scope="module")
def sales(hidden: Any) -> Any:
    return hidden.sales


@pytest.fixture(scope="module")
def dirt(hidden: Any) -> Any:
    return hidden.dirt


@pytest.fixture(scope="module")
def accepted(hidden: Any) -> Any:
    return hidden.accepted


def difference(orders: Any) -> tuple[float, float]:
    """Further orders of a customer of group B beyond one of A, and the standard error."""
    counts = Counter(order.customer for order in orders)
    group = {order.customer: order.group for order in orders}
    a, b = ([n for who, n in counts.items() if group[who] == name] for name in "AB")
    error = (statistics.variance(a) / len(a) + statistics.variance(b) / len(b)) ** 0.5
    return statistics.mean(b) - statistics.mean(a), error


def test_a_seed_gives_the_same_orders_and_another_one_others(sales: Any, dirt: Any) -> None:
    orders = sales.orders_of(1)

    assert orders == sales.orders_of(1)
    assert orders != sales.orders_of(2)
    assert dirt.exported(orders, 1) == dirt.exported(orders, 1)
    assert len({order.id for order in orders}) == len(orders) > 2000
    assert {order.day.year for order in orders} == {sales.YEAR}


def test_intervals_of_a_sound_method_cover_the_planted_effect(sales: Any) -> None:
    found = [difference(sales.orders_of(seed, lift=0.25)) for seed in SEEDS]
    true = sales.effect(0.25)

    assert sum(abs(at - true) <= SPREAD * error for at, error in found) >= 17
    assert sum(at > 0 for at, _ in found) >= 18


def test_without_an_effect_a_sound_method_rarely_finds_one(sales: Any) -> None:
    found = [difference(sales.orders_of(seed, lift=0.0)) for seed in SEEDS]

    assert sales.effect(0.0) == 0
    assert sum(abs(at) > SPREAD * error for at, error in found) <= 3


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("letter", "verdict"), [(0.8, "lowers"), (1.25, "raises")])
def test_the_newsletter_seems_to_raise_what_it_may_lower(
    sales: Any, accepted: Any, seed: int, letter: float, verdict: str
) -> None:
    whole = sales.orders_of(seed, letter=letter)
    orders = [order for order in whole if order.price is not None]

    def mean(**wanted: object) -> float:
        chosen = [
            float(order.revenue)
            for order in orders
            if all(getattr(order, name) == value for name, value in wanted.items())
        ]
        return statistics.mean(chosen)

    assert mean(newsletter=True) > mean(newsletter=False) + 10
    for segment in ("home", "office"):
        within = {"segment": segment}
        raised = mean(newsletter=True, **within) > mean(newsletter=False, **within)
        assert raised is (verdict == "raises")
    assert accepted.accepted_conclusions(whole) == {verdict}


def test_where_the_newsletter_does_nothing_unclear_is_right(sales: Any, accepted: Any) -> None:
    assert "unclear" in accepted.accepted_conclusions(sales.orders_of(1, letter=1.0))


def test_what_is_planted_differs_between_files(sales: Any) -> None:
    drawn = [sales.orders_of(seed) for seed in range(12)]
    whole = {
        (lift, letter): [sales.orders_of(seed, lift=lift, letter=letter) for seed in range(12)]
        for lift in sales.LIFTS
        for letter in sales.LETTERS
    }

    found = {key for key, known in whole.items() if any(a == b for a, b in zip(drawn, known))}
    assert len(found) >= 4


def test_prices_are_not_missing_at_random(sales: Any) -> None:
    orders = sales.orders_of(3)
    lost = [float(order.kilograms) for order in orders if order.price is None]

    assert 0.01 < len(lost) / len(orders) < 0.08
    assert statistics.mean(lost) > 1.2 * statistics.mean(float(o.kilograms) for o in orders)


def test_every_cell_that_is_wrong_is_marked_and_no_other(sales: Any, dirt: Any) -> None:
    orders = {order.id: order for order in sales.orders_of(4)}
    export = dirt.exported(tuple(orders.values()), 4)
    clean = dirt.exported(tuple(orders.values()), 4, dirt.Dirt(amount=0.0))
    plain = {row["order_id"]: row for row in clean.rows}
    last: dict[str, dict[str, str]] = {}
    for row in export.rows:
        name = row["order_id"].strip().upper()
        if name not in last or row["exported_at"] > last[name]["exported_at"]:
            last[name] = row

    assert clean.marks == {}
    assert clean.copies == frozenset()
    assert len(clean.rows) == len(orders)
    assert last.keys() == plain.keys()
    marked = {cell for cells in export.marks.values() for cell in cells}
    wrong = {
        (name, column)
        for name, row in last.items()
        for column, text in row.items()
        if column not in ("exported_at", "unit") and text != plain[name][column]
        # A price that nobody knows is written in several ways, none of which is wrong.
        and not (column == "price_per_kg" and orders[name].price is None)
    }
    assert wrong == marked
    assert {kind for kind, cells in export.marks.items() if len(cells) >= 10} == {
        "blanks", "categories", "dates", "money", "outliers", "sentinels", "units",
    }  # fmt: skip
    assert len(export.copies) > 50


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ","), ("cp1252", ";")])
def test_a_file_holds_the_rows(sales: Any, dirt: Any, encoding: str, delimiter: str) -> None:
    export = dirt.exported(sales.orders_of(5), 5)
    data = dirt.written(export, encoding=encoding, delimiter=delimiter)
    rows = list(csv.DictReader(io.StringIO(data.decode(encoding)), delimiter=delimiter))

    assert [row["order_id"] for row in rows] == [row["order_id"] for row in export.rows]
    assert (delimiter == ";") == any(row["quantity"].count(",") for row in rows)
    if delimiter == ",":
        assert rows == list(export.rows)


def test_revenue_is_accepted_with_lost_prices_left_out_or_filled_in(
    sales: Any, accepted: Any
) -> None:
    orders = sales.orders_of(6)
    ranges = accepted.accepted_revenue(orders)
    left_out = accepted.revenue(tuple(one for one in orders if one.price is not None))
    true = sum(ranges[key].high for key in ranges)

    assert ranges.keys() == {(one.region, f"{one.day:%Y-%m}") for one in orders}
    assert all(left_out[key] in ranges[key] for key in ranges)
    assert all(ranges[key].low > 0.6 * ranges[key].high for key in ranges)
    assert sum(left_out.values()) < 0.97 * true
    assert 2 * left_out["South", "2025-07"] not in ranges["South", "2025-07"]


def test_who_comes_back_is_counted_by_the_month_of_the_first_order(
    sales: Any, accepted: Any
) -> None:
    orders = sales.orders_of(7)
    found = accepted.cohorts(orders)
    first: dict[str, Any] = {}
    for order in orders:
        first.setdefault(order.customer, order.day)

    assert list(found) == [f"2025-{month:02}" for month in range(1, 12)]
    assert {month: one.customers for month, one in found.items()} == Counter(
        f"{day:%Y-%m}" for day in first.values()
    )
    assert all(0 < one.returned < one.customers for one in found.values())
    assert [month for month, one in found.items() if not one.complete] == ["2025-10", "2025-11"]


def test_within_segments_the_newsletter_lowers_the_value_in_every_reading(
    sales: Any, accepted: Any
) -> None:
    plain, within = accepted.accepted_newsletter(sales.orders_of(8, letter=0.8))

    assert plain.low > 10
    assert within.high < 0 < -within.low < 30


def test_a_price_by_product_and_month_is_within_what_is_accepted(
    sales: Any, accepted: Any
) -> None:
    """The reading that knows most: the price that was forgotten, but for the group."""
    orders = sales.orders_of(9)
    truth = sum(
        float(order.kilograms * sales.PRODUCTS[order.product] * (100 - order.discount) / 100)
        for order in orders
        if order.price is None
    )
    known = sum(float(order.revenue) for order in orders if order.price is not None)

    assert known + 1.06 * truth in accepted.accepted_total(orders)
    assert known + 2 * truth not in accepted.accepted_total(orders)
    assert 0.98 * known not in accepted.accepted_total(orders)
