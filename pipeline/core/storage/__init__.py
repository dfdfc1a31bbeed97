"""Tables on disk: read, write, update incrementally, join."""
