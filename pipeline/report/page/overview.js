// The first screen: for each target its question, and the lanes that answer it; the latest stances, and recent changes.

const LANES_SHOWN = TOUCHED.matches ? 5 : 8;
const LATEST = 6;
const CHANGES_SHOWN = 3;
const HOLDER_WORDS = { side: ["side", "sides"], body: ["other body", "other bodies"], speaker: ["speaker", "speakers"] };

/** Whether lanes are sides or speakers: as asked for, else sides where at least two of them take a stance. */
function lanesBy(settings) {
  if (ownValue(HOLDER_WORDS, settings.by)) return settings.by;
  const sides = new Set(QUOTES.filter(takesStance).map((quote) => holderBy(quote, "side")).filter(Boolean));
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
  byId("lanes-by").replaceChildren(...Object.keys(HOLDER_WORDS).filter((each) => each !== "body" || SIDES.some((side) => side.by === "body")).map((each) => byLink(each, by, settings)));
  byId("lanes-order").replaceChildren(...ORDERS.map((order) => orderLink(order, settings)));
  byId("taking").textContent = takingText();
  byId("legend").replaceChildren(...STANCES.map(legendEntry));
  const place = byId("pictures");
  place.replaceChildren(...TARGETS.map((target) => pictureFrame(target)));
  // Measured once: to ask for a width after each change would lay out the page each time.
  const width = stripWidth(byId("picture-0"));
  const pictures = TARGETS.map((target) => () => fillPicture(target, { ...settings, by }, width));
  return [showRecentChanges, ...pictures, () => showLatest(latest)];
}

/** How many quotes take a stance; the pictures have copies once. */
function takingText() {
  const taking = QUOTES.filter(takesStance);
  const distinct = countDistinct(taking);
  return `; ${grouped(taking.length)} of the quotes take a stance${distinct < taking.length ? ` (${grouped(distinct)} with copies counted once, as below)` : ""}`;
}

function byLink(each, by, settings) {
  const current = each === by;
  return element("li", {}, element("a", { href: toHash("overview", { ...settings, by: each }), "aria-current": current ? "true" : null }, capitalised(HOLDER_WORDS[each][1])));
}

// What lanes can be ordered by: all their stances, or those with a label.
const ORDERS = [null, ...STANCES.filter(({ name }) => name === ROLES.favor || name === ROLES.against)];

function orderLink(label, settings) {
  const current = (settings.order ?? "") === (label?.name ?? "");
  return element("li", {}, element("a", { href: toHash("overview", { ...settings, order: label?.name }), "aria-current": current ? "true" : null }, label ? labelSign(label) : "stances"));
}

/** Lanes with most stances on top, or with most of a label. */
function inOrder(lanes, target, order) {
  const label = STANCES.find(({ name }) => name === order);
  if (!label) return lanes;
  const number = ({ own }) => own.filter((quote) => quote.stances[target.index].label === label).length;
  return [...lanes].sort((a, b) => number(b) - number(a));
}

function legendEntry(label) {
  return element("li", {}, labelSign(label), label.meaning ? element("span", { class: "soft" }, " " + label.meaning) : null);
}

function pictureFrame(target) {
  return element("figure", { class: "picture", id: "picture-" + target.index }, element("h2", {}, element("span", { class: "eyebrow" }, target.title), " ", target.question));
}

/** Draw the lanes of a target into its frame, which has its width now. */
function fillPicture(target, { by, order, all }, width) {
  const frame = byId("picture-" + target.index);
  const taken = quotesOn(BY_DAY, target);
  const lanes = inOrder(lanesOfAbout(taken, target, by), target, order);
  if (!lanes.length) {
    frame.append(element("p", {}, `No quote of a known ${HOLDER_WORDS[by][0]} is about this.`), leftOut(placesOf(taken, target, by, []), target, by));
    return;
  }
  const whole = all === target.key;
  const shown = whole ? lanes : lanes.slice(0, LANES_SHOWN);
  const more = lanes.length - shown.length;
  const link = more || whole ? element("a", { class: "more", href: toHash("overview", { by, order, all: whole ? "" : target.key }) }, whole ? `Only the first ${LANES_SHOWN}` : `All ${lanes.length} ${HOLDER_WORDS[by][1]}`) : null;
  const places = placesOf(taken, target, by, shown);
  frame.append(element("figcaption", {}, laneCaption(lanes, target, by), element("span", { class: "drawn" }, joined([drawnText(places), outsideText(shown.flatMap(({ own }) => own))], " "))), laneChart(shown, target, width), element("div", { class: "under" }, link, fullNote(shown), leftOut(places, target, by)));
}

/** What a mark is in a lane with very many. */
function fullNote(lanes) {
  return lanes.some(({ own }) => own.length > FULL_LANE) ? element("span", { class: "soft" }, "In full lanes a mark is several quotes: the larger, the more.") : null;
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

/** The latest changes that are more likely right than wrong; nobody is in two of them, as the one who changed or who spoke for a side. */
function showRecentChanges() {
  const seen = new Set();
  const isFirst = ({ holder, before, after }) => {
    const people = [holder, before.speaker, after.speaker].filter(Boolean);
    if (people.some((each) => seen.has(each))) return false;
    people.forEach((each) => seen.add(each));
    return true;
  };
  const shown = sortedChanges().filter(isLikely).filter(isFirst).slice(0, CHANGES_SHOWN);
  byId("recent-changes").replaceChildren(...shown.map(changeNode));
  byId("changed").replaceChildren(...(shown.length ? changeSentence(shown[0]) : ["Nothing changed that is more likely right than wrong."]));
  byId("changes-none").hidden = shown.length > 0;
  if (!shown.length) byId("changes-none").textContent = CHANGES.length ? unlikelyText(CHANGES.length) : NO_CHANGES;
  byId("all-changes").textContent = CHANGES.length > 1 ? `All ${plural(CHANGES.length, "possible change")}` : CHANGES.length ? "The only possible change" : "What counts as a change";
}
