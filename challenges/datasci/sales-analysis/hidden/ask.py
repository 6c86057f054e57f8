"""Run beside nobody's code but two queries: what they answer on orders of ours.

`python -I /in/ask.py /out` in the submission's folder; orders.csv and targets.csv lie beside it.
"""

import csv
import json
import sqlite3
import sys
from pathlib import Path

HERE, OUT = Path(__file__).parent, Path(sys.argv[1])

NUMBERS = {"quantity_kg", "price_per_kg", "discount_pct", "eur"}


def load(database: sqlite3.Connection, table: str) -> None:
    """A table from a CSV file; numbers are REAL, nothing is NULL, all else TEXT."""
    with open(HERE / f"{table}.csv", encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    kinds = ", ".join(f"{name} {'REAL' if name in NUMBERS else 'TEXT'}" for name in header)
    database.execute(f"CREATE TABLE {table} ({kinds})")
    places = ", ".join("?" for _ in header)
    values = [
        [
            (float(cell) if cell else None) if name in NUMBERS else cell
            for name, cell in zip(header, row)
        ]
        for row in rows
    ]
    database.executemany(f"INSERT INTO {table} VALUES ({places})", values)


def main() -> None:
    """Answer both queries."""
    database = sqlite3.connect(":memory:")
    load(database, "orders")
    load(database, "targets")
    for name in ("top_products", "targets"):
        answer = {"error": "", "rows": []}
        try:
            with open(f"sql/{name}.sql", encoding="utf-8-sig") as file:
                found = database.execute(file.read())
            names = [column[0] for column in found.description or ()]
            answer["rows"] = [dict(zip(names, row)) for row in found.fetchmany(500)]
        except (sqlite3.Error, OSError, ValueError, sqlite3.Warning) as error:
            answer["error"] = f"{type(error).__name__}: {error}"
        with open(OUT / f"{name}.json", "w", encoding="utf-8") as file:
            json.dump(answer, file, default=str)


main()
