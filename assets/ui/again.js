// After a break the server begins a tab anew: it sends what holds for any tab, and then what the
// page is filled with. Both come onto the page at once, when it is filled: else what stands there
// would go away in between, with whatever is being typed into it.
const LONGEST = 10_000; // a page that is slow to fill comes bit by bit
let held = null;
let since = 0;

export function beginAgain() {
  held = {};
  since = Date.now();
}

// What of an update comes onto the page by now.
export function comesNow(update) {
  if (!held || !update) return update;
  for (const [state, values] of Object.entries(update)) {
    held[state] = { ...held[state], ...values };
  }
  const filled = Object.values(update).some((values) => values.is_hydrated_rx_state_);
  if (!filled && Date.now() - since < LONGEST) return undefined;
  const all = held;
  held = null;
  return all;
}
