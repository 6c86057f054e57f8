"""Takes the place of another module wherever this folder is on the path."""

import os

os._exit(0)
