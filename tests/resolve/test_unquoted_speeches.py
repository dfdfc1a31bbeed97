import pytest

from pipeline.resolve.vocabulary import Vocabulary, find_speeches

VOCABULARY = Vocabulary(first_person_pronouns=frozenset({"i", "we"}))


@pytest.mark.parametrize(
    ("text", "speeches"),
    [
        ("- I trust Reyk - she said.", ["I trust Reyk"]),
        ("It rained.\n– I trust Reyk – she said.", ["I trust Reyk"]),
        ("It rained. - I trust Reyk", ["I trust Reyk"]),
        ("“I trust Reyk”, she said.", ["I trust Reyk"]),
        ("- Reyk rows - she said.", []),
        ("The boat - I trust it - sails.", []),
    ],
)
def test_speeches_behind_a_dash_or_in_marks(text, speeches):
    assert [
        text[start:end] for start, end in find_speeches(text, Vocabulary(first_person_pronouns=frozenset({"i", "we"})))
    ] == speeches
