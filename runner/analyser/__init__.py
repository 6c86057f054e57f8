"""Static analysis of a submission, inside a container that never runs the candidate's code.

    __main__    one request on standard input, one `Analysis` line on standard output
    document    the `Analysis` document; the host validates with the same models
    analysis    the order of the work
    unpack, source, changes          bytes → text → what the candidate changed
    tree, tools, lint, layout, types  the sanitised copy, and ruff and mypy run on it
    functions, suite, routes, packaging, notes, alarms   facts taken from syntax trees and text
    warm        fills the mypy cache when the image is built

Imports nothing else of `runner`, so that the image can hold this folder alone.
"""
