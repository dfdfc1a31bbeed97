"""`configs/read.yaml`: which articles and quotes the reader reads."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic.dataclasses import dataclass as checked_dataclass

from pipeline.core.config import STRICT
from pipeline.core.quote import Quote, said
from pipeline.core.targets import Target, term_pattern
from pipeline.core.text import paragraphs
from pipeline.reader.found_quotes import find_quotes
from pipeline.reader.quote_tagger import QuoteTagger, load_tagger
from pipeline.reader.speaker_pointer import Content, Pointing, SpeakerPointer, load_pointer

Setting = Literal["all", "topical", "off"]


@checked_dataclass(frozen=True, config=STRICT)
class ReadConfig:
    """Settings of the stage `read`; comments in the file describe them."""

    reader: Setting = "topical"


@dataclass(frozen=True)
class Reader:
    """Two networks, for quotes and for their speakers, and what they read.

    With patterns the tagger reads only articles that one of them matches, the pointer only quotes in whose paragraphs
    one does. `attitudes` says whether beliefs and plans are quotes too (the profile `attribution`).
    """

    tagger: QuoteTagger
    pointer: SpeakerPointer
    patterns: Sequence[re.Pattern[str]] = ()
    attitudes: bool = False

    def read(
        self, text: str, of_rules: Sequence[Quote], also: Iterable[Content] = ()
    ) -> tuple[list[Quote], dict[Content, Pointing]]:
        """Return the quotes of an article and whom the pointer points to, for them and for other contents."""
        if not self._is_chosen(text) or (tags := self.tagger.read(text)) is None:
            return said(of_rules), {}
        quotes = find_quotes(tags, of_rules, text, self.attitudes)
        contents = sorted({*(tuple(quote.content) for quote in quotes), *also})
        places = paragraphs(text)
        chosen = []
        for content in contents:
            around = [span for span in places if span[0] < content[-1][1] and span[1] > content[0][0]]
            if around and self._is_chosen(text[around[0][0] : around[-1][1]]):
                chosen.append(content)
        return quotes, self.pointer.read(text, chosen) if chosen else {}

    def _is_chosen(self, text: str) -> bool:
        return not self.patterns or any(pattern.search(text) for pattern in self.patterns)


def make_reader(config: ReadConfig, language: str, profile: str, targets: Mapping[str, Target]) -> Reader | None:
    """Return the reader of a setting; None for `off`, and for a language without weights."""
    tagger, pointer = load_tagger(language), load_pointer(language)
    if config.reader == "off" or not (tagger.is_available and pointer.is_available):
        return None
    patterns = [pattern for target in targets.values() if (pattern := term_pattern(target.relevance_terms))]
    return Reader(tagger, pointer, patterns if config.reader == "topical" else (), profile == "attribution")
