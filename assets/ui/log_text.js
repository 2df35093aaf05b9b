// The text of a log as lines, as far as it has come, with its colours.
import { createAnsiSequenceParser } from "ansi-sequence-parser";

const MOST_LINES = 600_000; // browsers draw no box higher than about 17 million pixels
const LONGEST_LINE = 5_000;
const CONTROL = /\x1b\[([0-?]*)[ -/]*([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-Z\\^-~]/g;
const UNSEEN = /[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]/g;
const COLOUR = /\x1b\[[\d;]*m/g;

export class LogText {
  constructor() {
    this.start = 0; // the bytes that are here
    this.end = 0;
    this.cut = false; // more lines than can be shown: the first ones were let go
    this.lines = [""];
    this.colours = [""]; // the colour codes in force where each line begins
    this.prepended = 0;
  }

  get count() {
    return this.lines.length - (this.lines.at(-1) === "" ? 1 : 0);
  }

  get isWhole() {
    return this.start === 0 || this.cut;
  }

  append(text, end) {
    const last = this.lines.length - 1;
    const [first, ...more] = text.split("\n");
    this.lines[last] += first;
    for (const line of more) this.lines.push(line);
    this.end = end;
    this._colour(last);
    this._cut();
  }

  prepend(text, start) {
    const before = text.split("\n");
    this.lines[0] = before.pop() + this.lines[0];
    this.lines = before.concat(this.lines);
    this.colours = new Array(before.length).fill(undefined).concat(this.colours);
    this.colours[0] = "";
    this.prepended += before.length;
    this.start = start;
    this._colour(0);
    this._cut();
  }

  // What the line shows: a carriage return begins it anew, as progress bars do.
  shown(at) {
    const line = this.lines[at].replace(/\r+$/, "");
    const last = line.slice(line.lastIndexOf("\r") + 1);
    const clean = withColoursOnly(last.slice(0, LONGEST_LINE)).replace(UNSEEN, "");
    return last.length > LONGEST_LINE ? `${clean}\x1b[0m …` : clean;
  }

  plain(at) {
    return this.shown(at).replace(COLOUR, "");
  }

  pieces(at) {
    return createAnsiSequenceParser().parse(this.colours[at] + this.shown(at));
  }

  // The lines that hold `words`, in capitals or not.
  find(words) {
    const wanted = words.toLowerCase();
    const found = [];
    for (let at = 0; at < this.count; at++) {
      const line = this.lines[at];
      const text = /[\x1b\r]/.test(line) ? this.plain(at) : line;
      if (text.toLowerCase().includes(wanted)) found.push(at);
    }
    return found;
  }

  text() {
    return Array.from({ length: this.count }, (_, at) => this.plain(at)).join("\n");
  }

  _colour(from) {
    for (let at = from; at + 1 < this.lines.length; at++) {
      const next = after(this.colours[at], this.lines[at]);
      if (this.colours[at + 1] === next && at > from) return;
      this.colours[at + 1] = next;
    }
  }

  _cut() {
    const over = this.lines.length - MOST_LINES;
    if (over <= 0) return;
    this.lines.splice(0, over);
    this.colours.splice(0, over);
    this.prepended -= over;
    this.cut = true;
  }
}

// What is in force after a line: the codes since the last one that ends them all.
function after(colours, line) {
  if (!line.includes("\x1b[")) return colours;
  const codes = (colours + withColoursOnly(line)).match(COLOUR) ?? [];
  return codes.slice(codes.lastIndexOf("\x1b[0m") + 1).slice(-12).join("");
}

function withColoursOnly(text) {
  if (!text.includes("\x1b")) return text;
  return text.replace(CONTROL, (_, values, kind) =>
    kind === "m" && /^[\d;:]*$/.test(values)
      ? `\x1b[${values.replaceAll(":", ";") || "0"}m`
      : "",
  );
}
