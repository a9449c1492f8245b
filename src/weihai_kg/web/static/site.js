// Small conveniences; every page reads without them.
"use strict";

// Copy buttons.
for (const button of document.querySelectorAll("button.copy")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const from = button.dataset.copyFrom;
    await navigator.clipboard.writeText(from ? document.getElementById(from).textContent : button.dataset.copy);
    const words = button.textContent;
    button.textContent = "✓";
    setTimeout(() => { button.textContent = words; }, 1200);
  });
}

// Tables that sort by a click on their headings.
const shown = (cell) => cell.dataset.value ?? cell.textContent.trim();
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    if ("fixed" in heading.dataset) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const compare = (a, b) => {
        const [x, y] = [a, b].map((row) => shown(row.cells[column]));
        const [m, n] = [x, y].map(Number);
        const order = x !== "" && y !== "" && !isNaN(m) && !isNaN(n)
          ? m - n : x.localeCompare(y, document.documentElement.lang);
        return down ? -order : order;
      };
      body.append(...[...body.rows].sort(compare));
    });
  });
}

// A field that filters a table.
for (const field of document.querySelectorAll("input[data-filter]")) {
  field.closest(".filter").hidden = false;
  const rows = [...document.getElementById(field.dataset.filter).tBodies[0].rows];
  const count = document.getElementById("filter-count");
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
      left += row.hidden ? 0 : 1;
    }
    count.textContent = words.length ? `${left} / ${rows.length}` : "";
  });
}

// Suggestions below the search field: a list of links, reached with the arrow keys.
for (const field of document.querySelectorAll("input[data-suggest]")) {
  const list = document.getElementById(field.dataset.suggest);
  const lang = document.documentElement.lang;
  let asked = 0, timer = 0;
  const show = (results) => {
    list.replaceChildren(...results.slice(0, 8).map((result) => {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = result.url;
      link.textContent = result.name === result.match ? result.name : `${result.name} (${result.match})`;
      item.append(link);
      return item;
    }));
    list.hidden = results.length === 0;
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    const text = field.value.trim(), mine = ++asked;
    if (!text) return show([]);
    timer = setTimeout(async () => {
      const address = `/search?format=json&lang=${lang}&q=${encodeURIComponent(text)}`;
      const answer = await fetch(address).catch(() => null);
      if (answer && answer.ok && mine === asked) show((await answer.json()).results);
    }, 120);
  });
  const step = (event) => {
    const links = [...list.querySelectorAll("a")], at = links.indexOf(document.activeElement);
    if (event.key === "Escape") { list.hidden = true; field.focus(); }
    if (list.hidden || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    (links[at + (event.key === "ArrowDown" ? 1 : -1)] ?? field).focus();
  };
  field.addEventListener("keydown", step);
  list.addEventListener("keydown", step);
}
