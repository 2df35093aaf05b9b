import { useEffect, useRef, useState } from "react";

const FEWEST = 3;
const LEVELS = 3;
const READ_HERE = 120; // pixels below the top: the heading above this line is the one being read

// The headings of the text on this page, which `html` is; folded above it or open beside it.
export function Contents({ html, label, folded }) {
  const box = useRef(null);
  const [headings, setHeadings] = useState([]);
  const [current, setCurrent] = useState("");

  useEffect(() => setHeadings(read()), [html]);

  useEffect(() => {
    if (folded || headings.length < FEWEST) return;
    let asked = 0;
    const look = () => {
      asked = 0;
      setCurrent(reading(headings));
    };
    const scrolled = () => {
      asked ||= requestAnimationFrame(look);
    };
    look();
    window.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      cancelAnimationFrame(asked);
      window.removeEventListener("scroll", scrolled);
    };
  }, [headings, folded]);

  // Scrolls the list alone, never the page.
  useEffect(() => {
    const list = box.current;
    const line = list?.querySelector("[aria-current]");
    if (!line) return;
    const top = line.offsetTop - list.offsetTop;
    if (top < list.scrollTop || top + line.offsetHeight > list.scrollTop + list.clientHeight) {
      list.scrollTop = top - list.clientHeight / 2;
    }
  }, [current]);

  if (headings.length < FEWEST) return null;
  const lines = (
    <ul ref={box}>
      {headings.map(({ id, text, depth }) => (
        <li key={id}>
          <a
            href={`#${encodeURIComponent(id)}`}
            className={`depth-${depth}`}
            aria-current={id === current ? "location" : undefined}
            onClick={fold}
          >
            {text}
          </a>
        </li>
      ))}
    </ul>
  );
  if (!folded) {
    return (
      <nav className="contents beside" aria-label={label}>
        <h2>{label}</h2>
        {lines}
      </nav>
    );
  }
  return (
    <details className="contents folded">
      <summary>{label}</summary>
      <nav aria-label={label}>{lines}</nav>
    </details>
  );
}

function fold(event) {
  const opened = event.currentTarget.closest("details");
  if (opened) opened.open = false;
}

function read() {
  const found = [...document.querySelectorAll(".prose :is(h1, h2, h3, h4, h5, h6)[id]")];
  const level = (one) => Number(one.tagName[1]);
  const top = Math.min(...found.map(level));
  return found
    .map((one) => ({ id: one.id, text: words(one), depth: level(one) - top }))
    .filter(({ text, depth }) => text && depth < LEVELS);
}

// What a heading says, without what stands above its line.
function words(heading) {
  const said = heading.cloneNode(true);
  for (const mark of said.querySelectorAll(".footnote-ref")) mark.remove();
  return said.textContent.trim();
}

// The last heading that has come up to the line; before all of them, none.
function reading(headings) {
  let [low, high] = [0, headings.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = document.getElementById(headings[middle].id);
    if (one && one.getBoundingClientRect().top <= READ_HERE) low = middle + 1;
    else high = middle;
  }
  const { scrollY, innerHeight } = window;
  const ended = scrollY > 0 && scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
  return (ended ? headings.at(-1) : headings[low - 1])?.id ?? "";
}
