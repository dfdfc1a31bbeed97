// Long lists, a page at a time: no more stands in the document than one can read.

/** Show one page of `items` in `list`, and the buttons below it; gives the items shown. */
function showPage({ list, pager, items, size, settings, draw, go }) {
  const pages = Math.max(1, Math.ceil(items.length / size));
  const page = Math.min(pageOf(settings), pages);
  const shown = items.slice((page - 1) * size, page * size);
  list.replaceChildren(...shown.map(draw));
  list.setAttribute("start", (page - 1) * size + 1);
  const button = (text, to) => {
    const made = el("button", { type: "button", disabled: to < 1 || to > pages }, text);
    made.addEventListener("click", () => go(to));
    return made;
  };
  const said = el("span", {}, `Page ${page} of ${pages}`);
  pager.replaceChildren(...(pages > 1 ? [button("← Previous", page - 1), said, button("Next →", page + 1)] : []));
  return shown;
}
