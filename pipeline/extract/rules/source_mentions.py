"""The source of a cue, that is the mention of its speaker: subject, agent, or the noun after a fixed phrase."""

from collections.abc import Container, Iterator

from pipeline.core.language import WordKind
from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DASHES, DocumentView, TokenRange
from pipeline.extract.rules.extraction_rules import extraction_rule, never
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.token_spans import skip_dateline

_NOT_FIRST = {"CCONJ", "ADP", "SCONJ"}
_STOPS = {":", ";", "—", "–", "--"}


def expand_mention(view: DocumentView, head: int, cue: Cue, excluded: Container[int], name_only: bool) -> TokenRange:
    """Return the mention around its head; of `its spokesman, Ben Lind,` the name alone, or role and name."""
    first, last = expand_noun_phrase(view, head, cue, excluded)
    if view.pos[head] != "NOUN":
        return first, last
    for appositive in view.children(head, "appos"):
        adjacent = appositive == last + 2 or (view.left_edge[appositive] == last + 2 and view.word[last + 1] == ",")
        if adjacent and view.pos[appositive] == "PROPN" and appositive not in excluded:
            name = expand_noun_phrase(view, appositive, cue, excluded)
            return name if name_only else (first, name[1])
    return first, last


def expand_noun_phrase(
    view: DocumentView, head: int, cue: Cue | None = None, excluded: Container[int] = ()
) -> TokenRange:
    """Return the noun phrase around a head, with its title, without appositions and clauses after a comma."""
    first, last = view.left_edge[head], _cut_at_clauses(view, head)
    for tokens in (range(cue.first, cue.last + 1) if cue is not None else (), excluded):
        first, last = _exclude(first, last, head, tokens)
    while last + 2 < view.n and view.word[last + 1] == "-" and _joins_double_name(view, last + 1):
        last += 2
    while last > head and (not view.is_word(last) or view.word_in(last, "as") or view.word_in(last, "that")):
        last -= 1
    stops = (i for i in range(head - 1, first - 1, -1) if view.word[i] in _STOPS or "\n" in view.word[i])
    first = max(next(stops, first - 1) + 1, skip_dateline(view, view.paragraphs[view.paragraph[head]][0], head))
    while first < head and (not view.is_word(first) or view.pos[first] in _NOT_FIRST):
        first += 1
    if first < head and view.word_in(first, "focus"):
        first += 1
    # Arcs of a parse may cross: a clause that hangs on the head then begins before it.
    return min(first, head), max(last, head)


def _cut_at_clauses(view: DocumentView, head: int) -> int:
    """Return the last token of a noun phrase: before a clause, an apposition or punctuation, unless in a list."""
    last = view.right_edge[head]
    nouns = [k for k in view.children(head, "conj") if view.pos[k] in ("NOUN", "PROPN")]
    for child in view.dependents[head]:
        clause = view.dep[child] in ("parataxis", "advcl")
        aside = view.dep[child] in ("relcl", "appos", "cc", "acl", "ccomp") and _is_after_comma(view, child)
        # `X, Y, and Z`: the `and` before the last of three or more.
        in_list = view.dep[child] == "cc" and any(k < child for k in nouns) and any(k > child for k in nouns)
        if child > head and (clause or (aside and not in_list)):
            last = min(last, view.left_edge[child] - 1)
    for i in range(head + 1, last + 1):
        if view.word[i] in (",", ":", ";", "(") and not _separates_list(view, head, i):
            return i - 1
    return last


def _joins_double_name(view: DocumentView, i: int) -> bool:
    """Return whether a hyphen has no space at its sides: `Anna Weber-Lang`."""
    return 0 < i < view.n - 1 and view.end[i - 1] == view.start[i] and view.end[i] == view.start[i + 1]


def _exclude(first: int, last: int, head: int, excluded: Container[int]) -> TokenRange:
    """Cut a range so that it contains its head and no excluded token."""
    first = next((i + 1 for i in range(head, first - 1, -1) if i in excluded), first)
    return first, next((i - 1 for i in range(head, last + 1) if i in excluded), last)


def _is_after_comma(view: DocumentView, child: int) -> bool:
    """Return whether a comma, bracket or dash comes before the phrase of a child."""
    i = view.left_edge[child] - 1
    if i >= 0 and view.word[i] in (",", "(", "—", "–", "--"):
        return True
    return view.word[i] == "-" and not _joins_double_name(view, i)


def _separates_list(view: DocumentView, head: int, comma: int) -> bool:
    """Return whether a comma is one of a list: `the army, the navy and the police`."""
    # Of `the minister for roads, bridges and canals` the list is below the head.
    owner = view.head[comma]
    below = head < owner < comma and view.pos[owner] in ("NOUN", "PROPN")
    return _heads_list(view, head, comma) or (below and _heads_list(view, owner, comma))


def _heads_list(view: DocumentView, noun: int, comma: int) -> bool:
    """Return whether a noun is the first of a list that goes on after a comma."""
    later = [k for k in view.dependents[noun] if view.dep[k] == "conj" and k > comma]
    joined = any(view.dep[k] == "cc" for k in view.dependents[noun])
    return any(joined or view.left_edge[k] == comma + 1 for k in later)


_MAX_MENTION_WORDS = 8
# Kinds of words at which a mention ends.
_MENTION_ENDS: tuple[WordKind, ...] = (
    *("time_preposition", "runs_on", "clause_opener", "adverbial", "link", "relative", "joiner", "inner_report"),
)


def is_unparsed(view: DocumentView) -> bool:
    """Return whether no tagger has read a document."""
    return not any(view.pos)


def find_cue_forms(view: DocumentView, lexicon: Lexicon) -> list[Cue]:
    """Return the reporting words outside of quotation marks, found by their form."""
    forms = (i for i in range(view.n) if not view.in_marks(i) and view.lower[i] in lexicon.verbs)
    return [Cue(i, i, i, frozenset(("direct",))) for i in forms]


def find_adjacent_source(view: DocumentView, cue: Cue, excluded: Container[int]) -> TokenRange | None:
    """Return the mention right after a cue (`“A,” said X`), else the one right before it (`X said: “A”`)."""
    first, last = view.sentences[view.sentence[cue.head]]
    after = _collect_mention(view, range(cue.last + 1, last + 1), excluded)
    if after:
        return after[0], after[-1]
    before = _collect_mention(view, range(cue.first - 1, first - 1, -1), excluded)
    return (before[-1], before[0]) if before else None


def _collect_mention(view: DocumentView, tokens: range, excluded: Container[int]) -> list[int]:
    """Return the tokens up to the first mark, stop or small word; none where they are too many for a mention."""
    mention: list[int] = []
    for i in tokens:
        hyphen = view.word[i] in DASHES and mention and 0 < i < view.n - 1 and view.end[i - 1] == view.start[i]
        if i in excluded or view.in_marks(i) or any(view.word_in(i, kind) for kind in _MENTION_ENDS):
            break
        if not view.is_word(i) and not hyphen:
            break
        mention.append(i)
    is_name = any(view.word[i][:1].isupper() for i in mention)
    return mention if is_name and len(mention) <= _MAX_MENTION_WORDS else []


_CLIMBED_LABELS = {"conj", "xcomp", "advcl", "pcomp", "prep", "acl", "ccomp", "parataxis", "relcl", "aux", "acomp"}
_NOMINAL = {"NOUN", "PROPN", "PRON", "NUM"}


def find_source(
    view: DocumentView, cue: Cue, content: list[TokenRange], cue_heads: Container[int] = (), name_only: bool = True
) -> TokenRange | None:
    """Return the tokens of the speaker mention, None when the sentence has none.

    The speaker is not looked for in the `content`. `cue_heads` are the heads of all cues: `X said A and called for B`
    has one speaker. With `name_only` the mention in `its spokesman, Ben Lind,` is the name alone, else the role too.
    """
    # Nor inside the cue: of "was quoted by the agency as saying", the agency is not the speaker.
    excluded = {i for first, last in [*content, (cue.first, cue.last)] for i in range(first, last + 1)}
    if is_unparsed(view):
        return find_adjacent_source(view, cue, excluded)
    for head in _find_heads(view, cue, cue_heads, excluded):
        if head is None or head in excluded:
            continue
        if head >= skip_dateline(view, view.paragraphs[view.paragraph[head]][0], cue.first):
            return expand_mention(view, head, cue, excluded, name_only)
    return None


def _find_heads(
    view: DocumentView, cue: Cue, cue_heads: Container[int], excluded: Container[int]
) -> Iterator[int | None]:
    """Yield the head of the mention that each rule finds, in the order of the rules."""
    yield _find_after_phrase(view, cue)
    yield _find_agent(view, cue)
    yield _find_shared_subject(view, cue, cue_heads)
    yield _find_subject(view, cue, cue_heads, excluded)
    yield _find_noun_owner(view, cue)
    yield _find_beside_verb(view, cue)


@extraction_rule("impersonal", 64, "It was said that A.", off=never)
def is_impersonal(view: DocumentView, cue: Cue) -> bool:
    """Return whether nobody is named as the speaker: `it was said that A`, `there were claims that A`."""
    if cue.kind == "noun":
        up = view.head[cue.head]
        return view.dep[cue.head] == "attr" and any(view.word_in(k, "impersonal") for k in view.children(up, "expl"))
    return any(view.word_in(k, "impersonal") for k in view.children(cue.head, "nsubjpass"))


def _find_after_phrase(view: DocumentView, cue: Cue) -> int | None:
    """Return the noun after a fixed phrase: `according to X`."""
    if cue.kind != "phrase":
        return None
    if (noun := view.child(cue.last, "pobj")) is not None:
        return noun
    i = next((k for k in range(cue.last + 1, min(cue.last + 9, view.n)) if view.pos[k] in _NOMINAL), -1)
    if i < 0:
        return None
    while view.dep[i] in ("compound", "amod", "poss", "nmod", "nummod") and i < view.head[i] < cue.last + 15:
        i = view.head[i]
    return i


@extraction_rule("agent", 60, "A was announced by X.")
def _find_agent(view: DocumentView, cue: Cue) -> int | None:
    """Return the agent of a passive verb: `was announced by X`."""
    agent = view.child(cue.head, "agent")
    return view.child(agent, "pobj") if agent is not None and cue.kind == "verb" else None


@extraction_rule("shared_subject", 61, "X said A and called for B.")
def _find_shared_subject(view: DocumentView, cue: Cue, cue_heads: Container[int]) -> int | None:
    """Return the subject of the reporting verb before: `X said A and called for B`, `X said A, adding B`."""
    if cue.kind != "verb" or view.child(cue.head, "nsubj", "nsubjpass", "csubj") is not None:
        return None
    before = cue.first - 1
    while before > 0 and view.pos[before] == "ADV":
        before -= 1
    participle = view.tag_in(cue.head, "participle") and view.word[before] in (",", "—", "–")
    finite = view.tag_in(cue.head, "finite") and view.pos[before] == "CCONJ"
    if not participle and not finite:
        return None
    start = view.sentences[view.sentence[cue.head]][0]
    for i in range(before - 1, start - 1, -1):
        if i not in cue_heads or view.in_marks(i):
            continue
        if view.tag_in(i, "finite") and (participle or view.tag[i] == view.tag[cue.head]):
            subject = view.child(i, "nsubj")
            if subject is not None:
                return _resolve_relative(view, i, subject)
    return None


@extraction_rule("subject", 62, "X said A.")
def _find_subject(view: DocumentView, cue: Cue, cue_heads: Container[int], excluded: Container[int]) -> int | None:
    """Return the subject of a verb, else of the verb that it depends on."""
    if cue.kind not in ("verb", "saying"):
        return None
    i = cue.head
    for _ in range(6):
        said = [view.child(k, "pcomp") for k in view.children(i, "prep") if view.word_in(k, "as")]
        if any(k in cue_heads for k in said) and (quoted := view.child(i, "dobj")) is not None:
            return quoted  # "the paper quoted X as saying A"
        if (subject := _own_subject(view, i, cue)) is not None:
            return None if subject in excluded else _resolve_relative(view, i, subject)
        if view.dep[i] == "acl" and view.pos[view.head[i]] in _NOMINAL:
            return view.head[i]
        if view.dep[i] not in _CLIMBED_LABELS or view.head[i] == i:
            return None
        if view.dep[i] == "ccomp" and view.head[i] in excluded:
            return None
        i = view.head[i]
    return None


def _own_subject(view: DocumentView, i: int, cue: Cue) -> int | None:
    """Return the subject of a verb; that of a passive only where it speaks: `X was quoted`, `X is expected to say`."""
    subject = view.child(i, "nsubj", "csubj")
    is_carried = i != cue.head or view.lower[cue.first] != view.lower[cue.head]
    if subject is None and (is_carried or view.lemma_in(i, "passive_report")):
        subject = view.child(i, "nsubjpass")
    if subject is not None and view.word_in(subject, "expletive") and view.child(i, "expl") is not None:
        return None
    return subject


def _resolve_relative(view: DocumentView, verb: int, subject: int) -> int:
    """Return the noun that a relative pronoun stands for: `X, who said`."""
    if view.tag_in(subject, "relative") and view.dep[verb] == "relcl":
        return view.head[verb]
    return subject


@extraction_rule("noun_owner", 65, "a warning by X that A.")
def _find_noun_owner(view: DocumentView, cue: Cue) -> int | None:
    """Return the noun's owner, as its speaker: `X's promise`, `a promise by X`, `X made a promise`."""
    if cue.kind != "noun":
        return None
    if (owner := find_owner(view, cue.head)) is not None:
        return owner
    verb = find_verb_above(view, cue.head)
    return None if verb is None else view.child(verb, "nsubj")


def find_owner(view: DocumentView, noun: int) -> int | None:
    """Return the owner of a noun: `X's promise`, `a promise by X`, wherever the parse attaches `by X`."""
    if (owner := view.child(noun, "poss")) is not None:
        return owner
    prepositions = view.children(noun, "prep")
    if noun + 1 < view.n and noun + 1 not in prepositions:
        prepositions.append(noun + 1)
    for preposition in prepositions:
        owner = view.child(preposition, "pobj") if preposition > noun else None
        if owner is not None and view.word_in(preposition, "owner"):
            return owner
    return None


def find_verb_above(view: DocumentView, noun: int) -> int | None:
    """Return the nearest verb with a subject that a noun is below, None where the noun is in a subject."""
    i = noun
    for _ in range(4):
        i, label = view.head[i], view.dep[i]
        if label in ("nsubj", "nsubjpass"):
            return None
        if view.pos[i] in ("VERB", "AUX") and view.child(i, "nsubj") is not None:
            return i
        if view.head[i] == i:
            return None
    return None


@extraction_rule("beside_verb", 63, "“No,” said X.")
def _find_beside_verb(view: DocumentView, cue: Cue) -> int | None:
    """Return the noun right beside a verb that has no subject in the parse: `“No,” said the mayor`."""
    if cue.kind != "verb" or (view.pos[cue.head] in ("VERB", "AUX") and not view.tag_in(cue.head, "tensed")):
        return None
    i = cue.last + 1
    if i < view.n and view.pos[i] in ("DET", "PROPN", "PRON", "ADJ") and not view.in_marks(i):
        while i + 1 < view.n and view.pos[i] not in _NOMINAL and i < cue.last + 5:
            i += 1
        while view.dep[i] in ("compound", "amod", "poss", "nmod") and i < view.head[i] < i + 8:
            i = view.head[i]
        return i if view.pos[i] in _NOMINAL else None
    i = cue.first - 1
    while i > 0 and view.pos[i] in ("ADV", "AUX", "PART"):
        i -= 1
    outside = i >= 0 and not view.in_marks(i) and view.paragraph[i] == view.paragraph[cue.head]
    return i if outside and view.pos[i] in _NOMINAL else None
