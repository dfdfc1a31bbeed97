"""Score quote extraction against the annotated quotes."""
