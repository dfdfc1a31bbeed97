"""Stance classifiers: trained per target, applied to every quote, and explained."""
