/** A heap: the least distance comes first. Pure. */
export class Nearest<T> {
  readonly #heap: Array<{ value: T; distance: number }> = [];

  /** What `take` gives next; `null` = nothing is left. */
  get first(): T | null {
    return this.#heap[0]?.value ?? null;
  }

  put(value: T, distance: number): void {
    let at = this.#heap.push({ value, distance }) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.#distance(above) <= distance) return;
      this.#swap(at, above);
      at = above;
    }
  }

  take(): T | null {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return null;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink();
    }
    return first.value;
  }

  #sink(): void {
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const least = this.#distance(right) < this.#distance(left) ? right : left;
      if (this.#distance(least) >= this.#distance(at)) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #distance(at: number): number {
    return this.#heap[at]?.distance ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (first === undefined || second === undefined) return;
    this.#heap[a] = second;
    this.#heap[b] = first;
  }
}
