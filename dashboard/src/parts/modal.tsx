/** A modal built on the dialog element: focus goes to its first field and stays inside, Escape closes, focus returns. */
import { type ReactElement, type ReactNode, useEffect, useId, useRef } from "react";
import { Icon } from "./icon.tsx";

export function Modal({
  title,
  close,
  children,
}: {
  title: string;
  close: () => void;
  children: ReactNode;
}): ReactElement {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog !== null && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={ref} className="modal" aria-labelledby={id} onClose={close}>
      <h2 id={id}>{title}</h2>
      {children}
      <button type="button" className="button quiet square" aria-label="Close" onClick={close}>
        <Icon name="close" />
      </button>
    </dialog>
  );
}
