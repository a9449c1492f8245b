// The article with its evidence: passages named by #char=start,end (RFC 5147), and what was read
// from a passage beside it. Without this file passages are links to pages that say the same.
"use strict";

const printed = document.querySelector(".printed");
const panel = document.getElementById("panel");
const body = document.getElementById("panel-body");
const kept = new Map();
let origin = null;

// Passages carry their characters in their addresses: .../start-end.
const span = (link) => new URL(link.href).pathname.split("/").pop().split("-").map(Number);

function mark() {
  for (const link of printed.querySelectorAll(".hit")) link.classList.remove("hit");
  const found = /^#char=(\d+)(?:,(\d+))?$/.exec(decodeURIComponent(location.hash));
  if (!found) return;
  const start = Number(found[1]), end = Number(found[2] ?? start + 1);
  const hits = [...printed.querySelectorAll("a.q")].filter((link) => {
    const [left, right] = span(link);
    return left < end && right > start;
  });
  for (const link of hits) link.classList.add("hit");
  if (hits.length) hits[0].scrollIntoView({ block: "center" });
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
  origin = link;
  for (const other of printed.querySelectorAll(".open")) other.classList.remove("open");
  link.classList.add("open");
  const content = await read(link);
  if (origin !== link) return;
  content.removeAttribute("id");
  body.replaceChildren(content);
  panel.hidden = false;
  panel.scrollTop = 0;
  if (innerWidth < 960) link.scrollIntoView({ block: "start" });
}

function close() {
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

// Where there is a pointer, resting on a passage is enough while the panel is open.
let resting = 0;
printed.addEventListener("pointerover", (event) => {
  const link = event.target.closest("a.q");
  clearTimeout(resting);
  if (link && event.pointerType === "mouse" && matchMedia("(min-width: 60rem)").matches) {
    resting = setTimeout(() => open(link).catch(() => {}), 250);
  }
});
panel.querySelector(".close").addEventListener("click", close);
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !panel.hidden) close(); });
addEventListener("hashchange", mark);
mark();
