// The button that chooses light, dark, or what the system has.

const THEMES = ["", "light", "dark"];

function setUpTheme() {
  const node = byId("theme");
  const root = document.documentElement;
  const apply = (theme) => {
    root.dataset.theme = theme;
    node.textContent = "Theme: " + (theme || "system");
  };
  apply(storedTheme());
  node.hidden = false;
  node.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(root.dataset.theme) + 1) % THEMES.length];
    apply(next);
    storeTheme(next);
  });
}

// A browser may refuse storage to a file; the choice then lasts until the page is closed.
function storedTheme() {
  try {
    const theme = localStorage.getItem("theme");
    return THEMES.includes(theme) ? theme : "";
  } catch {
    return "";
  }
}

function storeTheme(theme) {
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // The browser refuses: see above.
  }
}
