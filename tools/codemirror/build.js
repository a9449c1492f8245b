// Bundles codemirror.js for the editor, beside it the licences, the versions and digests of all
// that is in it. Run: npm ci --ignore-scripts && npm run build
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const to = new URL("../../src/weihai_kg/web/static/editor/vendor/", import.meta.url).pathname;
const { metafile } = await build({
  entryPoints: ["codemirror.js"], outfile: to + "codemirror.js", bundle: true, minify: true,
  format: "esm", target: "es2022", legalComments: "none", metafile: true,
});
const names = Object.keys(metafile.inputs)
  .map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(Boolean);
const lock = JSON.parse(readFileSync("package-lock.json", "utf-8")).packages;
const packages = [...new Set(names)].sort().map((name) => {
  const { version, integrity } = lock["node_modules/" + name];
  const { license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf-8"));
  return { name, version, licence: license, integrity };
});
const licences = packages.map(({ name, version }) =>
  `${name} ${version}\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf-8").trim()}\n`);
writeFileSync(to + "LICENSES.txt", licences.join("\n" + "-".repeat(72) + "\n\n"));
const digest = (name) => createHash("sha256").update(readFileSync(to + name)).digest("hex");
const files = Object.fromEntries(["LICENSES.txt", "codemirror.js"].map((name) => [name, digest(name)]));
writeFileSync(to + "vendor.json", JSON.stringify({ packages, files }, null, 2) + "\n");
