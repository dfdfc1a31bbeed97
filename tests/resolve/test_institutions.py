"""Keys of institutions: what their names have in common."""

import pytest

from pipeline.resolve.institutions import institution_key


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("Kestrian Defence Ministry", "Ministry of Defense of Kestria", True),
        ("Kestria's foreign ministry", "Ministry of Foreign Affairs of Kestria", True),
        ("Kestrian Defence Ministry", "Velmoran Defence Ministry", False),
        ("Kestrian Defence Ministry", "Kestrian Interior Ministry", False),
    ],
)
def test_names_of_one_institution(gazetteer, one, two, same):
    assert (institution_key(one, gazetteer) == institution_key(two, gazetteer)) is same


def test_a_name_without_a_state_has_no_key(gazetteer):
    assert institution_key("Defence Ministry", gazetteer) == ""
