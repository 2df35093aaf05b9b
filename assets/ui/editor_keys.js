// What keys do in the editor, beside what CodeMirror and its Markdown do themselves.
import { indentLess, indentMore } from "@codemirror/commands";
import { syntaxTree } from "@codemirror/language";
import { cellBefore, nextCell, rowBelow } from "./editor_tables.js";

const ITEM = /^\s*([-*+]|\d+[.)])\s/;
const BLOCKS = new Set(["FencedCode", "CodeBlock"]);

// The code around a position: what lies between fences or is indented, or what `kinds` name.
export function codeAt(state, position, kinds = BLOCKS) {
  let node = syntaxTree(state).resolveInner(position, -1);
  while (node && !kinds.has(node.name)) node = node.parent;
  return node;
}

export function wrap(before, after = before) {
  return (view) => {
    const { from, to } = view.state.selection.main;
    const inside = view.state.sliceDoc(from, to);
    const around = view.state.sliceDoc(from - before.length, to + after.length);
    const is = around === before + inside + after && inside !== "";
    view.dispatch({
      changes: is
        ? { from: from - before.length, to: to + after.length, insert: inside }
        : { from, to, insert: before + inside + after },
      selection: is
        ? { anchor: from - before.length, head: to - before.length }
        : { anchor: from + before.length, head: to + before.length },
      userEvent: "input.type",
    });
    return true;
  };
}

export function link(view, address = "") {
  const { from, to } = view.state.selection.main;
  const words = view.state.sliceDoc(from, to);
  const place = from + words.length + 3;
  view.dispatch({
    changes: { from, to, insert: `[${words}](${address})` },
    selection: words ? { anchor: place, head: place + address.length } : { anchor: from + 1 },
  });
  return true;
}

export function heading(view) {
  const line = view.state.doc.lineAt(view.state.selection.main.head);
  const level = /^(#{0,6})\s?/.exec(line.text);
  const next = level[1].length >= 3 ? "" : `${"#".repeat(level[1].length + 1)} `;
  view.dispatch({ changes: { from: line.from, to: line.from + level[0].length, insert: next } });
  return true;
}

// Each selected line begins as an item with `mark`, or no longer when all of them do.
export function linesBegin(mark) {
  return (view) => {
    const lines = selectedLines(view.state);
    const all = lines.every((line) => line.text.trimStart().startsWith(mark));
    view.dispatch({
      changes: lines.map((line) => {
        const [, lead, item] = /^(\s*)((?:[-*+] (?:\[[ xX]\] )?)?)/.exec(line.text);
        const from = line.from + lead.length;
        return { from, to: from + item.length, insert: all ? "" : mark };
      }),
      userEvent: "input",
    });
    return true;
  };
}

function selectedLines(state) {
  const { from, to } = state.selection.main;
  const first = state.doc.lineAt(from).number;
  const last = state.doc.lineAt(to).number;
  return Array.from({ length: last - first + 1 }, (_, at) => state.doc.line(first + at));
}

// From cell to cell in a table, deeper in a list, further in code; everywhere else, and after
// Escape, Tab leaves the editor.
function tab(view) {
  const { state } = view;
  const at = state.selection.main.head;
  if (codeAt(state, at)) return further(view);
  return nextCell(view) || (ITEM.test(state.doc.lineAt(at).text) && indentMore(view));
}

function untab(view) {
  const { state } = view;
  const at = state.selection.main.head;
  if (codeAt(state, at)) return nearer(view);
  return cellBefore(view) || (ITEM.test(state.doc.lineAt(at).text) && indentLess(view));
}

function enter(view) {
  return !codeAt(view.state, view.state.selection.main.head) && rowBelow(view);
}

function further(view) {
  const { state } = view;
  const unit = indentation(state);
  const { from, to, empty } = state.selection.main;
  view.dispatch({
    changes: empty
      ? { from, to, insert: unit }
      : selectedLines(state).map((line) => ({ from: line.from, insert: line.text && unit })),
    selection: empty ? { anchor: from + unit.length } : undefined,
    userEvent: "input.indent",
  });
  return true;
}

function nearer(view) {
  const { state } = view;
  const lead = new RegExp(`^(\\t| {0,${indentation(state).length}})`);
  const changes = selectedLines(state).map((line) => ({
    from: line.from,
    to: line.from + lead.exec(line.text)[0].length,
  }));
  view.dispatch({ changes, userEvent: "delete.dedent" });
  return true;
}

// As the code around is indented: by a tab, or by as many spaces as its first indented line.
function indentation(state) {
  const block = codeAt(state, state.selection.main.head);
  const [, lead] = /\n(\t| +)\S/.exec(state.sliceDoc(block.from, block.to)) ?? [];
  return lead ?? "    ";
}

function save(view) {
  view.dom.closest("form").requestSubmit();
  return true;
}

export const KEYS = [
  { key: "Mod-b", run: wrap("**") },
  { key: "Mod-i", run: wrap("*") },
  { key: "Mod-e", run: wrap("`") },
  { key: "Mod-Shift-k", run: (view) => link(view) },
  { key: "Mod-Shift-h", run: heading },
  { key: "Mod-Shift-l", run: linesBegin("- [ ] ") },
  { key: "Mod-s", run: save, preventDefault: true },
  { key: "Mod-Enter", run: save },
  { key: "Tab", run: tab },
  { key: "Shift-Tab", run: untab },
];

// Before what Markdown makes of Enter.
export const TABLE_KEYS = [{ key: "Enter", run: enter }];
