// The editor on top of the form: what it sends is what the form sends.
import {
  autocompletion, bracketMatching, closeBrackets, closeBracketsKeymap, completionKeymap, defaultKeymap, drawSelection,
  EditorState, EditorView, highlightSpecialChars, HighlightStyle, history, historyKeymap, indentOnInput, keymap,
  lineNumbers, setDiagnostics, sparql, syntaxHighlighting, tags,
} from "./vendor/codemirror.js";
import { declaration, source } from "./completion.js";

const zh = document.documentElement.lang === "zh";
const t = (chinese, english) => (zh ? chinese : english);
const byId = (id) => document.getElementById(id);
const form = byId("ask"), field = byId("query"), results = byId("results"), advice = byId("advice"), chooser = byId("example");
const language = zh ? "zh" : "en";

const vocabulary = fetch(`/editor/vocabulary.json?release=${encodeURIComponent(form.dataset.release)}`)
  .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer)))
  .catch(() => ({ prefixes: {}, terms: [] }));

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--code-variable)" },
  { tag: [tags.number, tags.bool], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
]);
const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--card)", fontSize: "15px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace', lineHeight: "1.5", minHeight: "14rem", maxHeight: "32rem", overflow: "auto" },
  ".cm-content": { padding: "0.5rem 0", caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--card)", color: "var(--soft)", border: "none" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--explicit)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--interpreted)" },
  ".cm-lintRange-error, .cm-lintRange-warning, .cm-lintRange-info": { backgroundImage: "none", textDecoration: "underline wavy", textUnderlineOffset: "3px" },
  ".cm-lintRange-error": { textDecorationColor: "#b3261e" }, ".cm-lintRange-warning": { textDecorationColor: "#b4552d" },
  ".cm-lintRange-info": { textDecorationColor: "var(--soft)" },
  ".cm-tooltip": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--soft)", maxWidth: "min(36rem, 94vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", maxHeight: "16rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.2rem 0.5rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--paper)" },
  "li[aria-selected] .cm-completionDetail": { color: "var(--paper)" },
  ".cm-completionDetail": { fontStyle: "normal", color: "var(--soft)" },
  ".cm-completionIcon": { display: "none" },
  ".cm-diagnostic": { borderLeft: "4px solid var(--soft)", padding: "0.3rem 0.6rem" },
});

/** Declares a known prefix as soon as its colon is typed. */
const prefixes = EditorView.updateListener.of((update) => {
  if (!update.docChanged || !update.transactions.some((each) => each.isUserEvent("input.type"))) return;
  const { head } = update.state.selection.main;
  const line = update.state.doc.lineAt(head), before = line.text.slice(0, head - line.from);
  const name = /(?:^|[\s({^|/!;,[])([A-Za-z][\w-]*:)$/.exec(before)?.[1];
  if (!name || /^\s*PREFIX\s/i.test(before)) return;
  vocabulary.then((known) => {
    const changes = declaration(view.state.doc.toString(), name, known.prefixes);
    if (changes.length) view.dispatch({ changes, userEvent: "input.prefix" });
  });
});
const changed = EditorView.updateListener.of((update) => {
  if (!update.docChanged) return;
  field.value = update.state.doc.toString();
  clearTimeout(timer);
  timer = setTimeout(() => { remember(); examine(); }, 700);
});
let timer = 0;

/**
 * Typing over a selection, done here: the browser would keep the colours of what it replaces in a
 * style attribute, which the page's policy forbids.
 */
const overtyping = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    if (empty || event.inputType !== "insertText" || event.isComposing || !event.data) return false;
    const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    event.preventDefault();
    if (!view.state.facet(EditorView.inputHandler).some((each) => each(view, from, to, event.data, insert))) view.dispatch(insert());
    return true;
  },
});

const frame = byId("editor");
const root = frame.attachShadow({ mode: "open" });
const view = new EditorView({
  root, parent: root,
  state: EditorState.create({
    doc: field.value,
    extensions: [
      keymap.of([{ key: "Mod-Enter", run: () => { run(); return true; } }]),
      lineNumbers(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
      sparql(), syntaxHighlighting(colours), theme, EditorView.lineWrapping, prefixes, changed, overtyping,
      autocompletion({ override: [source(vocabulary, language)], maxRenderedOptions: 60 }),
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
      EditorView.contentAttributes.of({ "aria-label": t("SPARQL 查询", "SPARQL query"), lang: "en", autocapitalize: "off" }),
      EditorState.phrases.of(zh ? { Completions: "补全" } : {}),
    ],
  }),
});
frame.hidden = false;
field.hidden = true;
byId("query-label").addEventListener("click", () => view.focus());
byId("query-label").removeAttribute("for");
byId("run-keys").hidden = byId("share").hidden = false;

function replace(text) {
  if (text === view.state.doc.toString()) return;
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, userEvent: "input.replace" });
}

// Asking: the form's own address gives a part of a page.
let asked = 0;
async function send(data) {
  const mine = ++asked;
  data.set("fragment", "1");
  results.setAttribute("aria-busy", "true");
  byId("shared").textContent = t("运行中……", "Running …");
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(data) }).catch(() => null);
  const isPage = answer && (answer.headers.get("Content-Type") ?? "").startsWith("text/html");
  const text = isPage ? await answer.text().catch(() => null) : null;
  if (mine !== asked) return;
  results.removeAttribute("aria-busy");
  byId("shared").textContent = "";
  if (text === null) {
    const told = document.createElement("p");
    told.className = "problem";
    told.setAttribute("role", "alert");
    told.textContent = t("服务没有回答。请再试一次。", "The service did not answer. Try again.");
    results.replaceChildren(told);
    return;
  }
  const made = new DOMParser().parseFromString(text, "text/html");
  const failed = made.querySelector(".problem [data-line], .problem[data-line]");
  results.replaceChildren(...made.body.childNodes);
  byId("told").textContent = results.querySelector(".summary")?.textContent ?? "";
  if (failed) mark(Number(failed.dataset.line), Number(failed.dataset.column));
  return answer.ok;
}

let ran = "", refused = "";
async function run() {
  clearTimeout(timer);
  const text = ran = view.state.doc.toString();
  remember();
  const answered = await send(new FormData(form));
  refused = answered ? "" : text;
  if (text === view.state.doc.toString()) examine(null, answered ? text : "");
}

function mark(line, column) {
  const { doc } = view.state;
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const from = Math.min(at.from + Math.max(column - 1, 0), at.to);
  show([{ from: from === at.to && from > at.from ? from - 1 : from, to: Math.min(from + 1, doc.length), severity: "error", message: results.querySelector(".problem p")?.textContent ?? "" }]);
}

function show(diagnostics) {
  const length = view.state.doc.length;
  view.dispatch(setDiagnostics(view.state, diagnostics.filter((each) => each.to <= length && each.from <= each.to)));
}

// The doctor: while one writes, and once more when the answer is there.
async function examine(_event, ran = "") {
  const text = ran || view.state.doc.toString();
  if (!text.trim()) return tell([], text);
  const body = new URLSearchParams({ query: text, ran: String(Boolean(ran)) });
  const answer = await fetch("/doctor", { method: "POST", body }).catch(() => null);
  if (!answer?.ok || text !== view.state.doc.toString()) return;
  tell((await answer.json()).advice, text);
}

/** A place counted in characters, as the editor counts it: in UTF-16 code units. */
const units = (text, place) => [...text].slice(0, place).join("").length;

function tell(found, text) {
  const list = document.createElement("ul");
  for (const each of found) {
    const item = document.createElement("li"), words = document.createElement("p"), place = document.createElement("span");
    item.className = each.level;
    words.textContent = each.message[language] + " ";
    place.className = "soft";
    place.textContent = t(`第 ${each.line} 行第 ${each.column} 列`, `line ${each.line} column ${each.column}`);
    words.append(place);
    item.append(words, ...each.suggestions.map((one) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "plain";
      const rows = one.rows === null ? "" : t(` · 得 ${one.rows > 1000 ? "1,000+" : one.rows} 行`, ` · ${one.rows > 1000 ? "1,000+" : one.rows} ${one.rows === 1 ? "row" : "rows"}`);
      button.textContent = one.label[language] + rows;
      button.addEventListener("click", () => { replace(one.query); view.focus(); });
      return button;
    }));
    list.append(item);
  }
  const heading = document.createElement("h2");
  heading.textContent = t("查询医生", "Query doctor");
  advice.replaceChildren(...(found.length ? [heading, list] : []));
  advice.hidden = found.length === 0;
  if (text === view.state.doc.toString() && (found.length || text !== refused)) {
    const levels = { error: "error", warning: "warning", note: "info" };
    show(found.filter((each) => each.end > each.start).map((each) => ({ from: units(text, each.start), to: units(text, each.end), severity: levels[each.level], message: each.message[language] })));
  }
}

form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
results.addEventListener("submit", (event) => {
  if (new URL(event.target.action).pathname !== "/results") return;
  event.preventDefault();
  const data = new FormData(event.target, event.submitter);
  if (event.target.matches(".change")) { replace(data.get("query")); run(); } else send(data).then(() => results.querySelector("[aria-pressed=true]")?.focus());
});

// Examples: into the editor, where they can be undone.
let saved = null;
chooser.addEventListener("change", async () => {
  if (!chooser.value) return;
  const name = chooser.value;
  saved ??= fetch("/queries?format=json").then((answer) => answer.json());
  const found = (await saved).queries.find((each) => each.name === name);
  if (found && chooser.value === name) { replace(found.sparql); view.focus(); }
});
chooser.form.addEventListener("submit", (event) => {
  event.preventDefault();
  chooser.dispatchEvent(new Event("change"));
});

// Links to share: the query stands behind the #, so it goes to no server until it is run.
function fromAddress() {
  const query = new URLSearchParams(location.hash.slice(1)).get("query");
  if (query) replace(query);
}
byId("share").addEventListener("click", async () => {
  const address = new URL(location.href);
  address.search = "";
  address.hash = new URLSearchParams({ query: view.state.doc.toString() }).toString();
  window.history.replaceState(window.history.state, "", address);
  const copied = await navigator.clipboard?.writeText(address.href).then(() => true, () => false);
  byId("shared").textContent = copied ? t("已复制", "Copied") : t("链接在地址栏中", "The link is in the address bar");
});
addEventListener("hashchange", fromAddress);
fromAddress();

// Whoever comes back to the page, from a "why" or by the button for the other language, finds the query again.
function remember() {
  window.history.replaceState({ query: view.state.doc.toString(), ran }, "");
}
document.addEventListener("click", (event) => {
  remember();
  const link = event.target.closest?.("a.language");
  if (link) link.hash = new URLSearchParams({ query: view.state.doc.toString() }).toString();
}, true);
const kept = window.history.state;
if (kept?.query) {
  replace(kept.query);
  if (kept.ran === kept.query) run();
}
if (!location.hash && !kept && matchMedia("(pointer: fine)").matches) view.focus();
