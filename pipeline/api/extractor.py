"""Extract quotes with speakers from plain text, without files: parse, extract, resolve."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from spacy.tokens import Doc

from pipeline.core.config import CONFIGS, SAMPLE_NOTE, build_config, load_config, read_yaml
from pipeline.core.errors import DataError
from pipeline.core.language import load_language
from pipeline.core.quote import Quote, said
from pipeline.core.targets import load_targets
from pipeline.core.text import unwrap
from pipeline.extract.config import ExtractConfig
from pipeline.extract.rules.rule_extractor import RuleExtractor
from pipeline.parse.parser import Parser
from pipeline.reader.config import ReadConfig, Setting, make_reader
from pipeline.reader.speaker_pointer import Content, Pointing
from pipeline.resolve.article_resolver import resolve
from pipeline.resolve.config import ResolveConfig
from pipeline.resolve.gazetteer import Gazetteer, read_gazetteer

_SURROGATE = re.compile("[\ud800-\udfff]")
# The time of spaCy's tokenizer grows with the square of a run of brackets or signs; words are shorter.
MAX_WORD_CHARACTERS = 5_000
# A word or sign takes about 16 kB while a text is read: this many stay under 1.5 GB.
MAX_TOKENS = 80_000
_TOKENS = re.compile(r"\w+|[^\w\s]")
_SIGNS = re.compile(r"[\W_]")


def check_text(text: str) -> str:
    """Return a text that can be parsed, unwrapped and without lone surrogates, or raise a TypeError or DataError.

    No run without a space has more than `MAX_WORD_CHARACTERS`, every third of them or more a sign.
    """
    if not isinstance(text, str):
        raise TypeError(f"a text is a string, not {type(text).__name__}")
    longest = max(text.split(), key=len, default="")
    if len(longest) > MAX_WORD_CHARACTERS and 3 * len(_SIGNS.findall(longest)) > len(longest):
        where = f"text, from character {text.find(longest)} on"
        raise DataError(f"{len(longest)} characters without a space", where=where, fix="delete what is no word")
    if len(text) > MAX_TOKENS and (tokens := len(_TOKENS.findall(text))) > MAX_TOKENS:
        raise DataError(f"{tokens:,} words and signs", where="text", fix=f"give it in parts of at most {MAX_TOKENS:,}")
    return unwrap(replace_lone_surrogates(text))


def replace_lone_surrogates(text: str) -> str:
    """Replace halves of characters (lone surrogates) by U+FFFD; offsets stay what they are."""
    return _SURROGATE.sub("\ufffd", text)


class Extractor:
    """Find quotes and their speakers.

    Parameters
    ----------
    language : str, optional
        A file of `configs/languages`; the default is `extract.yaml`'s.
    profile : str, optional
        `speech` (what was said, written or announced) or `attribution` (beliefs, plans and wishes too).
    configs : path, optional
        The config folder of a project, such as `my-project/configs`. By default the configs that come with Parley,
        wherever the current folder is: the speakers known in advance are then the general list of `speakers.csv`,
        without the people and states that were invented for the sample.
    reader : str, optional
        What two pre-trained networks read, beside the rules: `all`, `topical` (texts that name a target, and speakers
        in such paragraphs) or `off`. The default is that of `configs`, else `all`.

    Raises
    ------
    ConfigError
        On an unknown language or profile, or when no spaCy model is installed.

    Examples
    --------
    >>> quotes = Extractor()("“We will not stop,” said Nadia Sarkel.")
    >>> quotes[0].speaker, quotes[0].quoted
    ('Nadia Sarkel', '“We will not stop,”')
    """

    def __init__(
        self,
        language: str | None = None,
        profile: str | None = None,
        configs: Path | str | None = None,
        reader: Setting | None = None,
    ) -> None:
        own, configs = configs is not None, Path(CONFIGS if configs is None else configs)
        given = {"language": language, "profile": profile}
        values = read_yaml(configs / "extract.yaml") | {name: value for name, value in given.items() if value}
        config = build_config(ExtractConfig, values, where="extract.yaml, Extractor")
        self.language = load_language(config.language, configs)
        self.parser = Parser(self.language)
        self.rules = RuleExtractor(self.language, config)
        self.gazetteer = read_gazetteer(configs / "speakers.csv", self.language)
        if not own:
            known = [entry for entry in self.gazetteer.entries if entry.note != SAMPLE_NOTE]
            self.gazetteer = Gazetteer(known, self.gazetteer.vocabulary)
        self.least_certainty = load_config(ResolveConfig, configs / "resolve.yaml").least_certainty
        setting = {"reader": reader or "all"} if reader or not own else {}
        values = read_yaml(configs / "read.yaml") | setting
        read = build_config(ReadConfig, values, where="read.yaml, Extractor")
        self.reader = make_reader(read, config.language, config.profile, load_targets(configs))

    def __call__(self, text: str) -> list[Quote]:
        """Return the quotes of one text, in its order; offsets count its code points."""
        return next(self.pipe([text]))

    def pipe(self, texts: Iterable[str]) -> Iterator[list[Quote]]:
        """Yield the quotes of each text, in the order of the texts."""
        for doc in self.parser.pipe(map(check_text, texts)):
            quotes, pointings = self.extract(doc)
            yield resolve(doc, quotes, self.gazetteer, None, self.least_certainty, pointings)

    def extract(self, doc: Doc) -> tuple[list[Quote], dict[Content, Pointing]]:
        """Return the quotes of a parsed text without their speakers, and whom the reader points to for each."""
        quotes = self.rules.find(doc)
        return self.reader.read(doc.text, quotes) if self.reader else (said(quotes), {})
