/** Text for Markdown tables. */

/** One cell: no line breaks, no bars. */
export const cell = (text: string): string => text.replace(/\s*\n\s*/g, " ").replaceAll("|", "\\|");
