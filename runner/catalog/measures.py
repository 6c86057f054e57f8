"""The numbers that a rubric can judge: what each check measures.

Checks lie above the catalog and know nothing of this table; a test holds the two together.
"""

from __future__ import annotations

MEASURES: dict[str, tuple[str, ...]] = {
    "static.ruff": ("findings_per_kloc", "findings", "noted"),
    "static.mypy": ("errors_per_kloc", "errors", "strict_errors", "modules"),
    "static.types": ("annotated_share", "public_functions"),
    "static.complexity": (
        "worst",
        "functions_over_10",
        "functions_over_10_per_kloc",
        "longest_function",
        "functions",
    ),
    "static.suppressions": ("suppressions", "per_kloc"),
    "static.format": ("unformatted_share",),
    "static.docstrings": ("documented_share",),
    "static.tests": (
        "tests",
        "asserting_share",
        "negative_tests",
        "parametrised_tests",
        "smells",
        "sound_share",
        "tests_per_changed_kloc",
    ),
    "static.packaging": ("signals_share", "kept", "extras"),
    "static.modern": ("per_kloc", "outdated"),
    "static.frames": ("findings", "per_kloc", "rowwise"),
    "static.notes": ("sections_filled_share", "words"),
    "tests.faults": ("caught_share", "caught", "tests_used"),
    "tests.coverage": ("covered_share", "statements", "tests_failing"),
    "tests.mutants": ("noticed_share", "noticed"),
}
