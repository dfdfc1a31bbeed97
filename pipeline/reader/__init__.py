"""The pre-trained reader: word pieces, weights that come with Parley, and who speaks a quote."""
