"""Settings of quote extraction: `configs/extract.yaml`."""

from dataclasses import field

from pydantic import NonNegativeInt
from pydantic.dataclasses import dataclass

from pipeline.core.config import STRICT, Share


@dataclass(frozen=True, config=STRICT)
class ExtractConfig:
    """Settings of quote extraction; comments in the file describe them."""

    language: str = "en"
    profile: str = "speech"
    keep_that: list[str] = field(default_factory=lambda: ["attribution"])
    floating_words: NonNegativeInt = 4
    confidence: dict[str, Share] = field(default_factory=dict)

    @property
    def keeps_that(self) -> bool:
        """Whether contents of this profile keep the `that` of a reported clause."""
        return self.profile in self.keep_that
