"""`python -m analysis --input FILE.csv --output FOLDER`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis.reading import read


def main(arguments: Sequence[str] | None = None) -> int:
    """Analyse an export; return the exit code."""
    parser = argparse.ArgumentParser(prog="analysis", description="Analyse an export of orders.")
    parser.add_argument("--input", type=Path, required=True, help="the export, a CSV file")
    parser.add_argument("--output", type=Path, required=True, help="the folder for the results")
    given = parser.parse_args(arguments)
    rows = read(given.input)
    answers = {"rows": len(rows)}
    (given.output / "answers.json").write_text(json.dumps(answers, indent=2), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
