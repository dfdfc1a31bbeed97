"""Which speakers `Extractor` knows before it reads: those invented for the sample only in a project that lists them."""

import pytest

from pipeline import Extractor
from pipeline.core.errors import DataError
from tests.worlds.rows import ROOT

NAMES = ["Andorra", "Kestria", "Ilse Korvath"]


@pytest.mark.parametrize(("configs", "known"), [(None, NAMES[:1]), ("configs", NAMES)])
def test_the_samples_invented_speakers_are_known_in_its_project_only(configs, known):
    find = Extractor(configs=configs and ROOT / configs).gazetteer.find
    assert [name for name in NAMES if find(name)] == known


def test_a_name_that_no_list_has_is_read_from_the_text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = "“We support an immediate ceasefire,” said Nadia Sarkel. Ilse Korvath ruled out any truce."
    assert [quote.speaker for quote in Extractor()(text)] == ["Nadia Sarkel", "Ilse Korvath"]


@pytest.mark.parametrize(("text", "error", "says"), [
    *((text, TypeError, "a text is a string") for text in (None, b"It rained.", 3)),
    *(
        ("It rained. " + sign * 60_000, DataError, r"text, from character 11 on: \d+ characters without a space")
        for sign in ("(", "%", "a,")
    ),
    ("( " * 80_001, DataError, "80,001 words and signs"),
])  # fmt: skip
def test_what_is_no_text_and_signs_without_end_are_refused(text, error, says):
    with pytest.raises(error, match=says):
        Extractor()(text)


def test_a_long_address_is_read():
    text = f"“It rained,” said Nadia Sarkel. https://northwire.example/{'a' * 4_000}"
    assert [quote.quoted for quote in Extractor()(text)] == ["“It rained,”"]
