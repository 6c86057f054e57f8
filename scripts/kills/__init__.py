"""Breaks our own side a hundred times, and looks whether anybody pays for it."""
