// Lists the sides, and the speakers of the selected quotes, those with most stances first.

const SPEAKERS_PER_PAGE = 40;
const UNKNOWN_KIND = "unknown";

/** Speakers with their quotes among those selected. */
function speakersOf(quotes) {
  const bySpeaker = new Map();
  for (const quote of quotes) {
    if (!quote.speaker) continue;
    if (!bySpeaker.has(quote.speaker)) bySpeaker.set(quote.speaker, []);
    bySpeaker.get(quote.speaker).push(quote);
  }
  const items = Array.from(bySpeaker, ([speaker, own]) => ({ speaker, own, count: countDistinct(own) }));
  return items.sort((a, b) => b.count - a.count || compareText(a.speaker.name, b.speaker.name));
}

/** How many quotes of a speaker or article are selected: a list has fewer than their own page, by default those with a stance. */
function shareOfQuotes(count, all) {
  return count < all ? `${grouped(count)} of ${plural(all, "quote")}` : plural(all, "quote");
}

/** The kind of a speaker; nothing where it is not known. */
function kindText({ kind }) {
  return kind === UNKNOWN_KIND ? null : kind;
}

function speakerItem({ speaker, own, count }) {
  const side = speaker.side && HOLDERS.side.get(speaker.side);
  const aliases = speaker.aliases.length ? element("span", { class: "soft" }, "also ", joined(speaker.aliases.slice(0, 4).map((alias) => isolated(alias)), ", ")) : null;
  const about = joined([speaker.role ? isolated(speaker.role) : kindText(speaker), aliases], " · ");
  const tallies = TARGETS.map((target) => {
    const counts = countStances(quotesOn(inDayOrder(own), target), target);
    return counts.some(Boolean) ? element("span", { class: "tally" }, element("span", { class: "soft" }, target.title + ": "), STANCES.map((label, index) => (counts[index] ? countSign(label, counts[index]) : null))) : null;
  });
  return element("li", { class: "person" }, element("p", {}, element("a", { class: "who", href: holderHash(speaker) }, isolated(speaker.name)), " ", side && side.name !== speaker.name ? sideNode(side) : null), element("p", { class: "soft" }, about), element("p", { class: "tallies" }, shareOfQuotes(count, countDistinct(speaker.quotes)), tallies));
}

/** Show a page of speakers; returns the number of all of them. */
function showSpeakers(quotes, settings, turnTo) {
  const items = speakersOf(quotes);
  showPage({ list: byId("speaker-list"), pager: byId("speaker-pager"), items, size: SPEAKERS_PER_PAGE, settings, draw: speakerItem, turnTo });
  const sides = new Map();
  for (const { side } of withoutCopies(quotes)) if (side) sides.set(side, (sides.get(side) ?? 0) + 1);
  const sorted = [...sides].sort((a, b) => (a[0].by === "body") - (b[0].by === "body") || b[1] - a[1] || compareText(a[0].name, b[0].name));
  const firstBody = sorted.find(([side]) => side.by === "body")?.[0];
  byId("side-list").replaceChildren(...sorted.map(([side, number]) => element("li", {}, side === firstBody ? element("span", { class: "soft" }, "Other bodies: ") : null, sideNode(side), element("span", { class: "soft" }, " " + grouped(number)))));
  return items.length;
}
