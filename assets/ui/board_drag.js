import { monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { useEffect, useRef, useState } from "react";
import { between, moved, placeOf, without } from "./board_data.js";
import { watchTouch } from "./board_touch.js";

// Follows a card that is dragged over columns. `over` is where it would land: {columnId, index, y}.
export function useDrag(lane, columns, drop) {
  const [over, setOver] = useState(null);
  const latest = useRef({});
  latest.current = { lane, columns, drop };

  useEffect(() => {
    const target = ({ data, list, y }) => {
      if (!list || list.lane !== latest.current.lane) return null;
      return { columnId: list.columnId, ...list.placeAt(y, data.card.id) };
    };
    const watcher = {
      onDrag: (event) => setOver((before) => same(before, target(event))),
      onLeave: () => setOver(null),
      onDrop: (event) => {
        const place = target(event);
        setOver(null);
        if (place) latest.current.drop(event.data, place);
      },
    };
    const byMouse = ({ location: { current }, source }) => ({
      data: source.data,
      list: current.dropTargets[0]?.data,
      y: current.input.clientY,
    });
    const ends = [
      watchTouch(watcher),
      monitorForElements({
        onDrag: (event) => watcher.onDrag(byMouse(event)),
        onDrop: (event) => watcher.onDrop(byMouse(event)),
      }),
    ];
    return () => ends.forEach((end) => end());
  }, []);
  return over;
}

function same(before, after) {
  const alike = before?.columnId === after?.columnId && before?.index === after?.index;
  return alike ? before : after;
}

const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

// Carries a card by keys: Space lifts it, arrows carry it, Space puts it down, Escape or a
// click brings it back. `say` tells those who listen. Up and down lead on into the lane that is
// `beside` this one: there it is taken with its `home`, which hears what becomes of it.
export function useKeys(columns, lane, { show, put, hold, say, beside }) {
  const [lifted, setLifted] = useState(null);
  const latest = useRef({});
  latest.current = { columns, lifted };
  // In another column a card is another element, also when it has gone back.
  const back = useRef(null);

  useEffect(() => {
    const id = lifted?.id ?? back.current;
    if (id) document.querySelector(`[data-card="${id}"]`)?.focus();
    back.current = null;
  }, [lifted, columns]);

  useEffect(() => {
    if (!lifted) return;
    window.addEventListener("pointerdown", bringBack, true);
    return () => window.removeEventListener("pointerdown", bringBack, true);
  }, [lifted]);

  function bringBack() {
    const { lifted } = latest.current;
    leave();
    lifted.home?.back();
    say(`${lifted.title}, back where it was.`);
  }

  // Here all is as it was before the card came.
  function leave() {
    show(latest.current.lifted.from);
    setLifted(null);
    hold(false);
  }

  function lift(card) {
    const place = placeOf(latest.current.columns, card.id);
    hold(true);
    setLifted({ id: card.id, title: card.title, from: latest.current.columns, start: place });
    say(`${card.title}, lifted. ${standing(place)}`);
  }

  function carry([across, down]) {
    const { columns, lifted } = latest.current;
    const { column, index, card } = placeOf(columns, lifted.id);
    const at = columns.indexOf(column);
    const next = columns[at + across];
    const most = next && next.cards.length - (across ? 0 : 1);
    const to = Math.min(Math.max(0, index + down), most);
    if (!next) return;
    if (!across && to === index) return cross(card, column, down);
    const after = moved(columns, card, next.id, to);
    show(after);
    say(standing(placeOf(after, card.id)));
  }

  function cross(card, column, down) {
    const { columns, lifted } = latest.current;
    const take = beside(down);
    if (!take) return;
    let { home } = lifted;
    if (home) {
      leave();
    } else {
      home = {
        back: () => (show(lifted.from), hold(false)),
        left: async (sent) => ((await sent) || show(lifted.from), hold(false)),
      };
      show(without(columns, card));
      setLifted(null);
    }
    take(card, column.id, down, home);
  }

  function take(card, columnId, down, home) {
    const { columns } = latest.current;
    const column = columns.find((one) => one.id === columnId);
    const after = moved(columns, { ...card, ...lane.changes }, columnId, down > 0 ? 0 : column.cards.length);
    hold(true);
    setLifted({ id: card.id, title: card.title, from: columns, home });
    show(after);
    say(`${lane.name}: ${standing(placeOf(after, card.id))}`);
  }

  function release() {
    const { columns, lifted } = latest.current;
    const { column, index, card } = placeOf(columns, lifted.id);
    setLifted(null);
    const { start, home } = lifted;
    if (start?.column.id === column.id && start.index === index) show(lifted.from);
    else {
      const sent = put(card, between(column, card, index), columns, home && lane.changes);
      home?.left(sent);
    }
    say(`${card.title}, put down. ${standing({ column, index })}`);
    hold(false);
  }

  function onKey(event, card) {
    const { lifted } = latest.current;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") {
      event.preventDefault();
      return lifted ? release() : lift(card);
    }
    if (!lifted) return;
    event.preventDefault();
    if (STEPS[event.key]) carry(STEPS[event.key]);
    else if (event.key === "Enter") release();
    else if (event.key === "Escape") {
      bringBack();
      back.current = card.id;
    }
  }

  return { lifted: lifted?.id, onKey, take: columns && take };
}

function standing({ column, index }) {
  return `${column.name}, place ${index + 1} of ${column.count}.`;
}
