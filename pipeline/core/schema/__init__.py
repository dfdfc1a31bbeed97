"""Columns, types and descriptions of every table."""
