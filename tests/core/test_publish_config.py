"""The licence of each article, and how much of its text may be published."""

import pytest

from pipeline.core.errors import ConfigError
from pipeline.core.publish_config import Limit, PublishConfig, cut_excerpt, load_publish_config, measure

RULES = [
    {"path": "sample/*", "license": "cc-by-4.0"},
    {"source": "Harbour Post", "license": "all-rights-reserved"},
    {"path": "gov/*", "source": "Citadel*", "license": "public-domain"},
]


@pytest.mark.parametrize(
    ("path", "publisher", "licence"),
    [
        ("sample/deep/a.txt", None, "cc-by-4.0"),
        ("sample/a.txt", "Harbour Post", "cc-by-4.0"),
        ("mine/a.txt", "Harbour Post", "all-rights-reserved"),
        ("gov/a.txt", "Citadel Press Office", "public-domain"),
        ("gov/a.txt", "Radio Elin", "unknown"),
        ("gov/a.txt", None, "unknown"),
        ("samples/a.txt", None, "unknown"),
    ],
)
def test_the_first_matching_rule_applies(path, publisher, licence):
    assert PublishConfig(licenses=RULES).licence_of({"raw_path": path, "source": publisher}) == licence


def test_only_texts_with_a_known_licence_may_be_published():
    config = PublishConfig(licenses=RULES, redistributable=["cc-by-4.0"])
    assert config.allows_text("cc-by-4.0")
    assert not config.allows_text("unknown")
    assert not config.allows_text("all-rights-reserved")


def test_only_texts_of_the_sample_may_be_published_by_default():
    config = load_publish_config()
    assert config.allows_text(config.licence_of({"raw_path": "sample/txt/a.txt", "source": None}))
    assert not config.allows_text(config.licence_of({"raw_path": "mine.jsonl", "source": "Harbour Post"}))


def test_an_invalid_rule_is_an_error_with_its_position(tmp_path):
    (tmp_path / "publish.yaml").write_text("licenses:\n  - {path: a}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"publish\.yaml, licenses, entry 1"):
        load_publish_config(tmp_path)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("We will sign no truce", 5, "We will sign no truce"),
        ("We will  sign no truce", 3, "We will sign …"),
        ("We\n will  sign", 2, "We will …"),
        ("We will sign", 0, "…"),
        ("", 3, ""),
    ],
)
def test_an_excerpt_has_at_most_so_many_words(text, limit, expected):
    assert cut_excerpt(text, Limit(limit, 1_000)) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We don't sign", 3),
        ("We-will—sign–no‑truce", 5),
        ("We\u200bwill\u00adsign_no.truce", 5),
        ("停火协议", 4),
        ("ทหาร", 4),
        ("Ça va, l’été", 4),
        ("हिन्दी में", 2),
        ("…!—", 0),
    ],
)
def test_nothing_joins_words(text, words):
    assert measure(text).words == words
    if words > 2:
        assert measure(cut_excerpt(text, Limit(2, 1_000))).words == 2


def test_an_excerpt_is_limited_by_characters_too():
    assert cut_excerpt("Wewillsignnotruce today", Limit(3, 10)) == "…"
    assert cut_excerpt("🕊" * 100, Limit(3, 10)) == "…"
    assert cut_excerpt("“We will,” she said", Limit(3, 10)) == "“We will,” …"
    assert measure("a b\n c").characters == 3
