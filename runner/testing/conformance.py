"""What every sandbox has to do, as one function for each promise.

    @pytest.mark.parametrize("promise", conformance.PROMISES, ids=lambda item: item.__name__)
    def test_my_sandbox_keeps_its_promise(promise):
        promise(World(sandbox=MySandbox(), image=…, argv=…))

A promise raises `AssertionError` when it is broken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.testing import promises_files, promises_isolation, promises_life, promises_limits

if TYPE_CHECKING:
    from runner.testing.world import Promise

PROMISES: tuple[Promise, ...] = (
    *promises_life.PROMISES,
    *promises_limits.PROMISES,
    *promises_files.PROMISES,
    *promises_isolation.PROMISES,
)
"""All promises, in an order that reads well."""
