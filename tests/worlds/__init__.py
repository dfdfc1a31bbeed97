"""Invented articles with quotes, stances and annotations, and the project folders that tests make of them."""
