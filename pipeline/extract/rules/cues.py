"""Candidate cues: every reporting verb, noun and phrase outside of quotation marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.unlisted_verbs import frames_of_unlisted_verb, is_mistagged_verb

Phrases = Iterable[tuple[str, ...]]
_MAX_CARRIER_DISTANCE = 9  # words
_VERBS = ("VERB", "AUX")
_NOMINAL_MODIFIERS = {"amod", "compound", "nmod"}


@dataclass(frozen=True)
class Cue:
    """Reporting words.

    Attributes
    ----------
    head : int
        The token whose children are the speaker and what is reported.
    first, last : int
        Tokens of the cue.
    frames : frozenset of str
        Frames in which it may report.
    kind : str
        `verb`, `noun`, `phrase` or `saying`.
    """

    head: int
    first: int
    last: int
    frames: frozenset[str]
    kind: str = "verb"


def find_cues(view: DocumentView, lexicon: Lexicon) -> list[Cue]:
    """All candidate cues of a document, in order; words inside quotation marks report nothing of their own."""
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for phrase in lexicon.phrases:
        by_first.setdefault(phrase[0], []).append(phrase)
    sayings: dict[str, list[tuple[str, ...]]] = {}
    for phrase in lexicon.sayings:
        sayings.setdefault(phrase[0], []).append(phrase)
    found: list[Cue] = []
    tags = view.tag_kinds.get("verb", ())
    words = zip(view.quoted_at, view.pos, view.lower, view.lemma, view.tag, strict=True)
    for i, (mark, pos, low, lemma, tag) in enumerate(words):
        # Most words can be no cue at all, and are many.
        if mark < 0 and (
            pos in _VERBS
            or low in by_first
            or lemma in sayings
            or (pos == "NOUN" and lemma in lexicon.nouns)
            or (i and view.quoted_at[i - 1] >= 0)
            or tag in tags
        ):
            found += _cues_at(view, i, lexicon, by_first.get(low, ()), sayings.get(lemma, ()))
    return _include_carried_verbs(found)


def _include_carried_verbs(found: list[Cue]) -> list[Cue]:
    """The same cues, where a verb that carries another has the words of both: `quoted` of "quoted as saying"."""
    last = {cue.first: cue.last for cue in found if cue.first != cue.head}
    return [replace(cue, last=max(cue.last, last[cue.head])) if cue.head in last else cue for cue in found]


def end_with_preposition(view: DocumentView, cue: Cue, first: int, lexicon: Lexicon) -> int:
    """Last token of a cue whose content starts at a token: the preposition in between belongs to `called for`."""
    between = first == cue.last + 2
    wanted = lexicon.prepositions.get(view.lemma[cue.head], frozenset())
    return cue.last + 1 if between and view.lower[cue.last + 1] in wanted else cue.last


def _cues_at(view: DocumentView, i: int, lexicon: Lexicon, phrases: Phrases, sayings: Phrases) -> Iterator[Cue]:
    for phrase in phrases:
        if tuple(view.lower[i : i + len(phrase)]) == phrase:
            yield Cue(i, i, i + len(phrase) - 1, frozenset(), "phrase")
            return
    for phrase in sayings:
        if tuple(view.lemma[i : i + len(phrase)]) == phrase and view.pos[i] in _VERBS:
            yield Cue(i, i, i + len(phrase) - 1, frozenset(("clause", "direct")), "saying")
            return
    if i and is_mistagged_verb(view, i, lexicon):
        yield Cue(i, i, i, frozenset(("direct",)))
    elif view.pos[i] == "NOUN" and view.lemma[i] in lexicon.nouns:
        yield Cue(i, i, i, frozenset(("noun",)), "noun")
    elif (view.pos[i] in _VERBS or view.tag_in(i, "verb")) and view.dep[i] not in _NOMINAL_MODIFIERS:
        yield from _verb_cue(view, i, lexicon)


def _verb_cue(view: DocumentView, i: int, lexicon: Lexicon) -> Iterator[Cue]:
    lemma, last = view.lemma[i], i
    particle = next((k for k in (i + 1, i + 2) if k < view.n and _is_particle(view, i, k, lexicon)), None)
    frames = lexicon.verbs.get(lemma, frozenset())
    if particle is not None:
        frames = frames | lexicon.phrasal.get((lemma, view.lower[particle]), frozenset())
        last = particle if particle == i + 1 else i
    if lexicon.uttered_only and view.lemma_in(i, "refusal"):
        last = _end_of_refusal(view, i) or last
    if lemma in lexicon.prepositions:
        frames = frames | {"preposition"}
    if not frames & {"clause", "direct"}:
        frames = frames | frames_of_unlisted_verb(view, i, lexicon)
    if frames:
        yield Cue(i, _find_carrier(view, i, lexicon), last, frames)


def _end_of_refusal(view: DocumentView, i: int) -> int | None:
    """Last token of `declined to comment on`: the cue is the whole chain of verbs, the rest is what was not told."""
    if i + 3 >= view.n or not view.tag_in(i + 1, "to") or not view.lemma_in(i + 2, "withheld"):
        return None
    return i + 3 if view.word_in(i + 3, "withheld_preposition") else i + 2


def _is_particle(view: DocumentView, i: int, k: int, lexicon: Lexicon) -> bool:
    return view.lower[k] in lexicon.particles.get(view.lemma[i], ()) and view.dep[k] in ("prt", "advmod", "prep")


def _find_carrier(view: DocumentView, i: int, lexicon: Lexicon) -> int:
    """First token of `quoted as saying`, `took to the radio to say`: the verb above, when near, else the verb."""
    up = view.head[i]
    if view.dep[i] == "pcomp" and view.word_in(up, "as"):
        up = view.head[up]
        if view.pos[up] == "NOUN" and view.pos[view.head[view.head[up]]] == "VERB":
            up = view.head[view.head[up]]
    elif not view.tag_in(i - 1, "to") or view.dep[i] not in ("xcomp", "advcl", "ccomp"):
        return i
    carries = view.lemma[up] in lexicon.carriers and 0 < i - up < _MAX_CARRIER_DISTANCE
    return up if carries and view.pos[up] == "VERB" else i
