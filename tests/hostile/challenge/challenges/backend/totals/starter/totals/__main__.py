"""The command: it does nothing yet."""
