"""Tests without Docker."""
