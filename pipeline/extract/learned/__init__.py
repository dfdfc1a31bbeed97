"""The learned extractor: cue, start, end, speaker and a ranker of candidates, over the parse and the rules."""
