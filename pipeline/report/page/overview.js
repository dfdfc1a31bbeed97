// The first screen: for each target its question, and the lanes that answer it; the latest stances, and recent changes.

const LANES_SHOWN = TOUCHED.matches ? 5 : 8;
const LATEST = 6;
const CHANGES_SHOWN = 3;
const HOLDER_WORDS = { side: ["side", "sides"], speaker: ["speaker", "speakers"] };

/** Whether lanes are sides or speakers: as asked for, else sides where at least two of them take a stance. */
function lanesBy(settings) {
  if (settings.by === "side" || settings.by === "speaker") return settings.by;
  const sides = new Set(QUOTES.filter(takesStance).map((quote) => quote.side).filter(Boolean));
  return sides.size > 1 ? "side" : "speaker";
}

let overviewDrawn = null;

/** Draw the first screen, unless it is there already; returns the latest quotes. */
function showOverview(settings) {
  const wanted = JSON.stringify([settings, innerWidth]);
  if (overviewDrawn?.wanted !== wanted) {
    overviewDrawn = { wanted, latest: latestQuotes() };
    runSteps(drawingSteps(settings, overviewDrawn.latest), starting);
  }
  return overviewDrawn.latest;
}

/** Run steps one after the other; `inTurns`, the browser paints after each, so that the first is seen early. */
function runSteps([step, ...rest], inTurns) {
  step();
  if (!rest.length) return;
  if (inTurns) requestAnimationFrame(() => setTimeout(runSteps, 0, rest, true));
  else runSteps(rest, false);
}

/** What draws the first screen: its frame and the picture of the first target, those of the others, the lists. */
function drawingSteps(settings, latest) {
  const by = lanesBy(settings);
  byId("lanes-by").replaceChildren(...Object.keys(HOLDER_WORDS).map((each) => byLink(each, by, settings)));
  byId("taking").textContent = `; ${grouped(QUOTES.filter(takesStance).length)} of the quotes take a stance`;
  byId("legend").replaceChildren(...STANCES.map(legendEntry));
  const place = byId("pictures");
  place.replaceChildren(...TARGETS.map((target) => pictureFrame(target)));
  // Measured once: to ask for a width after each change would lay out the page each time.
  const width = stripWidth(byId("picture-0"));
  const pictures = TARGETS.map((target) => () => fillPicture(target, by, settings.all === target.key, width));
  return [...pictures, showRecentChanges, () => showLatest(latest)];
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
function fillPicture(target, by, all, width) {
  const frame = byId("picture-" + target.index);
  const taken = stancesOn(BY_DAY, target);
  const lanes = lanesOfTaken(taken, by);
  if (!lanes.length) {
    frame.append(element("p", {}, `No quote of a known ${by} takes a stance on this.`), leftOut(placesOf(taken, target, by, []), target, by));
    return;
  }
  const shown = all ? lanes : lanes.slice(0, LANES_SHOWN);
  const more = lanes.length - shown.length;
  const link = more || all ? element("a", { class: "more", href: toHash("overview", { by, all: all ? "" : target.key }) }, all ? `Only the ${LANES_SHOWN} with most quotes` : `All ${lanes.length} ${HOLDER_WORDS[by][1]}`) : null;
  const places = placesOf(taken, target, by, shown);
  frame.append(element("figcaption", {}, laneCaption(lanes, target, by), element("span", { class: "drawn" }, joined([drawnText(places), outsideText(shown.flatMap(({ own }) => own))], " "))), laneChart(shown, target, width), element("div", { class: "under" }, link, fullNote(shown), leftOut(places, target, by)));
}

/** What a mark is in a lane with very many. */
function fullNote(lanes) {
  return lanes.some(({ own }) => own.length > FULL_LANE) ? element("span", { class: "soft" }, "In full lanes a mark is several quotes: the larger, the more.") : null;
}

/** What to see in the lanes, in a sentence: its numbers add up to all of them. */
function laneCaption(lanes, target, by) {
  const [yes, no] = [ROLES.favor, ROLES.against].map((name) => STANCES.findIndex((label) => label.name === name));
  const total = `${plural(lanes.length, ...HOLDER_WORDS[by])} with a stance`;
  const summed = lanes.filter(({ own }) => own.length >= SUMMED_FROM);
  if (!summed.length) return [`${total}: ${TOO_FEW}${lanes.length > 1 ? " any of them" : ""}.`];
  const tallies = summed.map((lane) => countStances(lane.own, target));
  const only = (a, b) => tallies.filter((counts) => counts[a] && !counts[b]).length;
  const both = tallies.filter((counts) => counts[yes] && counts[no]).length;
  const neither = tallies.filter((counts) => !counts[yes] && !counts[no]).length;
  const groups = [[only(yes, no), "for it and never against"], [only(no, yes), "against it and never for"], [both, "both for and against it"], [neither, "neither for nor against it"], [lanes.length - summed.length, `with ${TOO_FEW}`]];
  const parts = groups.filter(([number]) => number).map(([number, words]) => `${number} ${words}`);
  const { holder, own } = summed[0];
  return [`${total}: ${parts.join(", ")}. Most quotes: `, isolated(holder.name), ` (${stanceSummary(own, target)}).`];
}

/** Where each quote of the page is: as a mark in one of the lanes shown, or why not. Every quote is in one of these. */
function placesOf(taken, target, by, shown) {
  const holders = new Set(shown.map(({ holder }) => holder));
  const groups = new Set(taken.map(({ group }) => group));
  const rest = withoutCopies(BY_DAY.filter(({ group }) => !groups.has(group)));
  const count = (quotes, test) => quotes.filter(test).length;
  return {
    drawn: count(taken, (quote) => holders.has(quote[by]) && quote.day),
    undated: count(taken, (quote) => holders.has(quote[by]) && !quote.day),
    further: count(taken, (quote) => quote[by] && !holders.has(quote[by])),
    nobody: count(taken, (quote) => !quote[by]),
    unrelated: count(rest, (quote) => quote.stances[target.index].known),
    unknown: count(rest, (quote) => !quote.stances[target.index].known),
    copies: QUOTES.length - taken.length - rest.length,
  };
}

/** How many quotes with a stance the picture has; why it has no others stands below it. */
function drawnText({ drawn, undated, further, nobody }) {
  const taken = drawn + undated + further + nobody;
  return drawn < taken ? `Drawn: ${grouped(drawn)} of ${plural(taken, "quote")} with a stance; the others are counted below.` : "";
}

/** What the picture leaves out, folded away. */
function leftOut({ drawn, undated, further, nobody, unrelated, unknown, copies }, { key }, by) {
  const entry = (number, words, settings) => (number ? element("li", {}, settings ? element("a", { href: toHash("quotes", settings) }, plural(number, "quote")) : plural(number, "quote"), " " + words) : null);
  return element(
    "details",
    { class: "left-out" },
    element("summary", {}, `Not in the picture: ${grouped(QUOTES.length - drawn)} of ${plural(QUOTES.length, "quote")}`),
    element(
      "ul",
      {},
      entry(undated, "with a stance, but in an article without a date"),
      entry(further, `with a stance, of ${HOLDER_WORDS[by][1]} that are not shown`),
      entry(nobody, `with a stance, but of no known ${by}`),
      entry(unknown, "unknown: the program is not sure enough of any stance (it abstains)", { ["t." + key]: DATA.unknown }),
      entry(unrelated, "about something else", ROLES.unrelated ? { ["t." + key]: ROLES.unrelated } : null),
      entry(copies, copies === 1 ? "that is a copy of another one" : "that are copies of others"),
    ),
  );
}

function latestQuotes() {
  return withoutCopies(BY_DAY.filter((quote) => takesStance(quote) && quote.day)).slice(-LATEST).reverse();
}

function showLatest(latest) {
  byId("latest").replaceChildren(...latest.map(quoteItem));
  byId("latest-none").hidden = latest.length > 0;
}

function unlikelyText(number) {
  return `Two stances of one speaker or side differ ${number === 1 ? "once, but" : grouped(number) + " times, but each time"} it is more likely that a stance or a speaker is wrong.`;
}

/** The latest changes that are more likely right than wrong, one of each speaker or side and target. */
function showRecentChanges() {
  const seen = new Set();
  const isFirst = ({ holder, target }) => !seen.has(holderKey(holder) + target.key) && seen.add(holderKey(holder) + target.key);
  const shown = sortedChanges().filter(isLikely).filter(isFirst).slice(0, CHANGES_SHOWN);
  byId("recent-changes").replaceChildren(...shown.map(changeNode));
  byId("changes-none").hidden = shown.length > 0;
  if (!shown.length) byId("changes-none").textContent = CHANGES.length ? unlikelyText(CHANGES.length) : NO_CHANGES;
  byId("all-changes").textContent = CHANGES.length > 1 ? `All ${plural(CHANGES.length, "possible change")}` : CHANGES.length ? "The only possible change" : "What counts as a change";
}
