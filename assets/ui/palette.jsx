import { Command } from "cmdk";
import * as Dialog from "@radix-ui/react-dialog";
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { DialogContent } from "./dialog.jsx";
import { isBusy } from "./keys.js";

const WAIT_FOR_MORE_LETTERS = 140;
const WAIT_FOR_SECOND_KEY = 1200;

export function Palette({ actions = [], found = [], placeholder, nothing, onSearch }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState("");
  const navigate = useNavigate();

  const go = (row) => {
    setOpen(false);
    navigate(row.href);
  };
  useKeys(actions, go, () => setOpen((before) => !before));
  useOpeners(() => setOpen(true));

  useEffect(() => {
    if (!open) return setText("");
    setChosen("");
    const timer = setTimeout(() => onSearch?.(text), text ? WAIT_FOR_MORE_LETTERS : 0);
    return () => clearTimeout(timer);
  }, [open, text]);

  const rows = [...found, ...actions.filter((row) => fits(row.title, text))];
  const current = rows.some((row) => row.id === chosen) ? chosen : (rows[0]?.id ?? "");
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <DialogContent className="palette" aria-describedby={undefined}>
          <Dialog.Title className="for-screen-readers">{placeholder}</Dialog.Title>
          <Command
            shouldFilter={false}
            label={placeholder}
            value={current}
            onValueChange={setChosen}
            loop
          >
            <Command.Input value={text} onValueChange={setText} placeholder={placeholder} />
            <Command.List>
              {!rows.length && (
                <div className="nothing" role="option" aria-disabled="true" aria-selected="false">
                  {nothing}
                </div>
              )}
              {grouped(rows).map(([group, rows]) => (
                <Command.Group key={group} heading={group}>
                  {rows.map((row) => (
                    <Row key={row.id} row={row} onSelect={() => go(row)} />
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </DialogContent>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Row({ row, onSelect }) {
  return (
    <Command.Item value={row.id} onSelect={onSelect}>
      <span className="title">{row.title}</span>
      <span className="hint">{row.hint}</span>
      {row.snippet && (
        <span className="snippet" dangerouslySetInnerHTML={{ __html: row.snippet }} />
      )}
      {row.keys && row.keys.split(" ").map((name) => <kbd key={name}>{name}</kbd>)}
    </Command.Item>
  );
}

function fits(title, text) {
  const words = text.toLowerCase().split(/\s+/);
  return words.every((word) => title.toLowerCase().includes(word));
}

function grouped(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  return [...groups];
}

// `g` and a letter goes to a section, a single letter does what the action names; `n` goes to where
// the page itself makes a new thing.
function useKeys(actions, go, toggle) {
  const latest = useRef();
  latest.current = { actions, go, toggle };
  useEffect(() => {
    let first = "";
    let timer;
    const pressed = (event) => {
      const { actions, go, toggle } = latest.current;
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        return toggle();
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return;
      const keys = `${first} ${event.key}`.trim();
      const makes = keys === "n" && document.querySelector("[data-makes]");
      if (makes) {
        event.preventDefault();
        return makes.focus();
      }
      const action = actions.find((row) => row.keys === keys);
      clearTimeout(timer);
      first = !first && event.key === "g" ? "g" : "";
      timer = setTimeout(() => (first = ""), WAIT_FOR_SECOND_KEY);
      if (action) {
        event.preventDefault();
        go(action);
      }
    };
    window.addEventListener("keydown", pressed, true);
    return () => window.removeEventListener("keydown", pressed, true);
  }, []);
}

function useOpeners(open) {
  useEffect(() => {
    const clicked = (event) => event.target.closest?.('[data-opens="palette"]') && open();
    document.addEventListener("click", clicked);
    return () => document.removeEventListener("click", clicked);
  }, []);
}
