"""Section 5 of the brief: what the service answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from files import LEAK, features, unanswered
from runner.harness.errors import SubjectError
from serving import ask, ask_batch, plain
from works import SAME, predictions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from files import Row
    from runner.harness.notes import Notes
    from runner.harness.reply import Reply
    from serving import Serving
    from works import Case, Works

ALONE = 25
MOST = 1000
UNSEEN = {"plan": "decaf", "payment": "giro", "country": "SE"}
NULLABLE = ("days_since_login", "rating", "auto_renew")
MISSING: Any = object()

WRONG: dict[str, tuple[str, Any]] = {
    "plan is missing": ("plan", MISSING),
    "tickets are missing": ("tickets", MISSING),
    "boxes are null": ("boxes", None),
    "price is text": ("price_eur", "cheap"),
    "plan is a number": ("plan", 7),
    "tenure is an object": ("tenure_months", {"months": 3}),
    "tenure is negative": ("tenure_months", -1),
    "no box": ("boxes", 0),
    "rating is above five": ("rating", 9),
    "discount is above 100": ("discount_pct", 250),
    "login is negative": ("days_since_login", -5),
}
NO_REQUEST = {
    "nothing": b"",
    "half an object": b'{"plan": "beans", ',
    "an array": b"[]",
    "a text": b'"beans"',
    "bytes": b"\xff\xfe\x00{",
}
NO_NUMBER = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
"""No JSON, but much software reads and writes them all the same."""


@pytest.mark.requirement("serve.health")
async def test_health(serving: Serving, notes: Notes) -> None:
    service = await serving.alive()
    status = (await service.get("/health")).expect(200).object().text("status")
    assert status == "ok", "GET /health: status is not 'ok'"
    if service.start_seconds:
        notes.measure("start", service.start_seconds[-1], "s")


@pytest.mark.requirement("serve.health")
async def test_model_info(serving: Serving, works: Works, usual: Case) -> None:
    told = (await (await serving.alive()).get("/model-info")).expect(200).object()
    written = (await works.train(usual.rows)).expect().object("metadata.json")
    assert told.number("rows") == len(usual.rows), "GET /model-info: rows of another training"
    assert abs(told.number("roc_auc") - written.number("roc_auc")) <= SAME, (
        "GET /model-info: another roc_auc than in metadata.json"
    )
    assert sorted(map(str, told.array("features"))) == sorted(
        map(str, written.array("features"))
    ), "GET /model-info: other features than in metadata.json"


@pytest.mark.requirement("serve.single")
async def test_one_row(serving: Serving, usual: Case) -> None:
    for one in usual.held[:ALONE]:
        await serving.one(features(one))


@pytest.mark.requirement("serve.single")
async def test_fields_that_may_be_missing_or_there(serving: Serving, usual: Case) -> None:
    for one in usual.held[:ALONE]:
        row = features(one)
        base = await serving.one(row)
        left_out = await serving.one(plain(row))
        more = await serving.one(
            row | {"row_id": "x", "account_id": "A-1", "month": "2025-11", LEAK: 9.5, "note": "hi"}
        )
        assert abs(base - left_out) <= SAME, "null and a field that is missing differ"
        assert abs(base - more) <= SAME, "fields that mean nothing change the prediction"


@pytest.mark.requirement("serve.batch")
@pytest.mark.parametrize("count", [0, 1, MOST])
async def test_a_batch(serving: Serving, usual: Case, count: int) -> None:
    told = await serving.batch([features(one) for one in usual.held[:count]])
    assert len(told) == count


@pytest.mark.requirement("serve.batch")
async def test_the_order_of_a_batch(serving: Serving, usual: Case) -> None:
    rows = [features(one) for one in usual.held[:ALONE]]
    told = await serving.batch(rows)
    turned = [*reversed(await serving.batch([*reversed(rows)]))]
    distance = max(abs(a - b) for a, b in zip(told, turned, strict=True))
    assert distance <= SAME, (
        "a batch that is sent the other way round is not answered the other way round"
    )


@pytest.mark.requirement("serve.batch")
async def test_a_batch_that_is_refused(serving: Serving, usual: Case) -> None:
    row = features(usual.held[0])
    service = await serving.ready()
    _refused(await ask_batch(service, [row, row | {"boxes": 0}]), "boxes", "no box")
    _refused(await ask_batch(service, [row] * (MOST + 1)), "rows", f"{MOST + 1} rows")
    _refused(await service.post("/predict/batch", json={}), "rows", "no rows")


@pytest.mark.requirement("serve.consistent")
async def test_a_row_is_a_row(serving: Serving, works: Works, usual: Case) -> None:
    chosen = usual.held[:ALONE]
    rows = [features(one) for one in chosen]
    alone = [await serving.one(row) for row in rows]
    together = await serving.batch(rows)
    turned = [*reversed(await serving.batch([*reversed(rows)]))]
    crowd = await serving.batch([*rows, *[features(one) for one in usual.held[-300:]]])
    done = await works.predict(await works.model(usual.rows), unanswered(usual.held))
    file = predictions(done, [one.row for one in usual.held])
    ways = {
        "in a batch": together,
        "in a batch in another order": turned,
        "in another batch": crowd[:ALONE],
        "from churn.predict": [file[one.row] for one in chosen],
    }
    for name, told in ways.items():
        distance = max(abs(a - b) for a, b in zip(alone, told, strict=True))
        assert distance <= SAME, f"a row has another prediction {name}: {distance:.2g} apart"


@pytest.mark.requirement("serve.unseen")
@pytest.mark.parametrize("name", [*UNSEEN])
async def test_words_that_no_training_has_seen(serving: Serving, usual: Case, name: str) -> None:
    row = features(usual.held[0]) | {name: UNSEEN[name]}
    await serving.one(row)
    await serving.batch([row, features(usual.held[1])])


@pytest.mark.requirement("serve.unseen")
async def test_nothing_that_may_be_unknown_is_known(serving: Serving, usual: Case) -> None:
    row = features(usual.held[0]) | dict.fromkeys(NULLABLE)
    await serving.one(row)
    await serving.batch([row, features(usual.held[1])])


@pytest.mark.requirement("serve.validation")
@pytest.mark.parametrize("name", [*WRONG])
async def test_a_field_that_is_wrong(serving: Serving, usual: Case, name: str) -> None:
    field, value = WRONG[name]
    row = _with(features(usual.held[0]), field, value)
    service = await serving.ready()
    _refused(await ask(service, row), field, name)


@pytest.mark.requirement("serve.robust")
@pytest.mark.parametrize("name", [*NO_REQUEST])
async def test_what_is_no_request(serving: Serving, usual: Case, name: str) -> None:
    body = NO_REQUEST[name]
    await _turned_away(serving, {"/predict": body, "/predict/batch": body}, name)
    await serving.one(features(usual.held[0]))


@pytest.mark.requirement("serve.robust")
@pytest.mark.parametrize("name", [*NO_NUMBER])
async def test_what_is_no_number(serving: Serving, usual: Case, name: str) -> None:
    row = features(usual.held[0])
    wrong = row | {"price_eur": NO_NUMBER[name]}
    told = {"/predict": wrong, "/predict/batch": {"rows": [wrong]}}
    bodies = {path: json.dumps(one, allow_nan=True).encode() for path, one in told.items()}
    await _turned_away(serving, bodies, name)
    await serving.one(row)


async def _turned_away(serving: Serving, bodies: Mapping[str, bytes], name: str) -> None:
    service = await serving.ready()
    for path, body in bodies.items():
        reply = await service.post(path, body=body, headers={"content-type": "application/json"})
        assert 400 <= reply.status < 500, f"{reply.where} with {name}: {reply.status}"


def _with(row: Row, field: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    if value is MISSING:
        return {name: known for name, known in row.items() if name != field}
    return {**row, field: value}


def _refused(reply: Reply, field: str, name: str) -> None:
    if reply.status != 422:
        message = f"{reply.where}, {name}: {reply.status} where 422 is due"
        raise SubjectError(message)
    if field.encode() not in reply.body:
        message = f"{reply.where}, {name}: the answer does not name {field}"
        raise SubjectError(message)
