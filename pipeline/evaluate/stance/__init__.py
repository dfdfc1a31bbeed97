"""Score stance classification against the labelled quotes."""
