// Labels toward one target against labels toward another, in numbers that lead to their quotes.

/** Quotes by the places of their two labels; a group counts once, with the labels of its earliest quote. */
function crossed(quotes, a, b) {
  const counts = LABELS.map(() => LABELS.map(() => 0));
  const seen = new Set();
  for (const quote of quotes) {
    if (seen.has(quote.group)) continue;
    seen.add(quote.group);
    counts[quote.stances[a].at][quote.stances[b].at] += 1;
  }
  return counts;
}

function sum(numbers) {
  return numbers.reduce((a, b) => a + b, 0);
}

function crossTable(quotes, a, b, settings) {
  const counts = crossed(quotes, a, b);
  const most = Math.max(1, ...counts.flat());
  const [nameA, nameB] = [a, b].map((at) => words(TARGETS[at].key));
  const cell = (count, rowAt, columnAt) => {
    const wanted = { ["t." + TARGETS[a].key]: LABELS[rowAt], ["t." + TARGETS[b].key]: LABELS[columnAt] };
    const node = el("td", { class: "num" }, count ? el("a", { href: toHash("quotes", { ...settings, ...wanted, page: "" }) }, String(count)) : "0");
    node.style.setProperty("--share", Math.sqrt(count / most).toFixed(3));
    return node;
  };
  const total = (count) => el("td", { class: "num strong" }, String(count));
  const label = (at, scope) => el("th", { scope }, `${GLYPHS[at % GLYPHS.length]} ${words(LABELS[at])}`);
  const body = counts.map((row, at) => el("tr", {}, label(at, "row"), row.map((count, to) => cell(count, at, to)), total(sum(row))));
  const sums = LABELS.map((_, at) => total(sum(counts.map((row) => row[at]))));
  return el(
    "table",
    { class: "cross" },
    el("caption", {}, `↓ ${nameA}, → ${nameB}`),
    el("thead", {}, el("tr", {}, el("td", {}), LABELS.map((_, at) => label(at, "col")), el("th", { scope: "col" }, "all"))),
    el("tbody", {}, body, el("tr", {}, el("th", { scope: "row" }, "all"), sums, total(sum(counts.flat())))),
  );
}

/** Places of the two targets that the settings name; the first two where they name none. */
function pairOf(settings) {
  const at = (key, other) => {
    const found = TARGETS.findIndex((target) => target.key === settings[key]);
    return found < 0 ? other : found;
  };
  return [at("down", 0), at("across", Math.min(1, TARGETS.length - 1))];
}

/** With more than two targets, a choice of the pair. */
function pairForm(settings, go) {
  if (TARGETS.length < 3) return [];
  return ["down", "across"].map((side, at) => {
    const options = TARGETS.map((target, to) => el("option", { value: target.key, selected: to === pairOf(settings)[at] }, words(target.key)));
    const choice = el("select", { id: "pair-" + side }, options);
    choice.addEventListener("change", () => go({ [side]: choice.value }));
    return el("div", {}, el("label", { for: "pair-" + side }, side), choice);
  });
}

function showSides(quotes, settings, go) {
  byId("pair").replaceChildren(...pairForm(settings, go));
  byId("cross").replaceChildren(crossTable(quotes, ...pairOf(settings), settings));
}
