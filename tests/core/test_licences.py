"""Which licence an article has, and whether it lets the text be passed on."""

import pytest

from pipeline.core.errors import ConfigError
from pipeline.core.licences import build_licences, load_licences

RULES = [
    {"path": "sample/*", "license": "cc-by-4.0"},
    {"source": "Harbour Post", "license": "all-rights-reserved"},
    {"path": "gov/*", "source": "Citadel*", "license": "public-domain"},
]


@pytest.mark.parametrize(
    ("path", "source", "licence"),
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
def test_the_first_rule_that_matches_decides(path, source, licence):
    assert build_licences(RULES, []).of({"raw_path": path, "source": source}) == licence


def test_only_what_is_named_may_be_passed_on():
    licences = build_licences(RULES, ["cc-by-4.0"])
    assert licences.allow("cc-by-4.0")
    assert not licences.allow("unknown")
    assert not licences.allow("all-rights-reserved")


def test_the_sample_may_be_passed_on_whole_and_other_articles_not():
    licences = load_licences()
    assert licences.allow(licences.of({"raw_path": "sample/txt/a.txt", "source": None}))
    assert not licences.allow(licences.of({"raw_path": "mine.jsonl", "source": "Harbour Post"}))


def test_a_broken_rule_is_named_with_its_place(tmp_path):
    (tmp_path / "publish.yaml").write_text("licenses:\n  - {path: a}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"publish\.yaml, licenses, entry 1"):
        load_licences(tmp_path)
