"""What can be wrong with an export."""

from __future__ import annotations


class InputError(Exception):
    """The export cannot be analysed; the message is one line for who runs us."""
