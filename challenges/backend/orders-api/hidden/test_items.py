"""Items: create, read, list, change, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from shop import Shop, check_item

if TYPE_CHECKING:
    from runner.harness.reply import Fields

BROKEN_FIELDS = [
    pytest.param({"sku": "AB"}, id="sku-too-short"),
    pytest.param({"sku": "A" * 33}, id="sku-too-long"),
    pytest.param({"sku": "abc-def"}, id="sku-lower-case"),
    pytest.param({"sku": "AB_CD!"}, id="sku-other-characters"),
    pytest.param({"name": ""}, id="name-empty"),
    pytest.param({"name": "n" * 121}, id="name-too-long"),
    pytest.param({"name": ["a", "b"]}, id="name-a-list"),
    pytest.param({"price_cents": -1}, id="price-negative"),
    pytest.param({"price_cents": 10_000_001}, id="price-too-high"),
    pytest.param({"price_cents": 12.5}, id="price-a-fraction"),
    pytest.param({"price_cents": "many"}, id="price-a-word"),
    pytest.param({"stock": -1}, id="stock-negative"),
    pytest.param({"stock": 1_000_001}, id="stock-too-high"),
    pytest.param({"stock": None}, id="stock-null"),
]


# --------------------------------------------------------------------------- create, read


@pytest.mark.requirement("items.create")
async def test_create_answers_the_item(shop: Shop) -> None:
    document = shop.document()
    reply = await shop.service.post("/items", token=shop.manager, json=document)
    check_item(reply.expect(201), document)


@pytest.mark.requirement("items.create")
async def test_created_item_is_stored(shop: Shop) -> None:
    documents = [
        await shop.create(price_cents=0, stock=0),
        await shop.create(name="ü" * 120, price_cents=10_000_000, stock=1_000_000),
        await shop.create(sku=shop.word(32)),
        await shop.create(sku=shop.word(8), name="N"),
    ]
    for document in documents:
        check_item((await shop.read(document["sku"])).expect(200), document)


@pytest.mark.requirement("items.create")
async def test_create_says_where_the_item_is(shop: Shop) -> None:
    document = shop.document()
    reply = await shop.service.post("/items", token=shop.manager, json=document)
    location = reply.expect(201).header("location")
    assert location.endswith(f"/items/{document['sku']}"), f"Location is {location[:120]!r}"


@pytest.mark.requirement("items.read")
async def test_read_one_among_several(shop: Shop) -> None:
    documents = [await shop.create() for _ in range(3)]
    for document in documents:
        check_item((await shop.read(document["sku"])).expect(200), document)


@pytest.mark.requirement("items.read")
async def test_read_unknown_item(shop: Shop) -> None:
    document = await shop.create()
    (await shop.read(document["sku"])).expect(200)
    (await shop.read(shop.sku())).expect(404)


# ----------------------------------------------------------------------------------- list


async def page(shop: Shop, **params: int) -> tuple[list[Fields], int]:
    """One page of the list with the total."""
    reply = await shop.service.get("/items", token=shop.customer, params=params)
    document = reply.expect(200).object()
    return document.objects("items"), document.integer("total")


@pytest.mark.requirement("items.list")
async def test_pages_hold_every_item_once_in_order(shop: Shop) -> None:
    created = {(await shop.create())["sku"] for _ in range(8)}
    _, total = await page(shop, limit=1)
    size = max(3, total // 12)
    assert total <= 100 * 12, f"the total is {total}, more than this suite has created"
    seen: list[str] = []
    for offset in range(0, total, size):
        items, again = await page(shop, limit=size, offset=offset)
        assert again == total, f"total changed from {total} to {again} between two pages"
        expected = min(size, total - offset)
        assert len(items) == expected, (
            f"limit={size}, offset={offset} of {total} gave {len(items)} items, not {expected}"
        )
        seen += [item.text("sku") for item in items]
    assert len(set(seen)) == len(seen), "an item is on more than one page"
    assert created <= set(seen), "an item that was created is on no page"
    assert seen == sorted(seen), "the pages are not sorted by sku"


@pytest.mark.requirement("items.list")
async def test_listed_items_are_complete(shop: Shop) -> None:
    document = await shop.create(sku=f"0000-{shop.word(6)}")
    items, _ = await page(shop, limit=100)
    found = [item for item in items if item.text("sku") == document["sku"]]
    assert len(found) == 1, "the item with a very small sku is not among the first hundred"
    shown = {
        "sku": found[0].text("sku"),
        "name": found[0].text("name"),
        "price_cents": found[0].integer("price_cents"),
        "stock": found[0].integer("stock"),
    }
    assert shown == document, f"the list shows {shown}, expected {document}"


@pytest.mark.requirement("items.list")
async def test_default_page(shop: Shop) -> None:
    _, total = await page(shop, limit=1)
    for _ in range(21 - total):
        await shop.create()
    default, _ = await page(shop)
    first, _ = await page(shop, limit=20, offset=0)
    assert len(default) == 20, f"without limit there are {len(default)} items on a page, not 20"
    assert [item.text("sku") for item in default] == [item.text("sku") for item in first]


@pytest.mark.requirement("items.list")
async def test_page_beyond_the_end(shop: Shop) -> None:
    await shop.create()
    items, total = await page(shop, limit=5, offset=1_000_000)
    assert not items, f"an offset beyond the end gave {len(items)} items"
    assert total >= 1, f"the total is {total} though there are items"


@pytest.mark.requirement("items.list")
@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=-1", "limit=ten", "offset=-1", "offset=1000001"]
)
async def test_impossible_page(shop: Shop, query: str) -> None:
    reply = await shop.service.get(f"/items?{query}", token=shop.customer)
    reply.expect(422).json()


# --------------------------------------------------------------------------------- delete


@pytest.mark.requirement("items.delete")
async def test_deleted_item_is_gone(shop: Shop) -> None:
    document, neighbour = await shop.create(), await shop.create()
    path = f"/items/{document['sku']}"
    (await shop.service.delete(path, token=shop.manager)).expect(204)
    (await shop.read(document["sku"])).expect(404)
    (await shop.service.delete(path, token=shop.manager)).expect(404)
    check_item((await shop.read(neighbour["sku"])).expect(200), neighbour)


@pytest.mark.requirement("items.delete")
async def test_sku_is_free_after_delete(shop: Shop) -> None:
    document = await shop.create()
    path = f"/items/{document['sku']}"
    (await shop.service.delete(path, token=shop.manager)).expect(204)
    successor = await shop.create(sku=document["sku"])
    check_item((await shop.read(document["sku"])).expect(200), successor)


@pytest.mark.requirement("items.delete")
async def test_delete_unknown_item(shop: Shop) -> None:
    (await shop.service.delete(f"/items/{shop.sku()}", token=shop.manager)).expect(404)


# ------------------------------------------------------------------------------- validate


@pytest.mark.requirement("items.validate")
@pytest.mark.parametrize("broken", BROKEN_FIELDS)
async def test_broken_field_is_refused(shop: Shop, broken: dict[str, Any]) -> None:
    document = shop.document() | broken
    reply = await shop.service.post("/items", token=shop.manager, json=document)
    reply.expect(422).json()
    # A path whose sku breaks the rules may be refused as such.
    (await shop.read(document["sku"])).expect(*((404, 422) if "sku" in broken else (404,)))


@pytest.mark.requirement("items.validate")
@pytest.mark.parametrize("missing", ["sku", "name", "price_cents", "stock"])
async def test_missing_field_is_refused(shop: Shop, missing: str) -> None:
    document = shop.document()
    sku = document["sku"]
    del document[missing]
    reply = await shop.service.post("/items", token=shop.manager, json=document)
    reply.expect(422).json()
    (await shop.read(sku)).expect(404)


@pytest.mark.requirement("items.validate")
@pytest.mark.parametrize("body", [[], "item", 7, None], ids=["list", "text", "number", "null"])
async def test_body_that_is_no_object(shop: Shop, body: Any) -> None:
    reply = await shop.service.post("/items", token=shop.manager, json=body)
    reply.expect(422).json()


@pytest.mark.requirement("items.validate")
async def test_body_that_is_not_json(shop: Shop) -> None:
    reply = await shop.service.post(
        "/items",
        token=shop.manager,
        body=b'{"sku": "ABC-1", "name": ',
        headers={"Content-Type": "application/json"},
    )
    reply.expect(400, 422)


# --------------------------------------------------------------------------------- unique


@pytest.mark.requirement("items.unique")
async def test_second_item_with_a_sku_is_refused(shop: Shop) -> None:
    document = await shop.create()
    double = shop.document(sku=document["sku"])
    (await shop.service.post("/items", token=shop.manager, json=double)).expect(409)
    check_item((await shop.read(document["sku"])).expect(200), document)


# --------------------------------------------------------------------------------- update


@pytest.mark.requirement("items.update")
@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Another name"},
        {"price_cents": 4321},
        {"stock": 0},
        {"name": "N", "price_cents": 0, "stock": 77},
    ],
    ids=["name", "price", "stock", "all"],
)
async def test_patch_changes_what_it_names(shop: Shop, changes: dict[str, Any]) -> None:
    document = await shop.create()
    sku = document["sku"]
    reply = await shop.patch(sku, changes, await shop.etag(sku))
    check_item(reply.expect(200), document | changes)
    check_item((await shop.read(sku)).expect(200), document | changes)


@pytest.mark.requirement("items.update")
@pytest.mark.parametrize(
    "changes",
    [{"stock": -1}, {"price_cents": 10_000_001}, {"name": ""}, {"name": "ok", "stock": "few"}],
    ids=["stock", "price", "name", "one-of-two"],
)
async def test_patch_with_a_broken_field(shop: Shop, changes: dict[str, Any]) -> None:
    document = await shop.create()
    sku = document["sku"]
    reply = await shop.patch(sku, changes, await shop.etag(sku))
    reply.expect(422).json()
    check_item((await shop.read(sku)).expect(200), document)


@pytest.mark.requirement("items.update")
async def test_patch_of_an_unknown_item(shop: Shop) -> None:
    document = await shop.create()
    etag = await shop.etag(document["sku"])
    (await shop.patch(shop.sku(), {"stock": 3}, etag)).expect(404)


# --------------------------------------------------------------------------- precondition


@pytest.mark.requirement("items.precondition")
async def test_patch_without_if_match(shop: Shop) -> None:
    document = await shop.create()
    await shop.etag(document["sku"])
    (await shop.patch(document["sku"], {"stock": 3}, None)).expect(428)
    check_item((await shop.read(document["sku"])).expect(200), document)


@pytest.mark.requirement("items.precondition")
async def test_patch_with_an_old_etag(shop: Shop) -> None:
    document = await shop.create()
    sku = document["sku"]
    first = await shop.etag(sku)
    changed = document | {"name": "Changed meanwhile"}
    second = (await shop.patch(sku, {"name": changed["name"]}, first)).expect(200).header("etag")
    assert second != first, "the ETag is the same after a change"
    (await shop.patch(sku, {"stock": 3}, first)).expect(412)
    check_item((await shop.read(sku)).expect(200), changed)
    assert await shop.etag(sku) == second, "GET and the last PATCH disagree about the ETag"
    (await shop.patch(sku, {"stock": 3}, second)).expect(200)


@pytest.mark.requirement("items.precondition")
async def test_order_changes_the_etag(shop: Shop) -> None:
    document = await shop.create(stock=10)
    sku = document["sku"]
    before = await shop.etag(sku)
    (await shop.order(sku)).expect(201)
    (await shop.patch(sku, {"stock": 10}, before)).expect(412)
    assert await shop.stock(sku) == 9, "a stale PATCH brought sold stock back"


