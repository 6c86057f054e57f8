"""One function for every reader of hostile bytes; hypothesis and atheris both feed them."""
