/** How wide an element is now, in whole pixels; follows its size. */
import { useEffect, useState } from "react";

/** @param least narrower it is never said to be */
export function useWidth(place: { current: HTMLElement | null }, least: number): number {
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const watch = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.max(least, Math.floor(entry.contentRect.width)));
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [place, least]);
  return width;
}
