// The first screen: for each target its question, and the lanes that answer it; the latest stances, and recent changes.

const LANES_SHOWN = 8;
const LATEST = 6;
const CHANGES_SHOWN = 3;
// Least probability of a change on the first screen, in percent: it is more likely real than not.
const LIKELY = 50;
const HOLDER_WORDS = { side: ["side", "sides"], speaker: ["speaker", "speakers"] };

/** Whether lanes are sides or speakers: as asked for, else sides where at least two of them take a stance. */
function lanesBy(settings) {
  if (settings.by === "side" || settings.by === "speaker") return settings.by;
  const sides = new Set(QUOTES.filter(takesStance).map((quote) => quote.side).filter(Boolean));
  return sides.size > 1 ? "side" : "speaker";
}

function showOverview(settings) {
  const by = lanesBy(settings);
  byId("lanes-by").replaceChildren(...Object.keys(HOLDER_WORDS).map((each) => byLink(each, by, settings)));
  byId("legend").replaceChildren(...STANCES.map(legendEntry));
  const place = byId("pictures");
  place.replaceChildren(...TARGETS.map((target) => pictureFrame(target)));
  for (const target of TARGETS) fillPicture(target, by, settings.all === target.key);
  showRecentChanges();
  return showLatest();
}

function byLink(each, by, settings) {
  const current = each === by;
  return element("li", {}, element("a", { href: toHash("overview", { ...settings, by: each }), "aria-current": current ? "true" : null }, capitalised(HOLDER_WORDS[each][1])));
}

function legendEntry(label) {
  return element("li", {}, labelSign(label), label.meaning ? element("span", { class: "soft" }, " " + label.meaning) : null);
}

function pictureFrame(target) {
  return element("figure", { class: "picture", id: "picture-" + target.index }, element("h2", {}, element("span", { class: "eyebrow" }, target.title), " ", target.question));
}

/** Draw the lanes of a target into its frame, which has its width now. */
function fillPicture(target, by, all) {
  const frame = byId("picture-" + target.index);
  const lanes = lanesOf(BY_DAY, target, by);
  if (!lanes.length) {
    frame.append(element("p", {}, `No quote of a known ${by} takes a stance on this.`), leftOut(target, by));
    return;
  }
  const shown = all ? lanes : lanes.slice(0, LANES_SHOWN);
  const more = lanes.length - shown.length;
  const link = more || all ? element("a", { class: "more", href: toHash("overview", { by, all: all ? "" : target.key }) }, all ? "Fewer lanes" : `All ${lanes.length} ${HOLDER_WORDS[by][1]}`) : null;
  frame.append(element("figcaption", {}, laneCaption(lanes, target, by)), laneChart(shown, target, frame), element("div", { class: "under" }, link, fullNote(shown), leftOut(target, by)));
}

/** What a mark is in a lane with very many. */
function fullNote(lanes) {
  return lanes.some(({ own }) => own.length > FULL_LANE) ? element("span", { class: "soft" }, "In full lanes a mark is several quotes: the larger, the more.") : null;
}

/** What to see in the lanes, in a sentence. */
function laneCaption(lanes, target, by) {
  const [yes, no] = [ROLES.favor, ROLES.against].map((name) => STANCES.findIndex((label) => label.name === name));
  const tallies = lanes.map((lane) => countStances(lane.own, target));
  const only = (a, b) => tallies.filter((counts) => counts[a] && !counts[b]).length;
  const both = tallies.filter((counts) => counts[yes] && counts[no]).length;
  const total = plural(lanes.length, ...HOLDER_WORDS[by]);
  const { holder, own } = lanes[0];
  return [`${total} with a stance: ${only(yes, no)} for it and never against, ${only(no, yes)} against it and never for, ${both} both. Most quotes: `, isolated(holder.name), `, ${stanceCountsText(countStances(own, target))}.`];
}

/** What the lanes leave out, folded away. */
function leftOut(target, by) {
  const of = (test) => countDistinct(QUOTES.filter(test));
  const { index, key } = target;
  const unrelated = of((quote) => quote.stances[index].known && !quote.stances[index].taken);
  const unknown = of((quote) => !quote.stances[index].known);
  const nobody = of((quote) => quote.stances[index].taken && !quote[by]);
  const undated = of((quote) => quote.stances[index].taken && quote[by] && !quote.day);
  const entry = (number, words, settings) => (number ? element("li", {}, settings ? element("a", { href: toHash("quotes", settings) }, plural(number, "quote")) : plural(number, "quote"), " " + words) : null);
  return element(
    "details",
    { class: "left-out" },
    element("summary", {}, `Not in the picture: ${plural(unrelated + unknown + nobody + undated, "quote")}`),
    element(
      "ul",
      {},
      entry(unrelated, "about something else", ROLES.unrelated ? { ["t." + key]: ROLES.unrelated } : null),
      entry(unknown, "unknown: the program is not sure enough of any stance (it abstains)", { ["t." + key]: DATA.unknown }),
      entry(nobody, `with a stance, but of no known ${by}`),
      entry(undated, "with a stance, but in an article without a date"),
    ),
  );
}

function showLatest() {
  const latest = withoutCopies(BY_DAY.filter((quote) => takesStance(quote) && quote.day)).slice(-LATEST).reverse();
  byId("latest").replaceChildren(...latest.map(quoteItem));
  byId("latest-none").hidden = latest.length > 0;
  return latest;
}

function showRecentChanges() {
  const shown = recentChanges().filter((change) => change.probability >= LIKELY).slice(0, CHANGES_SHOWN);
  byId("recent-changes").replaceChildren(...shown.map(changeNode));
  byId("changes-none").hidden = shown.length > 0;
  byId("all-changes").textContent = `All ${plural(CHANGES.length, "change")}`;
  byId("all-changes").hidden = !CHANGES.length;
}
