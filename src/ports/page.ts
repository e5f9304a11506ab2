/** A list that is read piece by piece. */

export interface Page<T> {
  items: T[];
  /** Opaque; `null` = the end. */
  next: string | null;
}
