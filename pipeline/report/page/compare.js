// Two speakers or sides on one target: their lanes above each other, and their quotes in the order of time.

const COMPARED_SHOWN = 60;
// On a narrow screen, where one column is below the other, more quotes than this of each are folded away.
const COMPARED_UNFOLDED = 3;

/** Target and the two that the settings name; where they name none, the first target with two, and those with most stances. */
function chosenPair(settings) {
  const target = TARGETS.find((each) => each.key === settings.on) ?? TARGETS.find((each) => lanesOf(BY_DAY, each, "speaker").length > 1) ?? TARGETS[0];
  const first = holderOf(settings.a);
  const rest = holdersToCompare(target, (first ?? holderOf(settings.b))?.by);
  const a = first ?? rest.find((holder) => holder !== holderOf(settings.b)) ?? null;
  const second = holderOf(settings.b);
  const b = (second !== a && second) || (rest.find((holder) => holder !== a) ?? null);
  return { target, a, b };
}

/** Whom to choose from: the kind of the one that is named comes first, else sides, or speakers where there is only one side. */
function holdersToCompare(target, kind) {
  const by = kind ?? lanesBy({});
  const [same, other] = [by, by === "side" ? "speaker" : "side"].map((each) => lanesOf(BY_DAY, target, each).map(({ holder }) => holder));
  return kind || same.length > 1 ? [...same, ...other] : [...other, ...same];
}

function showCompare(settings, change) {
  const pair = chosenPair(settings);
  byId("compare-form").replaceChildren(...compareFields(pair, change));
  const place = byId("comparison");
  if (!pair.a || !pair.b) {
    place.replaceChildren(element("p", {}, "There are no two speakers or sides with a stance to compare."));
    return [];
  }
  const lanes = [pair.a, pair.b].map((holder) => ({ holder, own: quotesOn(holder.quotes, pair.target) }));
  const figure = element("figure", { class: "picture" }, element("h2", {}, element("span", { class: "eyebrow" }, pair.target.title), " ", pair.target.question), element("figcaption", {}, compareCaption(lanes, pair.target)));
  place.replaceChildren(figure);
  figure.append(laneChart(lanes, pair.target, stripWidth(figure)));
  const both = lanes.flatMap(({ own }, column) => own.map((quote) => ({ quote, column }))).sort((a, b) => compareText(b.quote.day ?? "", a.quote.day ?? ""));
  place.append(comparedQuotes(both.slice(0, COMPARED_SHOWN), lanes), both.length > COMPARED_SHOWN ? element("p", { class: "soft" }, `The latest ${COMPARED_SHOWN} of ${both.length} quotes.`) : "");
  return both.map(({ quote }) => quote);
}

function compareCaption(lanes, target) {
  const of = ({ holder, own }) => [isolated(holder.name), `: ${takingOn(own, target).length ? stanceSummary(own, target) : "no stance on this"}${undatedIn(own)}`];
  return [of(lanes[0]), "; ", of(lanes[1]), ". ", outsideText(lanes.flatMap(({ own }) => own))].flat();
}

function undatedIn(own) {
  const undated = splitByDay(own)[1].length;
  return undated ? ` (${undated} without a date, so without a mark)` : "";
}

/** Quotes in two columns, the latest first, those without a date last; on a narrow screen one column below the other. */
function comparedQuotes(items, lanes) {
  const column = ({ holder }, index) => element("section", {}, element("h2", { class: "compared-name" }, isolated(holder.name)), foldedList(items.filter((item) => item.column === index).map(({ quote }) => quote)));
  return element("div", { class: "compared" }, lanes.map(column));
}

function foldedList(quotes) {
  const list = (some) => element("ol", { class: "quotes" }, some.map(quoteItem));
  if (!NARROW.matches || quotes.length <= COMPARED_UNFOLDED + 1) return list(quotes);
  const rest = quotes.slice(COMPARED_UNFOLDED);
  return [list(quotes.slice(0, COMPARED_UNFOLDED)), element("details", { class: "more-quotes" }, element("summary", {}, plural(rest.length, "more quote")), list(rest))];
}

/** Fields for the target and the two sides or speakers. */
function compareFields({ target, a, b }, choose) {
  const chosen = { on: target.key, a: a && holderKey(a), b: b && holderKey(b) };
  const change = (field) => choose({ ...chosen, ...field });
  const targets = TARGETS.map((each) => element("option", { value: each.key, selected: each === target }, each.title));
  return [compareField("on", "target", targets, change), compareField("a", "first", holderOptions(target, a, b), change), compareField("b", "second", holderOptions(target, b, a), change)];
}

function compareField(name, label, options, change) {
  const field = element("select", { id: "compare-" + name, name }, options);
  field.addEventListener("change", () => change({ [name]: field.value }));
  return element("div", {}, element("label", { for: field.id }, label), field);
}

/** Speakers and sides to choose from, without the other one of the pair. */
function holderOptions(target, chosen, other) {
  const group = (by) => {
    const lanes = lanesOf(BY_DAY, target, by).filter(({ holder }) => holder !== other);
    const missing = chosen?.by === by && !lanes.some(({ holder }) => holder === chosen) ? [{ holder: chosen, own: [] }] : [];
    const options = [...lanes.slice(0, 200), ...missing].map(({ holder, own }) => element("option", { value: holderKey(holder), selected: holder === chosen }, `${holder.name} (${takingOn(own, target).length})`));
    return options.length ? element("optgroup", { label: capitalised(HOLDER_WORDS[by][1]) }, options) : null;
  };
  return [chosen ? null : element("option", { value: "", selected: true }, "nobody"), ...Object.keys(HOLDER_WORDS).map(group)].filter(Boolean);
}
