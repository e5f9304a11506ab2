/** An answer that is JSON already. */

const decoder = new TextDecoder();

/**
 * What a command may answer instead of an object, when it is so long that making objects and turning them to text would
 * take most of the time: doors that send JSON hand the bytes on, all others read it.
 */
export class WrittenJson<T> {
  /** UTF-8. */
  readonly bytes: Uint8Array;
  /** Never there: what it reads as. */
  declare readonly as: T;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** So that it is told as a part of something else too. */
  toJSON(): T {
    return JSON.parse(decoder.decode(this.bytes)) as T;
  }
}
