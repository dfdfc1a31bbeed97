"""Quote extraction by rules over the parse, and the document view that rules and models share."""
