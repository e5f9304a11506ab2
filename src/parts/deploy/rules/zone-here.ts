/** In whose time moments are told here: that of the machine. Asking for it first costs a third of a start of Node, so it is asked for when a moment is told. */
let zone: string | null = null;

export function zoneHere(): string {
  zone ??= Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone;
}
