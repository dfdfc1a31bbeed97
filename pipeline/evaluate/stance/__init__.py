"""Scores of the stance classifiers against gold."""
