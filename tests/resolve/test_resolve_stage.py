"""The stage `resolve`: its tables, and what it computes again after a change."""

import shutil

import pytest

from pipeline.core import paths
from pipeline.core.config import CONFIGS
from pipeline.core.errors import ParleyError
from pipeline.core.quote import Quote
from pipeline.core.schema.data_tables import ARTICLES as ARTICLES_TABLE
from pipeline.core.schema.data_tables import EXTRACTED, PARSES, POINTINGS
from pipeline.core.spacy_documents import doc_to_bytes
from pipeline.core.storage import tables
from pipeline.core.text import article_id
from pipeline.resolve import run as resolve_run
from pipeline.resolve.run import find_unmatched_corrections, run
from tests.cases.marked_text import parse_quotes
from tests.worlds.project import change_config
from tests.worlds.rows import Row, article, row

STORY = 'President Anton Gavrel spoke on Monday. ⟦"We will not give up one orchard of the Basin,"⟧ ⟨Gavrel⟩ ‹said›.'
ARTICLES = [parse_quotes(line) for line in (STORY, f"{STORY} ⟨A diplomat⟩ ‹said› ⟦it was late⟧.", '⟦"It is late."⟧')]


@pytest.fixture
def root(tmp_path, parser):
    shutil.copytree(CONFIGS, tmp_path / paths.CONFIGS)
    articles = [article(text, raw_path="news.jsonl") for text, _ in ARTICLES]
    docs = parser.pipe([text for text, _ in ARTICLES])
    parses = [
        row(PARSES, article_id=of["article_id"], doc=doc_to_bytes(doc)) for of, doc in zip(articles, docs, strict=True)
    ]
    extracted = {article_id(text): [extracted_row(quote) for quote in quotes] for text, quotes in ARTICLES}
    tables.write_sorted(ARTICLES_TABLE, articles, tmp_path / paths.ARTICLES)
    tables.write(PARSES, sorted(parses, key=lambda row: row["article_id"]), tmp_path / paths.PARSES)
    tables.write(EXTRACTED, (row for name in sorted(extracted) for row in extracted[name]), tmp_path / paths.EXTRACTED)
    tables.write(POINTINGS, [], tmp_path / paths.POINTINGS)
    return tmp_path


def extracted_row(quote: Quote) -> Row:
    name = article_id(quote.text)
    spans = {}
    for field, span in (("cue", quote.cue), ("source", quote.source)):
        if span is not None:
            spans |= {field: quote.words(span), f"{field}_start": span[0], f"{field}_end": span[1]}
    values = {"quote_id": f"{name}-{quote.content[0][0]}", "article_id": name, "type": quote.type, "confidence": 1.0}
    values |= {"parts": [{"start": start, "end": end} for start, end in quote.content], "content": quote.quoted}
    return row(EXTRACTED, **values, **spans, context_end=len(quote.text))


def test_tables(root):
    counts = {"quotes": 4, "resolved": 3, "speakers": 2, "corrected": 0, "repeated": 1, "to_review": 0}
    assert run(root) == counts | {"articles read now": 3}
    assert run(root) == counts | {"articles read now": 0}
    order = [article_id(text) for text, _ in ARTICLES]
    quotes, speakers = tables.read(root / paths.QUOTES), tables.read(root / paths.SPEAKERS)
    assert [quote["article_id"] for quote in quotes] == sorted(quote["article_id"] for quote in quotes)
    quotes.sort(key=lambda quote: order.index(quote["article_id"]))
    assert [quote["speaker"] for quote in quotes] == ["Anton Gavrel", "Anton Gavrel", "a diplomat", None]
    assert [quote["resolved_by"] for quote in quotes] == ["surname", "surname", "anonymous", "unresolved"]
    assert quotes[1]["group_id"] == quotes[0]["group_id"] == quotes[0]["quote_id"]
    assert quotes[3]["group_id"] == quotes[3]["quote_id"]
    counted = {row["speaker_id"]: row["n_quotes"] for row in speakers}
    assert counted == {"person:anton-gavrel": 2, quotes[2]["speaker_id"]: 1}
    assert [row["aliases"] for row in speakers if row["kind"] == "person"] == [["Gavrel"]]


BEGINNING = "Anton Gavrel, the president, spoke of the Basin on Monday."
SAME = '⟦"We will not give up one orchard,"⟧ ⟨Gavrel⟩ ‹said›. ⟦"Never,"⟧ ⟨he⟩ ‹said›.'
VERSIONS = {
    "2025-03-04": f'{BEGINNING} {SAME} ⟦"We can talk,"⟧ ⟨he⟩ ‹added›.',
    "2025-03-05": f"{BEGINNING} {SAME.replace('will not', 'WILL not').replace('he⟩ ‹said›', 'Gavrel⟩ ‹said›')}",
    "2025-03-06": f'{BEGINNING} ⟦"There is nothing to talk about,"⟧ ⟨he⟩ ‹added›. {SAME}',
}


def test_a_quote_that_a_newer_version_repeats_has_one_row_with_its_versions(root, parser):
    parsed = {day: parse_quotes(text) for day, text in VERSIONS.items()}
    ids = {day: article_id(text) for day, (text, _) in parsed.items()}
    of_story = {"newest_version": ids["2025-03-06"], "raw_path": "news.jsonl"}
    articles = [article(text, published_at=day, **of_story) for day, (text, _) in parsed.items()]
    docs = dict(zip(ids.values(), map(doc_to_bytes, parser.pipe([text for text, _ in parsed.values()])), strict=True))
    tables.write_sorted(ARTICLES_TABLE, articles, root / paths.ARTICLES)
    tables.write(PARSES, [row(PARSES, article_id=name, doc=docs[name]) for name in sorted(docs)], root / paths.PARSES)
    old = [f"{ids['2025-03-04']}-{parsed['2025-03-04'][1][k].content[0][0]},,Teo Marl,,,,me,\n" for k in (0, 2)]
    (root / paths.CORRECTIONS).write_text("quote,name,speaker,kind,target,label,by,note\n" + "".join(old))
    by_id = sorted((ids[day], quotes) for day, (_, quotes) in parsed.items())
    tables.write(EXTRACTED, [extracted_row(q) for _, quotes in by_id for q in quotes], root / paths.EXTRACTED)
    run(root)
    days, quotes = {name: day for day, name in ids.items()}, tables.read(root / paths.QUOTES)
    corrected = {quote["content"] for quote in quotes if quote["speaker"] == "Teo Marl"}
    assert (corrected, find_unmatched_corrections(root)) == (
        {'"We will not give up one orchard,"', '"We can talk,"'},
        [],
    )
    found = {
        (days[quote["article_id"]][-1], quote["content"]): (
            "".join(days[v][-1] for v in quote["versions"]),
            quote["vanished"],
        )
        for quote in quotes
    }
    assert found == {
        ("6", '"We will not give up one orchard,"'): ("456", False),
        # So few words stand in a version only with their reporting words.
        ("5", '"Never,"'): ("5", True),
        ("6", '"Never,"'): ("46", False),
        ("4", '"We can talk,"'): ("4", True),
        ("6", '"There is nothing to talk about,"'): ("6", False),
    }
    assert sum(speaker["n_quotes"] for speaker in tables.read(root / paths.SPEAKERS)) == len(quotes)


def test_what_the_reader_says_changes_its_article_alone(root):
    run(root)
    text, (quote,) = ARTICLES[2]
    name, (start, end) = article_id(text), quote.content[0]
    pointing = {"article_id": name, "parts": [{"start": start, "end": end}], "starts": [], "ends": [], "nobody": 1.0}
    tables.write(POINTINGS, [pointing], root / paths.POINTINGS)
    assert run(root)["articles read now"] == 1


def test_damaged_quotes_and_those_of_other_code_are_computed_again(root, monkeypatch):
    run(root)
    before = outputs(root)
    for path in (root / paths.QUOTES).iterdir():
        path.write_bytes(path.read_bytes()[:-40])
    assert run(root)["articles read now"] == 0
    assert outputs(root) == before
    monkeypatch.setattr("pipeline.core.code_hash.digest", lambda module: "other code")
    assert run(root)["articles read now"] == 3
    assert outputs(root) == before


def test_only_the_quotes_of_speakers_who_have_others_are_compared_again(root, monkeypatch):
    compared = []
    group = resolve_run.group_quotes

    def watched(quotes, settings):
        compared.append(len(quotes))
        return group(quotes, settings)

    monkeypatch.setattr(resolve_run, "group_quotes", watched)
    run(root)
    assert compared == [2]
    before = outputs(root)
    run(root)
    assert compared == [2]
    change_config(root / paths.CONFIGS / "resolve.yaml", copied=0.99)
    run(root)
    assert compared == [2, 2]
    assert outputs(root) == before


def test_a_missing_parse_is_an_error(root):
    tables.write(PARSES, [], root / paths.PARSES)
    with pytest.raises(ParleyError, match="no parse"):
        run(root)


def outputs(root):
    folders = (paths.RESOLVED, paths.QUOTES, paths.SPEAKERS, paths.GOLD_SPEAKERS)
    return [(path.name, path.read_bytes()) for folder in folders for path in tables.shard_paths(root / folder)]


def test_a_changed_gazetteer_gives_the_same_as_a_first_run(root):
    run(root)
    before = outputs(root)
    gazetteer = root / paths.CONFIGS / "speakers.csv"
    text = gazetteer.read_text(encoding="utf-8")
    gazetteer.write_text(text.replace("Anton Gavrel,", "Osk Wendel,"), encoding="utf-8")
    assert run(root)["articles read now"] == 3
    assert outputs(root) != before
    gazetteer.write_text(text, encoding="utf-8")
    assert run(root)["articles read now"] == 3
    assert outputs(root) == before


def test_a_removed_article_loses_its_speakers(root):
    run(root)
    gone = article_id(ARTICLES[1][0])
    for table, folder in ((ARTICLES_TABLE, paths.ARTICLES), (EXTRACTED, paths.EXTRACTED)):
        kept = [row for row in tables.read(root / folder) if row["article_id"] != gone]
        tables.write(table, kept, root / folder)
    counts = {"quotes": 2, "resolved": 1, "speakers": 1, "corrected": 0, "repeated": 0, "to_review": 0}
    assert run(root) == counts | {"articles read now": 0}
    assert {row["article_id"] for row in tables.read(root / paths.QUOTES)}.isdisjoint({gone})


CORRECTIONS = "quote,name,speaker,kind,target,label,by,note\n"


def correct(root, *rows):
    (root / paths.CONFIGS / "corrections.csv").write_text(CORRECTIONS + "".join(f"{row}\n" for row in rows))
    return run(root), {quote["quote_id"]: quote for quote in tables.read(root / paths.QUOTES)}


def test_a_corrected_quote_and_a_corrected_name_change_speakers_and_groups(root):
    _, before = correct(root)
    first = next(i for i, quote in before.items() if quote["speaker"] == "Anton Gavrel")
    counts, quotes = correct(
        root, ",Anton Gavrel,Ilse Korvath,,,,a reader,", f"{first},,Teo Marl,,,,the editor,heard it"
    )
    assert (counts["corrected"], counts["articles read now"], counts["repeated"]) == (2, 0, 0)
    by = {quote["corrected_by"]: quote for quote in quotes.values()}
    assert {name: (by[name]["speaker"], by[name]["certainty"]) for name in by if name} == {
        "a reader": ("Ilse Korvath", 1.0), "the editor": ("Teo Marl", 1.0),
    }  # fmt: skip
    speakers = {row["name"]: row for row in tables.read(root / paths.SPEAKERS)}
    assert sorted(speakers) == ["Ilse Korvath", "Teo Marl", "a diplomat"]
    assert speakers["Teo Marl"]["kind"] == "person"
    assert speakers["Teo Marl"]["aliases"] == []
    assert correct(root)[1] == before


def test_a_corrected_name_is_grouped_with_its_spellings_a_quote_may_be_nobodys_a_kind_ones_own(root):
    _, quotes = correct(root, ",a diplomat,Envoy Anton Gavrel,person,,,a reader,")
    assert sorted(str(quote["speaker"]) for quote in quotes.values()) == [*["Anton Gavrel"] * 3, "None"]
    (speaker,) = tables.read(root / paths.SPEAKERS)
    assert (speaker["n_quotes"], speaker["aliases"]) == (3, ["Envoy Anton Gavrel", "Gavrel"])
    counts, quotes = correct(root, ",Anton Gavrel,,,,,a reader,", ",a diplomat,Harbour Guard,organisation,,,a reader,")
    assert counts["corrected"] == 3
    rows = [quote for quote in quotes.values() if quote["resolved_by"] == "correction"]
    assert sorted((row["speaker"], row["certainty"]) for row in rows if row["speaker"]) == [("Harbour Guard", 1.0)]
    assert [row["certainty"] for row in rows if not row["speaker"]] == [0.0, 0.0]
    kinds = {row["name"]: row["kind"] for row in tables.read(root / paths.SPEAKERS)}
    assert kinds == {"Harbour Guard": "organisation"}


def test_corrections_that_match_nothing_are_warnings(root, capsys):
    counts, _ = correct(root, "0000-7,,Teo Marl,,,,a reader,", ",Nobody Known,Teo Marl,,,,a reader,")
    assert counts["corrected"] == 0
    said = capsys.readouterr().err
    assert "corrections.csv, row 2: not applied: no quote has this `quote_id`" in said
    assert "corrections.csv, row 3: not applied: no quote has a speaker of this name: `Nobody Known`" in said
    assert find_unmatched_corrections(root) == [line.removeprefix("warning: ") for line in said.splitlines()]
