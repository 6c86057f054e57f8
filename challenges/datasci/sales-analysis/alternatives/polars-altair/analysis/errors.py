"""What can be wrong with an export."""

from __future__ import annotations


class ExportError(Exception):
    """An export that cannot be analysed; the message is one line for whoever sent it."""
