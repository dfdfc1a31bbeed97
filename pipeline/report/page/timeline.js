// A speaker's positions toward one target over time, drawn small, and said in words for those who do not see it.

const UNRELATED = "unrelated";
// From yes to no, so that a change of mind is a step up or down; labels that are not known here follow.
const FROM_YES_TO_NO = ["favor", "conditional", "neutral", "against"];
const LANES = [...FROM_YES_TO_NO, ...LABELS].filter((label, at, all) => LABELS.includes(label) && label !== UNRELATED && all.indexOf(label) === at);
const MONTHS = ARTICLES.map((article) => article.day).filter(Boolean).map(monthOf);
const FIRST_MONTH = MONTHS.reduce((a, b) => Math.min(a, b), Infinity);
const LAST_MONTH = MONTHS.reduce((a, b) => Math.max(a, b), -Infinity);
const WIDE = 360;
const LEFT = 78;
const LANE = 20;

function monthOf(day) {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
}

function monthName(month) {
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
}

/** Points of one target: month, label, how many quotes, and whether the model abstained on all of them. */
function pointsOf(quotes, target) {
  const points = new Map();
  const seen = new Set();
  for (const quote of quotes) {
    const stance = quote.stances[target];
    if (!quote.article.day || stance.label === UNRELATED || seen.has(quote.group)) continue;
    seen.add(quote.group);
    const month = monthOf(quote.article.day);
    const key = month + " " + stance.label;
    const point = points.get(key) ?? { month, label: stance.label, at: stance.at, count: 0, abstained: true };
    point.count += 1;
    point.abstained = point.abstained && stance.abstained;
    points.set(key, point);
  }
  return [...points.values()].sort((a, b) => a.month - b.month || LANES.indexOf(a.label) - LANES.indexOf(b.label));
}

/** The points in words. */
function inWords(points) {
  if (!points.length) return "no dated quote about it";
  return points.map((p) => `${monthName(p.month)} ${words(p.label)} ${p.count}${p.abstained ? " (abstained)" : ""}`).join("; ");
}

/** A figure of one target: lanes are labels, marks are months. */
function timeline(quotes, target) {
  const points = pointsOf(quotes, target);
  const name = words(TARGETS[target].key);
  if (!points.length) return el("figure", {}, el("figcaption", {}, `${name}: ${inWords(points)}`));
  const height = LANES.length * LANE + 20;
  const picture = svg("svg", { viewBox: `0 0 ${WIDE} ${height}`, role: "img", "aria-label": `${name}: ${inWords(points)}` });
  LANES.forEach((label, at) => picture.append(...lane(label, at)));
  picture.append(...ticks(height), ...points.flatMap(pointNodes));
  return el("figure", {}, el("figcaption", {}, name), picture);
}

function laneY(at) {
  return at * LANE + LANE / 2;
}

function monthX(month) {
  const span = Math.max(1, LAST_MONTH - FIRST_MONTH);
  return LEFT + 12 + ((month - FIRST_MONTH) / span) * (WIDE - LEFT - 24);
}

function lane(label, at) {
  const y = laneY(at);
  const glyph = GLYPHS[LABELS.indexOf(label) % GLYPHS.length];
  return [
    svg("text", { x: 0, y: y + 4 }, `${glyph} ${words(label)}`),
    svg("line", { class: "lane", x1: LEFT, x2: WIDE, y1: y, y2: y }),
  ];
}

/** A line at each January, and at the first month when there is none. */
function ticks(height) {
  const years = [];
  for (let month = FIRST_MONTH; month <= LAST_MONTH; month += 1) if (month % 12 === 0) years.push(month);
  const step = Math.ceil(years.length / 6) || 1;
  return (years.length ? years.filter((_, at) => at % step === 0) : [FIRST_MONTH]).flatMap((month) => [
    svg("line", { class: "tick", x1: monthX(month), x2: monthX(month), y1: 0, y2: height - 16 }),
    svg("text", { x: Math.min(monthX(month), WIDE - 44), y: height - 4 }, years.length ? String(month / 12) : monthName(month)),
  ]);
}

function pointNodes(point) {
  const x = monthX(point.month);
  const y = laneY(LANES.indexOf(point.label));
  const classes = `point s${point.at % GLYPHS.length}` + (point.abstained ? " hollow" : "");
  const size = point.count > 1 ? 8 : 5;
  const nodes = [svg("path", { class: classes, d: shape(point.at % GLYPHS.length, x, y, size) })];
  if (point.count > 1) nodes.push(svg("text", { class: "inside" + (point.abstained ? " hollow" : ""), x, y: y + 3.5 }, String(point.count)));
  return nodes;
}

/** Outline of a mark: the shapes of GLYPHS, in their order. */
function shape(kind, x, y, r) {
  const corners = [
    [[0, -r], [r, r * 0.8], [-r, r * 0.8]],
    [[0, r], [r, -r * 0.8], [-r, -r * 0.8]],
    [[0, -r], [r, 0], [0, r], [-r, 0]],
  ][kind];
  if (corners) return "M" + corners.map(([dx, dy]) => `${x + dx},${y + dy}`).join("L") + "Z";
  if (kind === 5) return `M${x - r},${y - r}h${2 * r}v${2 * r}h${-2 * r}Z`;
  return `M${x - r},${y}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0Z`;
}
