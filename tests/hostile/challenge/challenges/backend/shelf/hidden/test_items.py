"""Items: made, read, listed, refused, kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from shelf import Shelf

BAD = {
    "negative": -1,
    "text": "3",
    "none": None,
    "part": 2.5,
    "true": True,
    "huge": 1001,
    "list": [1],
    "deep": {"stock": 1},
}


@pytest.mark.requirement("items.create")
async def test_created_item_is_answered(shelf: Shelf, measure: Callable[..., None]) -> None:
    name, stock = shelf.name(), shelf.rng.randint(1, 900)
    item = (await shelf.create(name, stock)).expect(201).object()
    measure("stock", item.number("stock"), "pieces")
    assert (item.text("name"), item.integer("stock")) == (name, stock)


@pytest.mark.requirement("items.create")
async def test_a_name_exists_once(shelf: Shelf) -> None:
    name = shelf.name()
    (await shelf.create(name, 1)).expect(201)
    (await shelf.create(name, 2)).expect(409)
    assert shelf.stock_in((await shelf.read(name)).expect(200)) == 1


@pytest.mark.requirement("items.read")
async def test_item_can_be_read(shelf: Shelf, measure: Callable[..., None]) -> None:
    name, stock = shelf.name(), shelf.rng.randint(1, 900)
    (await shelf.create(name, stock)).expect(201)
    item = (await shelf.read(name)).expect(200).object()
    measure("stock", item.number("stock"), "pieces")
    assert (item.text("name"), item.integer("stock")) == (name, stock)


@pytest.mark.requirement("items.read")
async def test_unknown_item_is_missing(shelf: Shelf) -> None:
    (await shelf.create(shelf.name(), 1)).expect(201)
    (await shelf.read(shelf.name())).expect(404)


@pytest.mark.requirement("items.list")
async def test_items_are_listed_and_counted(shelf: Shelf) -> None:
    before = (await shelf.service.get("/items")).expect(200).object().integer("total")
    names = sorted(shelf.name() for _ in range(3))
    for name in reversed(names):
        (await shelf.create(name, 1)).expect(201)
    page = (await shelf.service.get("/items")).expect(200).object()
    listed = [item.text("name") for item in page.objects("items")]
    assert page.integer("total") == before + 3 == len(listed)
    assert [name for name in listed if name in names] == names


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.requirement("items.validate")
async def test_bad_stock_is_refused(shelf: Shelf, kind: str) -> None:
    bad: Any = BAD[kind]
    name = shelf.name()
    (await shelf.create(name, bad)).expect(422)
    (await shelf.read(name)).expect(404)


@pytest.mark.requirement("items.validate")
async def test_empty_name_is_refused(shelf: Shelf) -> None:
    (await shelf.create("", 1)).expect(422)


@pytest.mark.requirement("items.keep")
async def test_items_live_through_a_kill(shelf: Shelf) -> None:
    name, stock = shelf.name(), shelf.rng.randint(1, 900)
    (await shelf.create(name, stock)).expect(201)
    await shelf.service.restart()
    assert shelf.stock_in((await shelf.read(name)).expect(200)) == stock


@pytest.mark.requirement("quotes.price")
async def test_quote_has_the_price_of_upstream(shelf: Shelf) -> None:
    from shelf import price_of

    name = shelf.name()
    quote = (await shelf.ask(name)).expect(200).object()
    assert (quote.text("name"), quote.integer("cents")) == (name, price_of(name))
    assert len(shelf.upstream.calls("/prices/", name)) == 1
