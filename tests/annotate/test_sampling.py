"""Which quotes are chosen, in which order; corrected quotes go, whole articles only, into gold or agreement."""

from dataclasses import replace

import pytest

from pipeline.annotate.annotation_merges import (
    FIRST_QUOTES_FILE,
    QUOTES_FILE,
    SECOND_QUOTES_FILE,
    STANCE_FILE,
    ExistingLabels,
    read_existing_labels,
)
from pipeline.annotate.sampling import SamplingOptions, build_quote_tasks, build_stance_tasks, sample_quotes
from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.schema import data_tables, stance_tables
from pipeline.core.storage import tables
from pipeline.core.storage.json_lines import read_json_lines
from pipeline.core.storage.tables import write_text
from pipeline.core.targets import load_targets
from pipeline.gold import quote_annotations as gold_rows
from tests.annotate.conftest import IDS, QUOTE_IDS, TEXTS, read_csv, row_of, write_csv

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


@pytest.mark.parametrize(("change", "found"), [
    ({"types": ("direct",)}, {SAID, WHEAT}),
    ({"kinds": ("unknown",)}, {FORMULA, WHEAT}),
    ({"publishers": ("Paper 1",)}, {FORMULA, WHEAT}),
    ({"labels": [("ceasefire", "against"), ("ceasefire", "neutral")]}, {SAID, FORMULA}),
    ({"types": ("direct",), "publishers": ("Paper 1",)}, {WHEAT}),
])  # fmt: skip
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


@pytest.mark.parametrize(("change", "says"), [
    ({"layer": "quotes", "strategy": "disagreeing"}, "second opinion"),
    ({"kinds": ["human"]}, r"no speaker is of the kind `human`\n  → kinds are person, organisation, "),
])  # fmt: skip
def test_what_cannot_be_sampled_is_named(root, change, says):
    with pytest.raises(DataError, match=says):
        sampled(root, replace(ALL, **change))


RAIN = f"{IDS[0]}-p{TEXTS[0].index('It rained')}"
HEAD = f"{IDS[0]}-p0"


@pytest.fixture
def corrected(call, tmp_path):
    """Function that exports the article of a paper, answers its tasks by id, and returns the file."""

    def correct(paper, judged, *options):
        path = tmp_path / "fix.csv"
        call("export", path, "--overwrite", "--layer", "quotes", "-n", "1", "--source", paper, *options)
        rows = read_csv(path)
        for row in rows:
            row.update(judged.get(row["task_id"], {"verdict": "quote" if "⟦" in row["marked"] else "no quote"}))
        return write_csv(path, rows)

    return correct


@pytest.fixture
def gold(root):
    return lambda: read_json_lines(root / QUOTES_FILE)


def test_an_article_whose_quotes_are_right_becomes_gold(root, take, corrected):
    assert "1 new" in take(corrected("Paper 0", {}))
    (quote,) = gold_rows.read_gold_quotes(root / QUOTES_FILE)
    text = TEXTS[0]
    assert list(gold_rows.find_span_problems([quote], {IDS[0]: text}, {"0.txt"})) == []
    assert (quote.quote_id, quote.raw_path, quote.annotator, quote.type) == (SAID, "0.txt", "ana", "direct")
    spans = [text[slice(*span)] for span in (*quote.content, quote.cue, quote.source)]
    assert spans == ["“We will not stop,”", "said", "Nadia Sarkel"]


def test_marks_speaker_and_type_are_corrected(take, corrected, gold):
    fixed = "Ferries\n\n=SUM(1) is what the mayor wrote. ⟦“Wheat is⟧ cheap,” ⟨he⟩ added."
    wheat = {"verdict": "quote", "marked": fixed, "speaker": "Ada Lorn", "type": "mixed"}
    take(corrected("Paper 1", {WHEAT: wheat, FORMULA: {"verdict": "no quote"}}))
    (row,) = gold()
    assert [part["text"] for part in row["content"]] == ["“Wheat is"]
    assert (row["cue"], row["source"]["text"], row["speaker"], row["type"]) == (None, "he", "Ada Lorn", "mixed")


def add_task(path, task_id, **cells):
    rows = read_csv(path)
    return write_csv(path, [*rows, {**rows[row_of(path, task_id) - 2], "task_id": f"{task_id}+", **cells}])


def test_missed_quotes_are_added(take, corrected, gold):
    head = {"verdict": "quote", "marked": "⟨Sarkel⟩: ⟦no truce⟧", "speaker": "Nadia Sarkel"}
    path = corrected("Paper 0", {HEAD: head})
    take(add_task(path, RAIN, verdict="quote", marked="It ⟦rained⟧ in ⟨Sorrin⟩."))
    found = [(row["content"][0]["text"], row["type"], row["speaker"]) for row in gold()]
    by_sarkel = [("no truce", "indirect", "Nadia Sarkel"), ("“We will not stop,”", "direct", "Nadia Sarkel")]
    assert found == [*by_sarkel, ("rained", "indirect", None)]


def test_one_content_of_two_speakers_is_two_rows(root, take, corrected, gold):
    take(add_task(corrected("Paper 2", {}), LIVES, speaker="Ada Lorn"))
    rows = [(row["quote_id"], row["speaker"]) for row in gold()]
    assert rows == [(LIVES, "Ada Lorn"), (f"{LIVES}-2", "Pavlo Renn")]
    assert len(gold_rows.read_gold_quotes(root / QUOTES_FILE)) == 2


@pytest.mark.parametrize(
    ("judged", "says"),
    [({RAIN: {"verdict": ""}}, "2 of 3 tasks are answered"), ({SAID: {"verdict": "no quote"}}, "it has no quote")],
)
def test_an_article_with_an_open_task_or_without_a_quote_is_left_out(root, take, corrected, judged, says):
    assert f"Left out: article {IDS[0]}: {says}" in take(corrected("Paper 0", judged))
    assert not (root / QUOTES_FILE).exists()


def test_annotated_articles_are_not_chosen_again(call, take, corrected, tmp_path):
    path = corrected("Paper 0", {})
    take(path)
    options = ["--layer", "quotes", "--source", "Paper 0"]
    assert "no quote to label" in call("export", tmp_path / "a.csv", *options, status=1)
    assert "3 tasks" in call("export", tmp_path / "a.csv", *options, "--labelled")
    assert "1 unchanged" in take(path)


MARKED = "Sarkel: no truce\n\n⟦“We will not⟧ stop,” said ⟨Nadia Sarkel⟩.\n\nIt rained in Sorrin."
SHORTER = {SAID: {"verdict": "quote", "marked": MARKED}}


def test_a_second_annotator_goes_into_the_agreement(root, take, corrected):
    take(corrected("Paper 0", {}))
    before = (root / QUOTES_FILE).read_bytes()
    path = corrected("Paper 0", SHORTER, "--labelled", "--annotator", "ben")
    output = take(path, "ben")
    assert "Agreement on quotes of 1 article: F1 100% of contents (IoU of a half or more), 0% exact" in output
    assert (root / QUOTES_FILE).read_bytes() == before
    rows = [*read_json_lines(root / FIRST_QUOTES_FILE), *read_json_lines(root / SECOND_QUOTES_FILE)]
    assert [(row["annotator"], row["labels"]) for row in rows] == [("ana", {}), ("ben", {})]
    for row in rows:
        gold_rows.parse_gold_quote({name: row[name] for name in gold_rows.GOLD_QUOTE_FIELDS}, "agreement")
    assert "1 unchanged" in take(path, "ben")
    third = corrected("Paper 0", SHORTER, "--labelled", "--annotator", "cyr")
    assert "two people have annotated it already" in take(third, "cyr")


def test_another_annotation_by_the_same_annotator_is_refused_or_replaces(take, corrected, gold):
    for n in (1, 0, 2):
        take(corrected(f"Paper {n}", {}))
    before = [row["article_id"] for row in gold()]
    path = corrected("Paper 0", SHORTER, "--labelled")
    assert f"fix.csv, row 2: two annotations of article {IDS[0]} by one annotator" in take(path, status=1)
    assert "1 replaced" in take(path, "ana", "--replace")
    assert [row["article_id"] for row in gold()] == before
    assert "“We will not" in [row["content"][0]["text"] for row in gold()]


@pytest.mark.parametrize(("change", "says"), [
    ({"verdict": "perhaps"}, "unknown verdict 'perhaps'"),
    ({"type": "loud"}, "unknown type 'loud'"),
    ({"marked": "Sarkel: no truce\n\n“We will stop,” said."}, f"the text of {SAID} was changed"),
    ({"marked": TEXTS[0]}, "a quote without content"),
    ({"task_id": f"{'0' * 16}-18"}, f"article {'0' * 16} is not in this build"),
    ({"task_id": "x-18"}, "unknown id 'x-18'"),
])  # fmt: skip
def test_what_is_wrong_is_named(root, take, corrected, change, says):
    path = corrected("Paper 0", {SAID: {"verdict": "quote", **change}})
    output = take(path, status=1)
    assert f"fix.csv, row {row_of(path, change.get('task_id', SAID))}" in output
    assert says in output
    assert not (root / QUOTES_FILE).exists()


def test_the_type_follows_from_the_quotation_marks():
    direct, indirect = ("“No,”", '"No."', "'No'", "“No. And never"), ("the state's army won't stop", "it was over")
    kinds = dict.fromkeys(direct, "direct") | dict.fromkeys(indirect, "indirect")
    kinds["he would ‘not stop’ now"] = "mixed"
    assert {text: gold_rows.classify_type(text, [(0, len(text))]) for text in kinds} == kinds
