// Shows possible changes of position: the earlier and the later quote side by side, what lies between them, and how likely both are right.

const CHANGES_PER_PAGE = 20;
const BETWEEN_SIGNS = 12;
// Of each quote in the sentence on the latest change (in characters).
const WORDS_SHOWN = 90;
const NO_CHANGES = "No possible change was found: no speaker and no side has two stances that differ and that the program is sure of.";

function isLikely({ probability }) {
  return probability >= DATA.likelyChange;
}

/** Changes: first those that are more likely right than wrong; of each group those with the latest quote first. */
function sortedChanges(changes = CHANGES) {
  return [...changes].sort((a, b) => isLikely(b) - isLikely(a) || compareText(b.after.day ?? "", a.after.day ?? "") || b.probability - a.probability);
}

function changeNode(change) {
  const { holder, target, before, after, probability } = change;
  const head = element("h3", {}, holder.holder === "side" ? sideNode(holder) : element("a", { href: holderHash(holder) }, isolated(holder.name)), element("span", { class: "soft" }, `${holder.holder === "side" ? ", side" : ""}: ${spaced(target.key)}`));
  const verdict = isLikely(change) ? "" : ": more likely wrong than right";
  const real = element("p", { class: "soft" }, `Probability that both stances and both speakers are right: ${probability} %${verdict}.`);
  const sides = element("div", { class: "pair" }, halfOfChange(before, target, "earlier", holder), element("span", { class: "arrow", "aria-hidden": "true" }, "→"), halfOfChange(after, target, "later", holder));
  return element("li", { class: "change" }, head, real, sides, betweenNode(change));
}

/** Quotes of the same holder and target from days between those of a change, which decided nothing: neutral ones, or days with two stances. */
function quotesBetween({ holder, target, before, after }) {
  return quotesOn(holder.quotes, target).filter(({ day }) => day && day > before.day && day < after.day);
}

/** What lies between the two quotes, with a link to all of it; nothing where they are neighbours. */
function betweenNode(change) {
  const { holder, target, before, after } = change;
  const between = quotesBetween(change);
  if (!between.length) return null;
  const hash = toHash("quotes", { [holder.holder]: holder.name, ["t." + target.key]: ROLES.unrelated ? "~" + ROLES.unrelated : "", from: before.day, to: after.day, sort: "oldest" });
  const signs = between.slice(0, BETWEEN_SIGNS).map((quote) => glyphNode(quote.stances[target.index].label));
  return element("p", { class: "soft between" }, signs, between.length > BETWEEN_SIGNS ? "… " : " ", element("a", { href: hash }, `${plural(between.length, "quote")} about it between them`));
}

/** The latest change in a sentence, with the words of both quotes, for the top of the first screen. */
function changeSentence({ holder, target, before, after, probability }) {
  const half = (quote) => {
    const who = holder.holder === "side" && quote.speaker ? [" by ", isolated(quote.speaker.name)] : [];
    return [labelSign(quote.stances[target.index].label), who, " (", dayNode(quote.day, shortDay(quote.day)), ") ", element("a", { href: quoteHash(quote, target) }, isolated(shortened(wordsOf(quote))))];
  };
  return [element("b", {}, "Latest possible change: "), element("a", { class: "who", href: holderHash(holder) }, isolated(holder.name)), ` on a ${spaced(target.key)}, from `, half(before), " to ", half(after), `. Probability ${probability} %.`].flat(3);
}

/** The first words of a text. */
function shortened(text) {
  return text.length > WORDS_SHOWN ? text.slice(0, text.lastIndexOf(" ", WORDS_SHOWN)) + " …" : text;
}

function halfOfChange(quote, target, when, holder) {
  const stance = quote.stances[target.index];
  const who = holder.holder === "side" && quote.speaker ? isolated(quote.speaker.name) : null;
  return element(
    "div",
    { class: "half", "aria-label": when, role: "group", "data-quote": quote.id },
    element("p", { class: "tip-head" }, labelSign(stance.label, stance.beside), element("span", { class: "soft" }, when + ", ", dayNode(quote.day, shortDay(quote.day)))),
    passageNode(quote),
    element("p", { class: "soft" }, joined([who, quote.article.publisher ? isolated(quote.article.publisher) : null], " · "), element("span", { class: "no-print" }, who || quote.article.publisher ? " · " : "", element("a", { href: quoteHash(quote, target) }, "open the quote"))),
  );
}

/** How many changes there are, and how many of them are more likely right than wrong. */
function countChanges(changes) {
  if (!changes.length) return NO_CHANGES;
  const likely = changes.filter(isLikely).length;
  const total = plural(changes.length, "possible change");
  if (changes.length === 1) return `${total}: more likely ${likely ? "right than wrong" : "wrong than right"}.`;
  if (!likely) return `${total}, the latest first. Each of them is more likely wrong than right.`;
  const order = likely < changes.length ? "; these come first, the latest of them on top" : ", the latest first";
  return `${total}, of which ${likely} ${likely === 1 ? "is" : "are"} more likely right than wrong${order}.`;
}

/** Show a page of changes; returns their quotes. */
function showChanges(settings, turnTo) {
  const items = sortedChanges(CHANGES.filter(({ target }) => !settings.on || target.key === settings.on));
  const link = (on, title) => element("li", {}, element("a", { href: toHash("changes", { on }), "aria-current": (settings.on ?? "") === on ? "true" : null }, title));
  byId("changes-on").replaceChildren(link("", "All"), ...TARGETS.map(({ key, title }) => link(key, title)));
  byId("changes-count").textContent = countChanges(items);
  const shown = showPage({ list: byId("change-list"), pager: byId("change-pager"), items, size: CHANGES_PER_PAGE, settings, draw: changeNode, turnTo });
  return [...new Set(shown.flatMap(({ before, after }) => [before, after]))];
}
