"""`configs/read.yaml`: which quotes the reader reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic.dataclasses import dataclass as checked_dataclass

from pipeline.core.config import STRICT
from pipeline.core.targets import Target, term_pattern
from pipeline.core.text import paragraphs
from pipeline.reader.speaker_pointer import Content, Pointing, SpeakerPointer, load_pointer

Setting = Literal["all", "topical", "off"]


@checked_dataclass(frozen=True, config=STRICT)
class ReadConfig:
    """Settings of the stage `read`; comments in the file describe them."""

    language: str = "en"
    reader: Setting = "topical"


@dataclass(frozen=True)
class Reader:
    """The network, and which quotes it reads: those whose paragraphs one of the patterns matches; without any, all."""

    pointer: SpeakerPointer
    patterns: Sequence[re.Pattern[str]] = ()

    def read(self, text: str, contents: Iterable[Content]) -> dict[Content, Pointing]:
        """Return whom the network points to, for each content that it reads."""
        places = paragraphs(text)
        chosen = []
        for content in contents:
            around = [span for span in places if span[0] < content[-1][1] and span[1] > content[0][0]]
            words = text[around[0][0] : around[-1][1]] if around else ""
            if not self.patterns or any(pattern.search(words) for pattern in self.patterns):
                chosen.append(content)
        return self.pointer.read(text, chosen) if chosen else {}


def make_reader(config: ReadConfig, targets: Mapping[str, Target]) -> Reader | None:
    """Return the reader of a setting; None for `off`, and for a language without weights."""
    pointer = load_pointer(config.language)
    if config.reader == "off" or not pointer.is_available:
        return None
    patterns = [pattern for target in targets.values() if (pattern := term_pattern(target.relevance_terms))]
    return Reader(pointer, patterns if config.reader == "topical" else ())
