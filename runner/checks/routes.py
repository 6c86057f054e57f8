"""Where the submission answers a route, to put file and line beside a failed requirement."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.model import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from runner.analyser.document import Route

_PARAMETER = re.compile(r"^[{<:].*")


def find_route(routes: Sequence[Route], wanted: str) -> Location | None:
    """The handler of `POST /orders`, or None when none was found.

    Parameters match whatever they are called and whichever notation they have (`{id}`,
    `<int:id>`). Where a prefix could not be followed, the route that ends like the wanted
    one is taken if there is exactly one such handler.
    """
    method, _, path = wanted.strip().partition(" ")
    segments = _segments(path)
    fitting = [route for route in routes if route.method in {method.upper(), "*"}]
    exact = [route for route in fitting if _segments(route.path) == segments]
    if exact:
        return _location(exact[0])
    endings = {
        (route.place.path, route.place.line): route
        for route in fitting
        if (own := _segments(route.path)) and segments[-len(own) :] == own
    }
    return _location(next(iter(endings.values()))) if len(endings) == 1 else None


def found_routes(routes: Sequence[Route], wanted: Iterable[str]) -> dict[str, Location]:
    """Each wanted route that has a handler, with its place."""
    located = {route: find_route(routes, route) for route in wanted if route}
    return {route: place for route, place in located.items() if place is not None}


def _segments(path: str) -> tuple[str, ...]:
    parts = path.partition("?")[0].strip().strip("/").split("/")
    return tuple(_PARAMETER.sub("{}", part) for part in parts if part)


def _location(route: Route) -> Location:
    return Location(path=route.place.path, line=route.place.line, note=route.place.note)
