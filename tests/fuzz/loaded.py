"""Modules that stand beside each other elsewhere: in a harness, and in a subject's image."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from typing import Any

from tests.unit.challenges.hidden import CHURN, modules
from tests.unit.images.own_tests import IMAGES


@cache
def sales() -> Any:
    """Readers of the suite of the sales challenge."""
    names = ("sales", "dirt", "accepted", "exports", "cleaned", "numbers_in_prose")
    with modules(*names) as found:
        return found


@cache
def churn() -> Any:
    """Readers of the suite of the churn challenge."""
    names = ("subscriptions", "curves", "files", "formats", "works")
    with modules(*names, challenge=CHURN) as found:
        return found


@cache
def programs() -> Any:
    """The runner of a candidate's tests."""
    sys.path.insert(0, str(IMAGES))
    try:
        return import_module("pytests")
    finally:
        sys.path.remove(str(IMAGES))
