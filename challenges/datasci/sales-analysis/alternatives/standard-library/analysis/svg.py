"""Draws axes, lines and bars as SVG. Text stays text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

WIDTH, HEIGHT = 960, 480
LEFT, RIGHT, TOP, BOTTOM = 90, 130, 60, 80
MOST_LABELS = 14

# Okabe and Ito's colours, which can be told apart by colour-blind readers too.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
INK, GRID = "#333333", "#dddddd"


class Chart:
    """A chart with categories on its horizontal axis and amounts from 0 on the vertical one."""

    def __init__(
        self, title: str, names: tuple[str, str], categories: Sequence[str], top: float
    ) -> None:
        """Draw the frame: the title, the names of both axes and their scales up to `top`."""
        self._categories = categories
        self._step = nice_step(top)
        self._top = self._step * max(1, math.ceil(top / self._step))
        self._root = Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {HEIGHT}",
                "width": str(WIDTH), "height": str(HEIGHT), "role": "img",
                "font-family": "sans-serif", "font-size": "12",
            },
        )  # fmt: skip
        SubElement(self._root, "title").text = title
        SubElement(self._root, "rect", {"width": "100%", "height": "100%", "fill": "white"})
        middle = (LEFT + WIDTH - RIGHT) / 2
        self.text(middle, TOP / 2 + 6, title, size=18)
        self.text(middle, HEIGHT - 20, names[0], size=14)
        self.text(24, (TOP + HEIGHT - BOTTOM) / 2, names[1], size=14, turned=True)
        self._scales()

    def _scales(self) -> None:
        for number in range(round(self._top / self._step) + 1):
            amount = number * self._step
            y = self.y(amount)
            self._line((LEFT, y), (WIDTH - RIGHT, y), INK if number == 0 else GRID)
            self.text(LEFT - 8, y + 4, f"{amount:,.10g}", anchor="end")
        every = math.ceil(len(self._categories) / MOST_LABELS)
        for place in range(0, len(self._categories), max(1, every)):
            self.text(self.x(place), HEIGHT - BOTTOM + 20, self._categories[place])

    def x(self, place: int) -> float:
        """Return the middle of a category."""
        return LEFT + self._width() * (place + 0.5)

    def y(self, amount: float) -> float:
        """Return the height of an amount."""
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * amount / self._top

    def _width(self) -> float:
        return (WIDTH - RIGHT - LEFT) / max(1, len(self._categories))

    def text(
        self,
        x: float,
        y: float,
        content: str,
        *,
        size: int = 12,
        anchor: str = "middle",
        turned: bool = False,
    ) -> None:
        """Write a text."""
        place = {"x": _short(x), "y": _short(y), "font-size": str(size), "fill": INK}
        place["text-anchor"] = anchor
        if turned:
            place["transform"] = f"rotate(-90 {_short(x)} {_short(y)})"
        SubElement(self._root, "text", place).text = content

    def line(self, place: int, name: str, amounts: Sequence[float]) -> None:
        """Draw the line of a series, one amount a category, and its entry in the legend."""
        colour = COLOURS[place % len(COLOURS)]
        points = [(self.x(number), self.y(amount)) for number, amount in enumerate(amounts)]
        path = " ".join(f"{_short(x)},{_short(y)}" for x, y in points)
        stroke = {"fill": "none", "stroke": colour, "stroke-width": "2.5"}
        SubElement(self._root, "polyline", {"points": path, **stroke})
        for x, y in points:
            self._dot(x, y, colour)
        x, y = WIDTH - RIGHT + 20, TOP + 20 + 24 * place
        self._line((x, y), (x + 24, y), colour, 2.5)
        self._dot(x + 12, y, colour)
        self.text(x + 32, y + 4, name, anchor="start")

    def bar(self, place: int, amount: float, label: str) -> None:
        """Draw the bar of a category with a label on it."""
        width, y = self._width() * 0.7, self.y(amount)
        SubElement(
            self._root,
            "rect",
            {
                "x": _short(self.x(place) - width / 2), "y": _short(y), "width": _short(width),
                "height": _short(self.y(0) - y), "fill": COLOURS[0],
            },
        )  # fmt: skip
        self.text(self.x(place), y - 6, label)

    def note(self, content: str) -> None:
        """Write a note in the middle of a chart that has nothing to show."""
        self.text((LEFT + WIDTH - RIGHT) / 2, (TOP + HEIGHT - BOTTOM) / 2, content, size=14)

    def write(self, path: Path) -> None:
        """Write the chart to a file."""
        ElementTree.indent(self._root)
        content = ElementTree.tostring(self._root, encoding="unicode")
        path.write_text(content + "\n", encoding="utf-8", newline="\n")

    def _line(
        self, start: tuple[float, float], end: tuple[float, float], colour: str, width: float = 1
    ) -> None:
        ends = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
        places = {name: _short(value) for name, value in ends.items()}
        SubElement(self._root, "line", {**places, "stroke": colour, "stroke-width": str(width)})

    def _dot(self, x: float, y: float, colour: str) -> None:
        place = {"cx": _short(x), "cy": _short(y)}
        SubElement(self._root, "circle", {**place, "r": "3.5", "fill": colour})


def nice_step(top: float) -> float:
    """Return 1, 2 or 5 times a power of ten: a scale up to `top` has at most ten such steps."""
    if top <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(top))
    return next(power * part for part in (0.1, 0.2, 0.5, 1.0) if top / (power * part) <= 10)


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
