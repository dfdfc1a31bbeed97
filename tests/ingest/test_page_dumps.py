"""What sites glue to sentences is cut; the text of a page without paragraphs is split."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ingest.article_cleaning import MAX_PARAGRAPH_WORDS, ArticleCleaner, split_dump
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.raw_document import RawDocument, Reject


def test_glued_furniture_is_cut() -> None:
    glued = (
        "President Gavrel Ivo GavrelEnvoys leave Belhaven Ferries sail again MORE said that the hill is not for sale. "
        "The lease will lapse, the envoys fear By RADU PELL The mill is shut.pic.example"
    )
    tweet = "The hill is ours, according to the palace.pic.twitter.com/YChC — Radu Pell (@radupell) June 16, 2020"
    quoted = "“The hill is ours.” t.co/YChC — Radu Pell (@radupell) June 16, 2020"
    caption = "Image caption The Ledger says that the lease will lapse"
    cleaned = ArticleCleaner(IngestConfig(min_words=5)).clean(
        RawDocument(None, "\n\n".join([caption, glued, tweet, quoted]))
    )
    assert not isinstance(cleaned, Reject)
    assert cleaned["text"].split("\n\n") == [
        "The Ledger says that the lease will lapse",
        "President Gavrel said that the hill is not for sale. The lease will lapse, the envoys fear",
        "The mill is shut.pic.example",
        "The hill is ours, according to the palace.",
        "Radu Pell (@radupell) June 16, 2020",
        "“The hill is ours.” — Radu Pell (@radupell) June 16, 2020",
    ]


SENTENCES = "The boats of Ostry sailed at noon. “The river is quiet. Nobody fires,” said Gen. Varga, and he left. " * 40
CAPTION = "A soldier of Alvenia passes a burnt bus of the MNA. (MNA Photo/Radu Pell, File) "


def test_a_page_without_paragraphs_is_split_at_sentences() -> None:
    dump = f"{SENTENCES}{CAPTION}{SENTENCES}___ {CAPTION}".strip()
    parts = split_dump(dump)
    assert " ".join(parts) == dump
    assert parts.count(CAPTION.strip()) == 2
    assert max(len(part.split()) for part in parts) < 80
    assert all(part.count("“") == part.count("”") and not part.startswith("Varga") for part in parts)


def test_a_mark_that_nothing_closes_stops_no_split_for_ever() -> None:
    parts = split_dump("“The river is quiet, they say. " + "The boats sailed at noon. " * 200)
    assert max(len(part.split()) for part in parts) < MAX_PARAGRAPH_WORDS + 20


@settings(deadline=None)
@given(st.lists(st.sampled_from([*"“”\"'() .", "He left. ", "Gen. ", "(MNA) ", "a "]), max_size=900))
def test_splitting_loses_nothing(pieces: list[str]) -> None:
    line = "".join(pieces)
    assert "".join("".join(split_dump(line)).split()) == "".join(line.split())
