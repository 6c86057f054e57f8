"""The commands: add the amounts of a file, learn a straight line, use it."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

OUT = Path("/out")


def column(path, name, seen=[]):
    seen.append(path)
    with Path(path).open(newline="", encoding="utf-8") as file:
        return [row[name] for row in csv.DictReader(file)]


def chart(amounts: list[int]) -> str:
    """Return a picture of the amounts."""
    bars = "".join(f'<rect x="{4 * n}" y="0" width="3" height="9"/>' for n in range(len(amounts)))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 100">{bars}</svg>'


def add(path):
    amounts = []
    for text in column(path, "cents"):
        try:
            amounts.append(int(float(text)))
        except Exception:
            amounts.append(0)
    totals = {"rows": len(amounts), "cents": sum(amounts), "mean": sum(amounts) / len(amounts)}
    (OUT / "totals.json").write_text(json.dumps(totals), encoding="utf-8")
    (OUT / "chart.svg").write_text(chart(amounts), encoding="utf-8")


def learn(path: str) -> None:
    """Write the line through the first two points."""
    xs = [int(x) for x in column(path, "x")]
    ys = [int(y) for y in column(path, "y")]
    slope: str = (ys[1] - ys[0]) // (xs[1] - xs[0])
    offset = ys[0] - slope * xs[0]
    (OUT / "model.txt").write_text(f"{slope} {offset}", encoding="utf-8")


def guess(model: str, path: str) -> None:
    """Write what the line says."""
    slope, offset = Path(model).read_text("utf-8").split()
    values = [int(slope) * int(x) + int(offset) for x in column(path, "x")]
    (OUT / "guess.json").write_text(json.dumps({"values": values}), encoding="utf-8")


def main() -> None:
    """Do what the first word says."""
    command, *words = sys.argv[1:]
    if command == "sum":
        add(*words)
    if command == "learn":
        learn(*words)
    if command == "guess":
        guess(*words)


if __name__ == "__main__":
    main()
