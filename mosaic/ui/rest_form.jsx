import { Item } from "@radix-ui/react-dropdown-menu";
import { useState } from "react";

// Sends a form's fields as JSON to a REST route. On success the next page is loaded anew, so
// that the live connection starts with the cookie which the answer has set.
export function RestForm({ action, method = "POST", then = "/", silence, children, className }) {
  const [message, setMessage] = useState("");
  const [busy, setBusy] = useState(false);

  async function send(event) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setMessage("");
    try {
      const answer = await fetch(action, {
        method,
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(filledIn(event.target)),
      });
      const said = await answer.json().catch(() => ({}));
      if (answer.ok) return window.location.assign(destination(then, said));
      setMessage(words(said) || silence);
    } catch {
      setMessage(silence);
    }
    setBusy(false);
  }

  return (
    <form onSubmit={send} className={className} aria-busy={busy}>
      {children}
      <div role="alert">{message && <p className="note attention">{message}</p>}</div>
    </form>
  );
}

export function RestItem({ action, then, ...rest }) {
  async function send(event) {
    event.preventDefault();
    const answer = await fetch(action, { method: "POST" }).catch(() => null);
    if (answer) window.location.assign(then);
  }
  return <Item onSelect={send} {...rest} />;
}

function filledIn(form) {
  return Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
}

function destination(then, said) {
  const next = new URLSearchParams(window.location.search).get("next");
  const asked = next && new URL(next, window.location.origin);
  if (asked && asked.origin === window.location.origin) return asked.href;
  return then.replace(/\{([\w.]+)\}/g, (_, path) =>
    encodeURIComponent(path.split(".").reduce((value, name) => value?.[name], said) ?? ""),
  );
}

function words(said) {
  const each = (said.errors ?? []).map((one) => one.msg).filter(Boolean);
  return each.length ? each.join(" ") : said.detail;
}
