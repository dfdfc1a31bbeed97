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
    latestOf(holder),
    element("div", { class: "pictures" }, TARGETS.map((target) => element("figure", { class: "picture", id: `${kind}-picture-${target.index}` }, element("h2", {}, element("span", { class: "eyebrow" }, target.title), " ", target.question)))),
    element("div", { class: "columns" }, holderQuotes(taken, rest), holder.changes.length ? holderChanges(holder) : null),
  );
  const width = stripWidth(byId(kind + "-picture-0"));
  for (const target of TARGETS) fillHolderPicture(holder, target, width);
  return taken;
}

/** The quotes in the order of time, those without a date by themselves; those that take no stance are folded away. */
function holderQuotes(taken, rest) {
  const [dated, undated] = splitByDay(taken);
  const more = dated.length > HOLDER_QUOTES ? element("p", { class: "soft" }, `The first ${HOLDER_QUOTES} of ${grouped(dated.length)} with a date; a mark above leads to each other.`) : null;
  const list = (quotes) => element("ol", { class: "quotes" }, quotes.slice(0, HOLDER_QUOTES).map(quoteItem));
  const timeless = undated.length ? [element("h3", {}, `${plural(undated.length, "quote")} without a date`), list(undated)] : null;
  return element("section", {}, element("h2", {}, plural(taken.length, "quote that takes a stance", "quotes that take a stance")), more, list(dated), timeless, rest.length ? otherQuotes(rest) : null);
}

/** The day of the latest quote, which may be folded away, and what it is about. */
function latestOf({ quotes }) {
  const latest = splitByDay(quotes)[0].at(-1);
  if (!latest) return null;
  const stances = TARGETS.map((target) => [target.title, ": ", labelSign(latest.stances[target.index].label)]);
  return element("p", { class: "latest-of" }, "Latest quote: ", element("a", { href: quoteHash(latest) }, dayNode(latest.day)), element("span", { class: "soft" }, " (", joined(stances, ", "), hasSureSpeaker(latest) ? ")" : "; one uncertain quote: the speaker is not certain)"));
}

function holderChanges(holder) {
  const items = sortedChanges(holder.changes);
  return element("section", {}, element("h2", {}, plural(items.length, "possible change")), element("ol", { class: "changes" }, items.slice(0, CHANGES_PER_PAGE).map(changeNode)));
}

function holderFacts(holder) {
  const compare = element("a", { href: toHash("compare", { a: holderKey(holder) }) }, "Compare");
  const months = element("a", { href: toHash("counts", { by: "month", [holder.holder]: holder.name }) }, "Counts by month");
  if (holder.holder === "side") {
    const speakers = new Set(holder.quotes.map((quote) => quote.speaker).filter(Boolean)).size;
    return element("p", { class: "soft" }, joined([`${plural(speakers, "speaker")} ${speakers === 1 ? "speaks" : "speak"} for this ${holder.by}`, plural(countDistinct(holder.quotes), "quote"), compare, months], " · "));
  }
  const side = holder.side && HOLDERS.side.get(holder.side);
  const aliases = holder.aliases.length ? element("p", { class: "soft" }, "Also: ", joined(holder.aliases.map((alias) => isolated(alias)), ", ")) : null;
  const facts = [holder.role ? isolated(holder.role) : null, side ? sideNode(side) : null, kindText(holder), plural(countDistinct(holder.quotes), "quote"), compare, months];
  return element("div", {}, element("p", {}, joined(facts, " · ")), aliases);
}

/** Lane of a speaker; lanes of the speakers of a side below its own. */
function fillHolderPicture(holder, target, width) {
  const frame = byId(`${holder.holder}-picture-${target.index}`);
  const own = quotesOn(holder.quotes, target);
  if (!own.length) {
    frame.append(element("p", { class: "soft" }, "No quote on this page is about it."));
    return;
  }
  const lanes = holder.holder === "side" ? lanesOf(own, target, "speaker").slice(0, LANES_SHOWN) : [];
  const first = lanes.length ? [{ holder, own, name: `All of ${holder.name}` }, ...lanes] : [{ holder, own }];
  const days = own.map((quote) => quote.day).filter(Boolean);
  const when = days.length && days[0] !== days.at(-1) ? ` ${days.length < own.length ? "Those with a date are b" : "B"}etween ${longDay(days[0])} and ${longDay(days.at(-1))}.` : "";
  frame.append(element("figcaption", {}, `${stanceNumber(own, target)}: ${stanceSummary(own, target)}.${when}`, undatedText(own), " ", outsideText(own)), laneChart(first, target, width), yearTable(own, target) ?? "");
}

/** Says which quotes have no mark because they have no date. */
function undatedText(quotes) {
  const undated = splitByDay(quotes)[1].length;
  return undated ? ` No mark for ${undated} without a date.` : "";
}

/** Numbers of quotes by year and stance; rows and columns add up to all of them. */
function yearTable(own, target) {
  const years = [...new Set(own.map(({ day }) => day?.slice(0, 4) ?? "no date"))];
  if (own.length < 2) return null;
  const labels = STANCES.filter((_, index) => countStances(own, target)[index]);
  const numbers = (quotes) => [...countStances(quotes, target).filter((_, index) => labels.includes(STANCES[index])), quotes.length];
  const row = (name, quotes) => element("tr", {}, element("th", { scope: "row" }, name), numbers(quotes).map((number) => element("td", { class: "num" }, number ? String(number) : "–")));
  const head = element("tr", {}, element("th", { scope: "col" }, "year"), labels.map((label) => element("th", { scope: "col", class: "num" }, labelSign(label))), element("th", { scope: "col", class: "num" }, "all"));
  const rows = years.map((year) => row(year, own.filter(({ day }) => (day?.slice(0, 4) ?? "no date") === year)));
  return element("div", { class: "scroll" }, element("table", { class: "years" }, element("thead", {}, head), element("tbody", {}, rows, years.length > 1 ? row("all", own) : null)));
}

function otherQuotes(rest) {
  const list = element("ol", { class: "quotes" });
  const box = element("details", {}, element("summary", {}, `${plural(rest.length, "other quote")}: neutral, unrelated or unknown`), list);
  box.addEventListener("toggle", () => list.children.length || list.append(...rest.slice(0, HOLDER_QUOTES).map(quoteItem)), { once: true });
  return box;
}

/** A speaker or side as a setting. */
function holderKey(holder) {
  return holder.holder + ":" + holder.id;
}

function holderOf(key) {
  const [kind, ...id] = (key ?? "").split(":");
  return ownValue(HOLDERS, kind)?.get(id.join(":")) ?? null;
}
