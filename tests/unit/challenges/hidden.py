"""The modules of the sales challenge's suite, which stand beside each other as in the harness."""

from __future__ import annotations

import importlib.util
import sys
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING

from tests.meta.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

HIDDEN = ROOT / "challenges" / "datasci" / "sales-analysis" / "hidden"


@contextmanager
def modules(*names: str) -> Iterator[SimpleNamespace]:
    """These modules under their own names, each after those that it imports."""
    before = {name: sys.modules[name] for name in names if name in sys.modules}
    found = SimpleNamespace()
    try:
        for name in names:
            setattr(found, name, _loaded(name))
        yield found
    finally:
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(before)


def _loaded(name: str) -> object:
    spec = importlib.util.spec_from_file_location(name, HIDDEN / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
