"""What tests of this tool and of extensions build on: a simulated sandbox, the conformance suite.

fake         `FakeSandbox`: the sandbox without an engine
steps        the language of the programs that both run
program      runs steps for real, inside a box
conformance  what every sandbox has to do, as functions for pytest
"""
