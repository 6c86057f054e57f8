"""The commands: add the amounts of a file, learn a straight line, use it."""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

OUT = Path("/out")
WHOLE = re.compile(r"-?[0-9]{1,12}")


def column(path: str, name: str) -> list[str]:
    """Return the texts of one column."""
    with Path(path).open(newline="", encoding="utf-8") as file:
        return [row[name] or "" for row in csv.DictReader(file)]


def chart(amounts: list[int]) -> str:
    """Return a picture of the amounts."""
    most = max(amounts, default=1)
    bars = "".join(
        f'<rect x="{4 * place}" y="{100 - 100 * value // most}" width="3" height="100"/>'
        for place, value in enumerate(amounts)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 100">{bars}</svg>'


def add(path: str) -> None:
    """Write the totals of a file."""
    amounts = [int(text) for text in column(path, "cents") if WHOLE.fullmatch(text)]
    mean = sum(amounts) / len(amounts) if amounts else 0.0
    totals = {"rows": len(amounts), "cents": sum(amounts), "mean": mean}
    (OUT / "totals.json").write_text(json.dumps(totals), encoding="utf-8")
    (OUT / "chart.svg").write_text(chart(amounts), encoding="utf-8")


def learn(path: str) -> None:
    """Write the line through the first two points."""
    xs, ys = [int(x) for x in column(path, "x")], [int(y) for y in column(path, "y")]
    slope = (ys[1] - ys[0]) // (xs[1] - xs[0])
    (OUT / "model.txt").write_text(f"{slope} {ys[0] - slope * xs[0]}", encoding="utf-8")


def guess(model: str, path: str) -> None:
    """Write what the line says."""
    slope, offset = map(int, Path(model).read_text("utf-8").split())
    values = [slope * int(x) + offset for x in column(path, "x")]
    (OUT / "guess.json").write_text(json.dumps({"values": values}), encoding="utf-8")


def main() -> None:
    """Do what the first word says."""
    match sys.argv[1:]:
        case ["sum", path]:
            add(path)
        case ["learn", path]:
            learn(path)
        case ["guess", model, path]:
            guess(model, path)
        case _:
            sys.exit("sum FILE, learn FILE or guess MODEL FILE")


if __name__ == "__main__":
    main()
