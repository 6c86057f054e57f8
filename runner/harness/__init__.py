"""What runs inside the harness container: the judge's side of a grading.

The package imports nothing of the host side; the host imports only `messages`. Inside the
image it keeps its name, so hidden suites write `from runner.harness.service import Service`.
"""
