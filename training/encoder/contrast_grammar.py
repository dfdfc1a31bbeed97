"""A grammar of contrasts: labelled sentences for the stance classifier, each with its reversal.

A sentence is composed of an attitude, a polarity, a condition, a change of mind, a holder of the position and an
object. Each object has a polarity of its own (a truce against an end to the truce), so that the label follows from
the whole composition and never from one word. The words are in `contrasts/en.yaml`. In a composed sentence, brackets
enclose the quote and `<` and `>` its cue.
"""

import random
import re
from collections.abc import Mapping

CEASEFIRE = "ceasefire"
CONCESSION = "territorial_concession"
KINDS = {CEASEFIRE: ("halt", "resume", "both"), CONCESSION: ("give", "keep", "both")}
OPPOSITE = {"halt": "resume", "resume": "halt", "give": "keep", "keep": "give", "both": "both"}
POLARITY = {"halt": 1, "resume": -1, "give": 1, "keep": -1, "both": 1, "other": 1}
MAIN_KINDS = {"halt": 32, "resume": 15, "give": 29, "keep": 19, "both": 5}
FAMILIES = {"speech": 42, "actor": 38, "passive": 10, "nominal": 10}
FRAMES = {
    "speech": ("direct", "direct", "long_direct", "indirect", "indirect", "long_indirect"),
    "actor": ("object", "object", "news", "news", "long_news"),
    "passive": ("passive",),
    "nominal": ("nominal",),
}
DIRECTIONS = {"favor": 1, "against": -1}
FILLERS = ("long_in", "long_mid", "long_tail", "say", "tell", "note")
EXTRA_VERSIONS = (("conditional", 0.52), ("neutral", 0.5), ("unrelated", 0.57), ("against", 0.12), ("favor", 0.06))


class _Group:
    """All that the versions of one sentence share: names, objects, frame and fillers."""

    def __init__(self, words: Mapping, rng: random.Random) -> None:
        self.words = words
        self.rng = rng
        kind = rng.choices(list(MAIN_KINDS), list(MAIN_KINDS.values()))[0]
        self.family = rng.choices(list(FAMILIES), list(FAMILIES.values()))[0]
        self.names = _draw_names(words, rng, words["observers"] if self.family == "speech" else [])
        self.frame_name = rng.choice(FRAMES[self.family])
        self.frame = rng.choice(words["frames"][self.frame_name])
        form = "np" if self.frame_name == "object" or self.family == "passive" else rng.choice(("np", "vp"))
        self.form = form
        self.objects = {name: rng.choice(words["objects"][name][form]) for name in (kind, OPPOSITE[kind], "other")}
        self.kind = kind
        self.has_mod = rng.random() < 0.25
        self.condition = [part.strip() for part in rng.choice(words["conditions"]).split("|")]
        self.fillers = {key: rng.choice(words[key]) for key in FILLERS} | {
            "tail": rng.choice(words["nominal"]["tails"])
        }
        self.neighbour = rng.choice(words["neighbours"]) if rng.random() < 0.3 else ""
        self.neighbour_first = rng.random() < 0.5 and not self.frame.startswith("{city}")
        own, direct = self.names["own"], "indirect" not in self.frame_name
        self.names |= {"subj": "we", "poss": "our"} if direct else {"subj": own, "poss": own + "'s"}


def generate_contrasts(words: Mapping, rows: int, seed: int) -> list[dict]:
    """Generate labelled sentences in groups of contrasting versions.

    Parameters
    ----------
    words : Mapping
        The word lists of `contrasts/en.yaml`.
    rows : int
        Number of rows; the last group may be cut short, and then lack its reversal.
    seed : int
        Seed; the same words, number and seed give the same rows.

    Returns
    -------
    list of dict
        Rows with the keys text, cue, context, speaker, group and labels.
    """
    rng = random.Random(seed)
    made: list[dict] = []
    seen: set[str] = set()
    while len(made) < rows:
        group = _make_group(words, rng, f"contrast-{len(made):06d}")
        if seen.isdisjoint(row["text"] for row in group):
            seen.update(row["text"] for row in group)
            made.extend(group)
    return made[:rows]


def _make_group(words: Mapping, rng: random.Random, name: str) -> list[dict]:
    """Make the versions of one sentence, the reversal always among them."""
    group = _Group(words, rng)
    wanted = [*DIRECTIONS] + [label for label, share in EXTRA_VERSIONS if rng.random() < share]
    return [_make_row(group, label, name) for label in wanted]


def _make_row(group: _Group, label: str, name: str) -> dict:
    """Compose one version of the sentence and label it."""
    kind = _version_kind(group, label)
    mode = label
    if label == "unrelated":
        mode = group.rng.choice(("favor", "against", "favor", "against", "conditional", "neutral"))
    marked = _compose(group, kind, mode)
    text, cue, context = _unmark(marked)
    if group.neighbour:
        extra = _fill(group, group.neighbour)
        context = f"{extra} {context}" if group.neighbour_first else f"{context} {extra}"
    labels = {target: label if kind in kinds else "unrelated" for target, kinds in KINDS.items()}
    return {"text": text, "cue": cue, "context": context, "speaker": None, "group": name, "labels": labels}


def _version_kind(group: _Group, label: str) -> str:
    """Choose the object's kind: the group's own, its opposite in some versions, or a distractor."""
    if label == "unrelated":
        return "other"
    if label == "conditional":
        return "give" if group.kind == "keep" else group.kind
    return OPPOSITE[group.kind] if group.rng.random() < 0.25 else group.kind


def _compose(group: _Group, kind: str, mode: str) -> str:
    """Write the marked sentence of one version."""
    if mode == "neutral" and group.family in ("speech", "actor") and group.rng.random() < 0.4:
        return _reported(group, kind)
    sign = DIRECTIONS.get(mode) or group.rng.choice((1, -1))
    if mode == "conditional" and kind == "resume":
        sign = -1
    attitude = sign * POLARITY[kind]
    parts = {"P": _preposed(group, kind, mode, sign, attitude), "x": ""}
    suffix = _suffix(group, kind, sign) if mode == "conditional" else ""
    writer = {"speech": _speech, "actor": _actor, "passive": _passive, "nominal": _nominal}[group.family]
    if group.family == "actor" and group.form == "np" and not parts["P"] and mode in DIRECTIONS:
        mode = group.rng.choice(("past", mode))
    parts.update(writer(group, kind, mode, attitude))
    slot = {"speech": "{C}", "actor": "{x}", "passive": "{who}", "nominal": "{pred}"}[group.family]
    return _fill(group, group.frame.replace(slot, f"{slot} {suffix}"), **parts)


def _preposed(group: _Group, kind: str, mode: str, sign: int, attitude: int) -> str:
    """Sometimes put a met condition or a change of mind before the clause of a version with a direction."""
    if mode not in DIRECTIONS or group.family == "nominal":
        return ""
    chance = group.rng.random()
    if chance < 0.2:
        usual = group.rng.random() < 0.65  # the link alone must not tell the label
        return group.rng.choice(group.words["links"]["met_pro" if (sign > 0) == usual else "met_con"])
    if chance < 0.3:
        return group.rng.choice(group.words["turns"])
    if chance < 0.42 and kind != "keep" and group.family == "actor":
        turned = group.rng.random() < 0.6
        gerund = group.rng.choice(group.words["turn_con" if (attitude > 0) == turned else "turn_pro"])
        return group.rng.choice(group.words["old_turns" if turned else "firm_turns"]).replace("{g}", gerund)
    return ""


def _suffix(group: _Group, kind: str, sign: int) -> str:
    """Choose an unmet condition, fitting an acceptance, a refusal or a threat."""
    links = group.words["links"]
    if kind == "resume":
        return links["unmet_con"][0]
    return group.rng.choice(links["unmet_pro" if sign > 0 else "unmet_con"])


def _speech(group: _Group, kind: str, mode: str, attitude: int) -> dict[str, str]:
    """Write the clause of a quote: a verdict on the object, or what is to be done about it."""
    rng, words = group.rng, group.words
    if mode == "neutral":
        clause = rng.choice(words["neutral"]["speech_" + group.form])
        if group.form == "vp":
            return {"C": _inflect(clause, group.objects[kind], "")}
        return {"C": clause.replace("{x}", _matter(group, kind))}
    prefix = "cond_" if mode == "conditional" else ""
    if group.form == "np" and rng.random() < 0.5:
        key = prefix + _side(attitude) if prefix else _list_name(kind, attitude)
        return {"C": f"{_object(group, kind)} {rng.choice(words['verdicts'][key])}"}
    verb, side = _verb(group, kind, attitude)
    return {"C": _inflect(rng.choice(words["speech"][prefix + side]), verb, _tail(group, kind))}


def _actor(group: _Group, kind: str, mode: str, attitude: int) -> dict[str, str]:
    """Write the predicate and the object of an actor's sentence."""
    rng, words = group.rng, group.words
    vague = "vp_" if group.form == "vp" else ""
    if mode == "neutral" and vague:
        return {"pred": _inflect(rng.choice(words["neutral"]["vp"]), group.objects[kind], "")}
    if mode == "neutral":
        return {"pred": rng.choice(words["neutral"]["np"]), "x": _matter(group, kind)}
    prefix = {"conditional": "cond_", "past": "past_"}.get(mode, vague)
    verb, side = _verb(group, kind, attitude)
    pred = _inflect(rng.choice(words["wrap"][prefix + side]), verb, "")
    return {"pred": pred, "x": _tail(group, kind)}


def _passive(group: _Group, kind: str, mode: str, attitude: int) -> dict[str, str]:
    """Make the object the subject of a passive sentence."""
    key = ("cond_" if mode == "conditional" else "") + _list_name(kind, attitude)
    if mode == "neutral":
        key = mode
    named = _matter(group, kind) if mode == "neutral" else _object(group, kind)
    return {"x": named, "pred": group.rng.choice(group.words["passive"][key])}


def _nominal(group: _Group, kind: str, mode: str, attitude: int) -> dict[str, str]:
    """Write a noun phrase such as "the refusal of ... to accept"."""
    verb, side = _verb(group, kind, attitude)
    key = {"neutral": mode, "conditional": "cond_" + side}.get(mode, side)
    return {"pred": _inflect(group.rng.choice(group.words["nominal"][key]), verb, _tail(group, kind))}


def _reported(group: _Group, kind: str) -> str:
    """Write somebody else's report of a position, of either direction: neutral."""
    frame, attitude = group.rng.choice(group.words["frames"]["reported"]), group.rng.choice((1, -1))
    mode = "conditional" if POLARITY[kind] > 0 and group.rng.random() < 0.4 else "favor"
    if mode == "conditional":
        frame = frame.replace("{x}", "{x} " + _suffix(group, kind, attitude))
    return _fill(group, frame, **_actor(group, kind, mode, attitude))


def _verb(group: _Group, kind: str, attitude: int) -> tuple[str, str]:
    """Choose a verb, and whether its wrapper must keep ("same") or turn ("flip") it to reach the attitude."""
    if group.form == "vp":
        return group.objects[kind], _side(attitude)
    own = 1 if group.rng.random() < 0.6 else -1
    return group.rng.choice(group.words["verbs"][_list_name(kind, own)]), _side(own * attitude)


def _side(sign: int) -> str:
    return "same" if sign > 0 else "flip"


def _list_name(kind: str, sign: int) -> str:
    return ("keep" if kind == "keep" else "plan") + ("_pro" if sign > 0 else "_con")


def _object(group: _Group, kind: str) -> str:
    """Write the object as a noun phrase, often with a modifier where it would stand alone."""
    rng, words = group.rng, group.words
    if not group.has_mod and (group.frame_name != "object" or rng.random() < 0.15):
        return group.objects[kind]
    mod = rng.choice(words["keep_mods" if kind == "keep" else "mods"])
    return f"{group.objects[kind]} {_draw_dates(mod, words, rng)}"


def _tail(group: _Group, kind: str) -> str:
    """Write what follows the verb: the noun phrase, or nothing after a verb phrase."""
    return "" if group.form == "vp" else _object(group, kind)


def _matter(group: _Group, kind: str) -> str:
    """Name the object without a direction: an upheld claim becomes "the demand for" it."""
    return ("the demand for " if kind == "keep" else "") + _object(group, kind)


def _inflect(pattern: str, verb: str, tail: str) -> str:
    """Put a verb "base|participle|gerund|rest" into a pattern, and the tail after it."""
    base, participle, gerund, *rest = verb.split("|")
    after = " ".join([*rest, tail]).strip()
    for slot, form in {"{b}": base, "{pp}": participle, "{g}": gerund, "{s}": _third(base)}.items():
        pattern = pattern.replace(slot, f"{form} {after}".strip())
    return pattern


def _third(base: str) -> str:
    """Form the third person singular of a verb, its first word inflected."""
    first, _, rest = base.partition(" ")
    ending = "es" if first.endswith(("s", "sh", "ch", "o")) else "s"
    return f"{first}{ending} {rest}".strip()


def _draw_names(words: Mapping, rng: random.Random, experts: list[str]) -> dict[str, str]:
    """Draw the invented names of one group."""
    own, enemy = rng.sample(words["states"], 2)
    names = {"own": own, "enemy": enemy, "region": rng.choice(words["regions"]), "city": rng.choice(words["cities"])}
    names |= {"mediator": rng.choice(words["mediators"]), "weekday": rng.choice(words["weekdays"])}
    actors = words["persons"] + words["bodies"] + experts
    for key, text in (("who", rng.choice(actors)), ("observer", rng.choice(words["observers"]))):
        person = f"{rng.choice(words['first_names'])} {rng.choice(words['last_names'])}"
        names[key] = text.format(name=person, own=own, city=rng.choice(words["cities"]))
    names["rel"] = "who" if names["who"].split()[-1] in words["last_names"] else "which"
    names |= {slot: _draw_dates("{" + slot + "}", words, rng) for slot in ("day", "month", "year", "n")}
    return names


def _draw_dates(text: str, words: Mapping, rng: random.Random) -> str:
    """Fill the slots for dates and numbers."""
    text = text.replace("{day}", str(rng.randint(1, 28))).replace("{n}", str(rng.randint(4, 19)))
    return text.replace("{month}", rng.choice(words["months"])).replace("{year}", str(rng.randint(1961, 2019)))


def _fill(group: _Group, text: str, **parts: str) -> str:
    """Fill a frame's slots with its parts, then with the group's fillers and names."""
    unmet, met = group.condition
    for values in (parts, group.fillers, {"c": unmet, "m": met}, group.names):
        for key, value in values.items():
            text = text.replace("{" + key + "}", value)
    text = re.sub(r" +([\],.])", r"\1", re.sub(r" +", " ", text))
    return re.sub(r'(^["\[<]*|"\[|: \[)([a-z])', lambda match: match[1] + match[2].upper(), text)


def _unmark(marked: str) -> tuple[str, str | None, str]:
    """Split a marked sentence into text, cue and context."""
    plain = re.sub(r"[<>]", "", marked)
    text = plain[plain.index("[") + 1 : plain.index("]")]
    cue = re.search(r"<(.+?)>", marked)
    return text, re.sub(r"[\[\]]", "", cue[1]) if cue else None, re.sub(r"[\[\]<>]", "", marked)
