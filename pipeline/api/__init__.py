"""The public Python interface: extraction from text, notebook display, restoration of withheld texts."""
