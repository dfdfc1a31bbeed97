"""Training on a small invented gold set: an extractor reads the weights; without weights the rules decide."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.core import paths
from pipeline.core.config import CONFIGS, load_config
from pipeline.core.errors import DataError
from pipeline.core.language import load_language
from pipeline.core.quote import Quote
from pipeline.core.schema.data_tables import ARTICLES
from pipeline.core.storage import tables
from pipeline.extract.config import ExtractConfig
from pipeline.extract.learned import weights_file
from pipeline.extract.learned.step_models import RULES_OF_ATTRIBUTION
from pipeline.extract.learned.token_arrays import named_rows
from pipeline.extract.quote_extractor import QuoteExtractor
from pipeline.parse.parser import Parser
from training.extractor import fit, train
from training.extractor.gold import read_records

NAMES = ("Nadia Sarkel", "Ben Lind", "The mayor", "The premier", "Renn", "A spokesman")
CUES = ("said", "wrote", "announced", "insisted")
THINGS = ("the bridge was open", "the talks had failed", "the valley was quiet", "no shell had fallen")
TEXT = "Nadia Sarkel said the bridge was open. It rained all day near the river."
LIKE_GOLD = f"The old clock said that it was four. {TEXT} Ada Brandt wrote the valley was quiet. It rained all day."


def record(number: int) -> dict:
    """Return an article with two quotes and sentences without any."""
    text, quotes = f"The old {('clock', 'map', 'sign')[number % 3]} said that it was four. ", []
    for k in (number, number + 5):
        source, cue, content = NAMES[k % 6], CUES[k % 4], THINGS[k * 7 % 4]
        start = len(text)
        text += f"{source} {cue} {content}. It rained all day near the river. "
        cue_at, content_at = start + len(source) + 1, start + len(source) + len(cue) + 2
        if (3 * k + number) % 5 == 0:
            continue  # annotators who do not agree with themselves: no step may learn all by heart
        quotes.append(
            {
                "content": [[content_at, content_at + len(content)]],
                "cue": [[cue_at, cue_at + len(cue)]],
                "source": [[start, start + len(source)]],
            }
        )
    return {"doc_id": str(number), "text": text, "quotes": quotes}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpora")
    files = [folder / f"{name}.jsonl" for name in ("open_gold", "ggt_dev")]
    for file, numbers in zip(files, (range(40), range(40, 60)), strict=True):
        lines = [json.dumps(record(number)) for number in numbers]
        file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for module, kind in ((fit, "CUE"), (fit, "SPAN"), (train, "RANKER"), (train, "SPEECH")):
            name = f"{kind}_SETTINGS"
            few = {**getattr(module, name), "trees": 20, "rate": 0.3, "min_samples_leaf": 5}
            patch.setattr(module, name, few)
        train.main([*map(str, files), "--out", str(folder)], standalone_mode=False)
    return folder


def extract(weights: Path, text: str, config: ExtractConfig) -> list[Quote]:
    """Extract the quotes of a text with the weights of a folder."""
    models, language = weights_file.load_weights("en", weights), load_language("en")
    assert models is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weights_file, "load_weights", lambda code: models)
        extractor = QuoteExtractor(language, config)
    return extractor(next(Parser(language).pipe([text])))


def test_gold_without_positive_or_negative_examples_is_an_error() -> None:
    with pytest.raises(DataError, match="too little gold"):
        fit.fit_step(named_rows({"length": np.zeros(3)}), np.ones(3))


@pytest.mark.parametrize("profile", ["speech", "attribution"])
def test_an_extractor_reads_the_trained_weights(trained: Path, profile: str) -> None:
    quotes = extract(trained, LIKE_GOLD, ExtractConfig(profile=profile, keep_that=[]))
    clock = [("it was four", "said", "The old clock")]  # the rules of `attribution` add it
    assert [(q.quoted, q.words(q.cue), q.words(q.source)) for q in quotes] == [
        *(clock if profile == "attribution" else []),
        ("the bridge was open", "said", "Nadia Sarkel"),
        ("the valley was quiet", "wrote", "Ada Brandt"),
    ]
    assert quotes[0].rule.startswith("learned")
    assert all(0.2 < quote.speech_score <= 1 for quote in quotes[-2:])


def test_the_model_card_has_the_scores(trained: Path) -> None:
    card = (trained / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert [name in card for name in ("| attribution |", "| open_gold |", "| ggt_dev |")] == [True] * 3
    assert [name in card for name in ("CC BY 2.5", "the project's own articles")] == [True, False]


def test_a_custom_threshold(trained: Path) -> None:
    assert extract(trained, LIKE_GOLD, ExtractConfig(least={"speech": 1.0})) == []


def test_without_weights_the_rules_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights_file, "load_weights", lambda language: None)
    language, config = load_language("en"), load_config(ExtractConfig, CONFIGS / "extract.yaml")
    extractor = QuoteExtractor(language, config)
    quotes = extractor(next(Parser(language).pipe([TEXT])))
    assert extractor.learned is None
    assert [(q.quoted, q.rule, q.speech_score) for q in quotes] == [("the bridge was open", "clause_after", None)]


def test_gold_of_the_annotations_folder(tmp_path: Path) -> None:
    span = {"start": 18, "end": 37, "text": "the bridge was open"}
    row = {"quote_id": "a-18", "article_id": "a", "raw_path": "x", "content": [span], "cue": None, "source": None}
    row |= {"speaker": None, "type": "indirect", "annotator": "A1"}
    folder = tmp_path / paths.ANNOTATIONS
    folder.mkdir(parents=True)
    (folder / "quotes.jsonl").write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(DataError, match="have not been read"):
        read_records(folder)
    article = {"article_id": "a", "language": "en", "text": TEXT, "raw_path": "x"}
    tables.write(ARTICLES, [article], tmp_path / paths.ARTICLES)
    assert read_records(folder) == [{"text": TEXT, "quotes": [{"content": [(18, 37)], "cue": [], "source": []}]}]
    tables.write(ARTICLES, [article | {"text": "X" + TEXT}], tmp_path / paths.ARTICLES)
    with pytest.raises(DataError, match="are not 'the bridge"):
        read_records(folder)


def test_the_rules_of_attribution_add_what_the_open_weights_miss(trained: Path) -> None:
    models = weights_file.load_weights("en", trained)
    assert models is not None
    assert models.thresholds[RULES_OF_ATTRIBUTION] == models.thresholds["attribution"]
    text = "Nadia Sarkel hopes that the bridge will open. It rained all day near the river."
    with_rules = extract(trained, text, ExtractConfig(profile="attribution"))
    assert [quote.quoted for quote in with_rules] == ["the bridge will open"]
