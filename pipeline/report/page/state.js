// What is shown stands in the address: #view/ID?filters, to be shared and gone back to. No element has such a name for
// its id, or the browser would jump to it by itself.

const VIEWS = ["overview", "quotes", "speakers", "sides", "articles", "article", "reports"];
const FILTERED = ["quotes", "speakers", "sides", "articles"];

/** View, article and settings that an address names; what it does not know is the overview. */
function readHash(hash) {
  const [path, query = ""] = hash.replace(/^#/, "").split(/\?(.*)/s);
  const [view, id = ""] = path.split("/");
  const settings = Object.fromEntries(new URLSearchParams(query));
  return { view: VIEWS.includes(view) ? view : "overview", id, settings };
}

/** The address of a view; empty settings are left out. */
function toHash(view, settings = {}, id = "") {
  const kept = Object.entries(settings).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const query = new URLSearchParams(kept).toString();
  return "#" + view + (id ? "/" + id : "") + (query ? "?" + query : "");
}

/** The page number that the settings ask for, from 1. */
function pageOf(settings) {
  return Math.max(1, Number.parseInt(settings.page, 10) || 1);
}
