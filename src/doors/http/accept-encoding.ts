/** Which compression a client takes (RFC 9110, 12.5.3). */
export function takesEncoding(header: string | string[] | undefined, name: string): boolean {
  return String(header ?? "")
    .split(",")
    .map((part) => part.trim().toLowerCase())
    .some((part) => part.split(";")[0]?.trim() === name && !/;\s*q=0(\.0*)?$/.test(part));
}
