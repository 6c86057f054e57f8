"""Ceilings of the analyser. A file over one of them is listed as not analysable.

Those of the document keep its line below the 16 MiB that the host reads. Sizes there are bytes as
they are sent: JSON in ASCII, where a character takes up to twelve (an emoji is two escapes).
"""

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

ALL_LINES = 250_000
"""Lines of all Python files together, so that a list of line numbers stays a part of the document.
A long submission has 20,000."""

DIFF_LINES = 5_000
"""A longer file is not compared with the starter, because that takes quadratic time."""

TEXT_BYTES = 256 * 1024
"""How much of a file that is not Python is searched for invisible characters and notes."""

ALL_TEXT_BYTES = 16 * 1024 * 1024
"""The same of all files together. Text made to take long needs a second for half a MiB."""

CONFIG_BYTES = 64 * 1024
"""A configuration file that is parsed (`pyproject.toml`, `mypy.ini`, …)."""

CONFIG_DEPTH = 20
"""Tables and lists in each other in a configuration file. A dotted key makes one for each dot."""

PATH_TEXT = 2_000
"""Characters of a string that may be part of a route. Longer ones are no paths."""

ROUTES = 5_000
"""Handlers that are put together with their prefixes; a large service has some hundred."""

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

MESSAGE_BYTES = 6 * MESSAGE_CHARACTERS
"""The same as it is sent. Text in any living script has room; emoji take twice as much."""

NAME_BYTES = 240
"""A code, a kind or a method, as it is sent."""

PATH_BYTES = 200
"""A path of the submission in UTF-8: what the intake lets through."""

TEXTS_BYTES = 7 * 1024 * 1024
"""All texts that mutants are made of, as they are sent."""

SEGMENT_BYTES = 4_000
"""What one mutant puts in the place of something. Nobody writes a condition of this length."""

DOCUMENT_BYTES = 16 * 1024 * 1024
"""The line. A test makes the largest document that these ceilings allow."""
