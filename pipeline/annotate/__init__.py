"""Export quotes of a build to annotation tools, and import the answers into `data/annotations`."""
