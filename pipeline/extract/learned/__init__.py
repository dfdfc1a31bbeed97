"""The learned extractor: models find cues, starts, ends and speakers, and rank these candidates with the rules'."""
