"""Curves as SVG, for the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

Point = tuple[float, float]

SIZE = 260
LEFT, TOP, BOTTOM = 46, 34, 44
COLOURS = ("#1f5a8a", "#c05a1c", "#8a8a8a")
MOST_POINTS = 200


def curves(title: str, x: str, y: str, lines: Mapping[str, Sequence[Point]]) -> bytes:
    """Lines between 0 and 1 on both axes, each with its name."""
    parts = [_frame(title, x, y)]
    for number, (name, points) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{_x(a):.1f},{_y(b):.1f}" for a, b in _thinned(points))
        width = 2 if number == 0 else 1.2
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>'
        )
        parts.append(_text(LEFT + SIZE + 10, TOP + 14 + 18 * number, name, colour))
    return _svg(parts, LEFT + SIZE + 190, TOP + SIZE + BOTTOM)


def bars(title: str, unit: str, values: Mapping[str, float], marked: Sequence[str]) -> bytes:
    """One bar a name, those that are marked in another colour."""
    most = max([abs(value) for value in values.values()] + [1e-9])
    parts = [_text(10, 20, title, "#222", bold=True)]
    for number, (name, value) in enumerate(values.items()):
        top, colour = 38 + 20 * number, COLOURS[1 if name in marked else 0]
        length = 220 * max(0.0, value) / most
        parts.append(_text(10, top + 11, name, colour if name in marked else "#222"))
        parts.append(f'<rect x="150" y="{top}" width="{length:.1f}" height="13" fill="{colour}"/>')
        parts.append(_text(156 + length, top + 11, f"{value:.3f}", "#222"))
    parts.append(_text(150, 52 + 20 * len(values), unit, "#555"))
    return _svg(parts, 470, 64 + 20 * len(values))


def _frame(title: str, x: str, y: str) -> str:
    marks = "".join(
        _text(_x(at), TOP + SIZE + 16, f"{at:g}", "#555", anchor="middle")
        + _text(LEFT - 6, _y(at) + 4, f"{at:g}", "#555", anchor="end")
        for at in (0, 0.5, 1)
    )
    middle = TOP + SIZE / 2
    return (
        _text(LEFT, 20, title, "#222", bold=True)
        + f'<rect x="{LEFT}" y="{TOP}" width="{SIZE}" height="{SIZE}" fill="none" stroke="#bbb"/>'
        + marks
        + _text(LEFT + SIZE / 2, TOP + SIZE + 34, x, "#222", anchor="middle")
        + f'<g transform="rotate(-90 12 {middle})">{_text(12, middle, y, "#222", anchor="middle")}'
        + "</g>"
    )


def _svg(parts: Sequence[str], width: float, height: float) -> bytes:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        'font-family="sans-serif" font-size="12">'
        f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>'
    )
    return f"{head}{''.join(parts)}</svg>".encode()


def _text(  # noqa: PLR0913 - what a text has
    x: float, y: float, text: str, colour: str, *, anchor: str = "start", bold: bool = False
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}"{weight}>'
        f"{escape(text)}</text>"
    )


def _thinned(points: Sequence[Point]) -> list[Point]:
    step = max(1, len(points) // MOST_POINTS)
    return [*points[:-1:step], *points[-1:]]


def _x(share: float) -> float:
    return LEFT + SIZE * share


def _y(share: float) -> float:
    return TOP + SIZE * (1 - share)
