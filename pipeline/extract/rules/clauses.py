"""Contents by the parse: the clause that a cue reports, or what a speech act is about."""

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import SENTENCE_ENDS, DocumentView, TokenRange
from pipeline.extract.rules.extraction_rules import extraction_rule, never, nothing
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.source_mentions import find_owner, find_verb_above, is_impersonal
from pipeline.extract.rules.span_candidate import is_that_conjunction
from pipeline.extract.rules.token_spans import (
    COMMA_OR_DASH,
    balanced_part,
    extend_content_end,
    find_break,
    find_content_start,
    find_phrase_end,
    find_reporting_clause,
    has_finite_verb,
    is_closing_mark,
    sentence_range,
    skip_time_phrase,
)

_MAX_THAT_DISTANCE = 25
_MIN_VERBLESS_WORDS = 4
_ATTACHED_LABELS = {"parataxis", "ccomp", "conj", "advcl", "ROOT", "dep"}
_MODIFIERS = {"prep", "advcl", "appos", "relcl", "npadvmod", "advmod", "acl"}
_CLAUSE_START_TAGS = {"DET", "NOUN", "PROPN", "PRON", "ADJ", "NUM"}


@extraction_rule("inserted", 21, "A, X said, B.", off=nothing, is_content=True)
def find_interrupted_content(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """Return A and B of `A, X said, B`; B alone of `because, X said, B`."""
    if "clause" not in cue.frames or not view.tag_in(cue.head, "finite"):
        return []
    first, last = find_reporting_clause(view, cue)
    start, end = find_content_start(view, cue, first), sentence_range(view, cue.head)[1]
    if first <= start or last >= end or view.word[first - 1] not in COMMA_OR_DASH:
        return []
    pair = view.quoted_span(last + 1)
    is_edge = view.word[last + 1] in COMMA_OR_DASH or (pair is not None and pair.first == last + 1)
    if not is_edge or not _is_parenthetical(view, cue, (first, last)):
        return []
    left, right = view.trim_punctuation(start, first - 1), view.trim_punctuation(last + 1, end)
    if left is None or right is None:
        return []
    # `He was not, X stressed, predicting one`: the verb is still to come.
    lacks_verb = view.pos[left[1]] == "AUX" or (view.dep[left[1]] == "neg" and view.pos[left[1] - 1] == "AUX")
    if not lacks_verb and not _continues_content(view, right, (first, last)):
        return []
    if view.pos[right[0]] == "CCONJ" and right[0] < right[1] and view.word[right[0] - 1] == ",":
        right = view.trim_punctuation(right[0] + 1, right[1]) or right
    right = view.trim_spaces(right[0], find_break(view, cue, lexicon, *right)) or right
    if view.word_in(left[1], "link"):
        return [right]
    if view.word_in(left[0], "adverbial"):
        return []
    if has_finite_verb(view, *left):
        return [left, right]
    has_subject = any(view.dep[k] in ("nsubj", "nsubjpass") for k in range(left[0], left[1] + 1))
    verb_follows = has_finite_verb(view, *right) if has_subject else view.is_finite_verb(right[0])
    return [left, right] if verb_follows else []


def _is_parenthetical(view: DocumentView, cue: Cue, clause: TokenRange) -> bool:
    """Return whether a reporting clause has a subject, and the parse attaches it to words outside of it."""
    first, last = clause
    attached = view.dep[cue.head] in _ATTACHED_LABELS and not first <= view.head[cue.head] <= last
    owns = any(view.dep[k] == "ccomp" and not first <= k <= last for k in view.dependents[cue.head])
    return (attached or owns) and any(first <= k <= last for k in view.children(cue.head, "nsubj"))


def _continues_content(view: DocumentView, right: TokenRange, clause: TokenRange) -> bool:
    """Return whether the words after a reporting clause belong to the content, not to the reporting verb."""
    if view.tag_in(right[0], "participle") or view.word_in(right[0], "relative"):
        return False
    return not any(
        clause[0] <= view.head[i] <= clause[1] and view.dep[i] in _MODIFIERS for i in range(right[0], right[1] + 1)
    )


@extraction_rule("clause_before", 23, "A, X said.", off=nothing, is_content=True)
def find_clause_before(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """Return A of `A, X said`; nothing of `A, X said no`."""
    if "clause" not in cue.frames or not view.tag_in(cue.head, "finite") or view.dep[cue.head] == "relcl":
        return []
    first, _ = find_reporting_clause(view, cue)
    start = find_content_start(view, cue, first)
    comma = first - 1
    while comma > start and view.word[comma].isspace():
        comma -= 1
    if comma <= start or not (view.word[comma] in COMMA_OR_DASH or is_closing_mark(view, comma)):
        return []
    later = [view.dep[k] for k in view.dependents[cue.head] if k > cue.head]
    if {"ccomp", "xcomp", "intj"} & {*later} or ("dobj" in later and not view.lemma_in(cue.head, "addressing")):
        return []
    content = view.trim_punctuation(start, comma)
    if content is None:
        return []
    up = view.head[cue.head]
    owns = any(k < first for k in view.children(cue.head, "ccomp", "parataxis", "dobj", "advcl"))
    attached = view.dep[cue.head] in _ATTACHED_LABELS and (up < first or up == cue.head)
    if not owns and (not attached or view.word_in(content[0], "adverbial")):
        return []
    return [content] if has_finite_verb(view, *content) or _is_verbless_content(view, cue, content) else []


@extraction_rule("verbless", 33, "No map on the table, X says", off=never)
def _is_verbless_content(view: DocumentView, cue: Cue, content: TokenRange) -> bool:
    """Return whether words without a verb are a content that fills its sentence: `No map on the table, Auer says`."""
    if view.child(cue.head, "nsubj") is None or view.pos[content[0]] in ("ADP", "ADV", "VERB"):
        return False
    if len(view.words_in(*content)) < _MIN_VERBLESS_WORDS:
        return False
    return find_reporting_clause(view, cue)[1] >= sentence_range(view, cue.head)[1] - 1


@extraction_rule("clause_after", 22, "X said that A.", off=nothing, is_content=True)
def find_clause_after(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """Return A of `X said (that) A`."""
    if not cue.frames & {"clause", "finding"}:
        return []
    clause = _find_that_clause(view, cue)
    verb = next((k for k in _complements(view, cue) if k > cue.last and _is_clause(view, k)), None)
    if verb is not None and (clause is None or view.left_edge[verb] <= clause[0]):
        # From its `that` on, where it has one: `said while there that A`.
        that = (k for k in view.children(verb, "mark") if is_that_conjunction(view, k))
        clause = max(next(that, view.left_edge[verb]), cue.last + 1), view.right_edge[verb]
    if clause is None:
        return []
    start, end = clause
    start = min(skip_time_phrase(view, start, end), end)
    return balanced_part(view, start, extend_content_end(view, cue, lexicon, start, end))


def _complements(view: DocumentView, cue: Cue) -> list[int]:
    """Return the complements of a cue; of `refused to say A` the clause right after its last word too."""
    own = view.children(cue.head, "ccomp", "xcomp")
    return own + [k for k in view.children(cue.last, "ccomp") if k not in own and view.left_edge[k] == cue.last + 1]


def _is_clause(view: DocumentView, verb: int) -> bool:
    """Return whether a complement is a clause, not the bare infinitive or participle of `asked to go`."""
    if view.dep[verb] != "ccomp":
        return any(_opens_reported_clause(view, k) for k in view.children(verb, "mark"))
    finite_auxiliary = any(view.tag_in(k, "finite") for k in view.children(verb, "aux", "auxpass"))
    may_be_finite = finite_auxiliary or not (view.tag_in(verb, "infinitive") or view.tag_in(verb, "participle"))
    if may_be_finite and view.child(verb, "nsubj", "nsubjpass", "csubj", "expl") is not None:
        return True
    return has_finite_verb(view, view.left_edge[verb], view.right_edge[verb])


@extraction_rule("that_clause", 28, "X said on Monday that A.")
def _find_that_clause(view: DocumentView, cue: Cue) -> TokenRange | None:
    """Return the words from `that`, `whether` or a colon on, however they are parsed: `said on Monday that A`."""
    end = sentence_range(view, cue.head)[1]
    for i in range(cue.last + 1, min(end, cue.last + _MAX_THAT_DISTANCE)):
        if view.in_marks(i) or view.word[i] in SENTENCE_ENDS:
            return None
        if view.is_finite_verb(i) and view.dep[i] != "relcl":
            return None
        if view.tag_in(i, "participle") and view.word[i - 1] in COMMA_OR_DASH:
            return None
        if _opens_reported_clause(view, i) and _subject_follows(view, i):
            return i, end
    i = cue.last + 1
    return (i + 1, end) if i < end and view.word[i] == ":" else None


def _opens_reported_clause(view: DocumentView, i: int) -> bool:
    """Return whether a token opens a reported clause or question: `that`, `whether`."""
    return view.word_in(i, "question") or is_that_conjunction(view, i)


def _subject_follows(view: DocumentView, i: int) -> bool:
    """Return whether a subject follows `that`, which is then not the relative pronoun of `a plan that failed`."""
    if i + 1 >= view.n or view.is_finite_verb(i + 1):
        return False
    return view.tag_in(i, "conjunction") or view.pos[i + 1] in _CLAUSE_START_TAGS


@extraction_rule("after_phrase", 20, "A, according to X.", off=nothing, is_content=True)
def find_phrase_content(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """Return A and B of `A, according to X, B`: the sentence without the phrase and its speaker."""
    if cue.kind != "phrase":
        return []
    end = sentence_range(view, cue.first)[1]
    start, last = find_content_start(view, cue, cue.first), find_phrase_end(view, cue)
    left = view.trim_punctuation(start, cue.first - 1) if start < cue.first else None
    right = view.trim_punctuation(last + 1, end) if last < end else None
    if left is None or len(view.words_in(*left)) < 2:
        return [right] if right else []
    if right is None:
        return [left]
    if view.word_in(left[1], "link"):
        return [right]
    if view.word[last + 1] not in COMMA_OR_DASH or not _continues_content(view, right, (cue.first, last)):
        return [left]
    new_clause = view.pos[right[0]] in ("CCONJ", "SCONJ") and has_finite_verb(view, *left)
    return [left] if new_clause else [left, right]


_MAX_NOUN_DISTANCE = 8
_RELATIVE_LABELS = ("dobj", "nsubj", "nsubjpass", "pobj", "attr")


@extraction_rule("noun_clause", 31, "X's claim that A.", off=nothing, is_content=True)
def find_noun_clause(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """Return A of `X's promise that A`, `a pledge to A`."""
    if cue.kind != "noun":
        return []
    clause = _find_clause_of_noun(view, cue)
    with_that = clause is not None
    # "in order to", "at pains to": a noun right after a preposition is no speech act.
    if clause is None and view.pos[cue.head - 1] != "ADP":
        clause = _find_attached_clause(view, cue)
    if clause is None or (lexicon.uttered_only and not _is_voiced(view, cue, with_that)):
        return []
    return balanced_part(view, max(clause[0], cue.last + 1), clause[1])


def _is_voiced(view: DocumentView, cue: Cue, with_that: bool) -> bool:
    """Return whether somebody utters a noun: its owner, whoever `issued a warning`; not whoever `rejected claims`."""
    if is_impersonal(view, cue) or find_owner(view, cue.head) is not None:
        return True
    verb = find_verb_above(view, cue.head)
    if verb is None:
        return False
    # "to make claims that A", "will issue a warning": not uttered yet.
    if view.lemma_in(verb, "voicing") and not view.tag_in(verb, "infinitive"):
        return True
    above = view.head[cue.head]
    return with_that and view.word_in(above, "within") and view.head[above] == verb


def _find_attached_clause(view: DocumentView, cue: Cue) -> TokenRange | None:
    """Return the clause or infinitive that the parse attaches to a noun."""
    for verb in view.children(cue.head, "acl", "ccomp", "xcomp", "relcl"):
        marks = view.children(verb, "mark", "aux")
        openers = [k for k in marks if view.tag_in(k, "to") or _opens_reported_clause(view, k)]
        if verb < cue.head or not openers or not cue.head < openers[0] < cue.head + _MAX_NOUN_DISTANCE:
            continue
        if view.tag_in(openers[0], "conjunction") or view.tag_in(openers[0], "to"):
            return view.left_edge[verb], view.right_edge[verb]
    return None


def _find_clause_of_noun(view: DocumentView, cue: Cue) -> TokenRange | None:
    """Return the clause that `that` opens behind a noun or its owner, wherever the parse attaches it."""
    for i in range(cue.head + 1, min(cue.head + _MAX_NOUN_DISTANCE, view.n)):
        if view.word_in(i, "that"):
            verb = view.head[i]
            surely = is_impersonal(view, cue)  # "there was news that A"
            return (i, view.right_edge[verb]) if verb > i and _is_complement(view, i, verb, surely) else None
        if view.in_marks(i) or not view.is_word(i) or view.is_finite_verb(i):
            return None
        if i == cue.head + 1 and not (view.word_in(i, "owner") or view.word_in(i, "time_preposition")):
            return None
    return None


def _is_complement(view: DocumentView, that: int, verb: int, surely: bool) -> bool:
    """Return whether `that` opens what is claimed, not a relative clause: `the letter that she sent`.

    The parser often takes it for a relative pronoun. A modal verb or a negation after a subject speaks against that.
    """
    subject = view.child(verb, "nsubj", "nsubjpass", "csubj", "expl")
    if subject is None or subject <= that:
        return False
    if view.dep[that] == "mark" or surely:
        return True
    modal = any(view.tag_in(k, "finite") and not view.tag_in(k, "tensed") for k in view.children(verb, "aux"))
    return view.dep[that] in _RELATIVE_LABELS and (modal or view.child(verb, "neg") is not None)


_MAX_PREPOSITION_DISTANCE = 11


@extraction_rule("infinitive", 24, "X vowed to A.", off=nothing, is_content=True)
def find_infinitive(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """Return A of `X vowed to A`, `X declined to comment on A`; of `X urged Y to A` the words from Y on."""
    if not cue.frames & {"to", "person_to"}:
        return []
    if view.lemma_in(cue.head, "refusal") and cue.last > cue.head:
        refused = view.child(cue.head, "xcomp")
        return balanced_part(view, cue.last + 1, view.right_edge[refused]) if refused is not None else []
    for verb in view.children(cue.head, "xcomp", "ccomp", "advcl"):
        if verb < cue.head or not any(view.tag_in(k, "to") for k in view.dependents[verb]):
            continue
        if view.lemma_in(verb, "inner_report") and view.child(verb, "ccomp") is not None:
            return []
        whom = view.child(cue.head, "dobj")
        named = (whom is not None and cue.last < whom < verb) or view.child(verb, "nsubj") is not None
        if "person_to" in cue.frames and named:
            start = cue.last + 1 if whom is None else view.left_edge[whom]
            return balanced_part(view, start + 1 if view.word_in(start, "for") else start, view.right_edge[verb])
        if "to" in cue.frames and whom is None:
            return balanced_part(view, max(view.left_edge[verb], cue.last + 1), view.right_edge[verb])
    return []


@extraction_rule("object_as", 25, "X described A as B.", off=nothing, is_content=True)
def find_object_as(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """Return the object and what it is called: `A as B` of `X described A as B`, `A B` of `X called A B`."""
    if not cue.frames & {"as", "name"}:
        return []
    thing = view.child(cue.head, "dobj")
    # "was cited as saying A": the second verb has a content of its own.
    as_ = (k for k in view.children(cue.head, "prep") if view.word_in(k, "as") and view.child(k, "pcomp") is None)
    preposition = next(as_, None)
    if "as" in cue.frames and preposition is not None and preposition > cue.head:
        named = thing is not None and cue.head < thing < preposition and view.pos[thing] != "PRON"
        start = view.left_edge[thing] if named and thing is not None else preposition
        return balanced_part(view, start, view.right_edge[preposition])
    name = view.child(cue.head, "oprd", "ccomp", "xcomp") if "name" in cue.frames else None
    if name is None or name < cue.head or view.pos[name] in ("VERB", "AUX"):
        return []
    first = view.left_edge[name]
    if thing is not None and thing >= cue.head:
        first = min(first, view.left_edge[thing])
    return balanced_part(view, max(cue.last + 1, first), view.right_edge[name])


@extraction_rule("preposition", 26, "X called for A.", off=nothing, is_content=True)
def find_prepositional_object(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """Return A of `X called for A`; of `X accused Y of A` the words from Y on."""
    if "preposition" not in cue.frames or _is_passive_participle(view, cue.head):
        return []
    wanted = lexicon.prepositions[view.lemma[cue.head]]
    for preposition in _prepositions(view, cue):
        near = cue.head < preposition <= cue.last + _MAX_PREPOSITION_DISTANCE
        if near and view.lower[preposition] in wanted and view.right_edge[preposition] > preposition:
            whom = view.child(cue.head, "dobj")
            named = whom is not None and cue.last < whom < preposition and view.pos[whom] != "PRON"
            if not _is_said(view, cue.head, whom if named else None):
                continue
            start = view.left_edge[whom] if named and whom is not None else preposition + 1
            return balanced_part(view, start, _extend_over_infinitive(view, cue, view.right_edge[preposition]))
    return []


def _prepositions(view: DocumentView, cue: Cue) -> list[int]:
    """Return the prepositions of a verb; one that needs them has those that the parse attaches to its object too."""
    own = view.children(cue.head, "prep", "dative")
    thing = view.child(cue.head, "dobj")
    if thing is None or not (cue.frames == {"preposition"} or view.lemma_in(cue.head, "counting")):
        return own
    return [*own, *view.children(thing, "prep")]


def _is_passive_participle(view: DocumentView, i: int) -> bool:
    """Return whether a verb is a past participle without an auxiliary: `the clerk, accused of theft, was at home`."""
    active = view.tag_in(i, "tensed") or view.tag_in(i, "infinitive") or view.tag_in(i, "participle")
    return not active and view.dep[i] in ("acl", "amod", "advcl") and view.child(i, "aux", "auxpass") is None


def _is_said(view: DocumentView, verb: int, thing: int | None) -> bool:
    """Return whether an act on an object is one of speech: `put the toll at A`; not `put it at A`."""
    if view.lemma_in(verb, "counting"):
        return thing is not None and view.lemma_in(thing, "quantity")
    return thing is not None or not view.lemma_in(verb, "comparing")


@extraction_rule("object_infinitive", 29, "X called on Y to A.", off=lambda view, cue, end: end)
def _extend_over_infinitive(view: DocumentView, cue: Cue, end: int) -> int:
    """Extend an object over an infinitive that follows it: `called on Quenda to deliver the island`."""
    for verb in view.children(cue.head, "xcomp", "advcl", "ccomp"):
        if view.left_edge[verb] == end + 1 and view.tag_in(end + 1, "to"):
            return view.right_edge[verb]
    return end


@extraction_rule("object_after", 27, "X rejected A.", off=nothing, is_content=True)
def find_object(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """Return A of `X rejected A`, `A was rejected by X`."""
    if "object" not in cue.frames:
        return []
    thing = view.child(cue.head, "dobj", "ccomp", "xcomp")
    if thing is None and view.child(cue.head, "agent") is not None:
        return _find_passive_subject(view, cue)
    if thing is None or thing < cue.head or (view.right_edge[thing] == thing and view.word_in(thing, "reflexive")):
        return []
    end = view.right_edge[thing]
    for preposition in view.children(cue.head, "prep"):
        if preposition == end + 1 and view.word_in(preposition, "runs_on"):
            end = view.right_edge[preposition]
    return balanced_part(view, max(view.left_edge[thing], cue.last + 1), end)


@extraction_rule("passive_subject", 30, "A was rejected by X.", off=nothing)
def _find_passive_subject(view: DocumentView, cue: Cue) -> list[TokenRange]:
    """Return A of `A was rejected by X`."""
    subject = view.child(cue.head, "nsubjpass")
    if subject is None or view.pos[subject] not in ("NOUN", "PROPN") or view.right_edge[subject] >= cue.first:
        return []
    return balanced_part(view, view.left_edge[subject], view.right_edge[subject])
