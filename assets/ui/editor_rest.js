// What the editor asks the server for: names while one types, the preview, files to keep.
import { codeAt } from "./editor_keys.js";

const CODE = new Set(["FencedCode", "CodeBlock", "InlineCode"]);

async function ask(workspace, path, options = {}) {
  const headers = { "X-Workspace-Id": workspace, ...options.headers };
  return fetch(path, { ...options, headers });
}

const KNOWLEDGE = "/api/knowledge";

export function completions(workspace, slug, words) {
  return async (context) => {
    if (codeAt(context.state, context.pos, CODE)) return null;
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const heading = /\[\[([^[\]|#]*)#([^[\]|]*)$/.exec(before);
    if (heading) return headings(workspace, slug, heading, context);
    const page = /\[\[([^[\]|#]*)$/.exec(before);
    const task = page && /^task:(.*)$/i.exec(page[1]);
    if (task) return tasks(workspace, task[1], context);
    if (page) return pages(workspace, page[1], words, context);
    const tag = /(?:^|\s)#([\p{L}\p{N}][\p{L}\p{N}_/-]*)$/u.exec(before);
    return tag ? tagged(workspace, tag[1], context) : null;
  };
}

async function names(workspace, asked, context) {
  return answered(workspace, `${KNOWLEDGE}/completions?${new URLSearchParams(asked)}`, context);
}

async function answered(workspace, path, context) {
  const stop = new AbortController();
  context.addEventListener("abort", () => stop.abort());
  try {
    const answer = await ask(workspace, path, { signal: stop.signal });
    return answer.ok ? (await answer.json()).data : [];
  } catch {
    return [];
  }
}

async function pages(workspace, typed, words, context) {
  const found = await names(workspace, { q: typed }, context);
  const titles = found.map((one) => one.title);
  const options = found.map((one) => {
    const twice = titles.filter((title) => title === one.title).length > 1;
    const only = twice ? `${one.path ?? one.slug}|${one.title}` : one.title;
    const name = one.link ?? one.alias ?? only;
    const more = one.alias ? one.title : (one.path ?? "").split("/").slice(0, -1).join("/");
    return { label: one.alias ?? one.title, detail: more, apply: closed(name) };
  });
  const asked = typed.trim();
  const known = options.some((one) => one.label.toLowerCase() === asked.toLowerCase());
  if (asked && !known) options.push({ label: asked, detail: words.fresh, apply: closed(asked) });
  return { from: context.pos - typed.length, options, filter: false };
}

async function tasks(workspace, typed, context) {
  const query = new URLSearchParams({ q: typed.trim(), limit: 8 });
  const found = await answered(workspace, `/api/tasks?${query}`, context);
  const options = found.map(({ number, title }) => ({
    label: title,
    detail: `#${number}`,
    apply: closed(`task:${number}`),
  }));
  return { from: context.pos - typed.length - "task:".length, options, filter: false };
}

async function headings(workspace, slug, [, page, typed], context) {
  const named = page.trim() && (await names(workspace, { q: page.trim(), limit: 1 }, context));
  const place = named ? named[0]?.slug : slug;
  if (!place) return null;
  const asked = { kind: "heading", slug: place, q: typed };
  const found = await names(workspace, asked, context);
  const options = found.map((one) => ({ label: one.heading, apply: closed(one.heading) }));
  return { from: context.pos - typed.length, options, filter: false };
}

async function tagged(workspace, typed, context) {
  const found = await names(workspace, { kind: "tag", q: typed }, context);
  const options = found.map((one) => ({ label: one.name, apply: one.name.replace(/\s+/g, "-") }));
  return { from: context.pos - typed.length, options, filter: false };
}

// Puts a name in and steps behind the brackets, which may be there already.
function closed(name) {
  return (view, _option, from, to) => {
    const there = view.state.sliceDoc(to, to + 2) === "]]";
    view.dispatch({
      changes: { from, to, insert: there ? name : `${name}]]` },
      selection: { anchor: from + name.length + 2 },
      userEvent: "input.complete",
    });
  };
}

export async function preview(workspace, slug, content, signal) {
  try {
    const answer = await ask(workspace, `${KNOWLEDGE}/preview`, {
      method: "POST",
      body: JSON.stringify({ content, slug: slug || null }),
      headers: { "Content-Type": "application/json" },
      signal,
    });
    return answer.ok ? (await answer.json()).html : null;
  } catch {
    return null;
  }
}

export async function upload(workspace, file, words) {
  const form = new FormData();
  form.append("file", file, file.name || "image.png");
  try {
    const answer = await ask(workspace, `${KNOWLEDGE}/attachments`, { method: "POST", body: form });
    const said = await answer.json();
    if (!answer.ok) return { written: "", problem: said.detail };
    const shown = said.mediaType.startsWith("image/") ? "!" : "";
    return { written: `${shown}[[${said.name}]]`, problem: "" };
  } catch {
    return { written: "", problem: words.away };
  }
}
