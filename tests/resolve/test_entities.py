"""Kinds of entities: what a name of several words is taken for, by how it is introduced."""

import pytest

from pipeline.resolve.entities import Entity, Role, classify_entity
from pipeline.resolve.name_mentions import NameMention


@pytest.mark.parametrize(
    ("noun", "label", "kind"),
    [
        ("drummer", "GPE", "person"),  # by the ending of the noun, against the label of the parse
        ("drummer", "ORG", "person"),
        ("retailer", "ORG", "organisation"),  # ends like a noun for a person, but is a firm
        ("broadcaster", "ORG", "organisation"),
        ("harbour", "ORG", "organisation"),
    ],
)
def test_a_noun_for_people_makes_a_person(gazetteer, noun, label, kind):
    mentions = [NameMention(start, start + 12, "Rosta Sorrin", label=label, is_subject=True) for start in (0, 40)]
    entity = Entity("Rosta Sorrin", "", mentions, [Role(noun, frozenset())])
    assert classify_entity(entity, gazetteer, sources=[(0, 12)]) == kind
