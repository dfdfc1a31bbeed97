"""Candidate cues: reporting verbs, nouns and phrases outside of quotation marks, and which of them report nothing."""

from collections import defaultdict
from dataclasses import dataclass, replace

from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.extraction_rules import extraction_rule, never
from pipeline.extract.rules.lexicon import Lexicon

Phrase = tuple[str, ...]
_MAX_CARRIER_DISTANCE = 9  # tokens
_VERBS = ("VERB", "AUX")
_NOMINAL_MODIFIERS = {"amod", "compound", "nmod"}


@dataclass(frozen=True)
class Cue:
    """Words that may report a quote: the tokens from `first` to `last`."""

    head: int  # the token whose children are the speaker and the content
    first: int
    last: int
    frames: frozenset[str]  # of the lexicon, in which it may report
    kind: str = "verb"  # or `noun`, `phrase` (`according to`), `saying` (`take to Twitter`)


def find_cues(view: DocumentView, lexicon: Lexicon) -> list[Cue]:
    """Return all candidate cues of a document in order; words in quotation marks are none."""
    phrases, sayings = defaultdict[str, list[Phrase]](list), defaultdict[str, list[Phrase]](list)
    for groups, known in ((phrases, lexicon.phrases), (sayings, lexicon.sayings)):
        for phrase in known:
            groups[phrase[0]].append(phrase)
    verb_tags = view.tags_of("verb")
    cues: list[Cue] = []
    words = zip(view.quoted_at, view.pos, view.lower, view.lemma, view.tag, strict=True)
    for i, (quoted_at, pos, lower, lemma, tag) in enumerate(words):
        # A quick test first: most words cannot be a cue.
        is_noun = pos == "NOUN" and lemma in lexicon.nouns
        if quoted_at < 0 and (pos in _VERBS or is_noun or lower in phrases or lemma in sayings or tag in verb_tags):
            cue = _find_cue(view, i, lexicon, phrases.get(lower, []), sayings.get(lemma, []))
            if cue is not None:
                cues.append(cue)
    # The cue of a verb that carries another is both: `quoted` of `quoted as saying` becomes the three words.
    last = {cue.first: cue.last for cue in cues if cue.first != cue.head}
    return [replace(cue, last=max(cue.last, last[cue.head])) if cue.head in last else cue for cue in cues]


def end_with_preposition(view: DocumentView, cue: Cue, content_start: int, lexicon: Lexicon) -> int:
    """Return the last token of a cue, including a preposition between cue and content: `called for A`."""
    between = content_start == cue.last + 2
    prepositions = lexicon.prepositions.get(view.lemma[cue.head], frozenset())
    return cue.last + 1 if between and view.lower[cue.last + 1] in prepositions else cue.last


def _find_cue(view: DocumentView, i: int, lexicon: Lexicon, phrases: list[Phrase], sayings: list[Phrase]) -> Cue | None:
    """Return the cue whose head is a token; `phrases` and `sayings` are those that begin with its word."""
    for phrase in phrases:
        if tuple(view.lower[i : i + len(phrase)]) == phrase:
            return Cue(i, i, i + len(phrase) - 1, frozenset(), "phrase")
    for phrase in sayings:
        if tuple(view.lemma[i : i + len(phrase)]) == phrase and view.pos[i] in _VERBS:
            return Cue(i, i, i + len(phrase) - 1, frozenset(("clause", "direct")), "saying")
    if view.pos[i] == "NOUN" and view.lemma[i] in lexicon.nouns:
        return Cue(i, i, i, frozenset(("noun",)), "noun")
    if (view.pos[i] in _VERBS or view.tag_in(i, "verb")) and view.dep[i] not in _NOMINAL_MODIFIERS:
        return _find_verb_cue(view, i, lexicon)
    return None


def _find_verb_cue(view: DocumentView, i: int, lexicon: Lexicon) -> Cue | None:
    """Return the cue of a verb with its particle and the verb that carries it; None where it has no frame."""
    lemma, last = view.lemma[i], i
    frames = lexicon.verbs.get(lemma, frozenset())
    particle = next((k for k in (i + 1, i + 2) if k < view.n and _is_particle(view, i, k, lexicon)), None)
    if particle is not None:
        frames = frames | lexicon.phrasal.get((lemma, view.lower[particle]), frozenset())
        last = particle if particle == i + 1 else i
    first = _find_carrier(view, i, lexicon)
    if lexicon.uttered_only:
        if view.lemma_in(i, "refusal"):
            last = _find_refusal_end(view, i) or last
        elif first == i and view.child(i, "neg") is not None:
            # "Did not rule out": without the negation the cue says the opposite.
            first = min((k for k in view.children(i, "aux", "neg") if k < i), default=i)
    if lemma in lexicon.prepositions:
        frames = frames | {"preposition"}
    return Cue(i, first, last, frames) if frames else None


@extraction_rule("refusal", 52, "X declined to comment on A.")
def _find_refusal_end(view: DocumentView, i: int) -> int | None:
    """Return the last token of the cue `declined to comment on`; the content is what was not commented on."""
    last = i + 2
    if last + 1 >= view.n or not view.tag_in(i + 1, "to") or not view.lemma_in(last, "withheld"):
        return None
    if last + 2 < view.n and view.word_in(last + 1, "alternative") and view.lemma_in(last + 2, "withheld"):
        last += 2  # `confirm or deny`
    return last + 1 if last + 1 < view.n and view.word_in(last + 1, "withheld_preposition") else last


@extraction_rule("particle", 50, "X ruled out A.", off=never)
def _is_particle(view: DocumentView, verb: int, i: int, lexicon: Lexicon) -> bool:
    """Return whether a token is a particle that belongs to a verb: `ruled out`."""
    return view.lower[i] in lexicon.particles.get(view.lemma[verb], ()) and view.dep[i] in ("prt", "advmod", "prep")


@extraction_rule("carrier", 51, "X was quoted as saying A.", off=lambda view, i, lexicon: i)
def _find_carrier(view: DocumentView, i: int, lexicon: Lexicon) -> int:
    """Return the verb that carries a reporting verb (`quoted as saying`, `took to the radio to say`), else the verb."""
    carrier = view.head[i]
    if view.dep[i] == "pcomp" and view.word_in(carrier, "as"):
        carrier = view.head[carrier]
        if view.child(carrier, "dobj") is not None:
            return i  # "the paper quoted X as saying A": X says it
        if view.pos[carrier] == "NOUN" and view.pos[view.head[view.head[carrier]]] == "VERB":
            carrier = view.head[view.head[carrier]]
    elif not view.tag_in(i - 1, "to") or view.dep[i] not in ("xcomp", "advcl", "ccomp"):
        return i
    carries = view.lemma[carrier] in lexicon.carriers and 0 < i - carrier < _MAX_CARRIER_DISTANCE
    return carrier if carries and view.pos[carrier] == "VERB" else i


_MAX_PHRASE_TOKENS = 12


def is_non_reporting(view: DocumentView, i: int, lexicon: Lexicon) -> bool:
    """Return whether the head of a cue reports nothing.

    In every profile `according to plan`, `is called A`; where only uttered words count, also `did not say A`,
    `neither side announced A`, `will announce A`, `asked not to be named`, `declined to comment`.
    """
    if view.word_in(i, "phrase_start"):
        return _names_measure(view, i)
    if view.lemma_in(i, "naming") and _is_passive(view, i) and view.child(i, "agent") is None:
        return True
    if not lexicon.uttered_only or view.pos[i] not in ("VERB", "AUX"):
        return False
    if view.lemma_in(i, "negated") and is_negated(view, i):
        return True
    if _asks_for_anonymity(view, i) or _withholds_nothing(view, i):
        return True
    return view.lemma_in(i, "foretold") and any(view.word_in(k, "future") for k in view.children(i, "aux"))


def _is_passive(view: DocumentView, i: int) -> bool:
    """Return whether a verb is in the passive: `is called`, `a fair called A`."""
    if view.child(i, "auxpass") is not None:
        return True
    inflected = view.tag_in(i, "tensed") or view.tag_in(i, "infinitive") or view.tag_in(i, "participle")
    heads_clause = view.dep[i] in ("ROOT", "ccomp", "conj") or view.child(i, "nsubj", "aux") is not None
    return not inflected and not heads_clause and i > 0 and view.pos[i - 1] in ("NOUN", "PROPN", "ADJ")


@extraction_rule("future", 54, "not: X will say A.", off=never)
def is_future(view: DocumentView, head: int) -> bool:
    """Return whether a cue reports words still to come: `will offer`, `is to urge`; not `I will say that ...`."""
    subject = view.child(head, "nsubj")
    if subject is not None and view.word_in(subject, "speaking"):
        return False
    above, auxiliaries = view.head[head], view.children(head, "aux")
    is_expected = view.tag_in(head - 1, "to") and above < head and view.lemma_in(above, "expected")
    return is_expected or any(view.word_in(k, "future") and k < head for k in auxiliaries)


@extraction_rule("negated", 55, "not: X did not say A.", off=never)
def is_negated(view: DocumentView, i: int) -> bool:
    """Return whether a verb is negated, itself or by its subject: `did not say`, `nobody said`."""
    subject = view.child(i, "nsubj")
    is_nobody = subject is not None and any(view.word_in(k, "nobody") for k in (subject, *view.dependents[subject]))
    return is_nobody or view.child(i, "neg") is not None


@extraction_rule("anonymity", 56, "not: X asked not to be named.", off=never)
def _asks_for_anonymity(view: DocumentView, i: int) -> bool:
    """Return whether a verb is that of `asked not to be named`."""
    wish = view.child(i, "xcomp")
    if wish is None or not view.lemma_in(wish, "identifying"):
        return False
    return view.child(wish, "auxpass") is not None and view.child(wish, "neg") is not None


@extraction_rule("withheld_nothing", 57, "not: X declined to comment.", off=never)
def _withholds_nothing(view: DocumentView, i: int) -> bool:
    """Return whether a refusal does not say what is withheld: `declined to comment`, not `declined to comment on A`."""
    withheld = view.child(i, "xcomp") if view.lemma_in(i, "refusal") else None
    return withheld is not None and view.lemma_in(withheld, "withheld") and view.right_edge[withheld] == withheld


@extraction_rule("asked", 58, "not: Asked whether A, X left.", off=never)
def is_asked(view: DocumentView, i: int) -> bool:
    """Return whether somebody is asked or told: of `Asked whether A, X left` another says A."""
    is_past = view.tag_in(i, "tensed") and i != view.sentences[view.sentence[i]][0]  # there `Asked` is no past tense
    is_active = is_past or view.tag_in(i, "infinitive") or view.tag_in(i, "participle")
    has_subject = view.child(i, "nsubj", "nsubjpass") is not None
    return view.dep[i] == "advcl" and not (is_active or has_subject) and view.lemma_in(i, "addressing")


@extraction_rule("measure", 59, "not: according to plan, A.", off=never)
def _names_measure(view: DocumentView, i: int) -> bool:
    """Return whether the noun after a fixed phrase is a measure or rule and no speaker: `according to size`."""
    end = view.sentences[view.sentence[i]][1]
    for k in range(i + 2, min(i + _MAX_PHRASE_TOKENS, end + 1)):
        if view.pos[k] in ("NOUN", "PROPN") and view.dep[k] not in ("compound", "poss"):
            return view.lemma[k] in view.language.measures
        if not view.is_word(k):
            return False
    return False
