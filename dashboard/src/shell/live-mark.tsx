/** Says quietly whether changes arrive live. */
import { type ReactElement, useSyncExternalStore } from "react";
import { type LiveState, liveState, onLiveState } from "../api/live.ts";

const WORDS: Record<LiveState, { word: string; title: string }> = {
  connecting: { word: "Connecting", title: "Connecting to the stream of changes" },
  live: { word: "Live", title: "Changes appear by themselves" },
  lost: {
    word: "Reconnecting",
    title: "The connection is lost; what you see may be old. Reconnecting by itself.",
  },
};

export function LiveMark(): ReactElement {
  const state = useSyncExternalStore(onLiveState, liveState);
  const { word, title } = WORDS[state];
  return (
    <span className={`live live-${state}`} title={title} role="status">
      <span className="live-dot" aria-hidden="true" />
      <span className="live-word">{word}</span>
    </span>
  );
}
