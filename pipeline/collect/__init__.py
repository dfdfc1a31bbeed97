"""Fetch articles from feeds and pages into the input folder; nothing else in Parley reads from a network."""
