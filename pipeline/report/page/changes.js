// Shows possible changes of position: the earlier and the later quote side by side, what lies between them, and how likely both are right.

const CHANGES_PER_PAGE = 20;
const BETWEEN_SIGNS = 12;

/** Changes, those with the latest quote first. */
function recentChanges() {
  return [...CHANGES].sort((a, b) => compareText(b.after.day ?? "", a.after.day ?? "") || b.probability - a.probability);
}

function changeNode(change) {
  const { holder, target, before, after, probability } = change;
  const head = element("h3", {}, holder.holder === "side" ? sideNode(holder) : element("a", { href: holderHash(holder) }, isolated(holder.name)), element("span", { class: "soft" }, `: ${spaced(target.key)}`));
  const verdict = probability < 50 ? ": more likely wrong than right" : "";
  const real = element("p", { class: "soft" }, `Probability that both stances and both speakers are right: ${probability} %${verdict}.`);
  const sides = element("div", { class: "pair" }, halfOfChange(before, target, "earlier", holder), element("span", { class: "arrow", "aria-hidden": "true" }, "→"), halfOfChange(after, target, "later", holder));
  return element("li", { class: "change" }, head, sides, betweenNode(change), real);
}

/** Quotes of the same holder and target from days between those of a change, which decided nothing: neutral ones, or days with two stances. */
function quotesBetween({ holder, target, before, after }) {
  return stancesOn(holder.quotes, target).filter(({ day }) => day && day > before.day && day < after.day);
}

/** What lies between the two quotes, with a link to all of it; nothing where they are neighbours. */
function betweenNode(change) {
  const { holder, target, before, after } = change;
  const between = quotesBetween(change);
  if (!between.length) return null;
  const hash = toHash("quotes", { [holder.holder]: holder.name, ["t." + target.key]: ROLES.unrelated ? "~" + ROLES.unrelated : "", from: before.day, to: after.day, sort: "oldest" });
  const signs = between.slice(0, BETWEEN_SIGNS).map((quote) => glyphNode(quote.stances[target.index].label));
  return element("p", { class: "soft between" }, signs, between.length > BETWEEN_SIGNS ? "… " : " ", element("a", { href: hash }, `${plural(between.length, "quote")} with a stance between them`));
}

function halfOfChange(quote, target, when, holder) {
  const stance = quote.stances[target.index];
  const who = holder.holder === "side" && quote.speaker ? isolated(quote.speaker.name) : null;
  return element(
    "div",
    { class: "half", "aria-label": when, role: "group" },
    element("p", { class: "tip-head" }, labelSign(stance.label, ` ${stance.certainty} %`), element("span", { class: "soft" }, when + ", ", dayNode(quote.day, shortDay(quote.day)))),
    passageNode(quote),
    element("p", { class: "soft" }, joined([who, quote.article.publisher ? isolated(quote.article.publisher) : null, element("a", { class: "no-print", href: quoteHash(quote) }, "open the quote")], " · ")),
  );
}

function countUnlikely(changes) {
  return changes.filter(({ probability }) => probability < 50).length;
}

function showChanges(settings, turnTo) {
  const items = recentChanges();
  byId("changes-count").textContent = items.length ? `${plural(items.length, "possible change")}, the latest first; more likely wrong than right: ${countUnlikely(items)}.` : "No possible change was found: no speaker and no side has two stances that differ and that the program is sure of.";
  showPage({ list: byId("change-list"), pager: byId("change-pager"), items, size: CHANGES_PER_PAGE, settings, draw: changeNode, turnTo });
}
