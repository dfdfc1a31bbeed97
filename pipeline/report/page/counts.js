// How many quotes an outlet, a speaker, a side or a month has, and which share of their stances is in favor.

const COUNTS_PER_PAGE = 50;
const Z = 1.96;
// What quotes are counted by: the name of the column, the setting that selects a row, its value, what stands where there is none, and its setting.
const COUNTED_BY = {
  outlet: { title: "Outlet", setting: "source", keyOf: ({ article }) => article.publisher, none: "outlet not known", missing: "source" },
  speaker: { title: "Speaker", setting: "speaker", keyOf: ({ speaker }) => speaker?.name, none: "speaker not known", missing: "kind" },
  side: { title: "Side", setting: "side", keyOf: ({ side }) => side?.name, none: "no known side", missing: "side" },
  month: { title: "Month", setting: "from", keyOf: ({ day }) => day?.slice(0, 7), none: "no date", missing: "dated" },
};

/** Of quotes in any order, copies once: numbers by label, except of unrelated ones; a quote about the target before its copies that are not. */
function tally(quotes, target) {
  const about = quotesOn(quotes, target);
  const groups = new Set(about.map(({ group }) => group));
  const rest = withoutCopies(quotes.filter(({ stances, group }) => !stances[target.index].known && !groups.has(group)));
  const labels = LABELS.map(() => 0);
  for (const quote of [...about, ...rest]) labels[quote.stances[target.index].label.index] += 1;
  const taking = takingOn(about, target);
  return { labels, taking, favor: taking.filter((quote) => isFavor(quote, target)).length, unknown: labels[LABELS.findIndex(({ name }) => name === DATA.unknown)], neutral: about.length - taking.length };
}

function isFavor(quote, target) {
  return quote.stances[target.index].label.name === ROLES.favor;
}

/** Interval (95 %) of the share in favor by Wilson, of as many independent quotes as the articles are worth: those of one article resemble each other. */
function favorInterval(taking, target) {
  const articles = new Map();
  for (const quote of taking) {
    const counts = articles.get(quote.article) ?? [0, 0];
    articles.set(quote.article, [counts[0] + isFavor(quote, target), counts[1] + 1]);
  }
  const share = taking.filter((quote) => isFavor(quote, target)).length / taking.length;
  const spread = [...articles.values()].reduce((sum, [favor, all]) => sum + (favor - share * all) ** 2, 0);
  const worth = spread ? (share * (1 - share) * taking.length ** 2 * (articles.size - 1)) / (articles.size * spread) : articles.size;
  const n = Math.max(1, Math.min(taking.length, worth));
  const middle = (share + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2));
  return [share, Math.max(0, middle - half), Math.min(1, middle + half)].map((each) => Math.round(100 * each));
}

/** Which share of the stances of some quotes is in favor, and how many stances are withheld. */
function shareSentence(quotes, target, settings) {
  const { taking, favor, unknown, neutral } = tally(quotes, target);
  const head = [element("b", {}, target.title), ": "];
  if (settings["t." + target.key]) return [...head, "no share, because the filter selects by this stance."];
  const maybe = taking.length + neutral + unknown;
  const withheld = unknown ? ` Withheld (unknown): ${grouped(unknown)} of the ${plural(maybe, "quote")} that may be about it, ${Math.round((100 * unknown) / maybe)}\u00a0%.` : "";
  const beside = neutral ? ` ${plural(neutral, "neutral quote")} ${neutral === 1 ? "takes" : "take"} no stance.` : "";
  if (!taking.length) return [...head, "no quote takes a stance.", beside, withheld];
  const [share, low, high] = favorInterval(taking, target);
  const interval = element("span", { title: "Wilson interval; quotes of one article count as much as they differ. Wrong labels make it wider." }, `95\u00a0% interval ${low} to ${high}\u00a0%, if every label is right`);
  return [...head, `${share}\u00a0% in favor, ${grouped(favor)} of ${plural(taking.length, "stance")} (`, interval, ").", beside, withheld];
}

/** Rows of quotes by what they are counted by. */
function countRows(quotes, by, target) {
  const groups = new Map();
  for (const quote of quotes) {
    const key = by.keyOf(quote) ?? null;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(quote);
  }
  return Array.from(groups, ([key, own]) => {
    const counted = tally(own, target);
    const interval = counted.taking.length ? favorInterval(counted.taking, target) : null;
    return { key, name: key ?? by.none, articles: new Set(own.map(({ article }) => article)).size, quotes: countDistinct(own), share: interval ? interval[0] : -1, interval, ...Object.fromEntries(LABELS.map(({ name, index }) => ["label " + name, counted.labels[index]])) };
  });
}

/** Order of rows: by a column, the largest first, or with a minus before it the smallest; names, and months, from the first. */
function compareRows(order) {
  const [sign, column] = order.startsWith("-") ? [-1, order.slice(1)] : [1, order];
  if (column === "name") return (a, b) => sign * ((a.key === null) - (b.key === null) || a.name.localeCompare(b.name, "en"));
  return (a, b) => sign * ((b[column] ?? 0) - (a[column] ?? 0)) || a.name.localeCompare(b.name, "en");
}

/** Show the table; returns how many rows it has. */
function showCounts(quotes, settings, turnTo) {
  const byName = ownValue(COUNTED_BY, settings.by) ? settings.by : "outlet";
  const by = COUNTED_BY[byName];
  const target = TARGETS.find(({ key }) => key === settings.on) ?? TARGETS[0];
  const order = settings.order ?? (byName === "month" ? "name" : "quotes");
  const switchTo = (change) => toHash("counts", { ...settings, page: "", ...change });
  const entry = (text, change, current) => element("li", {}, element("a", { href: switchTo(change), "aria-current": current ? "true" : null }, text));
  byId("counts-by").replaceChildren(...Object.entries(COUNTED_BY).map(([key, { title }]) => entry(title, { by: key, order: "" }, key === byName)));
  byId("counts-on").replaceChildren(...TARGETS.map((each) => entry(each.title, { on: each.key }, each === target)));
  const labels = [...STANCES, LABELS.find(({ name }) => name === DATA.unknown)];
  const columns = [["name", by.title], ["articles", "articles"], ["quotes", "quotes"], ["share", "in favor, % (95 % interval)"], ...labels.map((label) => ["label " + label.name, labelSign(label)])];
  byId("counts-head").replaceChildren(...columns.map(([column, title]) => countsHeader(column, title, order, switchTo)));
  const rows = countRows(quotes, by, target).sort(compareRows(order));
  showPage({ list: byId("counts-body"), pager: byId("counts-pager"), items: rows, size: COUNTS_PER_PAGE, settings, draw: (row) => countsRow(row, by, target, labels, settings), turnTo });
  return rows.length;
}

function countsHeader(column, title, order, switchTo) {
  const current = order.replace(/^-/, "") === column;
  const falling = (column === "name") === order.startsWith("-");
  const link = element("a", { href: switchTo({ order: order === column ? "-" + column : column }) }, title, current ? (falling ? " ↓" : " ↑") : null);
  return element("th", { scope: "col", class: column === "name" ? null : "num", "aria-sort": current ? (falling ? "descending" : "ascending") : null }, link);
}

function lastDayOf(month) {
  const [year, number] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}

function countsRow(row, by, target, labels, settings) {
  const chosen = () => (row.key === null ? { [by.missing]: TILDE } : by.setting === "from" ? { from: row.key + "-01", to: lastDayOf(row.key) } : { [by.setting]: row.key });
  const link = (text, more) => element("a", { href: toHash("quotes", { ...filtersOf(settings), ...chosen(), show: "all", ...more }) }, text);
  const number = (label) => (row["label " + label.name] ? link(grouped(row["label " + label.name]), { ["t." + target.key]: label.name }) : "–");
  const share = row.interval ? `${row.interval[0]} (${row.interval[1]} to ${row.interval[2]})` : "–";
  const body = by.setting === "side" && HOLDERS.side.get(row.key)?.by === "body" ? element("span", { class: "soft" }, " (body)") : null;
  return element("tr", {}, element("th", { scope: "row" }, link(isolated(row.name)), body), [grouped(row.articles), grouped(row.quotes), share, ...labels.map(number)].map((cell) => element("td", { class: "num" }, cell)));
}
