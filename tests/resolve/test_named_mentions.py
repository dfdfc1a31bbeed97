"""Names of source mentions: initials and acronyms."""

import pytest

from pipeline.resolve.name_rules import has_initials


@pytest.mark.parametrize(
    ("name", "acronym", "has"),
    [("Meridian News Agency", "mna", True), ("Concord of States", "cs", True), ("Kestria", "mna", False)],
)
def test_initials(name, acronym, has):
    assert has_initials(name, acronym) is has
