"""Full names of one person across articles that `name_key` does not make equal.

Merged are a name with words before it that are no name (`States Anton Gavrel`, `Superintendent Lise Amarant`), a name
in another romanisation, and a name with and without a middle name or initial. `docs/speakers.md` says how often each
was right. Names that merely look alike are left to `reports/speakers_review.csv`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from pipeline.core.storage.article_failures import ArticleNet
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.manual_merges import MergeDecisions
from pipeline.resolve.name_forms import name_key, name_suffix, name_words, normalise
from pipeline.resolve.romanised_names import romanised_key, translated_key


@dataclass
class NameUse:
    """A full name, the number of its quotes, the articles with a quote, and the keys of the names merged into it."""

    name: str
    known: bool  # in the gazetteer
    aliases: tuple[str, ...] = ()
    n_quotes: int = 0
    articles: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)


Names = dict[str, NameUse]  # by `name_key`


def merge_same_people(
    uses: Iterable[tuple[str, str, str]], gazetteer: Gazetteer, decisions: MergeDecisions, net: ArticleNet
) -> MergeDecisions:
    """Return the decisions of a person, and with them the merges that the names of all articles allow.

    `uses` are the name of the speaker of each quote of a person, the form of it beside the quote (empty for a pronoun)
    and the article, in the order of the tables. `net` notes the articles whose names raise an exception.
    """
    names = _count_names(uses, gazetteer, decisions, net)
    merged = dict(decisions.merged_names)
    for find_pairs in (_words_before, _romanisations, _middle_names):
        for one, other in list(find_pairs(names, gazetteer)):
            if one in names and other in names and not _are_kept_apart(names[one], names[other], decisions):
                use, target = names.pop(one), names[other]
                target.n_quotes += use.n_quotes
                target.articles |= use.articles
                target.keys |= use.keys
                merged[one] = target.name
    return replace(decisions, merged_names=merged)


def _count_names(
    uses: Iterable[tuple[str, str, str]], gazetteer: Gazetteer, decisions: MergeDecisions, net: ArticleNet
) -> Names:
    """Count the quotes of each full name: of speakers, of their shorter forms beside quotes, and of the gazetteer."""
    names: Names = {}
    for entry in gazetteer.entries:
        if entry.kind == "person" and len(name_words(entry.name)) > 1:
            key = name_key(entry.name)
            names[key] = NameUse(entry.name, known=True, aliases=entry.aliases, keys={key})
    for name, form, article in uses:
        with net.of(article):
            is_shorter = set(name_words(form)) < set(name_words(name))
            for written, n_quotes in ((name, 1), (form, 0)) if is_shorter else ((name, 1),):
                shown = gazetteer.known_name(decisions.canonical_name(written))
                if len(name_words(shown)) > 1:
                    key = name_key(shown)
                    use = names.setdefault(key, NameUse(shown, known=gazetteer.find(shown) is not None, keys={key}))
                    use.n_quotes += n_quotes
                    use.articles.add(article)
    return names


def _are_kept_apart(one: NameUse, other: NameUse, decisions: MergeDecisions) -> bool:
    """Return True for two rows of the gazetteer, and where a person has decided so."""
    pairs = (frozenset((a, b)) for a in one.keys for b in other.keys)
    return (one.known and other.known) or any(pair in decisions.different for pair in pairs)


def _words_before(names: Names, gazetteer: Gazetteer) -> Iterator[tuple[str, str]]:
    """Yield names with words before them that are no name, and the name of somebody that is left without them."""
    for key, use in sorted(names.items()):
        words = use.name.split()
        for at in range(1, len(words) - 1):
            rest = name_key(" ".join(words[at:]))
            if rest in names and not use.known and _is_no_name(words[:at], words[at], gazetteer):
                yield key, rest
                break


def _is_no_name(before: list[str], first: str, gazetteer: Gazetteer) -> bool:
    """Return True for capitalised words before a name, none of them a given name, initial or particle.

    Their last word is an office, a body or a state, or the word after them is a given name. Given names are those that
    the language lists: two unlisted ones in a row may be one person's.
    """
    vocabulary = gazetteer.vocabulary
    small = vocabulary.particles | frozenset(vocabulary.conjunctions)
    for word in before:
        form = normalise(word)
        if not word[0].isupper() or len(form) < 2 or name_key(word) in vocabulary.given_names or form in small:
            return False
    last = normalise(before[-1])
    nouns = vocabulary.titles | vocabulary.people | vocabulary.body | vocabulary.institution | vocabulary.organisation
    return name_key(first) in vocabulary.given_names or last in nouns or gazetteer.find_state(before[-1]) is not None


def _romanisations(names: Names, gazetteer: Gazetteer) -> Iterator[tuple[str, str]]:
    """Yield names that another romanisation makes equal, and the known or most quoted one among them.

    Forms of a given name in other languages count for people of the gazetteer alone: two neighbours may be called
    Oleksandr and Aleksandr, and not be one.
    """
    yield from _equal_names(names, romanised_key)

    def translated(name: str) -> str:
        return translated_key(name, gazetteer.vocabulary.given_name_forms)

    known = {translated(form) for use in names.values() if use.known for form in (use.name, *use.aliases)}
    yield from _equal_names(names, lambda name: key if (key := translated(name)) in known else "")


def _equal_names(names: Names, key_of: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Yield the names that share a key, each with the first among them; not where the gazetteer has two of them."""
    groups: dict[str, list[str]] = {}
    for key, use in sorted(names.items()):
        for shared in sorted({key_of(form) for form in (use.name, *use.aliases)} - {""}):
            groups.setdefault(f"{shared} {name_suffix(use.name)}", []).append(key)
    for group in groups.values():
        if sum(names[key].known for key in group) < 2:
            first = _main_name(group, names)
            yield from ((key, first) for key in group if key != first)


def _middle_names(names: Names, gazetteer: Gazetteer) -> Iterator[tuple[str, str]]:
    """Yield a name with and without a middle name where an article has both; for known people also without, by initial.

    Two longer names of one short name are two people's: neither is merged.
    """
    groups: dict[tuple[str, str, str], list[str]] = {}
    for key, use in sorted(names.items()):
        words = name_words(use.name)
        groups.setdefault((words[0], words[-1], name_suffix(use.name)), []).append(key)
    for group in groups.values():
        short = [key for key in group if len(name_words(names[key].name)) == 2]
        long = [key for key in group if key not in short]
        if len(short) == len(long) == 1:
            one, other = names[short[0]], names[long[0]]
            is_initial = all(len(word) == 1 for word in name_words(other.name)[1:-1])
            if one.articles & other.articles or (is_initial and (one.known or other.known)):
                main = _main_name(group, names)
                yield from ((key, main) for key in group if key != main)


def _main_name(group: list[str], names: Names) -> str:
    """Return the name that the gazetteer has, or else the most quoted one."""
    return max(group, key=lambda key: (names[key].known, names[key].n_quotes))
