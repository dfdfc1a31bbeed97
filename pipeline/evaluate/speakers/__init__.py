"""Scores of speaker resolution against gold."""
