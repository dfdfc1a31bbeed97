"""The public Python interface: extraction from text, without files."""
