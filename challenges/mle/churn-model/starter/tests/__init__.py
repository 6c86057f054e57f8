"""Tests of training, prediction and service."""
