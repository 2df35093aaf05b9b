import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { markdown, markdownLanguage } from "@codemirror/lang-markdown";
import { syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec, Transaction } from "@codemirror/state";
import { EditorView, drawSelection, dropCursor, keymap, placeholder } from "@codemirror/view";
import { Bold, Code, Heading, Italic, List, ListTodo, Paperclip, Table } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { KEYS, TABLE_KEYS, codeAt, heading, link, linesBegin, wrap } from "./editor_keys.js";
import { FACTS, LOOK } from "./editor_look.js";
import { completions, preview, upload } from "./editor_rest.js";
import { newTable, pasteTable } from "./editor_tables.js";

const WAIT_FOR_MORE_LETTERS = 300;
const LETTERS_IN_A_MS = 500; // that the server reads, about: long texts are asked for more seldom
const MOST_CHARACTERS = 2_000_000;
const MOST_BYTES = 3_800_000;
const LEAVING = "editor-leaving";
const LINES = { size: 16, strokeWidth: 1.75, "aria-hidden": true };

// Where somebody was writing when the form was filled anew, as after the server was away.
let left = null;

// Writes into the hidden field `name` of its form, which the form sends and the draft keeps.
export function Editor({ name, label, workspace, slug, words, shortcuts }) {
  const box = useRef(null);
  const view = useRef(null);
  const uploads = useRef({ running: 0, begun: 0, save: false });
  const [text, setText] = useState("");
  const [said, setSaid] = useState("");
  const [helped, setHelped] = useState(false);
  const [side, setSide] = useState(() => window.localStorage.getItem("editor-side") ?? "both");

  useEffect(() => {
    const field = box.current.closest("form").elements.namedItem(name);
    let writing = left?.path === window.location.pathname ? left : null;
    left = null;
    view.current = new EditorView({
      parent: box.current.querySelector(".editor-text"),
      state: EditorState.create({
        doc: field.value,
        extensions: [
          history(),
          drawSelection(),
          dropCursor(),
          EditorView.lineWrapping,
          markdown({ base: markdownLanguage, completeHTMLTags: false }),
          syntaxHighlighting(LOOK),
          FACTS,
          autocompletion({
            override: [completions(workspace, slug, words)],
            icons: false,
            interactionDelay: 0,
          }),
          Prec.highest(keymap.of(TABLE_KEYS)),
          keymap.of([...KEYS, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
          placeholder(words.empty),
          EditorView.contentAttributes.of({
            "aria-label": label,
            "aria-describedby": LEAVING,
            spellcheck: "true",
            dir: "auto",
          }),
          // What no page can hold, from broken programs.
          EditorView.clipboardInputFilter.of((text) => text.replaceAll("\0", "").toWellFormed()),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            writing = null;
            field.value = update.state.doc.toString();
            field.dispatchEvent(new Event("input", { bubbles: true }));
            setText(field.value);
          }),
          EditorView.domEventHandlers({
            paste: (event, view) => take(event.clipboardData, event, view),
            drop: (event, view) => take(event.dataTransfer, event, view),
          }),
        ],
      }),
    });
    setText(field.value);
    if (writing) goOn(view.current, writing);
    const filled = (event) => {
      const place = writing; // gone as soon as the text changes
      replace(view.current, field.value, event.detail);
      if (place) goOn(view.current, place);
      if (event.detail) view.current.focus(); // the button that asked for it is gone
    };
    field.addEventListener("filled", filled);
    // A save waits until the files are here, so that no half-written name is kept.
    const form = field.form;
    const wait = (event) => {
      const tooLong = isTooLong(field.value);
      if (!uploads.current.running && !tooLong) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (tooLong) setSaid(words.too_long);
      else uploads.current.save = true;
    };
    form.addEventListener("submit", wait, true);
    const scrolled = view.current.scrollDOM;
    const follow = () => {
      const read = box.current.querySelector(".editor-read");
      const part = scrolled.scrollTop / (scrolled.scrollHeight - scrolled.clientHeight || 1);
      if (read) read.scrollTop = part * (read.scrollHeight - read.clientHeight);
    };
    scrolled.addEventListener("scroll", follow);
    return () => {
      form.removeEventListener("submit", wait, true);
      scrolled.removeEventListener("scroll", follow);
      field.removeEventListener("filled", filled);
      view.current.destroy();
    };
  }, []);

  // Before the text leaves the page, as it has no focus afterwards.
  useLayoutEffect(
    () => () => {
      const { hasFocus, state } = view.current;
      left = hasFocus ? { path: window.location.pathname, ...state.selection.main.toJSON() } : null;
    },
    [],
  );

  function take(data, event, view) {
    const files = [...(data?.files ?? [])];
    if (files.length) {
      event.preventDefault();
      for (const file of files) send(view, file);
      return true;
    }
    if (!codeAt(view.state, view.state.selection.main.from) && pasteTable(view, data)) {
      event.preventDefault();
      return true;
    }
    const address = data?.getData("text/plain").trim() ?? "";
    if (!/^https?:\/\/\S+$/.test(address) || view.state.selection.main.empty) return false;
    event.preventDefault();
    link(view, address);
    return true;
  }

  async function send(view, file) {
    const now = uploads.current;
    now.running++;
    const mark = `![[${words.uploading} ${file.name || "image.png"} (${++now.begun})…]]`;
    view.dispatch(view.state.replaceSelection(mark));
    setSaid("");
    const { written, problem } = await upload(workspace, file, words);
    const at = view.state.doc.toString().indexOf(mark);
    if (at >= 0) view.dispatch({ changes: { from: at, to: at + mark.length, insert: written } });
    now.running--;
    if (problem) {
      now.save = false;
      setSaid(problem);
    }
    if (now.save && !now.running) {
      now.save = false;
      box.current?.closest("form").requestSubmit();
    }
  }

  function choose(next) {
    window.localStorage.setItem("editor-side", next);
    setSide(next);
    if (next !== "read") view.current.focus();
  }

  const act = (command) => () => {
    command(view.current);
    view.current.focus();
  };
  return (
    <div className={`editor-box ${side}`} ref={box}>
      <div className="editor-bar" role="toolbar" aria-label={words.bar}>
        <Tool words={words.bold} onClick={act(wrap("**"))}>
          <Bold {...LINES} />
        </Tool>
        <Tool words={words.italic} onClick={act(wrap("*"))}>
          <Italic {...LINES} />
        </Tool>
        <Tool words={words.heading} onClick={act(heading)}>
          <Heading {...LINES} />
        </Tool>
        <Tool words={words.list} onClick={act(linesBegin("- "))}>
          <List {...LINES} />
        </Tool>
        <Tool words={words.task} onClick={act(linesBegin("- [ ] "))}>
          <ListTodo {...LINES} />
        </Tool>
        <Tool words={words.code} onClick={act(wrap("`"))}>
          <Code {...LINES} />
        </Tool>
        <Tool words={words.table} onClick={act(newTable(words.column))}>
          <Table {...LINES} />
        </Tool>
        <Tool words={words.link} onClick={act(wrap("[[", "]]"))}>
          [[ ]]
        </Tool>
        <label className="tool" title={words.file}>
          <Paperclip {...LINES} />
          <input
            type="file"
            multiple
            className="for-screen-readers"
            aria-label={words.file}
            onChange={(event) => {
              for (const file of event.target.files) send(view.current, file);
              event.target.value = "";
            }}
          />
        </label>
        <button
          type="button"
          className="tool"
          title={words.help}
          aria-label={words.help}
          aria-expanded={helped}
          onClick={() => setHelped(!helped)}
        >
          ?
        </button>
        <span className="grow" />
        <div className="segments" role="group" aria-label={words.sides}>
          {["write", "both", "read"].map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={side === one}
              className={`side-${one}`}
              onClick={() => choose(one)}
            >
              {words[one]}
            </button>
          ))}
        </div>
      </div>
      {helped && <Help words={words} shortcuts={shortcuts} />}
      <p id={LEAVING} hidden>
        {words.leaving}
      </p>
      <div className="editor-sides">
        <div className="editor-text" />
        {side !== "write" && <Read text={text} workspace={workspace} slug={slug} words={words} />}
      </div>
      <p className="editor-said" role="status">
        {said}
      </p>
    </div>
  );
}

// More than a page holds, or than one message to the server does: that would end the connection.
function isTooLong(text) {
  if (text.length < MOST_BYTES / 8) return false;
  const bytes = new TextEncoder().encode(JSON.stringify(text)).length;
  return bytes > MOST_BYTES || [...text].length > MOST_CHARACTERS;
}

function Tool({ words, onClick, children }) {
  return (
    <button type="button" className="tool" title={words} aria-label={words} onClick={onClick}>
      {children}
    </button>
  );
}

function Help({ words, shortcuts }) {
  const mac = /Mac|iP(hone|ad)/.test(window.navigator.platform);
  return (
    <dl className="editor-help">
      {shortcuts.map(([keys, does]) => (
        <div key={keys}>
          <dt>
            <kbd>{mac ? keys.replace("Ctrl", "⌘") : keys}</kbd>
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  );
}

// The text as the server shows it.
function Read({ text, workspace, slug, words }) {
  const [html, setHtml] = useState("");
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      const shown = await preview(workspace, slug, text, stop.signal);
      if (shown !== null) setHtml(shown);
    }, WAIT_FOR_MORE_LETTERS + text.length / LETTERS_IN_A_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text]);
  return (
    <div
      className="editor-read prose"
      dir="auto"
      role="region"
      aria-label={words.read}
      tabIndex={0}
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}

// Only what differs, so that the cursor stays where it is; going back leaves it as it is.
function replace(view, text, steps) {
  const changes = steps
    ? JSON.parse(steps).map(([from, to, insert]) => ({ from, to, insert }))
    : difference(view.state.doc.toString(), text);
  view.dispatch({ changes, annotations: Transaction.addToHistory.of(false) });
}

function goOn(view, { anchor, head }) {
  const end = view.state.doc.length;
  const selection = { anchor: Math.min(anchor, end), head: Math.min(head, end) };
  view.dispatch({ selection, scrollIntoView: true });
  view.focus();
}

function difference(before, text) {
  let start = 0;
  while (start < before.length && before[start] === text[start]) start++;
  let left = before.length;
  let right = text.length;
  while (left > start && right > start && before[left - 1] === text[right - 1]) {
    left--;
    right--;
  }
  return { from: start, to: left, insert: text.slice(start, right) };
}
