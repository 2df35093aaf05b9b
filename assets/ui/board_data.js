import { useCallback, useEffect, useRef, useState } from "react";
import { ask } from "./ask.js";

const FIRST = 20; // cards of a column that are asked for at first: as many as the tallest screen shows
const MORE = 200;

// The columns of a board, or of one of its lanes (`lane` is a query such as {priority: "HIGH"}).
// Cards move here at once; what the server says counts as soon as it has answered, and again when a
// move does not work out.
export function useBoard({ workspace, project, lane, stamp }) {
  const [columns, setColumns] = useState(null);
  const [away, setAway] = useState("");
  const now = useRef({ moves: 0, sent: 0, loading: new Set(), columns: null, said: null });
  const key = JSON.stringify(lane);
  now.current.columns = columns;

  const look = useCallback(
    async (signal) => {
      const { sent } = now.current;
      const most = Math.max(FIRST, ...(now.current.columns ?? []).map((one) => one.cards.length));
      const limit = Math.min(500, Math.ceil(most / FIRST) * FIRST);
      try {
        const query = { ...JSON.parse(key), limit };
        const board = await ask(`projects/${project}/board`, { workspace, query, signal });
        // Not what was so before a card was moved.
        if (now.current.moves === 0 && now.current.sent === sent) {
          now.current.said = board.columns;
          setColumns(board.columns);
        }
        setAway("");
      } catch (problem) {
        if (problem.name !== "AbortError") setAway(problem.message);
      }
    },
    [workspace, project, key],
  );

  useEffect(() => {
    if (!workspace || !project) return;
    const asking = new AbortController();
    look(asking.signal);
    return () => asking.abort();
  }, [look, stamp, workspace, project]);

  const more = useCallback(
    async (column) => {
      const { loading } = now.current;
      if (!column.cursor || loading.has(column.cursor)) return;
      loading.add(column.cursor);
      const query = { ...JSON.parse(key), columnId: column.id, cursor: column.cursor, limit: MORE };
      try {
        const board = await ask(`projects/${project}/board`, { workspace, query });
        const join = (before) => before && before.map((one) => joined(one, column, board.columns[0]));
        now.current.said = join(now.current.said);
        setColumns(join);
      } catch (problem) {
        setAway(problem.message);
      } finally {
        loading.delete(column.cursor);
      }
    },
    [workspace, project, key],
  );

  // Runs what sends a change, after `shown` is shown; then what the server has.
  const change = useCallback(
    async (shown, send) => {
      const { current } = now;
      current.moves += 1;
      current.sent += 1;
      if (shown) setColumns(shown);
      try {
        await send();
        current.said = shown ?? current.said;
      } catch (problem) {
        setColumns(current.said);
        throw problem;
      } finally {
        current.moves -= 1;
        if (current.moves === 0) look();
      }
    },
    [look],
  );

  // While a card is carried, what others do waits.
  const hold = useCallback(
    (isHeld) => {
      now.current.moves += isHeld ? 1 : -1;
      if (now.current.moves === 0) look();
    },
    [look],
  );

  return { columns, away, more, change, hold, show: setColumns };
}

function joined(column, asked, found) {
  // Somebody may have looked again meanwhile.
  if (column.id !== asked.id || column.cursor !== asked.cursor || !found) return column;
  const known = new Set(column.cards.map((card) => card.id));
  const fresh = found.cards.filter((card) => !known.has(card.id));
  const { cursor, count, total } = found;
  return { ...column, cursor, count, total, cards: [...column.cards, ...fresh] };
}

// Returns the columns with a card taken out of where it is and put at `index` of a column.
export function moved(columns, card, columnId, index) {
  return without(columns, card).map((column) => {
    if (column.id !== columnId) return column;
    const there = { ...card, columnId, status: column.status };
    const cards = [...column.cards.slice(0, index), there, ...column.cards.slice(index)];
    return { ...column, cards, ...counted(column, 1) };
  });
}

// Returns the columns without a card.
export function without(columns, card) {
  return columns.map((column) => {
    const cards = column.cards.filter((one) => one.id !== card.id);
    return cards.length < column.cards.length ? { ...column, cards, ...counted(column, -1) } : column;
  });
}

function counted({ count, total }, more) {
  return { count: count + more, total: total + more };
}

// Returns where a card is: its column, and its place in it.
export function placeOf(columns, id) {
  for (const column of columns ?? []) {
    const index = column.cards.findIndex((card) => card.id === id);
    if (index >= 0) return { column, index, card: column.cards[index] };
  }
  return null;
}

// Returns the neighbours that a card has at `index` of a column, as the API asks for them.
export function between(column, card, index) {
  const others = column.cards.filter((one) => one.id !== card.id);
  const place = { columnId: column.id };
  if (others[index]) place.beforeId = others[index].id;
  if (others[index - 1]) place.afterId = others[index - 1].id;
  return place;
}

export function dayInWords(day, today = new Date()) {
  const days = Math.round((Date.parse(day) - startOf(today)) / 86_400_000);
  if (days >= -1 && days <= 1) return ["Yesterday", "Today", "Tomorrow"][days + 1];
  const at = new Date(`${day}T00:00:00Z`);
  const year = at.getUTCFullYear() === today.getFullYear() ? {} : { year: "numeric" };
  const options = { day: "numeric", month: "short", timeZone: "UTC", ...year };
  return at.toLocaleDateString("en-GB", options);
}

export function hasPassed(day, today = new Date()) {
  return Date.parse(day) < startOf(today);
}

function startOf(moment) {
  return Date.UTC(moment.getFullYear(), moment.getMonth(), moment.getDate());
}
