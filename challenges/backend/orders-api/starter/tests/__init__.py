"""The public tests, and yours."""
