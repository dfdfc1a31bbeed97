"""Properties of any bytes and any text: rejects with reasons, valid spans, and text that is inert where it is shown."""

import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from benchmarks import input_mutations as mutations
from pipeline import Extractor
from pipeline.api.extractor import replace_lone_surrogates
from pipeline.core.config import ROOT
from pipeline.core.markdown import row
from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats import READERS
from pipeline.ingest.raw_document import RawDocument, Reject
from pipeline.ingest.unicode_normalisation import normalise_text
from pipeline.publish import dataset_card
from pipeline.report.html_page import embed_json
from tests.robust.invariants import extract_and_check, ingest_and_check
from tests.worlds.news import HOSTILE as NEWS_HOSTILE
from tests.worlds.news import RLO

FEW = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=150)
SAMPLE = ROOT / "data/raw/sample"
FILES = {path.suffix: path for path in sorted(SAMPLE.rglob("*")) if path.suffix in READERS}
ANY = st.characters(exclude_categories=())  # lone surrogates too
LOOSE = st.lists(st.sampled_from(mutations.BYTE_SNIPPETS) | st.binary(max_size=12), max_size=30).map(b"".join)
OTHERS = ["truce", "Ilse Korvath", "the minister", " ", " ", " ", "\n\n", ". "]
PIECES = st.sampled_from([*mutations.QUOTATION_MARKS, *mutations.REPORTING_WORDS, *OTHERS])
CLEANER = ArticleCleaner(IngestConfig(min_words=1))
MARKED = st.lists(PIECES | st.text(ANY, max_size=6) | st.sampled_from(mutations.ODD_STRINGS), max_size=60).map("".join)


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, bytes], Path]:
    """Return a function that writes a file into an otherwise empty folder."""
    folder = tmp_path_factory.mktemp("any")

    def write(name: str, data: bytes) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return write


@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize("suffix", READERS)
@FEW
@given(data=LOOSE | st.binary(max_size=200))
def test_any_bytes_are_read_or_rejected(file, suffix: str, packed: str, data: bytes) -> None:
    ingest_and_check(file(f"a{suffix}{packed}", data))


@pytest.mark.parametrize("suffix", FILES)
@FEW
@given(seed=st.integers(0, 10**9))
def test_any_damaged_file_is_read_or_rejected(file, suffix: str, seed: int) -> None:
    data = mutations.mutate_bytes(Random(seed), FILES[suffix].read_bytes(), gzipped=False)
    ingest_and_check(file(f"a{suffix}", data))


@MANY
@given(body=MARKED, title=st.text(ANY, max_size=30), url=st.text(ANY, max_size=30), date=st.text(ANY, max_size=30))
def test_any_fields_make_an_article_or_a_reject(body: str, title: str, url: str, date: str) -> None:
    made = CLEANER.clean(RawDocument(1, body, title, url, date, title, url))
    if not isinstance(made, Reject):
        json.dumps(made, ensure_ascii=False).encode("utf-8")
        assert made["text"].strip() == made["text"] == normalise_text(made["text"]) != ""
        assert unicodedata.is_normalized("NFC", made["text"])


# The examples were found by mutation.
@settings(MANY, max_examples=80)
@given(text=MARKED)
@example("“The guns are silent,” Korvath was quoted by the agency as saying.")
@example("n told  he c,V said,and  a")
@example("ms was quoted by S as saying t w´´´´auses ‘w")
@example("was internal hobbAshkari said, ‹only if Quenda, which has been late in honoring it, withdraws the on")
@example("Rosalind down, told a radars of “Nobody th\ufeffe October slept.\n“We")
def test_any_text_gives_valid_quotes(extractor: Extractor, text: str) -> None:
    extract_and_check(extractor, text)


@FEW
# A paragraph that opens with a mark which nothing closes is the beginning of the quote that follows.
@given(
    before=st.text(ANY, max_size=20).filter(lambda text: not set(text) & set("“”„«»\"'")),
    after=st.text(ANY, max_size=20),
)
def test_offsets_refer_to_the_given_text(extractor: Extractor, before: str, after: str) -> None:
    text = f"{before}\n\n“We will not stop,” said Nadia Sarkel.\n\n{after}"
    quotes = extractor(text)
    assert all(len(quote.text) == len(text) for quote in quotes)
    found = [quote for quote in quotes if "We will not stop" in quote.quoted]
    assert [text[start:end] for quote in found for start, end in quote.content] == ["“We will not stop,”"]
    assert [quote.words(quote.source) for quote in found] == ["Nadia Sarkel"]


HOSTILE = st.lists(
    st.sampled_from(["<script>", "</script>", "<!--", "-->", "]]>", "&lt;", "<b onclick=x>", '"', "'", "|", "\\", "=1"])
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5)
).map("".join)
NAMES = ["\x85", "a\u2028b", "a---", "---", "a\n---\nb", "a: b # c", "!!python/name:x"]


@MANY
@given(words=HOSTILE | st.text(ANY) | st.sampled_from(["&amp;", "\u2028", RLO, '"]}', "\\", NEWS_HOSTILE]))
def test_embedded_data_is_inert(words: str) -> None:
    data = str(embed_json({"quotes": [words], words: 1}))
    assert not re.search("[<>&\u2028\u2029]", data)
    data.encode("utf-8")
    assert json.loads(data) == {"quotes": [words], words: 1}


@MANY
@given(HOSTILE | st.text(ANY) | st.sampled_from(NAMES), HOSTILE)
def test_cards_survive_a_round_trip(file, name: str, text: str) -> None:
    name = replace_lone_surrogates(name)
    config = {
        "config_name": "quotes",
        "description": text,
        "data_files": [{"split": "train", "path": "quotes/*.parquet"}],
    }
    metadata = {"pretty_name": name, "license": "mit", "tags": [], "configs": [config], "rows": {}, "dataset_info": []}
    path = file(dataset_card.FILE, dataset_card.format_card(metadata, text).encode("utf-8"))
    assert dataset_card.read_card(path.parent) == (metadata, text)


@MANY
@given(words=st.lists(HOSTILE, min_size=1, max_size=4))
def test_tables_of_reports_keep_their_columns(words: list[str]) -> None:
    line = row(words)
    assert "\n" not in line
    plain = re.sub(r"\\.", "", line)  # a backslash takes the next sign along
    assert plain.count("|") == len(words) + 1
    assert "<" not in line
