"""What can be wrong with a file."""


class InputError(Exception):
    """The export cannot be analysed. The message is one line for whoever sent the file."""
