/** What is wrong with `notify` in `vice.yaml`. Pure. */
import { z } from "zod";
import { NOTICE_KINDS, type NoticeKind } from "./notice.ts";

type KeyPath = ReadonlyArray<string | number>;

/** As the check of a project takes it. */
interface Problem {
  path: KeyPath;
  problem: string;
  word?: string;
  known?: readonly string[];
  unknownKey?: boolean;
}

const name = z.string().trim().min(1);
export const target = z.object({ to: z.union([name, z.array(name)]), on: z.unknown().optional() });

export const isKind = (word: unknown): word is NoticeKind =>
  (NOTICE_KINDS as readonly unknown[]).includes(word);
export const listOf = (said: unknown): unknown[] =>
  said === undefined || said === null ? [] : Array.isArray(said) ? said : [said];

/** Everything that is wrong with one `notify`; paths begin there. */
export function noticeProblems(notify: unknown): Problem[] {
  return listOf(notify).flatMap((each, at): Problem[] => {
    const path: KeyPath = Array.isArray(notify) ? [at] : [];
    if (typeof each !== "object" || each === null)
      return [{ path, problem: "expected keys with values, as {to: releases, on: [failed]}" }];
    const unknown = Object.keys(each)
      .filter((key) => key !== "to" && key !== "on" && !key.startsWith("x-"))
      .map((key) => ({
        path: [...path, key],
        problem: `unknown key "${key}"`,
        word: key,
        known: ["to", "on"],
        unknownKey: true,
      }));
    return [...unknown, ...toProblems(each, path), ...onProblems(each, path)];
  });
}

function toProblems(each: object, path: KeyPath): Problem[] {
  const to: unknown = Reflect.get(each, "to");
  if (to === undefined) return [{ path, problem: "to is missing; expected the name of a channel" }];
  const isRight = target.shape.to.safeParse(to).success;
  return isRight
    ? []
    : [{ path: [...path, "to"], problem: "expected the name of a channel, or a list of them" }];
}

function onProblems(each: object, path: KeyPath): Problem[] {
  const on: unknown = Reflect.get(each, "on");
  return listOf(on).flatMap((word, at): Problem[] => {
    if (isKind(word)) return [];
    const place = [...path, "on", ...(Array.isArray(on) ? [at] : [])];
    if (typeof word !== "string")
      return [{ path: place, problem: `expected one of ${NOTICE_KINDS.join(", ")}` }];
    const problem = `"${word}" is none of ${NOTICE_KINDS.join(", ")}`;
    return [{ path: place, problem, word, known: NOTICE_KINDS }];
  });
}
