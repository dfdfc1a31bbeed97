"""The annotation round trip: quotes of a build go out to be labelled, and labels come back into `data/annotations`."""
