"""A failed requirement points at the handler of its route."""

from __future__ import annotations

import pytest

from runner.analyser.document import Place, Route
from runner.checks.routes import find_route, found_routes
from runner.model import Location


def route(text: str, line: int) -> Route:
    method, _, path = text.partition(" ")
    return Route(method=method, path=path, place=Place(path="app/a.py", line=line, note="f"))


ROUTES = (
    route("POST /orders", 1),
    route("GET /orders/{order_id}", 2),
    route("GET /items/<sku>", 3),
    route("* /anything/", 4),
    route("PATCH /{sku}", 5),
    route("GET /a/x", 6),
    route("GET /b/x", 7),
    route("DELETE /", 8),
)


@pytest.mark.parametrize(
    ("wanted", "line"),
    [
        ("POST /orders", 1),
        ("post /orders/", 1),
        ("GET /orders/{id}", 2),
        ("GET /items/{sku}?x=1", 3),
        ("PUT /anything", 4),
        ("PATCH /items/{sku}", 5),
        ("GET /x", None),
        ("GET /v1/a/x", 6),
        ("DELETE /items", None),
        ("DELETE /", 8),
        ("GET /nothing", None),
        ("", None),
    ],
)
def test_find_route(wanted: str, line: int | None) -> None:
    expected = None if line is None else Location(path="app/a.py", line=line, note="f")
    assert find_route(ROUTES, wanted) == expected


def test_only_routes_with_a_handler_are_listed() -> None:
    assert set(found_routes(ROUTES, ["POST /orders", "", "GET /nothing"])) == {"POST /orders"}
