"""Ceilings of the analyser. A file over one of them is listed as not analysable."""

from __future__ import annotations

FILE_BYTES = 1024 * 1024
"""One Python file. Hand-written modules are below a tenth of it."""

LINE_CHARACTERS = 10_000
"""One line. Longer ones make tools and readers slow and are never hand-written."""

PYTHON_FILES = 2_000
"""Python files of one submission."""

PYTHON_BYTES = 8 * 1024 * 1024
"""All Python files together; they are copied to a memory-backed folder."""

TREE_DEPTH = 150
"""Nesting of a syntax tree. The parser of mypy refuses somewhere between 200 and 250."""

DIFF_LINES = 5_000
"""A longer file is not compared with the starter, because that takes quadratic time."""

TEXT_BYTES = 256 * 1024
"""How much of a file that is not Python is searched for invisible characters and notes."""

CONFIG_BYTES = 64 * 1024
"""A configuration file that is parsed (`pyproject.toml`, `mypy.ini`, …)."""

TREE_NODES = 100_000
"""Nodes of one syntax tree. A module of 1,000 lines has about 10,000."""

ALL_NODES = 500_000
"""Nodes of all syntax trees together; bounds the time of every walk over them."""

TOOL_SECONDS = 60.0
"""One run of ruff or mypy. A cold mypy with a large third-party library takes about 10 s."""

TOOL_OUTPUT_BYTES = 16 * 1024 * 1024
"""Standard output of one tool, read while it runs; more ends the tool."""

TOOL_MEMORY_BYTES = 1536 * 1024 * 1024
"""Address space of one tool. mypy was seen at 350 MiB without a cache."""

SHOWN = 200
"""Findings, files or names of one kind that the document lists; counts are always whole."""

MESSAGE_CHARACTERS = 300
"""One message or name of the candidate or of a tool in the document."""
