// Shows labels toward one target against labels toward another, in numbers that lead to their quotes.

/** Number of quotes by the labels toward targets `a` and `b`; copies count once, with the labels of the earliest. */
function countPairs(quotes, a, b) {
  const counts = LABELS.map(() => LABELS.map(() => 0));
  const seen = new Set();
  for (const quote of quotes) {
    if (seen.has(quote.group)) continue;
    seen.add(quote.group);
    counts[quote.stances[a].label.index][quote.stances[b].label.index] += 1;
  }
  return counts;
}

function sum(numbers) {
  return numbers.reduce((a, b) => a + b, 0);
}

function crossTable(quotes, a, b, settings) {
  const counts = countPairs(quotes, a, b);
  const most = Math.max(1, ...counts.flat());
  const [nameA, nameB] = [a, b].map((target) => spaced(TARGETS[target].key));
  const cell = (count, row, column) => {
    const labels = { ["t." + TARGETS[a].key]: LABELS[row].name, ["t." + TARGETS[b].key]: LABELS[column].name };
    const node = element("td", { class: "num" }, count ? element("a", { href: toHash("quotes", { ...settings, ...labels, page: "" }) }, String(count)) : "0");
    node.style.setProperty("--share", Math.sqrt(count / most).toFixed(3));
    return node;
  };
  const total = (count) => element("td", { class: "num strong" }, String(count));
  const heading = (label, scope) => element("th", { scope }, `${label.glyph} ${label.text}`);
  const body = counts.map((row, index) => element("tr", {}, heading(LABELS[index], "row"), row.map((count, column) => cell(count, index, column)), total(sum(row))));
  const sums = LABELS.map((_, column) => total(sum(counts.map((row) => row[column]))));
  return element(
    "table",
    { class: "cross" },
    element("caption", {}, `↓ ${nameA}, → ${nameB}`),
    element("thead", {}, element("tr", {}, element("td", {}), LABELS.map((label) => heading(label, "col")), element("th", { scope: "col" }, "all"))),
    element("tbody", {}, body, element("tr", {}, element("th", { scope: "row" }, "all"), sums, total(sum(counts.flat())))),
  );
}

/** Indices of the two targets that the settings name; the first two where they name none. */
function chosenPair(settings) {
  const indexOf = (key, otherwise) => {
    const index = TARGETS.findIndex((target) => target.key === settings[key]);
    return index < 0 ? otherwise : index;
  };
  return [indexOf("down", 0), indexOf("across", Math.min(1, TARGETS.length - 1))];
}

/** Form fields to choose the pair, where there are more than two targets. */
function pairFields(settings, change) {
  if (TARGETS.length < 3) return [];
  return ["down", "across"].map((side, position) => {
    const chosen = chosenPair(settings)[position];
    const options = TARGETS.map((target, index) => element("option", { value: target.key, selected: index === chosen }, spaced(target.key)));
    const field = element("select", { id: "pair-" + side }, options);
    field.addEventListener("change", () => change({ [side]: field.value }));
    return element("div", {}, element("label", { for: "pair-" + side }, side), field);
  });
}

function showCrossTable(quotes, settings, change) {
  byId("pair").replaceChildren(...pairFields(settings, change));
  byId("cross").replaceChildren(crossTable(quotes, ...chosenPair(settings), settings));
}
