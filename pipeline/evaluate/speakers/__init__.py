"""Score speaker resolution against the annotated speakers."""
