"""Section 6 of the brief: two queries, in the answers and on orders that only we have."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from accepted import by_region, top_products
from cleaned import COLUMNS, due
from exports import elsewhere
from runner.harness.errors import SubjectError
from runner.harness.reply import Fields, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from desk import Desk
    from exports import Drawn
    from runner.harness.program import Program
    from sales import Order

TARGETS = {"East": 24_000.0, "North": 32_000.0, "South": 40_000.0, "West": 16_000.0}
OTHER_TARGETS = {"East": 15_000.0, "North": 22_000.0, "South": 31_000.0, "West": 9_000.0}
BEST = 3
REL = 1e-3
ROUNDED = 0.0051
COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


@pytest.mark.requirement("sql.window")
async def test_the_best_products_of_each_region(desk: Desk, exports: tuple[Drawn, ...]) -> None:
    wrong = []
    for drawn in exports:
        rows = (await desk.answers(drawn)).object("sql").objects("top_products")
        wrong += [f"{drawn.name}: {text}" for text in _ranking(rows, drawn.orders)]
    assert not wrong, "; ".join(wrong[:2])


@pytest.mark.requirement("sql.window")
async def test_the_query_for_the_best_products(subject: Program, seed: int) -> None:
    orders = elsewhere(seed).orders
    wrong = _ranking(await _asked(subject, orders, "top_products"), orders)
    assert not wrong, f"on orders of ours: {wrong[0]}"
    text = await _text(subject, "top_products")
    assert re.search(r"\bover\s*[(\w]", text), "sql/top_products.sql uses no window function"


@pytest.mark.requirement("sql.join")
async def test_targets_reached(desk: Desk, exports: tuple[Drawn, ...], seed: int) -> None:
    wrong = []
    for drawn in (*exports, elsewhere(seed)):
        rows = (await desk.answers(drawn)).object("sql").objects("targets")
        wrong += [f"{drawn.name}: {text}" for text in _shares(rows, drawn.orders, TARGETS)]
    assert not wrong, "; ".join(wrong[:2])


@pytest.mark.requirement("sql.join")
async def test_the_query_for_the_targets(subject: Program, seed: int) -> None:
    orders = elsewhere(seed).orders
    rows = await _asked(subject, orders, "targets")
    wrong = _shares(rows, orders, OTHER_TARGETS)
    assert not wrong, f"on orders and targets of ours: {wrong[0]}"
    assert re.search(r"\bjoin\b", await _text(subject, "targets")), "sql/targets.sql has no join"


def _ranking(rows: Sequence[Fields], orders: Sequence[Order]) -> list[str]:
    """What is wrong; products that weigh the same within rounding may change places."""
    weights = top_products(orders)
    found: dict[str, dict[int, Fields]] = {}
    for row in rows:
        found.setdefault(row.text("region"), {})[row.integer("rank")] = row
    if found.keys() != weights.keys():
        return [f"regions {', '.join(sorted(found))[:80]} where {', '.join(sorted(weights))} are"]
    wrong = []
    for region, products in weights.items():
        ranked = sorted(products.values(), reverse=True)[:BEST]
        if [*range(1, len(ranked) + 1)] != sorted(found[region]):
            return [f"{region}: the ranks are not 1 to {len(ranked)}"]
        for rank, weight in enumerate(ranked, 1):
            row = found[region][rank]
            own = products.get(row.text("product"), 0.0)
            if not (_near(row.number("kg"), weight) and _near(own, weight)):
                wrong.append(
                    f"{region}, rank {rank}: {shorten(row.text('product'), 20)} with "
                    f"{row.number('kg'):.2f} kg where {weight:.2f} kg are due"
                )
    return wrong


def _shares(
    rows: Sequence[Fields], orders: Sequence[Order], targets: Mapping[str, float]
) -> list[str]:
    revenue = by_region(orders)
    found = {row.text("region"): row for row in rows}
    if found.keys() != targets.keys() or len(rows) != len(targets):
        return [f"{len(rows)} rows of {', '.join(sorted(found))[:80]}: one a region is due"]
    wrong = []
    for region, target in targets.items():
        right, row = revenue.get(region, 0.0) / target, found[region]
        if row.number("eur") != target:
            wrong.append(f"{region}: eur {row.number('eur'):g} where {target:g} is the target")
        if abs(row.number("reached") - right) > ROUNDED + REL * right:
            wrong.append(f"{region}: reached {row.number('reached'):.4f}, {right:.4f} is right")
    return wrong


def _near(value: float, right: float) -> bool:
    return abs(value - right) <= 2 * ROUNDED + REL * right


async def _asked(subject: Program, orders: Sequence[Order], name: str) -> list[Fields]:
    """What a query of the submission answers. It is run where its other code runs."""
    script = Path(__file__).with_name("ask.py").read_text(encoding="utf-8")
    done = await subject.run(
        ["python", "-I", "/in/ask.py", "/out"],
        inputs={
            "ask.py": script.encode(),
            "orders.csv": _table(COLUMNS, [due(order) for order in orders]),
            "targets.csv": _table(
                ("region", "eur"), [{"region": r, "eur": e} for r, e in OTHER_TARGETS.items()]
            ),
        },
    )
    answer = done.object(f"{name}.json")
    if answer.text("error"):
        message = f"sql/{name}.sql: {shorten(answer.text('error'))}"
        raise SubjectError(message)
    return answer.objects("rows")


def _table(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


async def _text(subject: Program, name: str) -> str:
    """A query without its comments, in small letters."""
    copied = await subject.run(["cp", f"sql/{name}.sql", "/out/query.sql"])
    return COMMENTS.sub(" ", copied.text("query.sql")).lower()
