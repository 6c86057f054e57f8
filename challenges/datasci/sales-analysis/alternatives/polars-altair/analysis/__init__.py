"""An analysis of an export of orders.

Polars takes one thread here unless told otherwise, before anything imports it: a year of orders is
too small to gain from more, and sums of floats no longer depend on the number of cores.
"""

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")
