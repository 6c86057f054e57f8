"""The modules of a challenge's suite, which stand beside each other as in the harness."""

from __future__ import annotations

import importlib.util
import sys
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING

from tests.meta.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

SALES, CHURN = "datasci/sales-analysis", "mle/churn-model"


@contextmanager
def modules(*names: str, challenge: str = SALES) -> Iterator[SimpleNamespace]:
    """These modules under their own names, each after those that it imports."""
    before = {name: sys.modules[name] for name in names if name in sys.modules}
    found = SimpleNamespace()
    try:
        for name in names:
            setattr(found, name, _loaded(name, challenge))
        yield found
    finally:
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(before)


def _loaded(name: str, challenge: str) -> object:
    place = ROOT / "challenges" / challenge / "hidden" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
