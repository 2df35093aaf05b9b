// What keys do in the editor, beside what CodeMirror and its Markdown do themselves.
import { indentLess, indentMore } from "@codemirror/commands";

const ITEM = /^\s*([-*+]|\d+[.)])\s/;
const ROW = /^\s*\|/;

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

export function linesBegin(mark) {
  return (view) => {
    const { from, to } = view.state.selection.main;
    const first = view.state.doc.lineAt(from).number;
    const last = view.state.doc.lineAt(to).number;
    const lines = [];
    for (let number = first; number <= last; number++) lines.push(view.state.doc.line(number));
    const all = lines.every((line) => line.text.startsWith(mark));
    view.dispatch({
      changes: lines.map((line) => ({
        from: line.from,
        to: all ? line.from + mark.length : line.from,
        insert: all ? "" : mark,
      })),
    });
    return true;
  };
}

// From cell to cell in a table, deeper in a list; everywhere else Tab leaves the editor.
function tab(view) {
  const line = view.state.doc.lineAt(view.state.selection.main.head);
  if (ROW.test(line.text)) return nextCell(view, line);
  return ITEM.test(line.text) && indentMore(view);
}

function nextCell(view, line) {
  const at = view.state.selection.main.head;
  const bar = line.text.indexOf("|", at - line.from);
  const more = bar >= 0 && line.text.indexOf("|", bar + 1) > bar;
  if (more) return move(view, line.from + bar + 1);
  const below = line.number < view.state.doc.lines && view.state.doc.line(line.number + 1);
  if (below && ROW.test(below.text)) return move(view, below.from + below.text.indexOf("|") + 1);
  const cells = (line.text.match(/\|/g) ?? []).length - 1;
  view.dispatch({
    changes: { from: line.to, insert: `\n|${"  |".repeat(Math.max(1, cells))}` },
    selection: { anchor: line.to + 3 },
  });
  return true;
}

function move(view, anchor) {
  const space = view.state.sliceDoc(anchor, anchor + 1) === " " ? 1 : 0;
  view.dispatch({ selection: { anchor: anchor + space }, scrollIntoView: true });
  return true;
}

function untab(view) {
  const line = view.state.doc.lineAt(view.state.selection.main.head);
  return ITEM.test(line.text) && indentLess(view);
}

function save(view) {
  view.dom.closest("form").requestSubmit();
  return true;
}

export const KEYS = [
  { key: "Mod-b", run: wrap("**") },
  { key: "Mod-i", run: wrap("*") },
  { key: "Mod-Shift-k", run: (view) => link(view) },
  { key: "Mod-s", run: save, preventDefault: true },
  { key: "Mod-Enter", run: save },
  { key: "Tab", run: tab },
  { key: "Shift-Tab", run: untab },
];
