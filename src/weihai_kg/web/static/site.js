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

// Suggestions below the search field: a combobox (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/).
for (const field of document.querySelectorAll("input[data-suggest]")) {
  const list = document.getElementById(field.dataset.suggest);
  const told = document.getElementById(`${list.id}-told`);
  const lang = document.documentElement.lang;
  let asked = 0, timer = 0, options = [], active = -1;
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
  })) field.setAttribute(name, value);

  const choose = (index) => {
    options[active]?.setAttribute("aria-selected", "false");
    active = index;
    options[active]?.setAttribute("aria-selected", "true");
    options[active]?.scrollIntoView({ block: "nearest" });
    if (active < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", options[active].id);
  };
  const close = () => {
    asked += 1;
    clearTimeout(timer);
    choose(-1);
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
  };
  const soft = (text) => Object.assign(document.createElement("span"), { className: "soft", textContent: text });
  const show = (results) => {
    choose(-1);
    options = results.slice(0, 8).map((result, index) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${index}`;
      option.role = "option";
      option.dataset.url = result.url;
      option.setAttribute("aria-selected", "false");
      const other = result.name === result.match ? "" : result.match;
      option.append(result.name, " ", soft([other, result.kind].filter(Boolean).join(" · ")));
      return option;
    });
    list.replaceChildren(...options);
    list.hidden = options.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
    told.textContent = options.length ? `${options.length} ${told.dataset.some}` : told.dataset.none;
  };
  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    const text = field.value.trim(), mine = ++asked;
    if (!text || event.isComposing) return close();
    timer = setTimeout(async () => {
      const address = `/search?format=json&lang=${lang}&q=${encodeURIComponent(text)}`;
      const answer = await fetch(address).catch(() => null);
      if (answer && answer.ok && mine === asked) show((await answer.json()).results);
    }, 120);
  });
  field.addEventListener("compositionend", () => field.dispatchEvent(new Event("input")));
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const last = options.length - 1;
    if (event.key === "ArrowDown") choose(active === last ? -1 : active + 1);
    else if (event.key === "ArrowUp") choose(active < 0 ? last : active - 1);
    else if (event.key === "Enter" && active >= 0) location.href = options[active].dataset.url;
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.href = option.dataset.url;
  });
  field.addEventListener("blur", close);
}
