// Fills a field of a form in, whatever kind it is; tells it so, with `detail`, unless it is like
// that already. Returns whether it was not.
export function fill(form, name, value, detail) {
  const field = form.elements.namedItem(name);
  if (!field || field.value === value) return false;
  field.value = value;
  field.dispatchEvent?.(new CustomEvent("filled", { detail })); // not of several radio buttons
  return true;
}
