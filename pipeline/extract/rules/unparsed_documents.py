"""Documents without a parse: reporting words by their form, and the speaker by the words beside them.

A language without a spaCy model has sentences and quotation marks only. Its file lists reporting words as they are
written, and the small words at which a speaker's mention ends.
"""

from __future__ import annotations

from collections.abc import Container

from pipeline.core.language import WordKind
from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DASHES, DocumentView, TokenRange
from pipeline.extract.rules.lexicon import Lexicon

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
