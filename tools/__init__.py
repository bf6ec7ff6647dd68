"""The steps of the build, and what tests and benchmarks share with it."""
