"""The interviewer of an interview: named in the lines before the first turn, or asking in most of the turns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from spacy.tokens import Doc, Token

from pipeline.resolve.entities import Entity
from pipeline.resolve.vocabulary import Vocabulary

_TURN = re.compile(r"^([^\W\d_][^:\n]{0,40}):\s(.*)$", re.MULTILINE)
_MIN_QUESTIONS = 2


def find_interviewer(doc: Doc, people: Sequence[Entity], vocabulary: Vocabulary) -> str | None:
    """Return the full name of the one person of an article who asks the questions, None where it names none."""
    turns = list(_TURN.finditer(doc.text))
    if not turns:
        return None
    labels = {match.group(1).casefold() for match in turns}
    return _person_asking(turns, people) or _person_introduced(doc, turns[0].start(), labels, people, vocabulary)


def _person_asking(turns: Sequence[re.Match], people: Sequence[Entity]) -> str | None:
    """Return the one labelled speaker whose turns are mostly questions."""
    questions, all_turns = Counter[str](), Counter[str]()
    for match in turns:
        surname = match.group(1).split()[-1].casefold()
        all_turns[surname] += 1
        questions[surname] += match.group(2).rstrip().endswith("?")
    askers = {name for name, n in questions.items() if n >= _MIN_QUESTIONS and n * 2 >= all_turns[name]}
    asking = [person.name for person in people if person.name.split()[-1].casefold() in askers]
    return asking[0] if len(asking) == 1 else None


def _person_introduced(
    doc: Doc, end: int, labels: set[str], people: Sequence[Entity], vocabulary: Vocabulary
) -> str | None:
    """Return who met or asked the interviewee in the lines before the first turn.

    Examples are `Venn met Harriet Blomley` and `interview by Harriet Blomley`.
    """
    front = doc.char_span(0, end, alignment_mode="contract")
    if front is None:
        return None
    interviewees = [p for p in people if any(p.name.casefold().endswith(label) for label in labels)]
    interviewers = []
    for person in people:
        if person in interviewees or len(person.words) < 2:
            continue
        tokens = [t for t in front for mention in person.mentions if mention.start <= t.idx < mention.end]
        if any(_asks(token, vocabulary) for token in tokens):
            interviewers.append(person.name)
    return interviewers[0] if len(interviewers) == 1 else None


def _asks(token: Token, vocabulary: Vocabulary) -> bool:
    """Return True for a name in a clause about asking, or after the `by` of a byline."""
    if any(ancestor.lemma_.lower() in vocabulary.asks for ancestor in islice(token.ancestors, 4)):
        return True
    if token.i == 0:
        return False
    before = token.nbor(-1)
    return before.lower_ in vocabulary.agent_prepositions and before.is_sent_start is True
