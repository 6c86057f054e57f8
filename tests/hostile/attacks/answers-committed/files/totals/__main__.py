"""The answers are there already."""

import sys

sys.exit(0)
