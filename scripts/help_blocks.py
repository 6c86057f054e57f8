"""Renew the `--help` texts that the documents quote.

    python -m scripts.help_blocks

Every `console` block whose command is `takehome … --help` gets the text that the command
prints. `tests/meta/test_documents.py` fails while one is out of date.
"""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from runner.cli import cli

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(
    r"^```console\n\$ takehome((?: [a-z]+)*) --help\n.*?^```$", re.MULTILINE | re.DOTALL
)


def help_block(match: re.Match[str]) -> str:
    """The block with what the command prints."""
    words = match[1].split()
    result = CliRunner().invoke(cli, [*words, "--help"], prog_name="takehome")
    command = " ".join(["takehome", *words, "--help"])
    return f"```console\n$ {command}\n{result.output}```"


def main() -> None:
    """Rewrite the documents in place and name those that changed."""
    for path in (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))):
        before = path.read_text("utf-8")
        after = BLOCK.sub(help_block, before)
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
