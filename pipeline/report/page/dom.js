// Makes elements from strings of the data, which may be hostile: text becomes text nodes, never markup.

const NARROW = matchMedia("(max-width: 48rem)");
const SVG = "http://www.w3.org/2000/svg";

/** An element; attributes that are null or false are left out, children may be strings, nodes or null. */
function element(name, attributes = {}, ...children) {
  return addContent(document.createElement(name), attributes, children);
}

/** The same within an SVG. */
function svgElement(name, attributes = {}, ...children) {
  return addContent(document.createElementNS(SVG, name), attributes, children);
}

function addContent(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== "" && child !== false));
  return node;
}

/** A button that calls a function. */
function button(text, act, attributes = {}) {
  const node = element("button", { type: "button", ...attributes }, text);
  node.addEventListener("click", act);
  return node;
}

/** Give the focus of the keyboard to an element that is none of its stops, without scrolling. */
function focusItem(node) {
  node.setAttribute("tabindex", "-1");
  node.focus({ preventScroll: true });
}

/** A string of the data with its own direction, so that its bidi controls do not reach beyond it. */
function isolated(text, attributes = {}) {
  return element("bdi", { dir: "auto", ...attributes }, text);
}

/** Items with a separator between them. */
function joined(items, separator) {
  return items.filter(Boolean).flatMap((item, index) => (index ? [separator, item] : [item]));
}

/** The name of a target or label with spaces. */
function spaced(name) {
  return name.replaceAll("_", " ");
}

function capitalised(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function byId(id) {
  return document.getElementById(id);
}

/** A number with commas between its thousands: the first `toLocaleString` of a page takes as long as a picture. */
function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

function plural(number, one, many = one + "s") {
  return grouped(number) + " " + (number === 1 ? one : many);
}

const MONTH_NAMES = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/** A day such as 2024-03-01 as people write it. */
function longDay(day) {
  if (!day) return "no date";
  const [year, month, date] = day.split("-").map(Number);
  return `${date} ${MONTH_NAMES[month - 1]} ${year}`;
}

function dayNode(day, text = longDay(day)) {
  return day ? element("time", { datetime: day }, text) : "no date";
}

/** The same, where there is little room. */
function shortDay(day) {
  return longDay(day).replace(/ (\p{L}{3})\p{L}+ /u, " $1 ");
}
