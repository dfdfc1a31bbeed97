"""Readers and checks of the annotations in `data/annotations` and of external gold sets."""
