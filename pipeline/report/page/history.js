// Remembers for each entry of the browser's history how far it was scrolled and which quote had the focus.

history.scrollRestoration = "manual";
let scrollTimer = 0;

/** How far the page is scrolled, and what has the focus: a quote, or a link. */
function placeNow() {
  const quote = document.activeElement?.closest?.("[data-quote]")?.dataset.quote ?? null;
  const link = document.activeElement?.closest?.("main a")?.getAttribute("href") ?? null;
  return { top: scrollY, quote, link };
}

/** Store the place in the present entry. */
function rememberPlace() {
  clearTimeout(scrollTimer);
  history.replaceState(placeNow(), "");
}

/** Go back to the place of an entry; false where it has none. Where neither a quote nor a link had the focus, `otherwise` gets it. */
function restorePlace(place, otherwise) {
  if (!place) return false;
  scrollTo({ top: place.top, behavior: "instant" });
  // A quote or a link may stand in several places: the one nearest to the middle of the screen is meant.
  const distance = (node) => Math.abs(node.getBoundingClientRect().top - innerHeight / 2);
  const find = (name, value) => [...document.querySelectorAll(`main > :not([hidden]) [${name}="${CSS.escape(value)}"]`)].sort((a, b) => distance(a) - distance(b))[0];
  const item = place.quote && find("data-quote", place.quote);
  const node = item || (place.link && find("href", place.link));
  if (item) focusItem(item);
  else (node || otherwise)?.focus({ preventScroll: true });
  const { top, bottom } = node?.getBoundingClientRect() ?? { top: 0, bottom: 0 };
  if (bottom < 0 || top > innerHeight) node.scrollIntoView({ block: "center", behavior: "instant" });
  return true;
}

addEventListener("scroll", () => {
  clearTimeout(scrollTimer);
  scrollTimer = setTimeout(rememberPlace, 150);
}, { passive: true });
addEventListener("click", (event) => event.target.closest?.("a") && rememberPlace(), { capture: true });
