"""An analysis of an export of orders."""
