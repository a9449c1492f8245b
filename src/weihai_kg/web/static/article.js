// The article with its evidence: characters named by #char=start,end (RFC 5147) are marked, and what
// was read from a passage opens beside it. Without this file passages are links to pages that say
// the same, and a quotation named in the address is marked by the style sheet.
"use strict";

const printed = document.querySelector(".printed");
const panel = document.getElementById("panel");
const body = document.getElementById("panel-body");
const wide = matchMedia("(min-width: 60rem)");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const exact = "highlights" in CSS;
const kept = new Map();
let origin = null;
let resting = 0;
let pointerAt = "";
let closedAt = null;
printed.classList.toggle("exactly-unknown", !exact);

// Passages carry their characters in their addresses: .../start-end.
const span = (link) => new URL(link.href).pathname.split("/").pop().split("-").map(Number);

// Positions count code points, those of the DOM UTF-16 units.
const units = (text, points) => [...text].slice(0, points).join("").length;

function ranges(start, end) {
  const found = [];
  for (const line of printed.querySelectorAll(".text[data-start]")) {
    let at = Number(line.dataset.start);
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const length = [...node.data].length;
      const from = Math.max(start - at, 0), to = Math.min(end - at, length);
      if (from < to) {
        const range = new Range();
        range.setStart(node, units(node.data, from));
        range.setEnd(node, units(node.data, to));
        found.push(range);
      }
      at += length;
    }
  }
  return found;
}

function mark(start, end) {
  for (const link of printed.querySelectorAll(".hit")) link.classList.remove("hit");
  const found = ranges(start, end);
  if (exact) CSS.highlights.set("asked", new Highlight(...found));
  for (const link of printed.querySelectorAll("a.q")) {
    const [left, right] = span(link);
    if (left < end && right > start) link.classList.add("hit");
  }
  return found;
}

function follow() {
  const found = /^#char=(\d{0,9})(,?)(\d{0,9})(?:;.*)?$/.exec(decodeURIComponent(location.hash));
  if (!found) return;
  const start = Number(found[1] || 0);
  const hits = mark(start, found[3] ? Number(found[3]) : found[2] ? Infinity : start + 1);
  hits[0]?.startContainer.parentElement.scrollIntoView({ block: "center" });
}

async function read(link) {
  if (!kept.has(link.href)) {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    kept.set(link.href, page.getElementById("passage"));
  }
  return kept.get(link.href).cloneNode(true);
}

async function open(link) {
  clearTimeout(resting);
  origin = link;
  for (const other of printed.querySelectorAll(".open")) other.classList.remove("open");
  link.classList.add("open");
  const content = await read(link);
  if (origin !== link) return;
  content.removeAttribute("id");
  body.replaceChildren(content);
  panel.hidden = false;
  panel.scrollTop = 0;
  if (!wide.matches) {
    link.scrollIntoView({ block: "start", behavior: still.matches ? "auto" : "smooth" });
  }
}

function close() {
  clearTimeout(resting);
  closedAt = pointerAt;
  panel.hidden = true;
  if (origin) { origin.classList.remove("open"); origin.focus(); }
  origin = null;
}

printed.addEventListener("click", (event) => {
  const link = event.target.closest("a.q, a.yield");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link).catch(() => { location.href = link.href; });
});

// Where the panel covers nothing, resting on a passage or reaching it with the keyboard is enough.
// Where the pointer lay when the panel was closed it opens nothing again until it has moved: a browser
// reports it as arriving, too, when the page moves below it.
const rest = (link, delay) => {
  clearTimeout(resting);
  if (link && link !== origin && wide.matches) resting = setTimeout(() => open(link).catch(() => {}), delay);
};
printed.addEventListener("pointerover", (event) => {
  if (event.pointerType !== "mouse") return;
  pointerAt = `${event.clientX},${event.clientY}`;
  if (pointerAt === closedAt) return;
  closedAt = null;
  rest(event.target.closest("a.q"), 250);
});
printed.addEventListener("focusin", (event) => {
  if (event.target.matches(":focus-visible")) rest(event.target.closest("a.q"), 250);
});

// The other way: from what was read, or from a note, to its words.
const words = (element) => element?.dataset.span?.split(",").map(Number);
for (const type of ["pointerover", "focusin"]) {
  body.addEventListener(type, (event) => {
    const at = words(event.target.closest("[data-span]"));
    if (at) mark(...at);
  });
}
printed.addEventListener("toggle", (event) => {
  const at = words(event.target);
  if (at && event.target.open) mark(...at);
}, true);
panel.querySelector(".close").addEventListener("click", close);
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && origin) close(); });
addEventListener("hashchange", follow);
follow();
