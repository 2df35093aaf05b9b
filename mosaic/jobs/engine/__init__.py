"""The engine: performs the runs of Mosaic's own job types, in worker processes, durably."""
