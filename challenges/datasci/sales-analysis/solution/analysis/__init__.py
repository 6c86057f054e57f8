"""Cleans an export of the roastery's orders, answers four questions, and writes a report."""
