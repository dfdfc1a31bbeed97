"""The licence of each article, and how much of its text may be published."""

import pytest

from pipeline.core.errors import ConfigError
from pipeline.core.publish_config import PublishConfig, cut_excerpt, load_publish_config

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
    ("article_words", "excerpts", "expected"), [(1000, 2, 15), (100, 2, 5), (100, 100, 0), (100, 0, 10), (0, 3, 0)]
)
def test_excerpts_are_short_and_together_a_small_part(article_words, excerpts, expected):
    config = PublishConfig(excerpt_words=15, excerpt_share=0.1, redistributable=["cc0-1.0"])
    assert config.excerpt_limit("unknown", article_words, excerpts) == expected
    assert config.excerpt_limit("cc0-1.0", article_words, excerpts) is None


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
    assert cut_excerpt(text, limit) == expected
