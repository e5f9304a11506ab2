/** Reads the log of a step as it grows: each part once, from where the one before ended. */
import { useEffect, useRef, useState } from "react";
import { readLog } from "../api/runs.ts";
import { plainLog, type Tail, withMore } from "./plain-log.ts";

const EVERY_MS = 1_000;
const AFTER_TROUBLE_MS = 4_000;

interface ReadLog extends Tail {
  isRead: boolean;
  error: Error | null;
}

const NOTHING: ReadLog = { text: "", isCut: false, isRead: false, error: null };

/** @param isOver nothing more will be written: it is read to its end, then no more */
export function useLog(run: string, step: string, isOver: boolean): ReadLog {
  const [log, setLog] = useState(NOTHING);
  const over = useRef(isOver);
  over.current = isOver;
  useEffect(() => {
    let from = 0;
    let raw: Tail = { text: "", isCut: false };
    let isLeft = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function read(): Promise<void> {
      // Asked before reading: what is written until then is in this part or the next one.
      const wasOver = over.current;
      try {
        const { text, next } = await readLog(run, step, from);
        if (isLeft) return;
        const isMore = next !== from;
        from = next;
        raw = withMore(raw, text);
        const { isCut } = raw;
        setLog((before) =>
          isMore || !before.isRead || before.error !== null
            ? { text: plainLog(raw.text), isCut, isRead: true, error: null }
            : before,
        );
        if (isMore) timer = setTimeout(read, wasOver ? 0 : EVERY_MS);
        else if (!wasOver) timer = setTimeout(read, EVERY_MS);
      } catch (error) {
        if (isLeft) return;
        setLog((before) => ({ ...before, error: error instanceof Error ? error : new Error(String(error)) }));
        timer = setTimeout(read, AFTER_TROUBLE_MS);
      }
    }
    void read();
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [run, step]);
  return log;
}
