// The speakers of the quotes selected, those with most quotes first, each with timelines and a table of the same.

const SPEAKERS_A_PAGE = 10;

/** Speakers with their quotes among those selected. */
function speakersOf(quotes) {
  const found = new Map();
  for (const quote of quotes) {
    if (!quote.speaker) continue;
    if (!found.has(quote.speaker)) found.set(quote.speaker, []);
    found.get(quote.speaker).push(quote);
  }
  const counted = Array.from(found, ([speaker, own]) => ({ speaker, own, count: distinct(own) }));
  return counted.sort((a, b) => b.count - a.count || (a.speaker.name < b.speaker.name ? -1 : 1));
}

function speakerItem(settings) {
  return ({ speaker, own, count }) => {
    const about = [speaker.kind, speaker.role, speaker.country].filter(Boolean);
    const link = toHash("quotes", { ...settings, speaker: speaker.name, page: "" });
    const undated = own.filter((quote) => !quote.article.day).length;
    return el(
      "li",
      {},
      el("h2", {}, bdi(speaker.name)),
      el("p", { class: "soft" }, about.flatMap((text, at) => [at ? " · " : "", bdi(text)])),
      el("p", {}, el("a", { href: link }, plural(count, "quote"), el("span", { class: "soft" }, " of ", bdi(speaker.name))), undated ? `; ${undated} without a date` : null),
      el("div", { class: "charts" }, TARGETS.map((_, target) => timeline(own, target))),
      positionsTable(speaker, own),
    );
  };
}

/** The timelines as a table, opened on demand. */
function positionsTable(speaker, own) {
  const box = el("details", { class: "table" }, el("summary", {}, "As a table: ", bdi(speaker.name)));
  box.addEventListener("toggle", () => box.children.length > 1 || box.append(tableOf(own)), { once: true });
  return box;
}

function tableOf(own) {
  const head = ["date", ...TARGETS.map((target) => words(target.key)), "article"].map((text) => el("th", { scope: "col" }, text));
  const cell = (stance) => el("td", {}, `${words(stance.label)} ${stance.sure} %` + (stance.abstained ? " (abstained)" : ""));
  const row = (quote) => {
    const link = el("a", { href: toHash("article", { quote: quote.id }, quote.article.id) }, bdi(quote.article.title ?? "article"));
    return el("tr", {}, el("td", {}, quote.article.day ?? "no date"), quote.stances.map(cell), el("td", {}, link));
  };
  return el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, head)), el("tbody", {}, own.map(row))));
}

function showSpeakers(quotes, settings, go) {
  const items = speakersOf(quotes);
  const places = { list: byId("speaker-list"), pager: byId("speaker-pager") };
  showPage({ ...places, items, size: SPEAKERS_A_PAGE, settings, draw: speakerItem(settings), go });
  return items.length;
}
