import { autoScrollForElements } from "@atlaskit/pragmatic-drag-and-drop-auto-scroll/element";
import { dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { Card } from "./board_card.jsx";
import { acceptTouch } from "./board_touch.js";

const TALL = 84; // pixels of a card, before it is measured

// A column of which only the cards that are seen are in the page.
export function Column({ column, lane, writes, over, lifted, onKey, more, add }) {
  const list = useRef(null);
  const rows = useVirtualizer({
    count: column.count,
    getScrollElement: () => list.current,
    estimateSize: () => TALL,
    getItemKey: (index) => column.cards[index]?.id ?? index,
    overscan: 6,
    gap: 8,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= column.cards.length) more(column);
  }, [last, column, more]);

  const latest = useRef({});
  latest.current = { column, rows };
  useEffect(() => {
    const element = list.current;
    const placeAt = (clientY, id) => whereIn(latest.current, element, clientY, id);
    const getData = () => ({ columnId: column.id, lane, placeAt });
    const ends = [
      dropTargetForElements({ element, getData }),
      acceptTouch(element, getData),
      autoScrollForElements({ element }),
    ];
    return () => ends.forEach((end) => end());
  }, [column.id, lane]);

  const place = lifted ? column.cards.findIndex((card) => card.id === lifted) : -1;
  useEffect(() => {
    if (place >= 0) latest.current.rows.scrollToIndex(place);
  }, [place]);

  return (
    <section className="board-column" aria-label={column.name} data-over={Boolean(over) || undefined}>
      <header>
        <h2>{column.name}</h2>
        <Count {...column} />
      </header>
      <div className="board-list" ref={list} tabIndex={-1}>
        {column.count === 0 && <p className="muted small board-empty">Nothing here yet.</p>}
        <ol style={{ height: rows.getTotalSize() }}>
          {shown.map(({ index, key, start }) => {
            const card = column.cards[index];
            return (
              <li
                key={key}
                ref={rows.measureElement}
                data-index={index}
                style={{ transform: `translateY(${start}px)` }}
                aria-setsize={column.count}
                aria-posinset={index + 1}
              >
                {card ? (
                  <Card
                    {...{ card, lane, writes, onKey }}
                    columnId={column.id}
                    lifted={lifted === card.id}
                  />
                ) : (
                  <div className="board-card waiting" aria-hidden="true" />
                )}
              </li>
            );
          })}
        </ol>
        {over && <div className="board-line" style={{ transform: `translateY(${over.y}px)` }} />}
      </div>
      {writes && <Add {...{ column, add }} />}
    </section>
  );
}

// A limit shows, and forbids nothing. In a lane it is that of the column in all lanes.
function Count({ count, total, wipLimit }) {
  if (!wipLimit) return <span className="muted small">{count.toLocaleString("en")}</span>;
  const over = total > wipLimit;
  const standing = `${total.toLocaleString("en")} of ${wipLimit}`;
  return (
    <span
      className={over ? "badge attention" : "muted small"}
      title={over ? "More than planned for this column" : "Cards, and how many are planned at most"}
    >
      {count === total ? standing : `${count.toLocaleString("en")}, in all ${standing}`}
    </span>
  );
}

function Add({ column, add }) {
  const [open, setOpen] = useState(false);
  const [title, setTitle] = useState("");
  if (!open) {
    return (
      <button type="button" className="button bare board-add" onClick={() => setOpen(true)}>
        + Add a card
      </button>
    );
  }
  async function send(event) {
    event.preventDefault();
    const text = title.trim();
    if (!text) return setOpen(false);
    setTitle("");
    if (!(await add(column, text))) setTitle((since) => since || text);
  }
  return (
    <form className="board-add" onSubmit={send}>
      <input
        className="input"
        aria-label={`A new card in ${column.name}`}
        placeholder="What is it about?"
        maxLength={200}
        value={title}
        autoFocus
        onChange={(event) => setTitle(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && setOpen(false)}
        onBlur={() => title.trim() || setOpen(false)}
      />
    </form>
  );
}

// Returns the place among the other cards at a height of the screen, and where its line is drawn.
function whereIn({ column, rows }, element, clientY, id) {
  const y = clientY - element.getBoundingClientRect().top + element.scrollTop;
  const own = column.cards.findIndex((card) => card.id === id);
  const items = rows.measurementsCache.slice(0, column.cards.length);
  let index = items.findIndex((item) => y < item.start + item.size / 2);
  if (index < 0) index = items.length;
  const line = index < items.length ? items[index].start - 5 : (items.at(-1)?.end ?? 0) + 3;
  return { index: own >= 0 && own < index ? index - 1 : index, y: Math.max(0, line) };
}
