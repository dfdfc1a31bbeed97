"""Scores of quote extraction against gold."""
