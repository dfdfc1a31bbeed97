"""A project with articles of one's own: look at the articles, and set up a folder for them."""
