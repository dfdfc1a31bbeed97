// The address says what is shown: #view/ID?filters, to be shared and gone back to. No element has the name of a view for
// its id, or the browser would scroll to it by itself.

const VIEWS = ["overview", "quotes", "speakers", "sides", "articles", "article", "reports"];
const FILTERED = ["quotes", "speakers", "sides", "articles"];

/** View, article and settings of an address; an unknown view is the overview. */
function readHash(hash) {
  const [path, query = ""] = hash.replace(/^#/, "").split(/\?(.*)/s);
  const [view, id = ""] = path.split("/");
  const settings = Object.fromEntries(new URLSearchParams(query));
  return { view: VIEWS.includes(view) ? view : "overview", id, settings };
}

/** The address of a view; empty settings are left out. */
function toHash(view, settings = {}, id = "") {
  const entries = Object.entries(settings).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const query = new URLSearchParams(entries).toString();
  return "#" + view + (id ? "/" + id : "") + (query ? "?" + query : "");
}

/** The page number of the settings, from 1. */
function pageNumber(settings) {
  return Math.max(1, Number.parseInt(settings.page, 10) || 1);
}
