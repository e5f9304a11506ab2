/** How old something is, in words for terminal and page. */
export { sayAge, sayAgo } from "../domain/ago.ts";
