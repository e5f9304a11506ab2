/** What workers remember over a restart; a facet of the store. */

/** Small durable state of workers: poll cursors, cached answers. JSON values. */
export interface State {
  get(scope: string, key: string): { value: unknown; atMs: number } | null;
  set(scope: string, key: string, value: unknown, atMs: number): void;
  delete(scope: string, key: string): void;
  list(scope: string): Array<{ key: string; value: unknown; atMs: number }>;
}
