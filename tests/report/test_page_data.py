"""The data that the scripts of the page read."""

from pipeline.core.targets import LabelRoles, Target
from pipeline.report import page_data


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
