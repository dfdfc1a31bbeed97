"""Documents without a parse: reporting words by their form, and the speaker by the words beside them.

A language without a spaCy model has sentences and quotation marks alone. Its file lists reporting words as they are
written, and the small words at which a speaker's mention ends.
"""

from __future__ import annotations

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DASHES, DocumentView
from pipeline.extract.rules.lexicon import Lexicon

_MAX_MENTION_WORDS = 8  # words of a mention
_DIRECT_FRAME = frozenset(("direct",))
# Function words at which a mention ends.
_MENTION_ENDS = (
    "time_preposition",
    "runs_on",
    "clause_opener",
    "adverbial",
    "link",
    "relative",
    "joiner",
    "inner_report",
)


def is_unparsed(view: DocumentView) -> bool:
    """True for a document that no tagger has read."""
    return not any(view.pos)


def find_cue_forms(view: DocumentView, lexicon: Lexicon) -> list[Cue]:
    """Reporting words outside of marks, as they are written."""
    return [
        Cue(i, i, i, _DIRECT_FRAME) for i in range(view.n) if view.quoted_at[i] < 0 and view.lower[i] in lexicon.verbs
    ]


def find_adjacent_source(view: DocumentView, cue: Cue, held: set[int]) -> tuple[int, int] | None:
    """The words right behind the cue (`“A,” said X`), else those right before it (`X said: “A”`)."""
    first, last = view.sentences[view.sentence[cue.head]]
    after = _collect_mention(view, range(cue.last + 1, last + 1), held)
    if after:
        return after[0], after[-1]
    before = _collect_mention(view, range(cue.first - 1, first - 1, -1), held)
    return (before[-1], before[0]) if before else None


def _collect_mention(view: DocumentView, tokens: range, held: set[int]) -> list[int]:
    """Tokens up to the first mark, stop or small word; none where there are too many for a mention."""
    found: list[int] = []
    for i in tokens:
        hyphen = view.word[i] in DASHES and found and 0 < i < view.n - 1 and view.end[i - 1] == view.start[i]
        if i in held or view.quoted_at[i] >= 0 or any(view.word_in(i, kind) for kind in _MENTION_ENDS):
            break
        if not view.is_word(i) and not hyphen:
            break
        found.append(i)
    return found if len(found) <= _MAX_MENTION_WORDS and any(view.word[i][:1].isupper() for i in found) else []
