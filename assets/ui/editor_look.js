import { HighlightStyle } from "@codemirror/language";
import { StateField } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const BEFORE_THE_TEXT = /^---[ \t]*\n[^]*?\n---[ \t]*(?=\n|$)/;
const MOST_CHARACTERS = 20_000;

export const LOOK = HighlightStyle.define([
  { tag: tags.heading1, fontSize: "1.5em", fontWeight: "650", lineHeight: "1.4" },
  { tag: tags.heading2, fontSize: "1.25em", fontWeight: "650" },
  { tag: tags.heading, fontWeight: "650" },
  { tag: tags.strong, fontWeight: "650" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strikethrough, textDecoration: "line-through" },
  { tag: tags.link, color: "var(--accent-text)" },
  { tag: tags.url, color: "var(--muted)" },
  { tag: tags.monospace, fontFamily: "var(--mono)", fontSize: "0.9em" },
  { tag: tags.quote, color: "var(--muted)" },
  { tag: tags.processingInstruction, color: "var(--muted)" },
  { tag: tags.contentSeparator, color: "var(--muted)" },
]);

// The properties before the text, which Markdown alone takes for a heading.
export const FACTS = StateField.define({
  create: facts,
  update: (shown, change) => (change.docChanged ? facts(change.state) : shown),
  provide: (field) => EditorView.decorations.from(field),
});

function facts({ doc }) {
  const found = BEFORE_THE_TEXT.exec(doc.sliceString(0, MOST_CHARACTERS));
  const last = found ? doc.lineAt(found[0].length).number : 0;
  const look = Decoration.line({ class: "editor-facts" });
  return Decoration.set(Array.from({ length: last }, (_, n) => look.range(doc.line(n + 1).from)));
}
