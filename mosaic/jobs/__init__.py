"""Runner jobs: the record of what runs, the engine that runs it, and pages to watch it."""
