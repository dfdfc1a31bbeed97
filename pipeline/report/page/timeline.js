// Draws a speaker's positions toward one target over time, and says them in words for those who do not see the drawing.

// From yes to no, so that a change of mind is a step up or down; labels without a role follow.
const FROM_YES_TO_NO = [ROLES.favor, ROLES.conditional, ROLES.neutral, ROLES.against];
const ROLE_LANES = FROM_YES_TO_NO.flatMap((name) => LABELS.filter((label) => label.name === name));
const OTHER_LANES = LABELS.filter((label) => label.name !== ROLES.unrelated && label.name !== DATA.unknown && !ROLE_LANES.includes(label));
const LANES = [...ROLE_LANES, ...OTHER_LANES];
const MONTHS = ARTICLES.map((article) => article.day).filter(Boolean).map(monthOf);
const FIRST_MONTH = MONTHS.reduce((a, b) => Math.min(a, b), Infinity);
const LAST_MONTH = MONTHS.reduce((a, b) => Math.max(a, b), -Infinity);
const WIDTH = 360;
const LEFT = 78;
const LANE_HEIGHT = 20;

/** Months since the year 0 of a day such as 2025-03-01. */
function monthOf(day) {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
}

function monthName(month) {
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
}

/** Points of one target: month, label and how many quotes. */
function pointsOf(quotes, target) {
  const points = new Map();
  const seen = new Set();
  for (const quote of quotes) {
    const { label } = quote.stances[target];
    if (!quote.article.day || !LANES.includes(label) || seen.has(quote.group)) continue;
    seen.add(quote.group);
    const month = monthOf(quote.article.day);
    const key = month + " " + label.name;
    const point = points.get(key) ?? { month, label, count: 0 };
    point.count += 1;
    points.set(key, point);
  }
  return [...points.values()].sort((a, b) => a.month - b.month || LANES.indexOf(a.label) - LANES.indexOf(b.label));
}

/** Number of quotes whose label toward a target is unknown; copies count once. */
function countUnknown(quotes, target) {
  return countDistinct(quotes.filter((quote) => !quote.stances[target].known));
}

/** The points in words. */
function describePoints(points) {
  if (!points.length) return "no dated quote known to be about it";
  return points.map((p) => `${monthName(p.month)} ${p.label.text} ${p.count}`).join("; ");
}

/** A figure of one target: a lane for each label, a mark for each month. */
function timeline(quotes, target) {
  const points = pointsOf(quotes, target);
  const name = spaced(TARGETS[target].key);
  const unknown = countUnknown(quotes, target);
  const beside = unknown ? `; ${unknown} unknown` : "";
  if (!points.length) return element("figure", {}, element("figcaption", {}, `${name}: ${describePoints(points)}${beside}`));
  const height = LANES.length * LANE_HEIGHT + 20;
  const drawing = svgElement("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": `${name}: ${describePoints(points)}` });
  drawing.append(...LANES.flatMap(laneNodes), ...yearLines(height), ...points.flatMap(pointNodes));
  return element("figure", {}, element("figcaption", {}, name + beside), drawing);
}

function laneY(index) {
  return index * LANE_HEIGHT + LANE_HEIGHT / 2;
}

function monthX(month) {
  const months = Math.max(1, LAST_MONTH - FIRST_MONTH);
  return LEFT + 12 + ((month - FIRST_MONTH) / months) * (WIDTH - LEFT - 24);
}

function laneNodes(label, index) {
  const y = laneY(index);
  return [
    svgElement("text", { x: 0, y: y + 4 }, `${label.glyph} ${label.text}`),
    svgElement("line", { class: "lane", x1: LEFT, x2: WIDTH, y1: y, y2: y }),
  ];
}

/** A line at each January, and at the first month when there is none. */
function yearLines(height) {
  const years = [];
  for (let month = FIRST_MONTH; month <= LAST_MONTH; month += 1) if (month % 12 === 0) years.push(month);
  const step = Math.ceil(years.length / 6) || 1;
  return (years.length ? years.filter((_, index) => index % step === 0) : [FIRST_MONTH]).flatMap((month) => [
    svgElement("line", { class: "tick", x1: monthX(month), x2: monthX(month), y1: 0, y2: height - 16 }),
    svgElement("text", { x: Math.min(monthX(month), WIDTH - 44), y: height - 4 }, years.length ? String(month / 12) : monthName(month)),
  ]);
}

function pointNodes({ month, label, count }) {
  const x = monthX(month);
  const y = laneY(LANES.indexOf(label));
  const nodes = [svgElement("path", { class: "point " + label.colour, d: outline(label.shape, x, y, count > 1 ? 8 : 5) })];
  if (count > 1) nodes.push(svgElement("text", { class: "inside", x, y: y + 3.5 }, String(count)));
  return nodes;
}

/** Outline of a mark: the shapes of GLYPHS, in their order. */
function outline(shape, x, y, r) {
  const corners = [
    [[0, -r], [r, r * 0.8], [-r, r * 0.8]],
    [[0, r], [r, -r * 0.8], [-r, -r * 0.8]],
    [[0, -r], [r, 0], [0, r], [-r, 0]],
  ][shape];
  if (corners) return "M" + corners.map(([dx, dy]) => `${x + dx},${y + dy}`).join("L") + "Z";
  if (shape === 5) return `M${x - r},${y - r}h${2 * r}v${2 * r}h${-2 * r}Z`;
  return `M${x - r},${y}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0Z`;
}
