/** What part of the time is shown: moved at once, written into the address when it rests. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { UrlState } from "../parts/url-state.ts";
import { readZoom, sayZoom, type Zoom } from "./zoom.ts";

/** Browsers allow only so many changes of the address in a while. */
const REST_MS = 250;

export type ChangeZoom = (change: (zoom: Zoom) => Zoom) => void;

export function useZoom(url: UrlState): [Zoom, ChangeZoom] {
  const said = url.get("zoom");
  const [zoom, setZoom] = useState(() => readZoom(said));
  const written = useRef(said);
  useEffect(() => {
    if (said === written.current) return;
    written.current = said;
    setZoom(readZoom(said));
  }, [said]);
  useEffect(() => {
    const text = sayZoom(zoom);
    if (text === written.current) return;
    const timer = setTimeout(() => {
      written.current = text;
      url.set({ zoom: text });
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [zoom, url]);
  return [zoom, useCallback((change) => setZoom(change), [])];
}
