// Shows long lists a page at a time, so that the document stays small.

/** Show one page of `items` in `list`, and the buttons below it; returns the items shown. */
function showPage({ list, pager, items, size, settings, draw, turnTo }) {
  const pages = Math.max(1, Math.ceil(items.length / size));
  const page = Math.min(pageNumber(settings), pages);
  const shown = items.slice((page - 1) * size, page * size);
  list.replaceChildren(...shown.map(draw));
  list.setAttribute("start", (page - 1) * size + 1);
  const button = (text, to) => {
    const node = element("button", { type: "button", disabled: to < 1 || to > pages }, text);
    node.addEventListener("click", () => turnTo(to));
    return node;
  };
  const position = element("span", {}, `Page ${page} of ${pages}`);
  pager.replaceChildren(...(pages > 1 ? [button("← Previous", page - 1), position, button("Next →", page + 1)] : []));
  return shown;
}
