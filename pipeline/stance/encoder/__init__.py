"""A small transformer that reads the words of a quote in their order, for the stance classifier."""
