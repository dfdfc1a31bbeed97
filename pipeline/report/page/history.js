// Remembers for each entry of the browser's history how far it was scrolled and which quote had the focus.

history.scrollRestoration = "manual";
let scrollTimer = 0;

/** Store the place in the present entry. */
function rememberPlace() {
  clearTimeout(scrollTimer);
  const quote = document.activeElement?.closest?.("[data-quote]")?.dataset.quote ?? null;
  history.replaceState({ top: scrollY, quote }, "");
}

/** Go back to the place of an entry; false where it has none. Where no quote had the focus, `otherwise` gets it. */
function restorePlace(place, otherwise) {
  if (!place) return false;
  const item = place.quote && document.querySelector(`section:not([hidden]) [data-quote="${CSS.escape(place.quote)}"]`);
  if (item) focusItem(item);
  else otherwise?.focus({ preventScroll: true });
  scrollTo({ top: place.top, behavior: "instant" });
  return true;
}

addEventListener("scroll", () => {
  clearTimeout(scrollTimer);
  scrollTimer = setTimeout(rememberPlace, 150);
}, { passive: true });
addEventListener("click", (event) => event.target.closest?.("a") && rememberPlace(), { capture: true });
