"""Which quotes are chosen to be labelled, and in which order."""

from dataclasses import replace

import pytest

from pipeline.annotate.annotation_merges import STANCE_FILE, ExistingLabels, read_existing_labels
from pipeline.annotate.sampling import SamplingOptions, build_quote_tasks, build_stance_tasks, sample_quotes
from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.schema import data_tables, stance_tables
from pipeline.core.storage import tables
from pipeline.core.storage.tables import write_text
from pipeline.core.targets import load_targets
from tests.annotate.conftest import IDS, QUOTE_IDS, TEXTS

SAID, FORMULA, WHEAT, LIVES = QUOTE_IDS
ALL = SamplingOptions(targets=("ceasefire",))


def sampled(root, wanted, labelled=None):
    return sample_quotes(root, load_targets(root / "configs"), wanted, labelled or ExistingLabels())


def test_a_random_sample_depends_on_the_seed_and_not_on_its_size_or_other_articles(root):
    one = sampled(root, ALL)
    assert sorted(one) == sorted(QUOTE_IDS)
    assert any(sampled(root, replace(ALL, seed=seed)) != one for seed in range(5))
    assert sampled(root, replace(ALL, n=2)) == one[:2]
    gone = tables.read(root / paths.QUOTES)[0]["quote_id"]
    tables.write(data_tables.QUOTES, tables.read(root / paths.QUOTES)[1:], root / paths.QUOTES)
    left = [row for row in tables.read(root / paths.STANCES) if row["quote_id"] != gone]
    labels = tuple(load_targets(root / "configs")["ceasefire"].labels)
    tables.write(stance_tables.stances(labels), left, root / paths.STANCES)
    assert sampled(root, ALL) == [name for name in one if name != gone]


def test_the_least_certain_quotes_or_those_whose_terms_and_label_disagree_come_first(root):
    """`truce` and `unrelated` differ; `neutral` without a term differs; wheat and `unrelated` agree."""
    assert sampled(root, replace(ALL, strategy="uncertain")) == [FORMULA, LIVES, WHEAT, SAID]
    assert sampled(root, replace(ALL, strategy="disagreeing")) == [SAID, LIVES, FORMULA]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"types": ("direct",)}, {SAID, WHEAT}),
        ({"kinds": ("person",)}, {SAID, LIVES}),
        ({"kinds": ("unknown",)}, {FORMULA, WHEAT}),
        ({"publishers": ("Paper 1",)}, {FORMULA, WHEAT}),
        ({"labels": [("ceasefire", "against"), ("ceasefire", "neutral")]}, {SAID, FORMULA}),
        ({"types": ("direct",), "publishers": ("Paper 1",)}, {WHEAT}),
    ],
)
def test_filters(root, change, found):
    assert set(sampled(root, replace(ALL, **change))) == found


def test_one_of_near_identical_quotes_is_chosen(root):
    rows = tables.read(root / paths.QUOTES)
    rows[3]["group_id"] = rows[0]["group_id"]
    tables.write(data_tables.QUOTES, rows, root / paths.QUOTES)
    assert len({SAID, LIVES} & set(sampled(root, ALL))) == 1


ROW = '{"id": "%s", "text": "%s", "labels": {"ceasefire": "against"}, "annotator": "ana"}\n'


def test_labelled_quotes_are_left_out_or_chosen_alone(root):
    write_text(root / STANCE_FILE, ROW % (SAID, "“We will not stop,”"))
    labelled = read_existing_labels(root)
    assert SAID not in sampled(root, ALL, labelled)
    assert sampled(root, replace(ALL, labelled=True), labelled) == [SAID]
    assert SAID in sampled(root, replace(ALL, targets=("ceasefire", "territorial_concession")), labelled)
    with pytest.raises(DataError, match="no quote to label"):
        sampled(root, replace(ALL, labelled=True, annotator="ana"), labelled)
    # The same words with another start are labelled too.
    write_text(root / STANCE_FILE, ROW % (f"{IDS[0]}-19", "We will not stop"))
    assert SAID not in sampled(root, ALL, read_existing_labels(root))


def test_tasks_hold_the_paragraph_and_the_article_of_the_quote(root):
    tasks = {task.task_id: task for task in build_stance_tasks(root, sampled(root, ALL))}
    task = tasks[SAID]
    assert (task.passage, task.text) == ("“We will not stop,” said Nadia Sarkel.", "“We will not stop,”")
    assert [task.passage[s:e] for s, e, _ in task.spans.to_triples()] == ["“We will not stop,”", "said", "Nadia Sarkel"]
    assert (task.speaker, task.article_source, task.article_title) == ("Nadia Sarkel", "Paper 0", "Sarkel: no truce")


def test_tasks_of_the_layer_quotes_cover_whole_articles(root):
    wanted = replace(ALL, layer="quotes", n=1, publishers=("Paper 0",))
    tasks = build_quote_tasks(root, sampled(root, wanted), 1)
    text = TEXTS[0]
    assert [task.task_id for task in tasks] == [f"{IDS[0]}-p0", SAID, f"{IDS[0]}-p{text.index('It rained')}"]
    assert tasks[1].passage == text
    assert {task.of for task in tasks} == {3}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"layer": "quotes", "strategy": "disagreeing"}, "second opinion"),
        ({"kinds": ["human"]}, r"no speaker is of the kind `human`\n  → kinds are person, organisation, "),
    ],
)
def test_what_cannot_be_sampled_is_named(root, change, says):
    with pytest.raises(DataError, match=says):
        sampled(root, replace(ALL, **change))
