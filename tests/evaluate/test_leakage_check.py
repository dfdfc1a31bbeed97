"""Near-duplicate quotes in different groups of the training data."""

import pytest

from pipeline.evaluate.stance_measures import find_near_duplicates, similarities_to_other_groups

TEXT = "the ferry sails on Monday if the pilots come back"


@pytest.mark.parametrize(
    ("one", "other", "similarity"),
    [
        (TEXT, TEXT.upper() + "!", 1),
        # Seven word triples of eight are shared, of nine in all.
        (TEXT, TEXT.replace("back", "home"), 7 / 9),
        (TEXT, "wheat is cheap in the harbour this year", 0),
        ("Never.", "“Never”", 1),
        ("Never.", "Never again, he said.", 0),
    ],
)
def test_similarity_is_the_jaccard_index_of_word_triples(one, other, similarity):
    found = similarities_to_other_groups([one, other], ["a", "b"])
    assert found == pytest.approx([similarity] * 2)


def test_quotes_of_one_group_may_be_similar():
    assert similarities_to_other_groups([TEXT, TEXT], ["a", "a"]) == [0, 0]


def test_share():
    found = find_near_duplicates([TEXT, TEXT, "wheat is cheap today"], ["a", "b", "c"])
    assert found == {"rows": 2, "share": 0.6667}


def test_no_quotes():
    assert find_near_duplicates([], []) == {"rows": 0, "share": 0.0}
