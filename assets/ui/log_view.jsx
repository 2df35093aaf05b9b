import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "react";
import { LogText } from "./log_text.js";

const LINE = 20; // pixels
const PIECE = 400_000; // bytes
const AT_THE_END = 30; // pixels that count as the end
const WAIT_FOR_MORE_LETTERS = 200;
const TRY_AGAIN_AFTER = 3000;
const kept = new Map(); // what was read before, so that a page that comes back keeps its place

// The log of one step. `source` answers `?after=<byte>&limit=` with a piece of it, and says in
// headers where the next begins; whenever `size` grows, what is new is fetched.
export function LogView({ source, size = 0, full = false, going = false, workspace, label }) {
  const log = useLog(source, size, workspace);
  const [wrap, setWrap] = useState(log.memory.wrap ?? window.innerWidth < 500);
  const [follow, setFollow] = useState(log.memory.follow ?? true);
  const search = useSearch(log);
  const [copied, setCopied] = useState("");
  Object.assign(log.memory, { wrap, follow });

  async function copy() {
    await log.loadAll();
    setCopied((await toClipboard(log.text.text())) ? "Copied" : "Select and copy by hand");
    setTimeout(() => setCopied(""), 2000);
  }

  return (
    <div className="log">
      <div className="log-bar">
        <SearchField search={search} label={label} />
        <span className="log-tools">
          {going && (
            <Toggle on={follow} set={setFollow}>
              Follow
            </Toggle>
          )}
          <Toggle on={wrap} set={setWrap}>
            Wrap
          </Toggle>
          <button type="button" className="log-button" onClick={copy}>
            {copied || "Copy"}
          </button>
          <span role="status" className="for-screen-readers">
            {copied}
          </span>
          <a className="log-button" href={`${source}?download=true&workspaceId=${workspace}`} download>
            Download
          </a>
        </span>
      </div>
      <Lines {...{ log, wrap, follow, setFollow, search, label }} />
      {full && (
        <p className="log-note">This log has reached its limit. What came after is not kept.</p>
      )}
      {log.away && <p className="log-note">{log.away}</p>}
    </div>
  );
}

function Lines({ log, wrap, follow, setFollow, search, label }) {
  const box = useRef(null);
  const { text, memory } = log;
  const rows = useVirtualizer({
    count: text.count,
    getScrollElement: () => box.current,
    estimateSize: () => LINE,
    overscan: 12,
    // A line keeps its key while earlier ones come in before it.
    getItemKey: (at) => at - text.prepended,
    initialOffset: memory.top ?? 0,
  });
  const held = useHold(rows, text);

  useLayoutEffect(() => {
    if (follow && text.count) rows.scrollToIndex(text.count - 1, { align: "end" });
  }, [follow, text.count, text.end, wrap]);
  useLayoutEffect(() => rows.measure(), [wrap]);
  useEffect(() => {
    if (search.line === undefined) return;
    setFollow(false);
    rows.scrollToIndex(search.line, { align: "center" });
  }, [search.line, search.turn]);

  function scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    const back = scrollTop < (memory.top ?? 0) - 2 && !held();
    memory.top = scrollTop;
    if (scrollHeight - scrollTop - clientHeight < AT_THE_END) setFollow(true);
    else if (back) setFollow(false);
    if (scrollTop < 40 * LINE) log.loadEarlier();
  }

  const digits = String(text.count).length;
  return (
    <div className="log-frame">
      <div
        className={wrap ? "log-lines wrap" : "log-lines"}
        style={{ "--digits": digits }}
        ref={box}
        onScroll={scrolled}
        tabIndex={0}
        role="region"
        aria-label={label}
        aria-busy={log.busy}
      >
        {text.count === 0 && <p className="log-note">{log.loaded ? "Nothing written yet." : ""}</p>}
        <div className="log-sheet" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => (
            <div
              key={row.key}
              ref={wrap ? rows.measureElement : undefined}
              data-index={row.index}
              className={row.index === search.line ? "log-line here" : "log-line"}
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <span className="log-number">{text.isWhole && !text.cut ? row.index + 1 : ""}</span>
              <Line text={text} at={row.index} raw={text.lines[row.index]} colours={text.colours[row.index]} words={search.words} />
            </div>
          ))}
        </div>
      </div>
      {!follow && !atEnd(rows, box.current) && (
        <button type="button" className="log-back" onClick={() => setFollow(true)}>
          To the latest line
        </button>
      )}
    </div>
  );
}

const Line = memo(function Line({ text, at, words }) {
  return (
    <code>
      {text.pieces(at).map((piece, index) => (
        <span key={index} {...look(piece)}>
          {marked(piece.value, words)}
        </span>
      ))}
      {"\n"}
    </code>
  );
}, sameLine);

function sameLine(a, b) {
  return a.raw === b.raw && a.colours === b.colours && a.words === b.words && a.text === b.text;
}

function SearchField({ search, label }) {
  function pressed(event) {
    if (event.key === "Enter") search.step(event.shiftKey ? -1 : 1);
    if (event.key === "Escape") search.setTyped("");
  }
  const { found, place } = search;
  return (
    <span className="log-search" role="search">
      <input
        type="search"
        className="input slim"
        placeholder="Search this log"
        aria-label={`Search: ${label}`}
        value={search.typed}
        onChange={(event) => search.setTyped(event.target.value)}
        onKeyDown={pressed}
      />
      {search.words && (
        <>
          <span role="status" className="log-count">
            {found.length ? `${place + 1} of ${found.length.toLocaleString("en")}` : "Not in this log"}
          </span>
          <button type="button" className="log-button" aria-label="Previous place" onClick={() => search.step(-1)}>
            ↑
          </button>
          <button type="button" className="log-button" aria-label="Next place" onClick={() => search.step(1)}>
            ↓
          </button>
        </>
      )}
    </span>
  );
}

function Toggle({ on, set, children }) {
  return (
    <button type="button" className="log-button" aria-pressed={on} onClick={() => set(!on)}>
      {children}
    </button>
  );
}

// Fetches the log piece by piece: the last one first, earlier ones when they are looked for.
function useLog(source, size, workspace) {
  const [, redraw] = useReducer((n) => n + 1, 0);
  const [turn, tryAgain] = useReducer((n) => n + 1, 0);
  const state = useMemo(() => {
    const memory = kept.get(source) ?? { text: new LogText() };
    kept.delete(source);
    kept.set(source, memory);
    if (kept.size > 8) kept.delete(kept.keys().next().value);
    return { memory, text: memory.text, queue: Promise.resolve(), loaded: memory.text.end > 0 };
  }, [source]);
  const there = useRef(true);
  useEffect(() => {
    there.current = true;
    return () => (there.current = false);
  }, []);

  async function piece(after, limit) {
    const answer = await fetch(`${source}?after=${after}&limit=${limit}`, {
      headers: { "X-Workspace-Id": workspace },
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return { text: await answer.text(), next: Number(answer.headers.get("X-Output-Next")) };
  }

  async function loadNew(wanted) {
    const { text } = state;
    if (!text.end && wanted > 2 * PIECE) text.start = text.end = await boundary(wanted - PIECE);
    while (text.end < wanted && there.current) {
      const { text: more, next } = await piece(text.end, PIECE);
      if (next <= text.end) break;
      text.append(more, next);
      state.loaded = true;
      redraw();
    }
  }

  // A piece may not begin amid a character, so the server says where one begins.
  async function boundary(near) {
    return (await piece(near, 16)).next;
  }

  async function loadBefore() {
    const { text } = state;
    if (text.isWhole) return;
    let at = text.start > 2 * PIECE ? await boundary(text.start - PIECE) : 0;
    const begin = at;
    let before = "";
    while (at < text.start) {
      const { text: more, next } = await piece(at, text.start - at);
      if (next <= at) return;
      before += more;
      at = next;
    }
    text.prepend(before, begin);
    redraw();
  }

  // One after the other, or two answers would write over each other.
  function queue(task) {
    state.busy = true;
    state.queue = state.queue
      .then(() => there.current && task())
      .then(() => (state.away = ""))
      .catch(() => {
        state.away = "The log does not answer just now. It goes on when it does.";
        setTimeout(() => there.current && tryAgain(), TRY_AGAIN_AFTER);
      })
      .finally(() => {
        state.busy = false;
        redraw();
      });
    return state.queue;
  }

  useEffect(() => {
    if (size > state.text.end) queue(() => loadNew(size));
    else state.loaded = true;
  }, [source, size, turn]);

  return Object.assign(state, {
    loadEarlier: () => !state.text.isWhole && !state.busy && queue(loadBefore),
    loadAll: () =>
      queue(async () => {
        while (!state.text.isWhole && there.current) await loadBefore();
      }),
  });
}

function useSearch(log) {
  const [typed, setTyped] = useState("");
  const [words, setWords] = useState("");
  const [place, setPlace] = useState(0);
  const [turn, setTurn] = useState(0);
  const { text } = log;

  useEffect(() => {
    const timer = setTimeout(async () => {
      if (typed) await log.loadAll();
      setWords(typed);
      setPlace(0);
    }, WAIT_FOR_MORE_LETTERS);
    return () => clearTimeout(timer);
  }, [typed]);

  const found = useMemo(() => (words ? text.find(words) : []), [words, text.end, text.start]);
  function step(by) {
    if (found.length) setPlace((place + by + found.length) % found.length);
    setTurn(turn + 1);
  }
  return { typed, setTyped, words, found, place, step, turn, line: found[place] };
}

// Keeps what is read where it is when earlier lines come in above it.
function useHold(rows, text) {
  const before = useRef(text.prepended);
  const moved = useRef(0);
  useLayoutEffect(() => {
    const more = text.prepended - before.current;
    before.current = text.prepended;
    if (!more) return;
    moved.current = performance.now();
    rows.scrollToOffset((rows.scrollOffset ?? 0) + more * LINE);
  });
  return () => performance.now() - moved.current < 100;
}

function atEnd(rows, box) {
  return !box || rows.getTotalSize() - (rows.scrollOffset ?? 0) - box.clientHeight < AT_THE_END;
}

function look({ foreground, background, decorations }) {
  const classes = [...decorations].map((name) => `log-${name}`);
  const style = {};
  for (const [kind, colour] of [["fg", foreground], ["bg", background]]) {
    if (!colour) continue;
    const name = colour.type === "table" ? NAMES[colour.index] : colour.name;
    classes.push(name ? `log-${kind}-${name}` : `log-${kind}`);
    if (!name) style[`--${kind}`] = `rgb(${colour.rgb ?? fromTable(colour.index)})`;
  }
  return { className: classes.join(" ") || undefined, style };
}

const PLAIN = ["Black", "Red", "Green", "Yellow", "Blue", "Magenta", "Cyan", "White"];
const NAMES = [...PLAIN.map((name) => name.toLowerCase()), ...PLAIN.map((name) => `bright${name}`)];
const LEVELS = [0, 95, 135, 175, 215, 255];

// The 256 colours of xterm: a cube of 6×6×6, then 24 greys.
function fromTable(number) {
  if (number >= 232) return Array(3).fill(8 + 10 * (number - 232));
  const at = number - 16;
  return [LEVELS[Math.floor(at / 36)], LEVELS[Math.floor(at / 6) % 6], LEVELS[at % 6]];
}

function marked(value, words) {
  if (!words) return value;
  const parts = [];
  const low = value.toLowerCase();
  const wanted = words.toLowerCase();
  let from = 0;
  for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, from)) {
    parts.push(value.slice(from, at), <mark key={at}>{value.slice(at, at + wanted.length)}</mark>);
    from = at + wanted.length;
  }
  parts.push(value.slice(from));
  return parts;
}

async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
