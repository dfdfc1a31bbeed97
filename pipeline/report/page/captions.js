// What stands around the pictures of the first screen: who stands where in a sentence, and which quotes have no mark.

// Names in a group of a caption; the others of the group are a number.
const NAMED = 3;

/** Who stands where: the names of those with more than half of their stances on one label; the numbers add up to all lanes. */
function laneCaption(all, target, by) {
  const taking = all.map(({ holder, own }) => ({ holder, own: takingOn(own, target) }));
  const lanes = taking.filter(({ own }) => own.length);
  const neutral = all.length - lanes.length;
  const total = `${plural(lanes.length, ...HOLDER_WORDS[by])} with a stance${neutral ? `, ${grouped(neutral)} with neutral quotes alone` : ""}`;
  if (!lanes.length) return [`${total}.`];
  const summed = lanes.filter(({ own }) => own.length >= SUMMED_FROM);
  if (!summed.length) return [`${total}: ${TOO_FEW}${lanes.length > 1 ? " any of them" : ""}.`];
  const few = lanes.length - summed.length;
  const groups = [...STANCES, null].map((label) => ({ label, group: summed.filter(({ own }) => majorityOf(own, target) === label) })).filter(({ group }) => group.length);
  const parts = groups.map(({ label, group }, index) => {
    const words = label ? `mostly ${label.text}` : "without a majority";
    return [`${index ? words : capitalised(words)}: `, namesOfLanes(group, target, label, index ? "" : " stances")];
  });
  return [`${total}. `, joined([...parts, few ? `${TOO_FEW}: ${few}` : null], "; "), "."];
}

/** The label of more than half of some stances, null where none has as many. */
function majorityOf(own, target) {
  const counts = countStances(own, target);
  return STANCES.find((_, index) => 2 * counts[index] > own.length) ?? null;
}

/** The first names of some lanes, and how many there are more; those that are most of a label come first, with its share. */
function namesOfLanes(lanes, target, label, unit) {
  const share = ({ own }) => own.filter((quote) => quote.stances[target.index].label === label).length / own.length;
  const shareText = (lane, index) => ` (${Math.round(100 * share(lane))}\u00a0% of ${grouped(lane.own.length)}${index ? "" : unit})`;
  const sorted = label ? [...lanes].sort((a, b) => share(b) - share(a) || b.own.length - a.own.length) : lanes;
  const names = sorted.slice(0, NAMED).map((lane, index) => [element("a", { href: holderHash(lane.holder) }, isolated(lane.holder.name)), label ? shareText(lane, index) : null]);
  return [joined(names, ", "), lanes.length > NAMED ? ` and ${lanes.length - NAMED} more` : ""];
}

/** Where each quote of the page is: as a mark in one of the lanes shown, or why not. Every quote is in one of these. */
function placesOf(taken, target, by, shown) {
  const holders = new Set(shown.map(({ holder }) => holder));
  const groups = new Set(taken.map(({ group }) => group));
  const rest = withoutCopies(BY_DAY.filter(({ group }) => !groups.has(group)));
  const count = (quotes, test) => quotes.filter(test).length;
  const copies = QUOTES.length - taken.length - rest.length;
  return {
    drawn: count(taken, (quote) => holders.has(holderBy(quote, by)) && quote.day),
    undated: count(taken, (quote) => holders.has(holderBy(quote, by)) && !quote.day),
    further: count(taken, (quote) => holderBy(quote, by) && !holders.has(holderBy(quote, by))),
    other: count(taken, (quote) => !holderBy(quote, by) && by !== "speaker" && quote.side),
    nobody: count(taken, (quote) => !holderBy(quote, by) && (by === "speaker" || !quote.side)),
    unrelated: count(rest, (quote) => quote.stances[target.index].known),
    unknown: count(rest, (quote) => !quote.stances[target.index].known),
    copies,
    mixed: copies && countDistinct(QUOTES.filter((quote) => groups.has(quote.group) && !quote.stances[target.index].about)),
  };
}

/** How many quotes about the target the picture has; why it has no others stands below it. */
function drawnText({ drawn, undated, further, other, nobody }) {
  const taken = drawn + undated + further + other + nobody;
  return drawn < taken ? `Drawn: ${grouped(drawn)} of ${plural(taken, "quote")} about it; the others are counted below.` : "";
}

/** What the picture leaves out, folded away. */
function leftOut({ drawn, undated, further, other, nobody, unrelated, unknown, copies, mixed }, { key }, by) {
  const entry = (number, words, settings) => (number ? element("li", {}, settings ? element("a", { href: toHash("quotes", settings) }, plural(number, "quote")) : plural(number, "quote"), " " + words) : null);
  return element(
    "details",
    { class: "left-out" },
    element("summary", {}, `Not in the picture: ${grouped(QUOTES.length - drawn)} of ${plural(QUOTES.length, "quote")}`),
    element(
      "ul",
      {},
      entry(undated, "about it, but in an article without a date"),
      entry(further, `about it, of ${HOLDER_WORDS[by][1]} that are not shown`),
      entry(other, by === "side" ? "about it, of a body of which the data does not say that it is a party" : "about it, of a side"),
      entry(nobody, `about it, but of no known ${by === "speaker" ? by : "side"}`),
      entry(unknown, "unknown: the program is not sure enough of any stance (it abstains)", { ["t." + key]: DATA.unknown }),
      entry(unrelated, "about something else", ROLES.unrelated ? { ["t." + key]: ROLES.unrelated } : null),
      entry(copies, (copies === 1 ? "that is a copy of another one" : "that are copies of others") + mixedCopies(mixed)),
    ),
  );
}

/** Copies need not have one stance on a target, because the context of each is its own: how many quotes have copies with and without one. */
function mixedCopies(mixed) {
  return mixed ? `; ${mixed === 1 ? "one quote is" : `${grouped(mixed)} quotes are`} counted here by a copy that is about it, where reports/positions.md may count one that is not` : "";
}
