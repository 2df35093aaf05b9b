// Tables in Markdown: steps from cell to cell, new rows, and what a spreadsheet puts on the
// clipboard. Rows begin with a bar; what is typed is never laid out anew.
import { isolateHistory } from "@codemirror/commands";

const ROW = /^\s*\|/;
const BAR = /(?<!\\)\|/g;
const WIDEST = 40; // characters up to which columns are made to stand under each other
const BREAK = "<br>";

function isRule(text) {
  return /^[\s:|-]+$/.test(text) && text.includes("-");
}

// The lines of the table around a position, from its first row; null outside of one.
function tableAt(state, position) {
  const here = state.doc.lineAt(position);
  if (!ROW.test(here.text)) return null;
  let first = here.number;
  let last = here.number;
  while (first > 1 && ROW.test(state.doc.line(first - 1).text)) first--;
  while (last < state.doc.lines && ROW.test(state.doc.line(last + 1).text)) last++;
  const ruled = last > first && isRule(state.doc.line(first + 1).text);
  return { here, first, last, ruled };
}

// Where the words of each cell of a line are, and the bar that ends it.
function cells(line) {
  const bars = [...line.text.matchAll(BAR)].map((bar) => bar.index);
  if (line.text.slice(bars.at(-1) + 1).trim()) bars.push(line.text.length);
  return bars.slice(1).map((end, at) => {
    const inside = line.text.slice(bars[at] + 1, end);
    const lead = inside.trim() ? inside.search(/\S/) : Math.min(1, inside.length);
    const from = line.from + bars[at] + 1 + lead;
    return { from, to: from + inside.trim().length, end: line.from + end };
  });
}

function cellAt(line, position) {
  const all = cells(line);
  const found = all.findIndex(({ end }) => position <= end);
  return found < 0 ? all.length - 1 : found;
}

function go(view, cell) {
  view.dispatch({
    selection: { anchor: cell.from, head: cell.to },
    scrollIntoView: true,
    userEvent: "select",
  });
  return true;
}

export function nextCell(view) {
  const { state } = view;
  const table = tableAt(state, state.selection.main.head);
  if (!table) return false;
  const at = cellAt(table.here, state.selection.main.head);
  const next = cells(table.here)[at + 1];
  if (next) return go(view, next);
  const below = rowBeside(state, table, 1);
  return below ? go(view, cells(below)[0]) : addRow(view, table);
}

export function cellBefore(view) {
  const { state } = view;
  const table = tableAt(state, state.selection.main.head);
  if (!table) return false;
  const at = cellAt(table.here, state.selection.main.head);
  if (at > 0) return go(view, cells(table.here)[at - 1]);
  const above = rowBeside(state, table, -1);
  return !above || go(view, cells(above).at(-1));
}

// The row below or above, past the line between head and body.
function rowBeside(state, { here, first, last, ruled }, step) {
  let number = here.number + step;
  if (ruled && number === first + 1) number += step;
  const line = number >= first && number <= last ? state.doc.line(number) : null;
  return line && cells(line).length ? line : null;
}

// Down a column; below the last row, a new one. An empty last row ends the table instead.
export function rowBelow(view) {
  const { state } = view;
  const table = tableAt(state, state.selection.main.head);
  const { head, from, to } = state.selection.main;
  if (!table || head === table.here.from || to > table.here.to || from < table.here.from) {
    return false;
  }
  const { here, ruled } = table;
  if (!ruled) return here.number === table.first && begin(view, here);
  const below = rowBeside(state, table, 1);
  if (below) {
    const all = cells(below);
    return go(view, all[Math.min(Math.max(0, cellAt(here, head)), all.length - 1)]);
  }
  if (here.number > table.first + 1 && !here.text.replace(/[|\s]/g, "")) {
    // With an empty line between: what follows at once would be a row.
    view.dispatch({
      changes: { from: here.from, to: here.to, insert: "\n" },
      selection: { anchor: here.from + 1 },
      userEvent: "input",
    });
    return true;
  }
  return addRow(view, table);
}

// A first row that has been typed becomes the head of a table.
function begin(view, line) {
  const count = cells(line).length;
  if (count < 2 || view.state.selection.main.head !== line.to) return false;
  const rule = `|${" --- |".repeat(count)}`;
  return insertBelow(view, line, `\n${rule}\n${emptyRow(count)}`, rule.length + 1);
}

function addRow(view, { first, last, ruled }) {
  const { doc } = view.state;
  const count = Math.max(1, cells(doc.line(ruled ? first : last)).length);
  return insertBelow(view, doc.line(last), `\n${emptyRow(count)}`, 0);
}

function emptyRow(count) {
  return `|${"  |".repeat(count)}`;
}

function insertBelow(view, line, insert, skipped) {
  view.dispatch({
    changes: { from: line.to, insert },
    selection: { anchor: line.to + skipped + 3 },
    scrollIntoView: true,
    userEvent: "input",
  });
  return true;
}

// A table to fill in, below what is written on the line.
export function newTable(name) {
  return (view) => {
    const line = view.state.doc.lineAt(view.state.selection.main.head);
    const gap = line.text.trim() ? "\n\n" : "";
    const head = `| ${name} | ${name} |\n| --- | --- |\n${emptyRow(2)}\n`;
    const first = line.to + gap.length + 2;
    view.dispatch({
      changes: { from: line.to, insert: gap + head },
      selection: { anchor: first, head: first + name.length },
      scrollIntoView: true,
      userEvent: "input",
    });
    return true;
  };
}

// A table on the clipboard becomes one in Markdown. One step back and it is the plain text.
export function pasteTable(view, data) {
  const plain = (data?.getData("text/plain") ?? "").replace(/\r\n?/g, "\n");
  const rows = fromHtml(data?.getData("text/html") ?? "") ?? fromTabs(plain);
  if (!rows) return false;
  const { from, to } = view.state.selection.main;
  view.dispatch({
    changes: { from, to, insert: plain },
    annotations: isolateHistory.of("full"),
    userEvent: "input.paste",
  });
  const { doc } = view.state;
  const end = from + plain.length;
  const before = doc.sliceString(doc.lineAt(from).from, from).trim() ? "\n\n" : "";
  const after = doc.sliceString(end, doc.lineAt(end).to).trim() ? "\n\n" : "\n";
  const insert = before + written(rows) + after;
  view.dispatch({
    changes: { from, to: end, insert },
    selection: { anchor: from + insert.length },
    annotations: isolateHistory.of("full"),
    scrollIntoView: true,
    userEvent: "input.paste",
  });
  return true;
}

// The rows of the only table in a piece of HTML, when there is nothing beside it.
function fromHtml(html) {
  if (!html.includes("<table")) return null;
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const hidden of body.querySelectorAll("style, script")) hidden.remove();
  const tables = body.querySelectorAll("table");
  const words = (part) => part.textContent.replace(/\s/g, "");
  if (tables.length !== 1 || words(body) !== words(tables[0])) return null;
  for (const end of body.querySelectorAll("br")) end.replaceWith("\n");
  return several([...tables[0].rows].map((row) => [...row.cells].flatMap(spread)));
}

function spread(cell) {
  return [cell.textContent, ...Array(Math.min(cell.colSpan, 100) - 1).fill("")];
}

// Lines with tabs, all with as many; cells in quotation marks may hold lines of their own.
function fromTabs(text) {
  if (!/\t/.test(text) || !/\n./.test(text)) return null;
  const rows = [[]];
  for (const [, quoted, bare, end] of text.replace(/\n+$/, "").matchAll(FIELD)) {
    rows.at(-1).push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === "\n") rows.push([]);
    if (end === "") break;
  }
  const even = rows.every((row) => row.length === rows[0].length);
  return even && rows.length > 1 ? several(rows) : null;
}

const FIELD = /(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/g;

function several(rows) {
  const found = rows.filter((row) => row.length);
  return found.length && Math.max(...found.map((row) => row.length)) > 1 ? found : null;
}

function written(rows) {
  const count = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const table = rows.map((row) => Array.from({ length: count }, (_, at) => cell(row[at] ?? "")));
  const widths = table[0].map((_, at) =>
    table.reduce((most, row) => Math.max(most, Math.min(row[at].length, WIDEST)), 3),
  );
  const line = (row) => `| ${row.map((text, at) => text.padEnd(widths[at])).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(table[0]), rule, ...table.slice(1).map(line)].join("\n");
}

function cell(text) {
  const lines = text.split("\n").map((line) => line.replace(/\s+/g, " ").trim());
  return lines.filter(Boolean).join(BREAK).replace(/(?<!\\)\|/g, "\\|");
}
