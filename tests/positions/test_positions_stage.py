"""The tables and the report that the stage writes, from readings to rows."""

import json
import re

import numpy as np
import pytest

from pipeline.core import paths
from pipeline.core.schema.stance_tables import out_of_fold
from pipeline.core.schema.stance_tables import stances as stance_table
from pipeline.core.storage import tables
from pipeline.positions.run import run
from pipeline.positions.shares import combine, read_error_rates
from tests.worlds.change_of_mind import AFTER, BEFORE, change_of_mind, story
from tests.worlds.project import Story, change_config, copy_configs, write_tables
from tests.worlds.rows import LABELS, TARGETS, row, stances

STANCES = tuple(label for label in LABELS if label != "unrelated")


def write_project(root, stories: list[Story]):
    """Write tables, configs and out-of-fold predictions of which every tenth is wrong."""
    write_tables(root, stories)
    copy_configs(root, "targets.yaml", "publish.yaml")
    for target in TARGETS:
        rows = []
        for n in range(100):
            gold, wrong = LABELS[n % 5], LABELS[(n + 1) % 5]
            values = {"id": str(n), "gold": gold, "label": wrong if n % 10 == 0 else gold, "majority": "favor"}
            values |= {"keywords": "favor", "ngrams": "favor"}
            rows.append(row(out_of_fold(LABELS), **values))
        tables.write(out_of_fold(LABELS), rows, root / "scratch")
        (root / paths.MODELS).mkdir(parents=True, exist_ok=True)
        (root / "scratch/part-00000.parquet").replace(root / paths.MODELS / f"{target}.oof.parquet")
    return root


def run_project(root, stories: list[Story]):
    run(write_project(root, stories))
    return root


def report(root) -> str:
    return (root / "reports/positions.md").read_text(encoding="utf-8")


def positions(root, **wanted) -> list[dict]:
    return [p for p in tables.read(root / paths.POSITIONS) if wanted.items() <= p.items()]


def the_change(root) -> dict:
    return next(c for c in tables.read(root / paths.CHANGES) if c["target"] == "ceasefire")


def abstained(of: Story) -> Story:
    (quote, _) = of.quotes[0]
    return Story(of.article, [(quote, stances(quote, "favor", p=0.4, abstained=True))])


def test_a_change_with_both_quotes(tmp_path):
    root = write_project(tmp_path, change_of_mind())
    assert run(root)["changes"] == len(TARGETS)
    found = the_change(root)
    assert (found["holder"], found["before_stance"], found["after_stance"]) == ("Ilse Korvath", "against", "favor")
    assert (found["before_content"], found["after_content"]) == (BEFORE, AFTER)
    assert found["after_date"] == "2024-11-20T08:00:00"
    assert found["before_evidence_words"] == ["truce"]
    assert found["before_probability"] == pytest.approx(0.9)
    assert 0 < found["probability_real"] < 0.9 * 0.9
    corrected = [row | {"corrected_by": "Ada"} for row in tables.read(root / paths.STANCES)]
    tables.write(stance_table(LABELS), corrected, root / paths.STANCES)
    before, shares = found["probability_real"], [p["share_favor"] for p in positions(root, month="2024-11")]
    run(root)
    found = the_change(root)
    assert (found["before_probability"], found["after_probability"]) == (1, 1)
    assert found["probability_real"] > before
    assert all(p["share_favor"] > share for p, share in zip(positions(root, month="2024-11"), shares, strict=True))


def test_months_copies_undated_and_unknown_quotes(tmp_path):
    stories = [
        story(BEFORE, "against", "2024-03-09", n=1, group_id="g"),
        story(BEFORE, "favor", "2024-03-01", n=2, group_id="g"),
        abstained(story(AFTER, "favor", "2024-03-20", n=3)),
        story(AFTER, "neutral", None, n=4),
        story(AFTER, "unrelated", "2024-04-01", n=5),
        story(AFTER, "favor", "2024-05-01", "nobody", n=6, speaker_id=None),
        abstained(story(AFTER, "favor", "2024-06-20", n=7)),
    ]
    root = write_project(tmp_path, stories)
    counts = run(root)
    rows = positions(root, target="ceasefire")
    # Of the copies the earliest counts; a quote without a speaker has no holder, and is told.
    found = [(r["month"], r["n_favor"], r["n_against"], r["n_neutral"], r["unknown"]) for r in rows]
    assert found == [("2024-03", 1, 0, 0, 1), ("2024-06", 0, 0, 0, 1), (None, 0, 0, 1, 0)]
    assert counts["of nobody with a name or side"] == len(TARGETS)
    march, june, undated = rows
    assert (june["kept"], june["share_favor"]) == (0, None)
    assert march["share_favor_low"] <= march["share_favor"] <= march["share_favor_high"] == 1
    assert sum(undated[f"share_{stance}"] for stance in STANCES) == pytest.approx(1, abs=0.01)
    assert len(march["quote_ids"]) == 1
    assert len(march["article_ids"]) == 2


def test_a_side_has_a_row_of_all_its_speakers(tmp_path):
    names = ("Ilse Korvath", "Odo Lenz")
    stories = [story(AFTER, "favor", "2024-03-01", name, n, side="Kestria") for n, name in enumerate(names)]
    root = run_project(tmp_path, stories)
    (found,) = positions(root, target="ceasefire", holder_kind="side")
    assert (found["holder_id"], found["kept"], found["articles"]) == ("Kestria", 2, 2)
    assert len(positions(root, target="ceasefire", holder_kind="speaker")) == 2


def test_the_report(tmp_path):
    root = run_project(tmp_path, change_of_mind())
    text = report(root)
    # Each of the two quotes takes a stance on both targets.
    assert "2 quotes take a stance on one of the questions below, or on several: 4 stances." in text
    assert "More likely wrong than real (2)" in text
    assert "More likely real than not" not in text
    assert re.search(r"\| ceasefire \|( \d+\.\d \(0\) \|){4} none: nothing was measured", text)


def test_the_report_keeps_to_the_licences(tmp_path):
    root = write_project(tmp_path, change_of_mind())
    change_config(root / "configs/publish.yaml", excerpt_share=1, excerpt_words=5)
    run(root)
    assert "“There will be no truce …" in report(root)
    assert "single gun" not in report(root)
    assert "– shown by" not in report(root)
    change_config(root / "configs/publish.yaml", licenses=[{"license": "cc0-1.0"}])
    run(root)
    assert f"{BEFORE} – shown by: truce (Northwire, News 1 of" in report(root)


@pytest.mark.parametrize(("date", "explained"), [(None, True), ("2024-03-01", False)])
def test_a_holder_without_a_dated_stance_is_explained(tmp_path, date, explained):
    text = report(run_project(tmp_path, [story(AFTER, "favor", date)]))
    assert ("none of the stances is in an article with a date" in text) is explained
    assert ("| Ilse Korvath | speaker | – | – | 1 |" in text) is explained


def test_real_quotes_count_more_than_those_out_of_fold(tmp_path):
    root = write_project(tmp_path, change_of_mind())
    before = read_error_rates(root, TARGETS)["ceasefire"]
    measures = ("f1_favor_against", "calibration_error", "kept_right", "baseline_f1_favor_against", "difference")
    figures = {key: [0.5, 0.4, 0.6] for key in measures} | {"quotes": 300, "kept": 0.5, "baseline_name": "x"}
    counts = {"favor": {"favor": 100}, "against": {"favor": 80, "against": 20}, "unrelated": {"favor": 20}}
    figures["kept_stances"] = counts
    about = {"name": "news", "description": "x", "licence": "x", "command": "x", "targets": {"ceasefire": figures}}
    tables.write_text(root / paths.REAL_QUOTES, json.dumps({"sets": [about]}))
    after = read_error_rates(root, TARGETS)["ceasefire"]
    assert (before.real_quotes, after.real_quotes) == (0, 220)
    assert after.real_by_stance == {"favor": 200, "against": 20, "conditional": 0, "neutral": 0}
    assert before.right["favor"] > 0.8
    assert after.right["favor"] == pytest.approx(0.5, abs=0.05)
    assert after.right["neutral"] == before.right["neutral"]


def test_labels_without_a_role_for_unrelated_are_all_stances():
    rates = combine(("yes", "no"), ("yes", "no"), np.array([[9.0, 1.0], [2.0, 8.0]]), [])
    assert rates.right["yes"] == pytest.approx(9.5 / 12)
    assert (rates.about[:, 1] < 1e-6).all()
