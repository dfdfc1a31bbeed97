"""Explanations as lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.core.quote import Quote
from pipeline.extract.explanation import Account, Push, Weighed
from pipeline.extract.quote_explainer import Explanation

_LONGEST = 90
_SHOWN = 4


def lines(text: str, quotes: list[Quote], told: Explanation) -> Iterator[str]:
    """Lines for each quote, then one for each sentence without any."""
    for quote, account in zip(quotes, told.accounts, strict=True):
        yield from _quote(text, quote, account)
        yield ""
    if told.silences:
        yield "Sentences without a quote:"
    for silence in told.silences:
        start, end = silence.sentence
        yield f"  {start:>6}  {cut(text[start:end])}"
        yield f"          {silence.reason}: {silence.why}"


def cut(text: str) -> str:
    """One line of a text, shortened."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"


def _quote(text: str, quote: Quote, account: Account) -> Iterator[str]:
    yield f"{quote.content[0][0]:>6}  {cut(quote.quoted)}"
    found = f"{account.path}{f', and the rule {account.rule}' if account.rule and account.path == 'learned' else ''}"
    yield f"  found by   {found if account.path == 'learned' else f'the rule {account.rule}'}"
    if account.scores:
        yield f"  scores     {_scores(account.scores)}"
    for note in account.notes:
        yield f"             {note}"
    yield from _pushes("  cue        ", account.cue_pushes)
    yield from _pushes("  decided    ", account.decided)
    yield from _lost(text, account.lost)
    yield f"  speaker    {_speaker(quote)}"


def _scores(scores: dict) -> str:
    def one(value: object) -> str:
        return " and ".join(map(one, value)) if isinstance(value, list) else f"{value:.2f}"

    names = [name for name in scores if name not in ("score", "least")]
    known = {name: scores[name] for name in names if scores[name] is not None and scores[name] != [None]}
    told = ", ".join(f"{name} {one(value)}" for name, value in known.items() if _told(value))
    return f"{told}; chosen by {scores['score']:.2f}, least {scores['least']:.2f}"


def _told(value: object) -> bool:
    return all(part is not None for part in value) if isinstance(value, list) else True


def _pushes(head: str, pushes: list[Push]) -> Iterator[str]:
    for push in pushes[:_SHOWN]:
        yield f"{head}{push.push:+.2f}  {push.feature}: {push.value}"
        head = " " * len(head)


def _lost(text: str, lost: list[Weighed]) -> Iterator[str]:
    head = "  lost       "
    for one in lost:
        score = "" if one.score is None else f"{one.score:.2f}  "
        words = " … ".join(text[start:end] for start, end in one.content)
        yield f"{head}{score}{cut(words)} ({one.rule}: {one.lost})"
        head = " " * len(head)


def _speaker(quote: Quote) -> str:
    chain = [f"{step.rule}{f' “{words}”' if (words := quote.words(step.span)) else ''}" for step in quote.steps]
    found = " → ".join(chain) or quote.resolved_by
    return f"{quote.speaker or 'nobody'} ({found}; certainty {quote.certainty:.2f})"
