// What is added to a text that people read: a link at each heading, a button at each block of
// code, and keys that scroll what is wider than the page.
const LONG_ENOUGH_TO_READ = 2500;

export function comfort(box, words) {
  for (const part of box.querySelectorAll("pre, table")) {
    if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
  }
  if (!words) return;
  for (const heading of box.querySelectorAll(":is(h1, h2, h3, h4, h5, h6)[id]")) {
    if (!heading.querySelector(".heading-link")) heading.append(link(heading.id, words));
  }
  for (const code of box.querySelectorAll("pre:not(.plain)")) {
    if (!code.closest(".code-box")) wrap(code, words);
  }
}

function link(id, words) {
  const made = document.createElement("a");
  made.className = "heading-link";
  made.href = `#${encodeURIComponent(id)}`;
  made.ariaLabel = words.link;
  return made;
}

function wrap(code, words) {
  const box = document.createElement("div");
  const button = document.createElement("button");
  box.className = "code-box";
  box.dataset.language = code.firstElementChild?.dataset.language ?? "";
  button.type = "button";
  button.className = "copy";
  button.textContent = words.copy;
  code.replaceWith(box);
  box.append(code, button);
}

// Copies what a click asks for, and says so at its place; returns what is to be read aloud.
export async function copied(target, words) {
  const button = target.closest(".code-box > .copy");
  const link = target.closest(".heading-link");
  if (!words || (!button && !link)) return "";
  const done = await copy(button ? button.previousSibling.textContent : link.href);
  const said = done ? words[button ? "copied" : "linked"] : words.not_copied;
  if (button) button.textContent = said;
  else link.dataset.said = said;
  setTimeout(() => {
    if (button) button.textContent = words.copy;
    else delete link.dataset.said;
  }, LONG_ENOUGH_TO_READ);
  return said;
}

// The clipboard is open to https and to this machine only; elsewhere there is the old way.
async function copy(text) {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "for-screen-readers";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus({ preventScroll: true });
  return done;
}
