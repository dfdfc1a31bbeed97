"""Dataset splits: related articles share a split, and new articles hardly move the others."""

from collections import Counter
from random import Random

import pytest

from pipeline.publish.publication_plan import ArticleGroups, choose_split
from tests.worlds.news import harbour_article, harbour_articles

SHARES = {"train": 80, "validation": 10, "test": 10}
TEXTS = {a["article_id"]: a["text"] for a in harbour_articles(60)}


def grouped(texts: dict[str, str], keys: list[tuple[str, str]] = ()) -> dict[str, str]:
    groups = ArticleGroups()
    for article_id, text in texts.items():
        groups.add(article_id, text)
    for article_id, key in keys:
        groups.join(article_id, key)
    return {article_id: groups.group_of(article_id) for article_id in texts}


def test_a_reprint_with_a_few_edits_joins_its_original():
    (first, text), *_ = TEXTS.items()
    edited = text.replace("The mayor", "On Friday the mayor").replace("told the council", "told the whole council")
    groups = grouped({**TEXTS, "0000": edited})
    assert groups[first] == groups["0000"] == "0000"
    assert len(set(groups.values())) == len(TEXTS)


def test_groups_are_transitive_and_do_not_depend_on_the_order():
    a, b, c, *_ = TEXTS
    keys = [(a, "q1"), (b, "q1"), (b, "q2"), (c, "q2")]
    expected = grouped(TEXTS, keys)
    assert {expected[i] for i in (a, b, c)} == {min(a, b, c)}
    shuffled = list(TEXTS.items())
    Random(1).shuffle(shuffled)
    assert grouped(dict(shuffled), keys[::-1]) == expected


def test_new_articles_move_only_related_articles():
    before = {i: choose_split(group, SHARES) for i, group in grouped(TEXTS).items()}
    more = {a["article_id"]: a["text"] for a in (harbour_article(n) for n in range(100, 160))}
    after = {i: choose_split(group, SHARES) for i, group in grouped({**more, **TEXTS}).items()}
    assert {i: after[i] for i in before} == before


def test_split_sizes_are_close_to_the_shares():
    counts = Counter(choose_split(f"key {n}", SHARES) for n in range(5000))
    assert counts["train"] == pytest.approx(4000, abs=100)
    assert counts["validation"] == pytest.approx(500, abs=80)


@pytest.mark.parametrize("shares", [{"train": 1}, {"a": 0, "train": 3, "b": 0}])
def test_a_share_of_zero_gives_an_empty_split(shares):
    assert {choose_split(f"key {n}", shares) for n in range(200)} == {"train"}
