"""Fetch articles from feeds and pages into the input folder: the only part of Parley that uses a network for reading."""
