import { Children, createContext, useContext, useState } from "react";
import { Copied, Form } from "./rest_form.jsx";

const Answers = createContext({ said: {}, next: () => {}, onDone: undefined });

// Children one after the other: each `Stage` is a form whose answer brings the next of them.
// Answers may hold secrets, so they are kept in this tab and gone when it moves on.
export function Stages({ onDone, children }) {
  const stages = Children.toArray(children);
  const [at, setAt] = useState(0);
  const [said, setSaid] = useState({});

  function next(answer) {
    setSaid({ ...said, ...answer });
    setAt(at + 1);
  }

  return <Answers.Provider value={{ said, next, onDone }}>{stages[at]}</Answers.Provider>;
}

export function Stage({ last, ...rest }) {
  const { next, onDone } = useContext(Answers);
  const done = (answer) => {
    next(answer);
    if (last) onDone?.();
  };
  return <Form {...rest} done={done} />;
}

export function Given({ name, label, file, words }) {
  const value = useContext(Answers).said[name];
  if (Array.isArray(value)) return <Lines {...{ lines: value, label, file, words }} />;
  if (value?.startsWith("data:image/")) return <img className="given" src={value} alt={label} />;
  return <Copied value={value ?? ""} label={label} copyWords={words.copy} copiedWords={words.copied} />;
}

function Lines({ lines, label, file, words }) {
  const [copied, setCopied] = useState(false);
  const text = `${lines.join("\n")}\n`;

  async function take() {
    await navigator.clipboard?.writeText(text).catch(() => null);
    setCopied(true);
  }

  return (
    <div className="stack">
      <ol className="given" aria-label={label}>
        {lines.map((line) => (
          <li key={line}>
            <code>{line}</code>
          </li>
        ))}
      </ol>
      <div className="cluster">
        <a className="button quiet" download={file} href={`data:text/plain,${encodeURIComponent(text)}`}>
          {words.download}
        </a>
        {navigator.clipboard && (
          <button type="button" className="button quiet" onClick={take}>
            {copied ? words.copied : words.copy}
          </button>
        )}
      </div>
    </div>
  );
}
