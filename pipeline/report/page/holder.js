// One speaker or one side: its lanes, its changes, its quotes in order; of a side also its speakers.

const HOLDER_QUOTES = 100;

function showHolder(kind, id) {
  const place = byId("view-" + kind);
  const holder = HOLDERS[kind].get(id);
  const title = (...nodes) => element("h1", { id: kind + "-title", tabindex: -1 }, nodes);
  if (!holder) {
    place.replaceChildren(title(`No such ${kind} on this page`), element("p", {}, element("a", { href: "#speakers" }, "All speakers and sides")));
    return [];
  }
  const taken = withoutCopies(holder.quotes.filter(takesStance));
  const rest = withoutCopies(holder.quotes.filter((quote) => !takesStance(quote)));
  place.replaceChildren(
    title(isolated(holder.name)),
    holderFacts(holder),
    element("div", { class: "pictures" }, TARGETS.map((target) => element("figure", { class: "picture", id: `${kind}-picture-${target.index}` }, element("h2", {}, element("span", { class: "eyebrow" }, target.title), " ", target.question)))),
    element("div", { class: "columns" }, holderQuotes(taken, rest), holder.changes.length ? holderChanges(holder) : null),
  );
  for (const target of TARGETS) fillHolderPicture(holder, target);
  return taken;
}

/** The quotes in the order of time; those that take no stance are folded away. */
function holderQuotes(taken, rest) {
  const more = taken.length > HOLDER_QUOTES ? element("p", { class: "soft" }, `The first ${HOLDER_QUOTES} of ${taken.length.toLocaleString("en")}; a mark above leads to each other.`) : null;
  return element("section", {}, element("h2", {}, plural(taken.length, "quote that takes a stance", "quotes that take a stance")), more, element("ol", { class: "quotes" }, taken.slice(0, HOLDER_QUOTES).map(quoteItem)), rest.length ? otherQuotes(rest) : null);
}

function holderChanges(holder) {
  const latest = [...holder.changes].sort((a, b) => compareText(b.after.day ?? "", a.after.day ?? ""));
  return element("section", {}, element("h2", {}, plural(latest.length, "change")), element("ol", { class: "changes" }, latest.slice(0, CHANGES_PER_PAGE).map(changeNode)));
}

function holderFacts(holder) {
  const compare = element("a", { href: toHash("compare", { a: holderKey(holder) }) }, "Compare");
  if (holder.holder === "side") {
    const speakers = new Set(holder.quotes.map((quote) => quote.speaker).filter(Boolean)).size;
    return element("p", { class: "soft" }, joined([`side: ${plural(speakers, "speaker")} of a state, movement or body`, plural(countDistinct(holder.quotes), "quote"), compare], " · "));
  }
  const side = holder.side && HOLDERS.side.get(holder.side);
  const aliases = holder.aliases.length ? element("p", { class: "soft" }, "Also: ", joined(holder.aliases.map((alias) => isolated(alias)), ", ")) : null;
  const facts = [holder.role ? isolated(holder.role) : null, side ? sideNode(side) : null, holder.kind, plural(countDistinct(holder.quotes), "quote"), compare];
  return element("div", {}, element("p", {}, joined(facts, " · ")), aliases);
}

/** Lane of a speaker; lanes of the speakers of a side below its own. */
function fillHolderPicture(holder, target) {
  const frame = byId(`${holder.holder}-picture-${target.index}`);
  const own = stancesOn(holder.quotes, target);
  if (!own.length) {
    frame.append(element("p", { class: "soft" }, "No quote on this page takes a stance on it."));
    return;
  }
  const lanes = holder.holder === "side" ? lanesOf(own, target, "speaker").slice(0, LANES_SHOWN) : [];
  const first = lanes.length ? [{ holder, own, name: `All of ${holder.name}` }, ...lanes] : [{ holder, own }];
  const days = own.map((quote) => quote.day).filter(Boolean);
  const when = days.length > 1 ? ` Between ${longDay(days[0])} and ${longDay(days.at(-1))}.` : "";
  frame.append(element("figcaption", {}, `${plural(own.length, "stance")}: ${stanceCountsText(countStances(own, target))}.${when}`), laneChart(first, target, frame));
}

function otherQuotes(rest) {
  const list = element("ol", { class: "quotes" });
  const box = element("details", {}, element("summary", {}, `${plural(rest.length, "other quote")}: unrelated or unknown`), list);
  box.addEventListener("toggle", () => list.children.length || list.append(...rest.slice(0, HOLDER_QUOTES).map(quoteItem)), { once: true });
  return box;
}

/** A speaker or side as a setting. */
function holderKey(holder) {
  return holder.holder + ":" + holder.id;
}

function holderOf(key) {
  const [kind, ...id] = (key ?? "").split(":");
  return HOLDERS[kind]?.get(id.join(":")) ?? null;
}
