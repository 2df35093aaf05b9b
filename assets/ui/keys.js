// Whether keys belong to what is typed or chosen at this moment, and are no shortcuts.
export function isBusy(target) {
  return (
    target.closest?.("input, textarea, select, [contenteditable]") ||
    document.querySelector('[role="dialog"], [role="menu"]')
  );
}
