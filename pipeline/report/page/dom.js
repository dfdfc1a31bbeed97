// Makes elements from strings of the data, which may be hostile: text becomes text nodes, never markup.

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
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

/** A string of the data with its own direction, so that its bidi controls do not reach beyond it. */
function isolated(text, attributes = {}) {
  return element("bdi", { dir: "auto", ...attributes }, text);
}

/** The name of a target or label with spaces. */
function spaced(name) {
  return name.replaceAll("_", " ");
}

function byId(id) {
  return document.getElementById(id);
}

function plural(number, one, many = one + "s") {
  return number.toLocaleString("en") + " " + (number === 1 ? one : many);
}
