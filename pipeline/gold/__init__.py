"""Readers and checks of the annotations in `data/annotations`."""
