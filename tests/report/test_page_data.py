"""The data that the scripts of the page read."""

import pytest

from pipeline.core.targets import LabelRoles, Target
from pipeline.report import page_data
from pipeline.report.page_data import Utf16Offsets


def test_a_speaker_missing_from_the_table_has_unknown_kind():
    data = page_data.PageData({"truce": Target("?", ["favor", "against"])}, {}, with_texts=True)
    row = {"speaker": "Vuk", "speaker_id": "person:vuk"}
    assert data._speaker_position(row) == data._speaker_position(row) == 0
    assert data.speakers == [{"id": "person:vuk", "kind": "unknown", "name": "Vuk"}]


def test_roles_of_the_labels_come_with_the_data():
    roles = LabelRoles(favor="yes", against="no", unrelated="off_topic")
    data = page_data.PageData({"truce": Target("?", ["yes", "no", "off_topic"], roles=roles)}, {}, with_texts=True)
    expected = {"favor": "yes", "against": "no", "conditional": None, "neutral": None, "unrelated": "off_topic"}
    assert data.to_dict()["roles"] == expected


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (None, "Rain fell on\nthe market until the evening came, and on.", "Rain fell on the market until the evening"),
        (None, "Rain.", "Rain."),
        ("Weather", "Rain fell.", None),
        # A text that may not be passed on, and one without words.
        (None, None, None),
        (None, " \n", None),
    ],
)
def test_an_article_without_a_title_has_its_first_words(title, text, expected):
    data = page_data.PageData({"truce": Target("?", ["favor", "against"])}, {}, with_texts=False)
    names = ("article_id", "source", "author", "url", "published_at", "language")
    data.add_article({**dict.fromkeys(names), "title": title, "text": text})
    assert data.articles[0].get("opening") == expected


@pytest.mark.parametrize(
    ("text", "offset", "expected"), [("abc", 2, 2), ("🕊abc", 1, 2), ("a🕊🕊b", 3, 5), ("a🕊", 1, 1), ("é—", 2, 2)]
)
def test_utf16(text, offset, expected):
    assert Utf16Offsets(text).convert(offset) == expected == len(text[:offset].encode("utf-16-le")) // 2
