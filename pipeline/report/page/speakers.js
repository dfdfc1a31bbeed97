// Shows the speakers of the selected quotes, those with most quotes first, each with timelines and a table of the same.

const SPEAKERS_PER_PAGE = 10;

/** Speakers with their quotes among those selected. */
function speakersOf(quotes) {
  const bySpeaker = new Map();
  for (const quote of quotes) {
    if (!quote.speaker) continue;
    if (!bySpeaker.has(quote.speaker)) bySpeaker.set(quote.speaker, []);
    bySpeaker.get(quote.speaker).push(quote);
  }
  const items = Array.from(bySpeaker, ([speaker, own]) => ({ speaker, own, count: countDistinct(own) }));
  return items.sort((a, b) => b.count - a.count || (a.speaker.name < b.speaker.name ? -1 : 1));
}

function speakerItem(settings) {
  return ({ speaker, own, count }) => {
    const facts = [speaker.kind, speaker.role, speaker.country].filter(Boolean);
    const link = toHash("quotes", { ...settings, speaker: speaker.name, page: "" });
    const undated = own.filter((quote) => !quote.article.day).length;
    return element(
      "li",
      {},
      element("h2", {}, isolated(speaker.name)),
      element("p", { class: "soft" }, facts.flatMap((text, index) => [index ? " · " : "", isolated(text)])),
      element("p", {}, element("a", { href: link }, plural(count, "quote"), element("span", { class: "soft" }, " of ", isolated(speaker.name))), undated ? `; ${undated} without a date` : null),
      element("div", { class: "charts" }, TARGETS.map((_, target) => timeline(own, target))),
      positionsTable(speaker, own),
    );
  };
}

/** The timelines as a table, filled when it is opened. */
function positionsTable(speaker, own) {
  const box = element("details", { class: "table" }, element("summary", {}, "As a table: ", isolated(speaker.name)));
  box.addEventListener("toggle", () => box.children.length > 1 || box.append(tableOf(own)), { once: true });
  return box;
}

function tableOf(own) {
  const head = ["date", ...TARGETS.map((target) => spaced(target.key)), "article"].map((text) => element("th", { scope: "col" }, text));
  const row = (quote) => {
    const link = element("a", { href: toHash("article", { quote: quote.id }, quote.article.id) }, isolated(quote.article.title ?? "article"));
    const stances = quote.stances.map((stance) => element("td", {}, stanceText(stance)));
    return element("tr", {}, element("td", {}, quote.article.day ?? "no date"), stances, element("td", {}, link));
  };
  return element("div", { class: "scroll" }, element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, own.map(row))));
}

/** Show a page of speakers; returns the number of all of them. */
function showSpeakers(quotes, settings, turnTo) {
  const items = speakersOf(quotes);
  const places = { list: byId("speaker-list"), pager: byId("speaker-pager") };
  showPage({ ...places, items, size: SPEAKERS_PER_PAGE, settings, draw: speakerItem(settings), turnTo });
  return items.length;
}
