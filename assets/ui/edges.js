const EDGE = 48; // pixels at an edge by which what is dragged over scrolls

// -1 or 1 for a place near one of two edges, or beyond it; 0 between.
export function toward(at, low, high, edge = EDGE) {
  if (at < low + edge) return -1;
  return at > high - edge ? 1 : 0;
}
