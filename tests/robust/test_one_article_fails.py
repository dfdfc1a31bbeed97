"""An exception in one article: the article is named and listed, the others have the rows that they would have had, and
once the code is right again the data is what it would have been."""

import csv
import io
import shutil

import pytest

from pipeline import stage
from pipeline.core import paths
from pipeline.core.config import CONFIGS
from pipeline.core.errors import ParleyError
from pipeline.core.left_out import LeftOut
from pipeline.core.schema.data_tables import ARTICLES, REJECTS
from pipeline.core.schema.stance_tables import stances
from pipeline.core.storage import article_failures, tables
from pipeline.core.storage.withholding import Withholding
from pipeline.core.text import article_id
from pipeline.evaluate.run_counts import count_run
from pipeline.extract import run as extract
from pipeline.extract.rules.rule_extractor import RuleExtractor
from pipeline.ingest import formats, whole_input
from pipeline.ingest import run as ingest
from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.deduplication import Deduplicator
from pipeline.ingest.input_files import run as list_inputs
from pipeline.parse import run as parse
from pipeline.parse.parser import Parser
from pipeline.reader import run as read
from pipeline.reader.config import Reader
from pipeline.resolve import run as resolve
from pipeline.resolve import speaker_registry
from pipeline.resolve.sides import SpeakerSides
from pipeline.resolve.speaker_registry import SpeakerRegistry
from tests.worlds.project import files_in, parley
from tests.worlds.rows import LABELS, article

TEXTS = [
    f"President Ilse Korvath of Velmora spoke on day {n}. “We will sign a truce on day {n},” Korvath said. "
    f"A spokesman for Kestria said the army had {n} shells left."
    for n in range(2, 8)
]
BAD = TEXTS[3]
RUNS = {"parse": parse.run, "extract": extract.run, "read": read.run, "resolve": resolve.run}
OUTPUTS = (paths.PARSES, paths.EXTRACTED, paths.RESOLVED, paths.QUOTES, paths.SPEAKERS)


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("PARLEY_PROCESSES", "1")
    shutil.copytree(CONFIGS, tmp_path / paths.CONFIGS)
    (tmp_path / "dvc.yaml").touch()
    write_articles(tmp_path, TEXTS)
    tables.write(REJECTS, [], tmp_path / paths.REJECTS)
    return tmp_path


def write_articles(root, texts):
    rows = [article(text, raw_path=f"{n}.txt") for n, text in enumerate(texts)]
    tables.write_sorted(ARTICLES, rows, root / paths.ARTICLES)


def build(root):
    for run in RUNS.values():
        run(root)


def files(root):
    return files_in(*(root / folder for folder in OUTPUTS))


def quotes_of_others(root):
    """Return the quotes of the other articles; without `group_id`, which a repeated quote shares."""
    return [row for row in tables.read(root / paths.QUOTES) if row["article_id"] != article_id(BAD)]


def break_where(monkeypatch, place, name, is_bad):
    """Make a function or method raise an exception that says nothing of the article, where its arguments are bad."""
    work = getattr(place, name)

    def broken(*arguments, **more):
        if is_bad(*arguments):
            raise KeyError("7")
        return work(*arguments, **more)

    monkeypatch.setattr(place, name, broken)


# What does the work of a stage on the article `BAD`, and how it is told.
WORK = {
    "parse": (Parser, "pipe", lambda self, texts: BAD in texts),
    "extract": (RuleExtractor, "find", lambda self, doc: doc.text == BAD),
    "read": (Reader, "read", lambda self, text, *_: text == BAD),
    "resolve": (resolve, "resolve", lambda doc, *_: doc.text == BAD),
}


@pytest.mark.parametrize("name", RUNS)
def test_the_others_keep_their_rows_and_the_article_is_named(root, monkeypatch, capsys, name):
    build(root)
    whole, expected = files(root), quotes_of_others(root)
    shutil.rmtree(root / paths.STORE)
    capsys.readouterr()
    with monkeypatch.context() as broken:
        break_where(broken, *WORK[name])
        build(root)
        told = capsys.readouterr().err
        assert f"3.txt, article {article_id(BAD)}: {name} failed: KeyError: '7'" in told
        assert quotes_of_others(root) == expected
        first = files(root)
        build(root)
        assert files(root) == first, "the same in each run"
        done = parley("rejects", "--root", root)
        (listed,) = csv.DictReader(io.StringIO(done.stdout))
        assert (listed["raw_path"], listed["reason"]) == ("3.txt", "failed")
        assert listed["detail"].startswith(f"{name} failed: KeyError: '7'")
    kept = [row for row in tables.read(root / paths.QUOTES) if row["article_id"] == article_id(BAD)]
    # Without the reader the rules decide alone, without their quotes the reader does.
    both = ["Ilse Korvath", "a spokesman for Kestria"]
    speakers = {"parse": [], "extract": both, "read": both, "resolve": [None, None]}
    assert [row["speaker"] for row in kept] == speakers[name]
    # The fault is corrected; nothing else has changed.
    build(root)
    assert files(root) == whole
    assert article_failures.read_failures(root) == []


# Where the pass over all articles may raise an exception for one of them.
IN_THE_PASS = {
    "names": (speaker_registry, "name_words"),
    "registry": (SpeakerRegistry, "add"),
    "sides": (SpeakerSides, "add"),
}


def speaks_last(*arguments):
    """Return whether a call is about the last speaker whom only the article `BAD` has."""
    return "Orest Halvik" in [
        a["speaker"] if isinstance(a, dict) else a for a in arguments if isinstance(a, dict | str)
    ]


@pytest.mark.parametrize("where", IN_THE_PASS)
def test_the_pass_over_all_articles_goes_on_without_one(root, monkeypatch, capsys, where):
    """One article has two speakers, the last of whom no other article has."""
    text = f"{BAD} “We will not sign,” said Orest Halvik of Kestria."
    shutil.rmtree(root / paths.ARTICLES)
    write_articles(root, [text if each == BAD else each for each in TEXTS])
    build(root)
    bad = article_id(text)
    whole = files(root)
    quotes = {row["quote_id"]: row for row in tables.read(root / paths.QUOTES)}
    speakers = {row["speaker_id"]: row for row in tables.read(root / paths.SPEAKERS)}
    lost = [row["speaker"] for row in quotes.values() if row["article_id"] == bad]
    assert sorted(filter(None, lost)) == ["Ilse Korvath", "Orest Halvik", "a spokesman for Kestria"]
    capsys.readouterr()
    with monkeypatch.context() as broken:
        break_where(broken, *IN_THE_PASS[where], speaks_last)
        assert resolve.run(root)["failed"] == 1
    told = capsys.readouterr().err
    assert f"3.txt, article {bad}: resolve failed: KeyError: '7' (pipeline/" in told
    assert "its quotes have no speaker" in told
    for row in tables.read(root / paths.QUOTES):
        if row["article_id"] != bad:
            assert row == quotes[row["quote_id"]]
        else:
            assert (row["speaker"], row["speaker_id"], row["side"]) == (None, None, None)
            assert (row["resolved_by"], row["certainty"], row["side_certainty"]) == ("unresolved", 0, 0)
    found = {row["speaker_id"]: row for row in tables.read(root / paths.SPEAKERS)}
    gone = {row["speaker_id"] for row in quotes.values() if row["article_id"] == bad}
    assert "person:orest-halvik" not in found
    (president,) = (row for row in found.values() if row["name"] == "Ilse Korvath")
    assert president["n_quotes"] == speakers[president["speaker_id"]]["n_quotes"] - 1
    assert set(speakers) - set(found) == gone - {None, president["speaker_id"]}
    resolve.run(root)
    assert files(root) == whole


def test_the_reports_count_it(root, monkeypatch):
    break_where(monkeypatch, *WORK["extract"])
    build(root)
    tables.write(stances(LABELS), [], root / paths.STANCES)
    assert count_run(root, Withholding(LeftOut()))["failures"] == {"extract": 1}


@pytest.mark.parametrize("error", [MemoryError(), OSError(28, "No space left on device"), ParleyError("told")])
def test_what_is_no_fault_of_an_article_ends_the_stage(root, monkeypatch, error):
    def raise_it(self, texts):
        raise error
        yield

    monkeypatch.setattr(Parser, "pipe", raise_it)
    with pytest.raises(type(error)):
        parse.run(root)


def test_a_fault_in_most_articles_ends_the_stage(root, monkeypatch, capsys):
    parse.run(root)
    monkeypatch.setattr(RuleExtractor, "find", lambda self, doc: doc.nothing)
    monkeypatch.chdir(root)
    assert stage.main(["extract"]) == 1
    told = capsys.readouterr().err
    assert "6 articles failed, which is most of them" in told
    assert "AttributeError" in told


STEPS_OF_INGEST = {
    "clean": (ArticleCleaner, "clean"),
    "deduplicate": (Deduplicator, "add"),
    "learn": (whole_input.ArticleDates, "learn"),
    "complete": (whole_input.ArticleDates, "choose"),
}


@pytest.mark.parametrize("where", ["read", *STEPS_OF_INGEST])
def test_each_step_of_ingest_names_the_document_and_tries_it_again(tmp_path, monkeypatch, where):
    shutil.copytree(CONFIGS, tmp_path / paths.CONFIGS)
    (tmp_path / "data/raw").mkdir(parents=True)
    texts = [f"{text} {text.replace('day', 'night')}" for text in TEXTS]
    for n, text in enumerate(texts):
        (tmp_path / f"data/raw/{n}.txt").write_text(text, encoding="utf-8")
    list_inputs(tmp_path)
    with monkeypatch.context() as broken:
        if where == "read":
            read = formats.READERS[".txt"]
            only_3 = lambda path, config: (1 / 0 for _ in "x") if path.name == "3.txt" else read(path, config)  # noqa: E731
            broken.setitem(formats.READERS, ".txt", only_3)
        else:
            is_bad = lambda _, *given: texts[3] in str([getattr(each, "text", each) for each in given])  # noqa: E731
            break_where(broken, *STEPS_OF_INGEST[where], is_bad)
        assert ingest.run(tmp_path) == {"articles": len(TEXTS) - 1, "rejected": 1}
    (listed,) = tables.read(tmp_path / paths.REJECTS)
    assert (listed["raw_path"], listed["reason"]) == ("3.txt", "failed")
    assert "Error" in listed["detail"]
    assert ingest.run(tmp_path) == {"articles": len(TEXTS), "rejected": 0}
