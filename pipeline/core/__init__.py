"""What every room uses: configuration, errors, text, languages, targets, quotes."""
