// The address says what is shown: #view/ID?settings, to be shared and gone back to. No element has the name of a view for
// its id, or the browser would scroll to it by itself.

const VIEWS = ["overview", "quotes", "quote", "speakers", "speaker", "side", "compare", "changes", "articles", "article", "counts", "reports"];
const FILTERED = ["quotes", "speakers", "articles", "counts"];
// The entry of the navigation that a view belongs to.
const PARENTS = { quote: "quotes", speaker: "speakers", side: "speakers", article: "articles" };

/** View, id and settings of an address; an unknown view is the overview. */
function readHash(hash) {
  const [path, query = ""] = hash.replace(/^#/, "").split(/\?(.*)/s);
  const [view, ...rest] = path.split("/");
  const settings = Object.fromEntries(new URLSearchParams(query));
  return { view: VIEWS.includes(view) ? view : "overview", id: decoded(rest.join("/")), settings };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of a view; empty settings are left out. */
function toHash(view, settings = {}, id = "") {
  const path = "#" + view + (id ? "/" + encodeURIComponent(id) : "");
  const entries = Object.entries(settings).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return entries.length ? `${path}?${new URLSearchParams(entries)}` : path;
}

/** The address of a card; the target that it is opened for comes first on it. */
function quoteHash(quote, target = null) {
  return toHash("quote", { on: target?.key }, quote.id);
}

/** The address of a speaker or a side. */
function holderHash(holder) {
  return toHash(holder.holder, {}, holder.id);
}

/** The page number of the settings, from 1. */
function pageNumber(settings) {
  return Math.max(1, Number.parseInt(settings.page, 10) || 1);
}
