/** One polite live region: what changed is said to screen readers, at most every few seconds. */
import { type ReactElement, useEffect, useState } from "react";

const listeners = new Set<(text: string) => void>();

/** Says `text` politely; later texts replace earlier ones. */
export function announce(text: string): void {
  for (const listener of listeners) listener(text);
}

export function Announcer(): ReactElement {
  const [text, setText] = useState("");
  useEffect(() => {
    listeners.add(setText);
    return () => {
      listeners.delete(setText);
    };
  }, []);
  return (
    <div className="hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
