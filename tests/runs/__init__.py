"""Makes the runs in tests/vectors/runs, which have to give the same trace in every Python."""
