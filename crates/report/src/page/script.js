"use strict";
(() => {
  const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const value = (row, column) => row.cells[column].dataset.v ?? row.cells[column].textContent;

  // Heads become buttons: without this script there is nothing to press.
  for (const head of document.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(head));
  }

  function sort(head) {
    const body = head.closest("table").tBodies[0];
    const column = head.cellIndex;
    const numbers = head.dataset.sort === "number";
    const was = head.getAttribute("aria-sort");
    // Numbers are first wanted from the greatest, words from the first of the alphabet.
    const order = was === null ? (numbers ? "descending" : "ascending") : was === "ascending" ? "descending" : "ascending";
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const compare = numbers
      ? (a, b) => Number(value(a, column)) - Number(value(b, column))
      : (a, b) => words.compare(value(a, column), value(b, column));
    body.append(...[...body.rows].sort((a, b) => sign * compare(a, b)));
  }

  const form = document.querySelector("form.filter");
  const table = document.querySelector("table.review");
  if (!form || !table) return;
  const rows = [...table.tBodies[0].rows];
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const selects = [...form.querySelectorAll("select")];
  const output = form.querySelector("output");

  for (const select of selects) {
    const column = Number(select.dataset.column);
    const counts = new Map();
    for (const row of rows) {
      const text = row.cells[column].textContent;
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    for (const text of [...counts.keys()].sort(words.compare)) {
      const option = document.createElement("option");
      option.value = "=" + text;
      option.textContent = `${text} (${counts.get(text)})`;
      select.append(option);
    }
  }

  function filter() {
    const wanted = form.elements.text.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits = texts.get(row).includes(wanted) &&
        selects.every((select) => select.value === "" || select.value === "=" + row.cells[Number(select.dataset.column)].textContent);
      row.hidden = !fits;
      shown += fits;
    }
    output.textContent = `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")} cells shown`;
  }

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter();
})();
