"""`configs/parse.yaml`."""

from pydantic.dataclasses import dataclass

from pipeline.core.config import STRICT


@dataclass(frozen=True, config=STRICT)
class ParseConfig:
    """Settings of the stage `parse`: the language whose file names the spaCy model."""

    language: str = "en"
