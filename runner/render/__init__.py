"""From a record to the files that people and programs read. Pure functions, no I/O."""
