// What may be completed at a place of a query: keywords, variables, and terms of this graph.

const KEYWORDS = ("SELECT ASK CONSTRUCT DESCRIBE WHERE FILTER OPTIONAL UNION MINUS GRAPH BIND VALUES SERVICE " +
  "DISTINCT PREFIX FROM NAMED LIMIT OFFSET HAVING EXISTS UNDEF COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT STR LANG " +
  "DATATYPE BOUND IRI REGEX CONTAINS STRSTARTS STRENDS LCASE UCASE YEAR MONTH DAY NOW COALESCE CONCAT REPLACE STRLEN " +
  "SUBSTR isIRI isLiteral isBlank IF IN").split(" ").concat(["ORDER BY", "GROUP BY", "NOT EXISTS", "NOT IN"]);
const TOKEN = /#[^\n]*|<[^<>"{}|^`\s]*>|"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[?$][\w·]+|@[\w-]+|(?:[\p{L}][\p{L}\p{N}_.-]*)?:[\p{L}\p{N}_.:%-]*|[\p{L}_][\p{L}\p{N}_]*|\d+(?:\.\d+)?|\^\^|[^\s]/gu;
const WORD = /(?:[\p{L}\p{N}_.-]*:)?[\p{L}\p{N}_-]*$/u;
const CLAUSES = /^(?:FILTER|OPTIONAL|UNION|MINUS|GRAPH|BIND|VALUES|SERVICE|WHERE|SELECT)$/i;

/** Which place of a triple pattern comes next: subject, property, class or object; else "". */
export function placeAfter(text) {
  let place = "", verb = "";
  const around = [];
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.startsWith("#")) continue;
    if (token === "{") { around.push(["}", place]); place = "subject"; }
    else if (token === "[") { around.push(["]", place]); place = "property"; }
    else if (token === "(") { around.push([")", place]); place = ""; }
    else if (token === "}" || token === "]" || token === ")") {
      const [, before] = around.pop() ?? ["", ""];
      place = token === "]" ? (before === "subject" ? "property" : "end") : token === ")" && before === "property" ? "object" : "subject";
    } else if (place === "" && around.at(-1)?.[0] === ")") continue;
    else if (token === ".") { if (around.length) place = "subject"; }
    else if (token === ";") place = "property";
    else if (token === ",") place = verb === "a" ? "class" : "object";
    else if (CLAUSES.test(token)) place = "subject";
    else if (place === "subject") place = "property";
    else if (place === "property") {
      if (token === "^" || token === "!") continue;
      verb = token;
      place = token === "a" || token === "rdf:type" ? "class" : "object";
    } else if (place === "object" && /^[/|*+?]$/.test(token)) { if (token === "/" || token === "|") place = "property"; }
    else if (place === "object" || place === "class") place = "end";
  }
  return place;
}

/** The prefixes that a text declares. */
export function declared(text) {
  return new Set([...text.matchAll(/\bPREFIX\s+([^\s:<]*):/gi)].map((found) => found[1]));
}

/** The edit that declares the prefix of a name, if the text does not and it is known. */
export function declaration(text, name, prefixes) {
  const prefix = name.slice(0, name.indexOf(":"));
  if (!name.includes(":") || !(prefix in prefixes) || declared(text).has(prefix)) return [];
  return [{ from: 0, insert: `PREFIX ${prefix}: <${prefixes[prefix]}>\n` }];
}

/** A source of completions; `vocabulary` is a promise, `language` that of the page. */
export function source(vocabulary, language) {
  const apply = (name, prefixes) => (view, completion, from, to) => {
    const text = view.state.doc.toString();
    const changes = [...declaration(text, name, prefixes), { from, to, insert: name }];
    const moved = changes.length > 1 ? changes[0].insert.length : 0;
    view.dispatch({ changes, selection: { anchor: from + name.length + moved }, userEvent: "input.complete" });
  };
  return async (context) => {
    const line = context.matchBefore(/[?$][\w]*$/);
    const text = context.state.doc.toString();
    if (line) return variables(text, line);
    const word = context.matchBefore(WORD);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    const before = text.slice(0, word.from);
    if (inside(before) || text[word.from - 1] === "@") return null;
    const place = placeAfter(before);
    const known = await vocabulary;
    const typed = word.text.toLowerCase();
    const options = place === "end" || place === "" || place === "subject"
      ? KEYWORDS.filter((each) => each.toLowerCase().startsWith(typed)).map((label) => ({ label, type: "keyword", boost: typed ? 0 : -50 })) : [];
    if (place) options.push(...terms(known, place, typed, language, apply));
    if ((place === "subject" || place === "object") && typed.length > (/^[ -~]*$/.test(typed) ? 1 : 0)) {
      options.push(...await things(known, typed, language, context, apply));
    }
    return options.length ? { from: word.from, options, filter: false } : null;
  };
}

function short(iri, prefixes) {
  const fitting = Object.entries(prefixes).filter(([, namespace]) => iri.startsWith(namespace) && /^[\p{L}\p{N}_][\p{L}\p{N}_-]*$/u.test(iri.slice(namespace.length)));
  return fitting.length ? `${fitting[0][0]}:${iri.slice(fitting[0][1].length)}` : `<${iri}>`;
}

function variables(text, word) {
  const names = new Set(text.match(/[?$]\w+/g));
  names.delete(word.text);
  const options = [...names].filter((each) => each.startsWith(word.text)).sort().map((label) => ({ label, type: "variable" }));
  return options.length ? { from: word.from, options, validFor: /^[?$]\w*$/ } : null;
}

/** Whether a text ends within a string, an IRI or a comment. */
function inside(text) {
  const rest = text.slice(text.lastIndexOf("\n") + 1);
  if (/^PREFIX\s|^BASE\s/i.test(rest.trimStart())) return true;
  const left = rest.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|<[^<>\s]*>/g, "");
  return /["'#]/.test(left) || /<[^<>\s]*$/.test(left);
}

function terms(known, place, typed, language, apply) {
  const found = [];
  for (const [name, kind, uses, zh, en] of known.terms) {
    if (place === "property" ? kind !== "p" : place === "class" ? kind !== "c" : true) continue;
    const local = name.slice(name.indexOf(":") + 1).toLowerCase();
    const texts = [name.toLowerCase(), local, zh, en.toLowerCase()];
    const rank = texts.some((each) => each.startsWith(typed)) ? 2 : texts.some((each) => each.includes(typed)) ? 1 : 0;
    if (rank === 0) continue;
    const label = (language === "zh" ? [zh, en] : [en, zh]).filter(Boolean).join(" · ");
    found.push({
      label: name, detail: `${label} (${uses})`,
      type: kind === "p" ? "property" : "class", boost: rank * 20 + Math.min(Math.log2(uses + 1), 15), apply: apply(name, known.prefixes),
    });
  }
  return found.slice(0, 200);
}

async function things(known, typed, language, context, apply) {
  const text = typed.replace(/^[^:]*:/, "").replaceAll("-", " ");
  if (!text) return [];
  const stop = new AbortController();
  context.addEventListener("abort", () => stop.abort(), { onDocChange: true });
  const address = `/search?format=json&lang=${language}&q=${encodeURIComponent(text)}`;
  const answer = await fetch(address, { signal: stop.signal }).catch(() => null);
  if (!answer?.ok) return [];
  return (await answer.json()).results.slice(0, 20).map(({ iri, name, match }, number) => {
    const written = short(iri, known.prefixes);
    return { label: written, detail: name === match ? name : `${name} (${match})`, type: "constant", boost: 30 - number, apply: apply(written, known.prefixes) };
  });
}
