/** The few line icons of the page, drawn on a 16 px grid in the colour of the text. */
import type { ReactElement } from "react";

const PATHS = {
  search: "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.4 10.4L14 14",
  copy: "M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1",
  check: "M3 8.5l3.2 3.2L13 4.8",
  pin: "M9.5 2l4.5 4.5-2 .6-2.6 2.6-.4 2.8L3.5 7l2.8-.4L8.9 4zM6 10l-3.5 3.5",
  close: "M4 4l8 8M12 4l-8 8",
  sun: "M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
  moon: "M13.5 9.5A6 6 0 1 1 6.5 2.5a4.8 4.8 0 0 0 7 7z",
  system: "M2 3h12v8H2zM6 14h4M8 11v3",
  out: "M6 3H3v10h10v-3M9 2.5h4.5V7M13.5 2.5L7.5 8.5",
  plus: "M8 3v10M3 8h10",
  more: "M5.5 3.5L10.5 8l-5 4.5",
  stop: "M5.3 2h5.4L14 5.3v5.4L10.7 14H5.3L2 10.7V5.3zM8 5v3.6M8 10.9v.3",
  drift: "M1.5 6.2h9.2M8 3.4l2.8 2.8L8 9M14.5 10.4H5.3M8 7.6l-2.8 2.8L8 13.2",
  freeze: "M8 1.8v12.4M2.6 4.9l10.8 6.2M13.4 4.9L2.6 11.1",
  lock: "M3.8 7.5h8.4v6H3.8zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
  clock: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 4.8V8l2.2 1.6",
  help: "M5.8 6a2.3 2.3 0 1 1 3.4 2c-.8.5-1.2.9-1.2 1.8M8 12v.3",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
