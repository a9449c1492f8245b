/* Drawings are whole without this: it adds zooming, and dims what a thing is not tied to. */
"use strict";
(() => {
  const zh = document.documentElement.lang === "zh";
  const levels = ["zoom-1", "zoom-2", "zoom-3"];

  function zoomable(pan) {
    const svg = pan.querySelector("svg.large");
    if (!svg) return;
    const bar = document.createElement("p");
    bar.className = "zoom";
    let level = 0;
    const set = (wanted) => {
      const x = (pan.scrollLeft + pan.clientWidth / 2) / pan.scrollWidth;
      const y = (pan.scrollTop + pan.clientHeight / 2) / pan.scrollHeight;
      level = Math.max(0, Math.min(levels.length, wanted));
      svg.classList.remove(...levels);
      if (level) svg.classList.add(levels[level - 1]);
      pan.classList.toggle("zoomed", level > 0);
      pan.scrollLeft = x * pan.scrollWidth - pan.clientWidth / 2;
      pan.scrollTop = y * pan.scrollHeight - pan.clientHeight / 2;
      less.disabled = level === 0;
      more.disabled = level === levels.length;
    };
    const button = (sign, name, step) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = sign;
      made.setAttribute("aria-label", name);
      made.addEventListener("click", () => set(level + step));
      bar.append(made);
      return made;
    };
    const less = button("−", zh ? "缩小" : "Zoom out", -1);
    const more = button("+", zh ? "放大" : "Zoom in", 1);
    less.disabled = true;
    pan.before(bar);
  }

  function traceable(svg) {
    const edges = [...svg.querySelectorAll("[data-ends]")];
    const nodes = [...svg.querySelectorAll("[data-node]")];
    const show = (node) => {
      const near = new Set([node]);
      for (const edge of edges) {
        const ends = edge.dataset.ends.split(" ");
        const touches = node === null || ends.includes(node);
        edge.classList.toggle("dimmed", !touches);
        if (touches) ends.forEach((end) => near.add(end));
      }
      for (const each of nodes) each.classList.toggle("dimmed", node !== null && !near.has(each.dataset.node));
    };
    for (const each of nodes) {
      const target = each.closest("a") || each;
      for (const event of ["pointerenter", "focus"]) target.addEventListener(event, () => show(each.dataset.node));
      for (const event of ["pointerleave", "blur"]) target.addEventListener(event, () => show(null));
    }
  }

  // Where only a part is seen, that around the thing with the most relations is seen first.
  function centred(pan) {
    const ties = new Map();
    for (const edge of pan.querySelectorAll("[data-ends]"))
      for (const end of edge.dataset.ends.split(" ")) ties.set(end, (ties.get(end) ?? 0) + 1);
    const [most] = [...ties].sort((a, b) => b[1] - a[1])[0] ?? [];
    const node = pan.querySelector(`[data-node="${most}"]`);
    if (!node || pan.scrollWidth <= pan.clientWidth) return;
    const box = node.getBoundingClientRect(), frame = pan.getBoundingClientRect();
    pan.scrollLeft += (box.left + box.right - frame.left - frame.right) / 2;
  }

  document.querySelectorAll(".drawing .pan").forEach(zoomable);
  document.querySelectorAll(".drawing.network .pan").forEach(centred);
  document.querySelectorAll(".drawing.network svg").forEach(traceable);
})();
