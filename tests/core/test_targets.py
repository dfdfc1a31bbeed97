"""Reading targets and their labels."""

import pytest

from pipeline.core.config import CONFIGS, read_yaml
from pipeline.core.errors import ConfigError
from pipeline.core.targets import (
    LabelRoles,
    Target,
    load_targets,
    published_label,
    published_labels,
    shared_labels,
    shared_roles,
)

GOOD = "targets:\n  one: {question: Why, labels: [yea, nay], relevance_terms: [a*]}\n"


def read(tmp_path, text):
    (tmp_path / "targets.yaml").write_text(text)
    return load_targets(tmp_path)


def test_the_projects_own_targets_load():
    targets = load_targets()
    assert list(shared_labels(targets)) == list(read_yaml(CONFIGS / "targets.yaml")["labels"])
    assert all(target.relevance_terms for target in targets.values())


def test_terms_of_all_meanings_are_joined(tmp_path):
    target = read(tmp_path, GOOD.replace("[a*]", "{halt: [truce*, end * war], go_on: [fight on]}"))["one"]
    assert target.relevance_terms == ["truce*", "end * war", "fight on"]
    assert target.meanings == {"halt": ["truce*", "end * war"], "go_on": ["fight on"]}
    assert read(tmp_path, GOOD)["one"].meanings == {}


def test_targets_keep_their_order(tmp_path):
    text = GOOD + "  zebra: {question: Why, labels: [yea, nay]}\n  ant: {question: Why, labels: [yea, nay]}\n"
    assert list(read(tmp_path, text)) == ["one", "zebra", "ant"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("other: 1", "no targets"),
        ("targets: []", "no targets"),
        ("targets: {one: 3}", "targets.one: a target is a mapping"),
        ("targets: {One: {question: Why}}", "'One' cannot name"),
        (GOOD.replace("question: Why, ", ""), "`question` is missing"),
        (GOOD.replace("Why", "''"), "question is empty"),
        (GOOD.replace("nay", "yea"), "labels are"),
        (GOOD.replace("nay", "unknown"), "no label can be named `unknown`"),
        (GOOD.replace("nay", "on-off"), "'on-off' cannot name"),
        (GOOD.replace("relevance_terms", "terms"), "unknown key `terms`"),
        (GOOD.replace("relevance_terms", "meanings"), "unknown key `meanings`"),
        (GOOD.replace("[a*]", "{Not A Name: [a*]}"), "cannot name"),
        (GOOD.replace("[a*]", "{halt: truce}"), "`halt` is 'truce'"),
        (GOOD.replace("[a*]", "{halt: [3]}"), "`relevance_terms.0` is 3"),
        (GOOD.replace("a*", "no"), "`relevance_terms.0` is False"),
        (GOOD.replace("a*", "'*'"), "is no word"),
        (GOOD + "  two: {question: Why, labels: [nay, yea]}\n", "labels of `two` differ"),
        (GOOD.replace("labels", "roles"), "unknown key `roles`"),
        (GOOD + "labels: [yea, nay]\n", "`labels` has no descriptions"),
        (GOOD + "label_roles: yea\n", "`label_roles` is 'yea'"),
        (GOOD + "label_roles: {for: yea}\n", "unknown key `for`"),
        (GOOD + "label_roles: {favor: yes it is}\n", "role `favor` has unknown label 'yes it is'"),
    ],
)
def test_errors_of_targets(tmp_path, text, says):
    with pytest.raises(ConfigError, match=r"targets\.yaml") as caught:
        read(tmp_path, text)
    assert says in str(caught.value)


def test_labels_of_all_targets(tmp_path):
    text = GOOD.replace("labels: [yea, nay], ", "") + "labels: {pro: is for it, silent: says nothing of it}\n"
    target = read(tmp_path, text + "label_roles: {favor: pro, unrelated: silent, neutral: null}\n")["one"]
    assert target.labels == ["pro", "silent"]
    assert target.descriptions["silent"] == "says nothing of it"
    assert target.roles == LabelRoles("pro", None, None, None, "silent")


def test_unknown_is_published_but_no_target_has_it():
    labels = shared_labels(load_targets())
    assert published_labels(labels) == (*labels, "unknown")
    assert "unknown" not in labels


@pytest.mark.parametrize(
    ("predicted", "abstained", "published"),
    [("favor", False, "favor"), ("favor", True, "unknown"), ("unrelated", True, "unknown")],
)
def test_the_published_label_is_unknown_where_the_model_abstains(predicted, abstained, published):
    assert published_label(predicted, abstained) == published


def test_a_label_has_the_role_of_its_name():
    assert Target("Why", ["neutral", "mixed", "favor"]).roles == LabelRoles("favor", None, None, "neutral", None)
    assert shared_roles(load_targets()) == LabelRoles()
