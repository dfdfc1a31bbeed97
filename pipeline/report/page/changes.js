// Shows changes of position: the quote before and the quote after, side by side, and how likely the change is real.

const CHANGES_PER_PAGE = 20;

/** Changes, those with the latest quote first. */
function recentChanges() {
  return [...CHANGES].sort((a, b) => compareText(b.after.day ?? "", a.after.day ?? "") || b.probability - a.probability);
}

function changeNode(change) {
  const { holder, target, before, after, probability } = change;
  const head = element("h3", {}, holder.holder === "side" ? sideNode(holder) : element("a", { href: holderHash(holder) }, isolated(holder.name)), element("span", { class: "soft" }, `: ${spaced(target.key)}`));
  const real = element("p", { class: "soft" }, `Probability that both stances and both speakers are right: ${probability} %.`);
  const sides = element("div", { class: "pair" }, halfOfChange(before, target, "before", holder), element("span", { class: "arrow", "aria-hidden": "true" }, "→"), halfOfChange(after, target, "after", holder));
  return element("li", { class: "change" }, head, sides, real);
}

function halfOfChange(quote, target, when, holder) {
  const stance = quote.stances[target.index];
  const who = holder.holder === "side" && quote.speaker ? isolated(quote.speaker.name) : null;
  return element(
    "div",
    { class: "half", "aria-label": when, role: "group" },
    element("p", { class: "tip-head" }, labelSign(stance.label, ` ${stance.certainty} %`), dayNode(quote.day, shortDay(quote.day))),
    passageNode(quote),
    element("p", { class: "soft" }, joined([who, quote.article.publisher ? isolated(quote.article.publisher) : null, element("a", { href: quoteHash(quote) }, "open the quote")], " · ")),
  );
}

function showChanges(settings, turnTo) {
  const items = recentChanges();
  byId("changes-count").textContent = items.length ? `${plural(items.length, "change")}, the latest first.` : "No change was found: no speaker and no side has two kept stances that differ.";
  showPage({ list: byId("change-list"), pager: byId("change-pager"), items, size: CHANGES_PER_PAGE, settings, draw: changeNode, turnTo });
}
