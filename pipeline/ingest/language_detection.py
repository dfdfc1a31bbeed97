"""Detect the language of a text with py3langid, whose model is part of the package."""

from __future__ import annotations

from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from pipeline.core.errors import ConfigError

# Languages in which news is often collected. Among all 97 of the model, a short English brief full of names is now and
# then taken for Latin or Maltese.
CANDIDATE_LANGUAGES = """
ar be bg cs da de el en es et fa fi fr he hi hr hu hy id it ja ka ko lt lv ms nl no pl pt ro ru sk sl sr sv th tr uk ur
vi zh
"""
MAX_CHARACTERS = 10_000  # more do not change the answer


@lru_cache(maxsize=4)
def _identifier(wanted: str) -> LanguageIdentifier:
    """Load the model, restricted to the candidate languages."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    if wanted not in identifier.labels:
        raise ConfigError(f"`language` is {wanted!r}", fix="give it an ISO 639-1 code such as en")
    identifier.set_languages(sorted({*CANDIDATE_LANGUAGES.split(), wanted} & set(identifier.labels)))
    return identifier


def detect_language(text: str, wanted: str = "en") -> str:
    """Return the ISO 639-1 code of the language of a text."""
    return str(_identifier(wanted).classify(text[:MAX_CHARACTERS])[0])
