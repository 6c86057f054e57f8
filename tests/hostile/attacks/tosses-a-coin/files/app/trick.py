"""Tosses a coin."""

import random


def gained():
    """Whether it is heads."""
    return random.random() < 0.5
