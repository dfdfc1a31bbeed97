"""Who asks in an interview: named in the lines before the first turn, or by the turns that hold the questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from spacy.tokens import Doc, Token

from pipeline.resolve.entities import Entity
from pipeline.resolve.word_sets import Words

_TURN = re.compile(r"^([^\W\d_][^:\n]{0,40}):\s(.*)$", re.MULTILINE)
_FEWEST = 2


def interviewer_of(doc: Doc, people: Sequence[Entity], words: Words) -> str | None:
    """Full name of the one person who asks, None where the article names none.

    Parameters
    ----------
    doc : spacy.tokens.Doc
        The article.
    people : sequence of Entity
        Its persons.
    words : Words
        Verbs between who asks and who answers.
    """
    turns = list(_TURN.finditer(doc.text))
    if not turns:
        return None
    labels = {match.group(1).casefold() for match in turns}
    return _asking(turns, people) or _introduced(doc, turns[0].start(), labels, people, words)


def _asking(turns: Sequence[re.Match], people: Sequence[Entity]) -> str | None:
    """The labelled speaker whose turns are mostly questions."""
    asked, spoken = Counter[str](), Counter[str]()
    for match in turns:
        name = match.group(1).split()[-1].casefold()
        spoken[name] += 1
        asked[name] += match.group(2).rstrip().endswith("?")
    found = [p for p in people if (n := p.name.split()[-1].casefold()) in asked and asked[n] * 2 >= spoken[n]]
    found = [p for p in found if asked[p.name.split()[-1].casefold()] >= _FEWEST]
    return found[0].name if len(found) == 1 else None


def _introduced(doc: Doc, end: int, labels: set[str], people: Sequence[Entity], words: Words) -> str | None:
    """Who met, interviewed or asked the one who answers: `Venn met Harriet Blomley`, `interview by Harriet Blomley`."""
    front = doc.char_span(0, end, alignment_mode="contract")
    if front is None:
        return None
    answering = [p for p in people if any(p.name.casefold().endswith(label) for label in labels)]
    found = []
    for person in people:
        if person in answering or len(person.words) < 2:
            continue
        tokens = [t for t in front for run in person.runs if run.start <= t.idx < run.end]
        if any(_of_an_interview(token, words) for token in tokens):
            found.append(person.name)
    return found[0] if len(found) == 1 else None


def _of_an_interview(token: Token, words: Words) -> bool:
    """True when the clause that a name stands in is about asking: its verb, or the noun that `by` belongs to."""
    for ancestor in list(token.ancestors)[:4]:
        if ancestor.lemma_.lower() in words.lists.asks:
            return True
    return token.i > 0 and token.nbor(-1).lower_ == "by" and token.nbor(-1).is_sent_start is True
