/** Text that one click copies; it says so afterwards. */
import { type ReactElement, type ReactNode, useState } from "react";
import { announce } from "./announcer.tsx";
import { Icon } from "./icon.tsx";

const SHOWN_MS = 1_500;

export function CopyButton({ text, label }: { text: string; label: string }): ReactElement {
  const [copied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    const done = await writeClipboard(text);
    announce(done ? `${label} copied` : "Copying is not allowed here: select the text instead");
    setCopied(done);
    setTimeout(() => setCopied(false), SHOWN_MS);
  }
  return (
    <button
      type="button"
      className="button quiet square"
      onClick={() => void copy()}
      aria-label={`Copy ${label}`}
    >
      <Icon name={copied ? "check" : "copy"} />
    </button>
  );
}

async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

export function Copyable({
  text,
  label,
  children,
}: {
  text: string;
  label: string;
  children?: ReactNode;
}): ReactElement {
  return (
    <span className="copyable">
      <code>{children ?? text}</code>
      <CopyButton text={text} label={label} />
    </span>
  );
}
