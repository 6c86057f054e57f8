"""The project's own tools: benchmarks, demonstration, documents."""
