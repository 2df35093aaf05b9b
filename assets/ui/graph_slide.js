// Where the processor draws, thousands of pages take longer than a frame. There the picture slides
// while the ground is dragged, and is drawn again when the pointer rests, lets go or has gone far.

import { CLICK } from "./graph_data.js";

const REST = 120; // milliseconds without a move
const FAR = 0.35; // of the smaller side: as much as may be missing at the edge meanwhile

export function hasGraphicsCard() {
  const asked = { failIfMajorPerformanceCaveat: true };
  return Boolean(document.createElement("canvas").getContext("webgl2", asked));
}

export function slide({ sigma }) {
  const { mouse, ...layers } = sigma.getCanvases();
  let from = null; // where the pointer was when the picture was drawn
  let to = null; // where it is
  let sliding = false;
  let timer = null;

  function shift() {
    const by = sliding ? `${to.x - from.x}px ${to.y - from.y}px` : "";
    for (const layer of Object.values(layers)) layer.style.translate = by;
  }

  function draw() {
    clearTimeout(timer);
    const [a, b] = [from, to].map((place) => sigma.viewportToFramedGraph(place));
    const { x, y } = sigma.getCamera().getState();
    from = to;
    sigma.getCamera().setState({ x: x + a.x - b.x, y: y + a.y - b.y });
  }

  sigma.on("afterRender", shift);
  sigma.on("downStage", ({ event: { x, y, original } }) => {
    if (original.button === 0) from = { x, y };
  });
  sigma.getMouseCaptor().on("mousemovebody", (event) => {
    if (!from) return;
    event.preventSigmaDefault();
    to = { x: event.x, y: event.y };
    const far = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y));
    sliding ||= far > CLICK;
    if (!sliding) return;
    // What slides by is not pointed at, and what it ends on is not clicked.
    mouse.style.pointerEvents = "none";
    const { width, height } = sigma.getDimensions();
    if (far > FAR * Math.min(width, height)) return draw();
    shift();
    clearTimeout(timer);
    timer = setTimeout(draw, REST);
  });
  sigma.getMouseCaptor().on("mouseup", () => {
    if (sliding) draw();
    mouse.style.pointerEvents = "";
    sliding = false;
    from = null;
  });
  sigma.on("kill", () => clearTimeout(timer));
}
