// The first screen: for each target its question, and the lanes that answer it; the latest stances, and recent changes.

const LANES_SHOWN = TOUCHED.matches ? 5 : 8;
const LATEST = 6;
const CHANGES_SHOWN = 3;
// Names in a group of a caption; the others of the group are a number.
const NAMED = 3;
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
  byId("lanes-order").replaceChildren(...ORDERS.map((order) => orderLink(order, settings)));
  byId("taking").textContent = takingText();
  byId("legend").replaceChildren(...STANCES.map(legendEntry));
  const place = byId("pictures");
  place.replaceChildren(...TARGETS.map((target) => pictureFrame(target)));
  // Measured once: to ask for a width after each change would lay out the page each time.
  const width = stripWidth(byId("picture-0"));
  const pictures = TARGETS.map((target) => () => fillPicture(target, { ...settings, by }, width));
  return [...pictures, showRecentChanges, () => showLatest(latest)];
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
  const taken = stancesOn(BY_DAY, target);
  const lanes = inOrder(lanesOfTaken(taken, by), target, order);
  if (!lanes.length) {
    frame.append(element("p", {}, `No quote of a known ${by} takes a stance on this.`), leftOut(placesOf(taken, target, by, []), target, by));
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

/** Who stands where: the names of those with more than half of their stances on one label; the numbers add up to all lanes. */
function laneCaption(lanes, target, by) {
  const total = `${plural(lanes.length, ...HOLDER_WORDS[by])} with a stance`;
  const summed = lanes.filter(({ own }) => own.length >= SUMMED_FROM);
  if (!summed.length) return [`${total}: ${TOO_FEW}${lanes.length > 1 ? " any of them" : ""}.`];
  const few = lanes.length - summed.length;
  const groups = [...STANCES.map((label) => [`mostly ${label.text}`, label]), ["without a majority", null]].map(([words, label]) => [words, summed.filter(({ own }) => majorityOf(own, target) === label)]);
  const parts = groups.filter(([, group]) => group.length).map(([words, group]) => [`${words}: `, namesOfLanes(group)]);
  return [`${total}. `, ...joined([...parts, few ? [`${TOO_FEW}: ${few}`] : null], "; ").flat(Infinity), "."].map((part, index) => (index === 1 ? capitalised(part) : part));
}

/** The label of more than half of some stances, null where none has as many. */
function majorityOf(own, target) {
  const counts = countStances(own, target);
  return STANCES.find((_, index) => 2 * counts[index] > own.length) ?? null;
}

/** The first names of some lanes, and how many there are more. */
function namesOfLanes(lanes) {
  const names = lanes.slice(0, NAMED).map(({ holder }) => element("a", { href: holderHash(holder) }, isolated(holder.name)));
  return [joined(names, ", "), lanes.length > NAMED ? ` and ${lanes.length - NAMED} more` : ""];
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
      entry(copies, (copies === 1 ? "that is a copy of another one" : "that are copies of others") + mixedCopies()),
    ),
  );
}

/** Copies need not have one stance: the context of each is its own. */
function mixedCopies() {
  const taking = new Set(QUOTES.filter(takesStance).map(({ group }) => group));
  const mixed = new Set(QUOTES.filter((quote) => taking.has(quote.group) && !takesStance(quote)).map(({ group }) => group)).size;
  return mixed ? `; ${mixed === 1 ? "one quote is" : `${grouped(mixed)} quotes are`} counted here by a copy that takes a stance, where reports/positions.md may count one that takes none` : "";
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
  byId("changes-none").hidden = shown.length > 0;
  if (!shown.length) byId("changes-none").textContent = CHANGES.length ? unlikelyText(CHANGES.length) : NO_CHANGES;
  byId("all-changes").textContent = CHANGES.length > 1 ? `All ${plural(CHANGES.length, "possible change")}` : CHANGES.length ? "The only possible change" : "What counts as a change";
}
