import { draggable } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { memo, useEffect, useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { dayInWords, hasPassed } from "./board_data.js";
import { follow, touch } from "./board_touch.js";
import { initials } from "./initials.jsx";

// A card; with `lifted` it is being carried by keys.
export const Card = memo(function Card({ card, columnId, lane, writes, lifted, onKey }) {
  const element = useRef(null);
  const [dragged, setDragged] = useState(false);
  const [search] = useSearchParams();

  useEffect(() => {
    if (!writes) return;
    return draggable({
      element: element.current,
      canDrag: () => !touch.isOn,
      getInitialData: () => ({ card, columnId, lane }),
      onDragStart: () => setDragged(true),
      onDrop: () => setDragged(false),
    });
  }, [card, columnId, lane, writes]);

  // In another column or lane it is another element.
  useEffect(() => {
    if (lifted) element.current.focus();
  }, [lifted]);

  const opened = new URLSearchParams(search);
  opened.set("task", String(card.number));
  return (
    <Link
      ref={element}
      to={`?${opened}`}
      preventScrollReset
      className="board-card"
      data-card={card.id}
      data-state={lifted ? "lifted" : dragged ? "dragged" : undefined}
      data-done={card.status === "COMPLETED" || undefined}
      aria-roledescription={writes ? "card that can be moved" : undefined}
      aria-describedby={writes ? "board-keys" : undefined}
      onKeyDown={(event) => onKey?.(event, card)}
    >
      <span className="board-title" dir="auto">
        {card.milestone && <span aria-label="Milestone">◆ </span>}
        {card.title}
      </span>
      <span className="board-facts">
        <span className="muted">#{card.number}</span>
        {card.priority === "HIGH" && <span className="badge attention">High</span>}
        {card.dueDate && <When {...card} />}
        {card.subtasks.total > 0 && (
          <span className="muted" title="Subtasks that are completed">
            {card.subtasks.completed}/{card.subtasks.total}
          </span>
        )}
        {card.progress > 0 && card.progress < 100 && <span className="muted">{card.progress} %</span>}
        {card.tags.slice(0, 3).map((tag) => (
          <span key={tag.slug} className="board-tag">
            {tag.color && <span className="dot" style={{ background: tag.color }} />}#{tag.name}
          </span>
        ))}
        {card.assigneeName && (
          <span className="avatar" title={card.assigneeName} aria-label={card.assigneeName}>
            {initials(card.assigneeName)}
          </span>
        )}
      </span>
      {writes && (
        <span
          className="board-grip"
          aria-hidden="true"
          onPointerDown={(event) => follow(event, element.current, { card, columnId, lane }, setDragged)}
          onContextMenu={(event) => event.preventDefault()}
        />
      )}
    </Link>
  );
});

function When({ dueDate, dueTime, status }) {
  const passed = status !== "COMPLETED" && hasPassed(dueDate);
  const at = dueTime ? `${dueDate}T${dueTime}` : dueDate;
  const words = dueTime ? `${dayInWords(dueDate)} ${dueTime.replace(/^0/, "")}` : dayInWords(dueDate);
  return (
    <time dateTime={at} className={passed ? "attention-text" : "muted"}>
      {passed ? `Target passed ${words}` : words}
    </time>
  );
}
