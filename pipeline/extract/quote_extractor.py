"""Quotes of a parsed document: by the learned extractor where its weights are, else by the rules in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from spacy.tokens import Doc

from pipeline.core.language import Language
from pipeline.core.quote import Quote
from pipeline.extract.rules import clauses, quoted_contents, speech_acts
from pipeline.extract.rules.cues import Cue, find_cues, with_preposition
from pipeline.extract.rules.document_view import View
from pipeline.extract.rules.floating_quotes import find_floating
from pipeline.extract.rules.lexicon import Lexicon, build_lexicon
from pipeline.extract.rules.marked_complements import marked
from pipeline.extract.rules.non_reporting_cues import unsaid
from pipeline.extract.rules.overlap_resolution import choose
from pipeline.extract.rules.source_mentions import find_source, impersonal
from pipeline.extract.rules.span_candidate import Found
from pipeline.extract.rules.token_spans import closes
from pipeline.extract.rules.transcript_turns import find_turns
from pipeline.extract.rules.unparsed_documents import find_forms, unparsed

if TYPE_CHECKING:
    from pipeline.extract.learned.learned_extractor import Reader

# Candidates grow with the square of a paragraph. Longer ones are no prose: the rules read them in linear time.
MOST_TOKENS = 2_000
BATCH = 16  # documents; more are no faster


@dataclass(frozen=True)
class ExtractConfig:
    """`configs/extract.yaml`.

    Attributes
    ----------
    language : str
        A file of `configs/languages`.
    profile : str
        `speech`, or `attribution` (beliefs, wishes and plans too).
    keep_that : list of str
        Profiles whose contents keep the `that` of a reported clause.
    floating_words : int
        Least number of words of a quote without a reporting clause.
    learned : bool
        Whether the weights of the language decide, where there are any.
    least : dict of str to float
        Least score of a learned quote by profile; a profile without an entry has the limit of the weights.
    confidence : dict of str to float
        What a quote of each rule is worth.
    """

    language: str = "en"
    profile: str = "speech"
    keep_that: list = field(default_factory=lambda: ["attribution"])
    floating_words: int = 4
    learned: bool = True
    least: dict = field(default_factory=dict)
    confidence: dict = field(default_factory=dict)


class Rules:
    """Find quotes in parsed documents: by rules, or by learned weights that choose among candidates and rules.

    Parameters
    ----------
    language : Language
        Its marks and reporting words.
    config : ExtractConfig
        Profile and settings.
    """

    def __init__(self, language: Language, config: ExtractConfig) -> None:
        self.language = language
        self.config = config
        self.lexicon = build_lexicon(language, config.profile)
        self.learned = _load_learned(language, config) if config.learned else None

    def __call__(self, doc: Doc) -> list[Quote]:
        """Quotes of one document, sorted by their first offset, none twice."""
        return next(self.pipe([doc]))

    def pipe(self, docs: Iterable[Doc]) -> Iterator[list[Quote]]:
        """Quotes of each document, in order; the models are asked for several documents at once."""
        docs = iter(docs)
        while batch := list(islice(docs, BATCH)):
            views = [View(doc, self.language) for doc in batch]
            prose = [k for k, view in enumerate(views) if self.reads(view)]
            found: dict[int, list[Quote]] = {}
            if self.learned is not None:
                found = dict(zip(prose, self.learned([(batch[k], views[k]) for k in prose]), strict=True))
            yield from (found[k] if k in found else self._by_rules(view) for k, view in enumerate(views))

    def reads(self, view: View) -> bool:
        """Whether the learned extractor reads a document; else the rules do."""
        return self.learned is not None and 0 < view.longest_paragraph <= MOST_TOKENS

    def _by_rules(self, view: View) -> list[Quote]:
        chosen = choose(view, self.proposed(view)[1])
        chosen += find_floating(view, chosen, self.config.floating_words)
        return self._quotes(view, chosen)

    def proposed(self, view: View) -> tuple[list[Cue], list[Found]]:
        """Candidate cues, and what the rules find by them and in the turns of transcripts."""
        turns = find_turns(view, self.lexicon)
        cues = find_forms(view, self.lexicon) if unparsed(view) else find_cues(view, self.lexicon)
        claims = {k: cue for cue in reversed(cues) if (k := quoted_contents.before(view, cue)) is not None}
        heads = {cue.head for cue in cues}
        taken = [found for cue in cues if (found := reported(view, cue, self.lexicon, claims, heads)) is not None]
        return cues, [*turns, *taken]

    def _quotes(self, view: View, chosen: list[Found]) -> list[Quote]:
        keep_that = self.config.profile in self.config.keep_that
        quotes: dict[int, Quote] = {}
        for found in sorted(chosen, key=lambda f: f.parts):
            parts = [view.span(*part) for part in found.spoken(view, keep_that)]
            quote = Quote(
                view.text,
                parts,
                # A turn of a transcript is verbatim, though it bears no marks.
                "direct" if found.rule == "turn" else view.type_of(parts),
                rule=found.rule,
                confidence=self.config.confidence.get(found.rule, 0.5),
                cue=None if found.cue is None else view.span(*found.cue),
                source=None if found.source is None else view.span(*found.source),
            )
            quotes.setdefault(parts[0][0], quote)
        return list(quotes.values())


def _load_learned(language: Language, config: ExtractConfig) -> Reader | None:
    """The learned extractor of the language, None without its weights: then the rules alone decide."""
    from pipeline.extract.learned import weights_file  # imports this module
    from pipeline.extract.learned.learned_extractor import Reader

    models = weights_file.load(language.code)
    if models is None:
        return None
    keep_that = config.profile in config.keep_that
    least = config.least.get(config.profile)
    return Reader(models, language, config.profile, keep_that, config.floating_words, least)


_CLAUSES = {"inserted", "clause_after", "clause_before"}
_NEED_SOURCE = {"clause_after", "infinitive", "object_as", "preposition", "object_after", "noun_clause"}
CONTENTS = (
    clauses.after_phrase,
    clauses.noun_clause,
    clauses.inserted,
    clauses.clause_after,
    clauses.clause_before,
    speech_acts.infinitive,
    speech_acts.object_as,
    speech_acts.preposition,
    speech_acts.object_after,
)


def reported(view: View, cue: Cue, lexicon: Lexicon, claims: dict[int, Cue], heads: set[int]) -> Found | None:
    """What a cue reports, by the first rule that has an opinion; `claims` tells which pair belongs to which cue."""
    k = quoted_contents.before(view, cue)
    rule = "quoted_before"
    if k is None and not clauses.inserted(view, cue, lexicon):
        k, rule = quoted_contents.after(view, cue), "quoted_after"
    if k is None:
        k, rule = marked(view, cue, lexicon), "quoted_after"
    if k is not None:
        pairs = [*quoted_contents.led_by(view, k), *quoted_contents.chain(view, k, cue, claims)]
        parts = [(view.quoted[n].first, view.quoted[n].last) for n in pairs]
        found = _found(view, cue, parts, rule, lexicon, heads)
        return found if _uttered(view, cue, found, lexicon) else None
    for content in CONTENTS:
        parts = content(view, cue, lexicon)
        if parts:
            if content is clauses.clause_before and closes(view, parts[-1][1]):
                pairs = quoted_contents.chain(view, view.mark[parts[-1][1]], cue, claims)[1:]
                parts += [(view.quoted[n].first, view.quoted[n].last) for n in pairs]
            found = _found(view, cue, parts, content.__name__, lexicon, heads)
            return found if _uttered(view, cue, found, lexicon) else None
    return None


def _uttered(view: View, cue: Cue, found: Found, lexicon: Lexicon) -> bool:
    """Where only what was voiced counts: not `X did not say that`, `X was told that`, `statistics show that`."""
    if unsaid(view, cue.head, lexicon):
        return False
    if not lexicon.voiced or cue.kind == "phrase" or found.rule.startswith("quoted"):
        return True
    if not_yet(view, cue.head):
        return False
    frames = lexicon.verbs.get(view.lemma[cue.head], frozenset())
    if cue.kind == "verb" and found.rule in _CLAUSES and "finding" in frames and "clause" not in frames:
        return found.source is not None and _is_document(view, found.source, lexicon)
    return found.source is not None or found.rule not in _NEED_SOURCE or impersonal(view, cue)


def not_yet(view: View, head: int) -> bool:
    """True for a cue whose words are still to come: `will offer`, `is to urge`; not `I will say that ...`."""
    subject = view.child(head, "nsubj")
    if subject is not None and view.of(subject, "speaking"):
        return False
    if any(view.of(kid, "future") and kid < head for kid in view.children(head, "aux")):
        return True
    above = view.head[head]
    return view.tag[head - 1] == "TO" and above < head and view.verb_of(above, "expected")


def _is_document(view: View, source: tuple[int, int], lexicon: Lexicon) -> bool:
    return any(view.lemma[i] in lexicon.documents for i in range(source[0], source[1] + 1))


def _found(view: View, cue: Cue, parts: list[tuple[int, int]], rule: str, lexicon: Lexicon, heads: set[int]) -> Found:
    source = find_source(view, cue, parts, heads, name_only=lexicon.voiced)
    return Found(parts, rule, (cue.first, with_preposition(view, cue, parts[0][0], lexicon)), source, cue.head)
