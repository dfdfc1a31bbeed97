// Draws positions over time: a lane for each speaker or side, in it a mark for each quote about the target.
// Colour, shape and height of a mark say the stance: high is for it, low is against it.

// Fewer stances than this say too little about a speaker or side for a sentence on where it stands.
const SUMMED_FROM = 5;
const TOO_FEW = "too few stances to sum up";

/** Lanes of the quotes' speakers or sides for a target: those with most stances first. */
function lanesOf(quotes, target, by) {
  return lanesOfAbout(quotesOn(quotes, target), target, by);
}

/** The same of quotes about the target, copies once. */
function lanesOfAbout(about, target, by) {
  const lanes = new Map();
  for (const quote of about) {
    const holder = holderBy(quote, by);
    if (!holder) continue;
    if (!lanes.has(holder)) lanes.set(holder, []);
    lanes.get(holder).push(quote);
  }
  return Array.from(lanes, ([holder, own]) => ({ holder, own, taking: takingOn(own, target).length })).sort((a, b) => b.taking - a.taking || b.own.length - a.own.length || compareText(a.holder.name, b.holder.name));
}

/** Number of quotes by stance, in the order of STANCES. */
function countStances(quotes, target) {
  const counts = LABELS.map(() => 0);
  for (const { stances } of quotes) counts[stances[target.index].label.index] += 1;
  return STANCES.map(({ index }) => counts[index]);
}

function stanceCountsText(counts) {
  return STANCES.map((label, index) => (counts[index] ? `${counts[index]} ${label.text}` : null)).filter(Boolean).join(", ");
}

/** Where somebody with these stances stands, for a caption. */
function stanceSummary(own, target) {
  const taking = takingOn(own, target);
  return taking.length < SUMMED_FROM ? TOO_FEW : stanceCountsText(countStances(taking, target));
}

/** How many of some quotes about a target take a stance on it, and how many are neutral. */
function stanceNumber(own, target) {
  const taking = takingOn(own, target).length;
  return plural(taking, "quote") + " with a stance" + (taking < own.length ? ` and ${grouped(own.length - taking)} neutral` : "");
}

/** The stances of the latest day: each needs a speaker who is as good as certain, or two quotes (one may be the quote before). */
function latestStance(own, target) {
  const dated = takingOn(own, target).filter(({ day }) => day);
  if (!dated.length) return null;
  const { day } = dated.at(-1);
  const [last, before] = [dated.filter((quote) => quote.day === day), dated.findLast((quote) => quote.day < day)];
  const labelOf = (quote) => quote.stances[target.index].label;
  const isBacked = (label) => {
    const those = last.filter((quote) => labelOf(quote) === label);
    return those.some(hasSureSpeaker) || those.length > 1 || (before && labelOf(before) === label);
  };
  const labels = STANCES.filter((label) => last.some((quote) => labelOf(quote) === label)).filter(isBacked);
  return element("span", { class: "lane-latest" }, "latest: ", labels.length ? [labels.map((label) => [element("span", { role: "img", "aria-label": label.text, title: label.text }, glyphNode(label)), " "]), dayNode(day, shortDay(day))] : "one uncertain quote");
}

/** A bar of the shares of the stances. */
function shareBar(counts) {
  const part = (label, index) => {
    if (!counts[index]) return null;
    const node = element("span", { class: label.colour });
    node.style.setProperty("flex-grow", counts[index]);
    return node;
  };
  return element("span", { class: "shares", "aria-hidden": "true" }, STANCES.map(part));
}

/** One mark as a link to its quote, or to its quotes. */
function markNode({ x, label, quotes, radius }, target, holder, current) {
  const y = stanceY(label, TOUCHED.matches);
  const [first] = quotes;
  const several = quotes.length > 1;
  const link = svgElement("a", {
    class: "mark " + label.colour + (quotes.includes(current) ? " current" : ""),
    href: several ? toHash("quotes", { [holder.holder]: holder.name, ["t." + target.key]: label.name, from: first.day, to: quotes.at(-1).day }) : quoteHash(first, target),
    tabindex: -1,
    "data-tip": target.index + (several ? "" : " " + first.id),
    "aria-label": several ? `${quotes.length} quotes, ${label.text}, from ${longDay(first.day)}` : `${label.text}, ${longDay(first.day)}, ${first.speaker?.name ?? "speaker not known"}`,
  });
  if (TOUCHED.matches) link.append(svgElement("rect", { class: "finger", x: x - FINGER / 2, y: y - FINGER / 2, width: FINGER, height: FINGER }));
  link.append(svgElement("path", { d: outline(label.shape, x, y, quotes.includes(current) ? radius + 3 : radius) }));
  if (several && radius > RADIUS) link.append(svgElement("text", { x, y: y + 3.5 }, String(quotes.length)));
  return link;
}

// The quotes of each strip, for the steps on their cards.
const STRIP_QUOTES = new WeakMap();

/** In a lane none of whose quotes has a date, words in place of marks. */
function undatedLink(quotes, target, holder, middle) {
  const [text, href] = quotes.length === 1 ? ["no date", quoteHash(quotes[0], target)] : [`${grouped(quotes.length)} quotes, none with a date`, holderHash(holder)];
  return svgElement("a", { class: "undated", href }, svgElement("text", { x: MARGIN, y: middle + 4 }, text));
}

/** A strip of marks with nothing beside it. */
function stripNode(quotes, target, holder, width, current = null) {
  const dated = quotes.filter((quote) => quote.day);
  const height = laneHeight(TOUCHED.matches);
  const middle = height / 2;
  const base = dated.length || !quotes.length ? svgElement("line", { class: "base", x1: 0, x2: width, y1: middle, y2: middle }) : undatedLink(quotes, target, holder, middle);
  const marks = placeMarks(dated, target, width, TOUCHED.matches).map((mark) => markNode(mark, target, holder, current));
  const strip = svgElement("svg", { class: "strip", width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": `${holder.name}: ${stanceCountsText(countStances(quotes, target))}` }, tickLines(width, height), base, marks);
  STRIP_QUOTES.set(strip, quotes);
  return strip;
}

/** How many quotes have marks, and after a plus those that have none because they have no date. */
function laneCount(own, title) {
  const [dated, undated] = splitByDay(own).map((quotes) => quotes.length);
  const more = undated ? element("span", { title: `${plural(undated, "quote")} without a date, so without a mark` }, `${dated ? " " : "0 "}+ ${grouped(undated)}`) : null;
  return element("span", { class: "lane-count", title }, dated || !undated ? grouped(dated) : null, more);
}

/** One lane: name, number and shares of its stances, and its strip. */
function laneNode({ holder, own, name = holder.name }, target, width) {
  const counts = countStances(own, target);
  const head = element("div", { class: "lane-head" }, element("a", { class: "lane-name", href: holderHash(holder), title: name }, isolated(name)), laneCount(own, stanceCountsText(counts)), latestStance(own, target), shareBar(counts));
  return element("li", { class: "lane" }, head, stripNode(own, target, holder, width));
}

/** Lanes with their time axis; the keys of the arrows move from mark to mark. */
function laneChart(lanes, target, width) {
  const list = element("ol", { class: "lanes" }, lanes.map((lane) => laneNode(lane, target, width)));
  const chart = element("div", { class: "lane-chart" }, list, element("div", { class: "axis-row" }, axisNode(width)));
  attachLane(chart);
  return chart;
}

/** The room that a strip has in a place: all of it where the names stand above, else what the names leave. */
function stripWidth(place) {
  const width = place.clientWidth || 600;
  return Math.max(200, width < 480 ? width : width - 184);
}
