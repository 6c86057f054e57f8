"""Picture of a report's first screen for the README: docs/report.png.

    python -m scripts.screenshot REPORT_HTML [--size 1180x1000]

Needs chromium; the report is opened as the file it is, without a network.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "report.png"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@click.command()
@click.argument("report", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--size", default="1180x1000", show_default=True, help="Width x height in pixels.")
def main(report: Path, size: str) -> None:
    """Write docs/report.png from REPORT."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        sys.exit(f"none of {', '.join(BROWSERS)} is installed")
    with tempfile.TemporaryDirectory(prefix="screenshot-") as profile:
        subprocess.run(
            [
                browser,
                "--headless",
                "--no-sandbox",  # chromium refuses its sandbox to root; the page is ours
                "--disable-gpu",
                "--hide-scrollbars",
                "--host-resolver-rules=MAP * 127.0.0.1:9",  # nothing is loaded from anywhere
                f"--user-data-dir={profile}",
                f"--window-size={size.replace('x', ',')}",
                f"--screenshot={PICTURE}",
                report.resolve().as_uri(),
            ],
            check=True,
            stderr=subprocess.DEVNULL,
        )
    print(f"wrote {PICTURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
