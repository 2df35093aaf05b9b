import { Item } from "@radix-ui/react-dropdown-menu";
import { Info } from "lucide-react";
import { createContext, useContext, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { useLocation } from "react-router";

// Sends a form's fields as JSON to a REST route. On success the next page is loaded anew, so
// that the live connection starts with the cookie which the answer has set.
export function RestForm({ then = "/", ...rest }) {
  return <Form {...rest} done={(said) => window.location.assign(destination(then, said))} />;
}

// Shows what the answer holds under the name `shows` once, in this tab only.
export function SecretForm({ shows, label, copyWords, copiedWords, note, onMade, ...rest }) {
  const [secret, setSecret] = useState("");
  if (!secret) {
    const done = (said) => {
      setSecret(said[shows]);
      onMade?.();
    };
    return <Form {...rest} done={done} />;
  }
  return (
    <div className="stack">
      <Copied {...{ value: secret, label, copyWords, copiedWords }} focused />
      <p className="small muted">{note}</p>
    </div>
  );
}

// What a form asks for first. It stays in the form, out of sight, when it asks for more.
export function AskedFirst({ children }) {
  const { asked } = useContext(Asking);
  return (
    <div className="stack" hidden={asked !== ""}>
      {children}
    </div>
  );
}

// What a form asks for once the answer had this `code`, which ends in `_needed`.
export function Asked({ code, children }) {
  const { asked } = useContext(Asking);
  return asked === code && <div className="stack">{children}</div>;
}

// Lets the form that it stands in ask for something else; for what came first without a `code`.
export function AskFor({ code = "", ...rest }) {
  const { ask } = useContext(Asking);
  return <button type="button" onClick={() => ask(code)} {...rest} />;
}

// A link to `href` that takes along where the address leads next, as it is at this moment.
export function LinkOnward({ href, children, ...rest }) {
  const { search } = useLocation();
  const next = new URLSearchParams(search).get("next");
  return (
    <a href={next ? `${href}?${new URLSearchParams({ next })}` : href} {...rest}>
      {children}
    </a>
  );
}

// Opens the `url` that the answer names, or `then`.
export function RestItem({ action, then, ...rest }) {
  async function send(event) {
    event.preventDefault();
    const answer = await fetch(action, { method: "POST" }).catch(() => null);
    const said = await answer?.json().catch(() => null);
    if (answer) window.location.assign((answer.ok && said?.url) || then);
  }
  return <Item onSelect={send} {...rest} />;
}

const Asking = createContext({ asked: "", ask: () => {} });

export function Form({ action, method = "POST", silence, children, className, done }) {
  const form = useRef(null);
  const [messages, setMessages] = useState({});
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState("");

  function ask(code) {
    setMessages({});
    setAsked(code);
  }

  useEffect(() => point(form.current, messages), [messages]);

  async function send(event) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setMessages({});
    const [ok, said] = await request(action, method, filledIn(form.current));
    if (ok) return done(said);
    setBusy(false);
    if (!asked && said.code?.endsWith("_needed")) ask(said.code);
    else setMessages(words(said, form.current) ?? { "": silence });
  }

  return (
    <form ref={form} onSubmit={send} className={className} aria-busy={busy} noValidate>
      <Asking.Provider value={{ asked, ask }}>{children}</Asking.Provider>
      <div role="alert">
        {messages[""] && (
          <div className="note attention">
            <Info size={16} strokeWidth={1.75} aria-hidden />
            <div>{messages[""]}</div>
          </div>
        )}
      </div>
      {Object.entries(messages).map(([name, text]) => {
        const place = name && hint(form.current, name);
        const message = (
          <p className="message">
            <Info size={15} strokeWidth={1.75} aria-hidden />
            {text}
          </p>
        );
        return place && createPortal(message, place, name);
      })}
    </form>
  );
}

export function Copied({ value, label, copyWords, copiedWords, focused = false }) {
  const [done, setDone] = useState(false);
  const field = useRef(null);

  async function take() {
    field.current.select();
    // The clipboard is open to https and to this machine only; elsewhere there is the old way.
    await navigator.clipboard?.writeText(value).catch(() => null);
    if (!navigator.clipboard) document.execCommand("copy");
    setDone(true);
  }

  return (
    <div className="copied">
      <input ref={field} className="input" value={value} aria-label={label} readOnly autoFocus={focused} />
      <button type="button" className="button" onClick={take}>
        {done ? copiedWords : copyWords}
      </button>
    </div>
  );
}

async function request(action, method, body) {
  try {
    const answer = await fetch(action, {
      method,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return [answer.ok, await answer.json().catch(() => ({}))];
  } catch {
    return [false, {}];
  }
}

// A name that ends in [] is a list, of none, one or several.
function filledIn(form) {
  const data = new FormData(form);
  const filled = [...new Set(data.keys())].filter((name) => data.get(name) !== "");
  return Object.fromEntries(
    filled.map((name) =>
      name.endsWith("[]") ? [name.slice(0, -2), data.getAll(name)] : [name, data.get(name)],
    ),
  );
}

// The message of each field by its name; what belongs to none of them stands under "".
function words(said, form) {
  if (!said.errors?.length) return said.detail && { "": said.detail };
  const messages = {};
  for (const { loc, msg } of said.errors) {
    const name = loc?.[1] && hint(form, loc[1]) ? loc[1] : "";
    messages[name] ??= msg;
  }
  return messages;
}

function hint(form, name) {
  const field = form.elements.namedItem(name);
  return field?.id ? document.getElementById(`${field.id}-hint`) : null;
}

function point(form, messages) {
  const named = [...form.elements].filter((field) => field.name);
  for (const field of named) field.setAttribute("aria-invalid", String(field.name in messages));
  named.find((field) => field.name in messages)?.focus();
}

function destination(then, said) {
  const next = new URLSearchParams(window.location.search).get("next");
  if (next && URL.canParse(next, window.location.origin)) {
    const asked = new URL(next, window.location.origin);
    if (asked.origin === window.location.origin) return asked.href;
  }
  return then.replace(/\{([\w.]+)\}/g, (_, path) =>
    encodeURIComponent(path.split(".").reduce((value, name) => value?.[name], said) ?? ""),
  );
}
