import { Content } from "@radix-ui/react-dialog";
import { useState } from "react";

const LAYERS = '[role="dialog"], [role="menu"], [data-radix-focus-guard]';

// Where keys are on the page itself, or were before a menu or a dialog took them.
let outside = null;
if (typeof document !== "undefined") {
  document.addEventListener("focusin", ({ target }) => {
    if (!target.closest(LAYERS)) outside = target;
  });
  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (!relatedTarget && target === outside) outside = null;
  });
}

// What a dialog holds. When it closes, keys go on where they were before it opened; Radix knows
// that place only where a trigger of its own has opened it.
export function DialogContent(props) {
  const [before] = useState(outside);
  function goBack(event) {
    if (!before?.isConnected) return;
    event.preventDefault();
    before.focus({ preventScroll: true });
  }
  return <Content {...props} onCloseAutoFocus={goBack} />;
}
