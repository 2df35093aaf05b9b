import { toward } from "./edges.js";

// Cards follow a finger or a pen by their grip: not every browser drags by touch. Whoever watches is
// told `onDrag`, `onDrop` and `onLeave`: {data, list, y}, what the card and the list say of
// themselves, and the height of the screen.
const LEAST = 6; // pixels that are no trembling
const SPEED = 12; // pixels that the board scrolls each time it is drawn

export const touch = { isOn: false };
const lists = new Map();
const watchers = new Set();

export function acceptTouch(element, getData) {
  lists.set(element, getData);
  return () => lists.delete(element);
}

export function watchTouch(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

// Follows the pointer that has pressed the grip of a card, until it lets go. `shown` is told whether
// the card is under way.
export function follow(event, card, data, shown) {
  if (event.pointerType === "mouse" || touch.isOn) return;
  const { pointerId, clientX, clientY } = event;
  // What scrolls away with its card is to lose nothing.
  event.target.releasePointerCapture(pointerId);
  let at = { x: clientX, y: clientY };
  const board = card.closest(".board-columns");
  let ghost = null;
  let frame = 0;
  touch.isOn = true;

  function tell(what) {
    const list = listAt(at);
    watchers.forEach((watcher) => watcher[what]({ data, y: at.y, list: lists.get(list)?.() }));
    return list;
  }

  function step() {
    scroll(board, tell("onDrag"), at);
    frame = requestAnimationFrame(step);
  }

  function move(event) {
    if (event.pointerId !== pointerId) return;
    at = { x: event.clientX, y: event.clientY };
    const [x, y] = [at.x - clientX, at.y - clientY];
    if (!ghost) {
      if (Math.hypot(x, y) < LEAST) return;
      ghost = ghostOf(card);
      shown(true);
      step();
    }
    ghost.style.transform = `translate(${x}px, ${y}px)`;
  }

  function end(event) {
    if (event.pointerId !== pointerId) return;
    for (const [name, listener] of Object.entries(listeners)) window.removeEventListener(name, listener);
    cancelAnimationFrame(frame);
    ghost?.remove();
    touch.isOn = false;
    if (!ghost) return;
    shown(false);
    tell(event.type === "pointerup" ? "onDrop" : "onLeave");
  }

  const listeners = { pointermove: move, pointerup: end, pointercancel: end };
  for (const [name, listener] of Object.entries(listeners)) window.addEventListener(name, listener);
}

function listAt({ x, y }) {
  const column = document.elementFromPoint(x, y)?.closest(".board-column");
  return column?.querySelector(".board-list") ?? null;
}

function ghostOf(card) {
  const ghost = card.cloneNode(true);
  const { left, top, width } = card.getBoundingClientRect();
  Object.assign(ghost.style, { left: `${left}px`, top: `${top}px`, width: `${width}px` });
  ghost.classList.add("board-ghost");
  ghost.removeAttribute("data-card");
  document.body.append(ghost);
  return ghost;
}

function scroll(board, list, { x, y }) {
  const { left, right } = board.getBoundingClientRect();
  board.scrollLeft += SPEED * toward(x, Math.max(0, left), Math.min(innerWidth, right));
  if (!list) return;
  const { top, bottom } = list.getBoundingClientRect();
  list.scrollTop += SPEED * toward(y, top, bottom);
}
