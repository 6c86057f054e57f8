"""What can be wrong with what a program is given."""


class InputError(Exception):
    """A file or a folder that cannot be used. The message is one line for whoever named it."""
