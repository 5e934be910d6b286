"use strict";
(() => {
  const one = (selector) => document.querySelector(selector);
  const controls = one("#controls");
  if (!controls) return;
  const [search, sort, only, found] = ["#search", "#sort", "#only", "#found"].map(one);
  const matrix = one("#matrix");
  const lines = matrix ? [...matrix.tBodies[0].rows] : [];
  const heads = matrix ? [...matrix.tHead.rows[0].cells].slice(1) : [];
  const list = one("#list");
  const entries = list ? [...list.tBodies[0].rows] : [];
  const entryTexts = entries.map((row) => row.textContent.toLowerCase());
  const risks = [...document.querySelectorAll(".risks > li")];
  const riskTexts = risks.map((risk) => risk.textContent.toLowerCase());
  const changes = [...document.querySelectorAll(".changes > li")];
  const changeTexts = changes.map((change) => change.textContent.toLowerCase());
  const inColumns = lines.map((row) => [...row.cells].slice(1));

  // One rule for all cells of the columns: there may be tens of thousands.
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [sheet];
  function hide(columns) {
    const selectors = columns.map((column) => `#matrix tr > :nth-child(${column + 2})`);
    sheet.replaceSync(columns.length ? `${selectors.join(",")} { display: none; }` : "");
  }

  // A word found in accounts narrows the columns; one found in images, the rows.
  function showMatrix(wanted, changesOnly) {
    const accounts = heads.map((head) => head.dataset.text.includes(wanted));
    const narrowed = wanted && accounts.some(Boolean);
    const counts = (cell) => cell.firstChild && (!changesOnly || "changes" in cell.dataset);
    const rows = lines.map((row, index) => {
      if (changesOnly && !("changes" in row.dataset)) return false;
      if (!wanted || row.dataset.text.includes(wanted)) return true;
      return narrowed && inColumns[index].some((cell, column) => accounts[column] && counts(cell));
    });
    const byImage = wanted && lines.some((row) => row.dataset.text.includes(wanted));
    const columns = heads.map((_, column) =>
      (byImage || !narrowed || accounts[column]) &&
      (!(changesOnly || byImage) || inColumns.some((cells, index) => rows[index] && counts(cells[column]))));
    lines.forEach((row, index) => { row.hidden = !rows[index]; });
    hide(columns.flatMap((shown, column) => (shown ? [] : [column])));
    return [rows.filter(Boolean).length, columns.filter(Boolean).length];
  }

  function showList(wanted, changesOnly) {
    entries.forEach((row, index) => {
      row.hidden = !entryTexts[index].includes(wanted) || (changesOnly && !("changes" in row.dataset));
    });
    return showCount(one("#all summary .count"), entries);
  }

  // A section of which nothing matches goes with its heading; its count is that of what is shown.
  function showItems(items, texts, wanted) {
    if (!items.length) return;
    items.forEach((item, index) => { item.hidden = !texts[index].includes(wanted); });
    const section = items[0].closest("section");
    section.hidden = !showCount(section.querySelector("h2 .count"), items);
  }

  function showCount(place, items) {
    const visible = items.filter((item) => !item.hidden).length;
    if (place) place.textContent = visible === items.length ? visible : `${visible} of ${items.length}`;
    return visible;
  }

  function show() {
    const wanted = search.value.trim().toLowerCase();
    // Whoever searches looks for everything, changed or not.
    const changesOnly = only.checked && !wanted;
    const [images, accounts] = showMatrix(wanted, changesOnly);
    const shown = showList(wanted, changesOnly);
    showItems(changes, changeTexts, wanted);
    showItems(risks, riskTexts, wanted);
    found.textContent = matrix
      ? `${images} of ${lines.length} images, ${accounts} of ${heads.length} accounts`
      : `${shown} of ${entries.length} lines`;
  }

  const orders = {
    worst: (a, b) => a.dataset.place - b.dataset.place,
    name: (a, b) => a.dataset.name.localeCompare(b.dataset.name) || a.dataset.place - b.dataset.place,
    loses: (a, b) => b.dataset.loses - a.dataset.loses || a.dataset.place - b.dataset.place,
    accounts: (a, b) => b.dataset.accounts - a.dataset.accounts || a.dataset.place - b.dataset.place,
    gains: (a, b) => b.dataset.gains - a.dataset.gains || a.dataset.place - b.dataset.place,
  };

  // Whoever points at a cell sees its column and row in words.
  if (matrix) matrix.addEventListener("mouseover", (event) => {
    const cell = event.target.closest("td");
    if (!cell || cell.title || !cell.firstChild) return;
    const words = cell.firstChild.getAttribute("aria-label");
    cell.title = `${heads[cell.cellIndex - 1].textContent.trim()} ${words}: ${cell.parentNode.cells[0].textContent.trim()}`;
  });

  // A link to an image or an account that does not change shows everything.
  function follow() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && only.checked && getComputedStyle(target).display === "none") {
      only.checked = false;
      show();
      target.scrollIntoView();
    }
  }

  // A print has every change, with heads on each page.
  const folded = one("#all");
  window.addEventListener("beforeprint", () => { if (folded) folded.open = true; });
  window.addEventListener("hashchange", follow);
  controls.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", show);
  only.addEventListener("change", show);
  sort.addEventListener("change", () => {
    if (matrix) matrix.tBodies[0].append(...[...lines].sort(orders[sort.value]));
  });
  if (lines.length && !lines.some((row) => "changes" in row.dataset)) only.checked = false;
  show();
  follow();
})();
