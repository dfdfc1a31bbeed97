// Building the page out of strings that may be hostile: text becomes text nodes, never markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element; attributes that are null or false are left out, children may be strings, nodes or null. */
function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same within an SVG. */
function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

/** A string of the data, isolated: its direction and its bidi controls end where it ends. */
function bdi(text, attributes = {}) {
  return el("bdi", { dir: "auto", ...attributes }, text);
}

/** Names of targets and labels, as people write them. */
function words(name) {
  return name.replaceAll("_", " ");
}

function byId(id) {
  return document.getElementById(id);
}

function plural(number, one, many = one + "s") {
  return number.toLocaleString("en") + " " + (number === 1 ? one : many);
}
