/** Keeps the frame when a page cannot be shown: its script did not load (server away, or updated), or it failed. */
import { Component, type ReactNode } from "react";

interface Props {
  children: ReactNode;
}

export class Boundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="page">
        <div className="failure" role="alert">
          <p className="failure-message">This page could not be loaded.</p>
          <p>The server may be away, or it was updated since you opened the page.</p>
          <button type="button" className="button" onClick={() => location.reload()}>
            Load it again
          </button>
        </div>
      </div>
    );
  }
}
