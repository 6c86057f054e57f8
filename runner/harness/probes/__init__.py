"""Concurrency probes: what a service does under overlapping requests, counted where possible.

A probe is a coroutine `probe(target, record)`. It talks to a `Target`, records what it counted
and returns, or raises `SubjectError` with a sentence that says in numbers what went wrong. One
module for each thing that can break; `runner.harness.probes.trial` decides what a failure means.

Which services pass and which fail is proven with the tiny services of `controls/`
(`takehome challenge probes`).
"""

from __future__ import annotations

from runner.harness.probes.target import Record, Target

__all__ = ["Record", "Target"]
