"""Language files: valid and invalid content, and a second language in one more file."""

import shutil

import pytest

from pipeline.api.extractor import Extractor
from pipeline.core import paths
from pipeline.core.config import CONFIGS
from pipeline.core.errors import ConfigError
from pipeline.core.language import load_language
from pipeline.core.schema.data_tables import ARTICLES
from pipeline.core.storage import tables
from pipeline.core.text import article_id
from pipeline.extract import run as extract
from pipeline.extract.rules.lexicon import build_lexicon
from pipeline.parse import run as parse
from pipeline.reader import run as read
from pipeline.resolve import run as resolve
from tests.worlds.project import change_config

# An invented language without a model: marks, forms of reporting words, titles, small words.
SECOND = """
code: xx
marks: [['«', '»'], ['„', '“'], ['‚', '‘']]
cues:
  speech:
    direct: [sagde, fragde, ropde]
function_words:
  time_preposition: [am, um, vor]
  joiner: [und]
titles: [ministra, generol]
"""
# Text, contents with their speakers as the text names them (None: by nobody).
TEXTS = [
    ("«Wi gon nit», sagde Ministra Ilse Korvath am Mondag.", [("«Wi gon nit»", "Ilse Korvath")]),
    ("Pavlo Renn sagde: „Kein Papor licht da.“", [("„Kein Papor licht da.“", "Pavlo Renn")]),
    ("„Nimmor!“, ropde Osk Dembrin. „Ok nit morne.“", [("„Nimmor!“ „Ok nit morne.“", "Osk Dembrin")]),
    ("‚Wo is de Brugg?‘, fragde Generol Sanna Wrede, und gonk.", [("‚Wo is de Brugg?‘", "Sanna Wrede")]),
    ("Et regnode.\n\n„De Winter was long und de Wech was wit.“", [("„De Winter was long und de Wech was wit.“", None)]),
    ("De «Brugg» was to. Renn sagde nit fil am Mondag.", []),
    ("Dat Hus «To dem Adlor» brende.", []),
]


@pytest.fixture
def configs(tmp_path):
    folder = tmp_path / paths.CONFIGS
    shutil.copytree(CONFIGS, folder)
    (folder / "languages" / "xx.yaml").write_text(SECOND, encoding="utf-8")
    return folder


def test_direct_quotes_of_a_second_language(configs):
    """By the extractor, and by the stages."""
    extractor = Extractor(language="xx", configs=configs)
    for text, expected in TEXTS:
        assert [(quote.quoted, quote.speaker, quote.type) for quote in extractor(text)] == [
            (*quote, "direct") for quote in expected
        ]
    for name in ("parse", "extract", "resolve"):
        change_config(configs / f"{name}.yaml", language="xx")
    root, texts = configs.parent, [text for text, _ in TEXTS]
    rows = [{"article_id": article_id(t), "language": "xx", "text": t, "raw_path": "a.jsonl"} for t in texts]
    tables.write_sorted(ARTICLES, rows, root / paths.ARTICLES)
    for stage in (parse, extract, read, resolve):
        stage.run(root)
    quotes = [(row["content"], row["speaker"]) for row in tables.read(root / paths.QUOTES)]
    assert sorted(quotes) == sorted(quote for _, quotes in TEXTS for quote in quotes)


@pytest.mark.parametrize(("line", "message"), [
    ("titels: [mr]", "unknown key `titels`"),
    ("titles: [mr, on]", "`titles.1` is True"),
    ("spellings: [['(a+)+$', b]]", "`spellings`.*repeats without a limit"),
    (r"spellings: [[a, '\1']]", "`spellings`.*invalid group reference"),
    ("function_words: {no: [none]}", "`function_words.*False"),
    ("cues: {speech: {preposition: {call: [on]}}}", 'write "on"'),
    ("cues: {speech: {preposition: [for]}}", "`preposition` is no mapping"),
    ("cues: {speech: {clause: {say: [that]}}}", "`clause` is a mapping"),
    ("cues: {speech: {claws: [say]}}", "unknown list `claws`"),
    ("cues: {spoken: [say]}", "unknown key `spoken`"),
    ("function_words: {thta: [that]}", "function_words.thta.*question"),
    ("cues: {phrasal: {object: [rule]}}", "`phrasal.object.0` is 'rule'"),
])  # fmt: skip
def test_invalid_language_files(configs, line, message):
    (configs / "languages" / "yy.yaml").write_text(f"code: yy\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        build_lexicon(load_language("yy", configs), "attribution")


def test_a_language_is_read_again_where_its_file_has_changed(configs):
    first = load_language("xx", configs)
    assert load_language("xx", configs) is first
    change_config(configs / "languages/xx.yaml", titles=["doktora"])
    assert (first.titles, load_language("xx", configs).titles) == (["ministra", "generol"], ["doktora"])


@pytest.mark.parametrize("code", ["zz", "", "\0", "../en", "EN", "english"])
def test_what_is_no_code_of_a_language(configs, code):
    with pytest.raises(ConfigError, match="no such config file" if code == "zz" else "no code of ISO 639"):
        load_language(code, configs)
