"""Every defence taken away by itself, in a copy of this repository, and what notices that."""
