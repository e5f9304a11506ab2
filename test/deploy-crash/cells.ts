// Every state of a deployment with every thing that can happen in it, for one target.
import type { Moment } from "./moments.ts";
import type { Ill, World } from "./world.ts";

/** `script`: the script of the user kills vice, right before or after what it does. */
export type Moments = readonly Moment[];

export interface Cell {
  about: string;
  /** How the version goes wrong; `null` = it is fine. */
  ill: Ill | null;
  operation: "deploy" | "rollback";
  /** Nothing ran there before. */
  isFirst: boolean;
  happens: "kill" | "cancel" | "abort" | "cancel, then kill" | "kill in the script";
  at: Moments;
}

/** In which step each illness shows, and what brings back what ran. */
const SHOWS: Readonly<Record<Ill, string>> = { unwell: "health", broken: "switch", unproved: "verify" };

/** The steps that are carried out, in order. */
export function walk(
  { steps, inTurn }: World,
  { ill, operation, isFirst }: Omit<Cell, "about" | "happens" | "at">,
): string[] {
  if (operation === "rollback") return ["gate", "rollback", "verify", "free"];
  const decisive = [
    "gate",
    ...steps.filter((step) => step !== "stop-former" && step !== "cleanup"),
    "verify",
  ];
  const after = steps.filter((step) => step === "cleanup" || (step === "stop-former" && !isFirst));
  if (ill === null) return [...decisive, ...after, "free"];
  const shows = inTurn && ill === "unwell" ? "switch" : SHOWS[ill];
  const until = decisive.slice(0, decisive.indexOf(shows) + 1);
  return [...until, shows === "health" ? "undo" : "rollback", "free"];
}

const isOfTarget = (step: string): boolean => !["gate", "verify", "free"].includes(step);

/** What the user's script is told in this step. */
export const verbIn = (step: string, isFirst: boolean): string =>
  ({ switch: "deploy", undo: "stop", "stop-former": "stop", ...(isFirst ? { rollback: "stop" } : {}) })[
    step
  ] ?? step;

const momentsIn = (step: string): Moment[] => [
  { step, when: "intended" },
  ...(isOfTarget(step) ? [5, 40].map((afterMs): Moment => ({ step, when: "during", afterMs })) : []),
  { step, when: "ended" },
];

type Course = Omit<Cell, "about" | "happens" | "at">;

const coursesOf = ({ ills, steps }: World): Course[] => {
  const course: Course = { ill: null, operation: "deploy", isFirst: false };
  return [
    course,
    ...ills.map((ill): Course => ({ ...course, ill })),
    // Nothing to go back to: what came there is stopped, where that can be done.
    ...(steps.includes("start") ? [{ ...course, ill: "unproved" as const, isFirst: true }] : []),
    { ...course, operation: "rollback" },
  ];
};

export function cellsOf(world: World): Cell[] {
  const isScript = world.name.startsWith("command");
  return coursesOf(world).flatMap((course) => {
    const steps = walk(world, course);
    const back = steps.find(
      (step) => step === "undo" || (step === "rollback" && course.operation === "deploy"),
    );
    return steps.flatMap((step) => {
      // What comes before the way back is the same as when all goes well.
      const isNew = course.operation === "rollback" || back === undefined || step === back || step === "free";
      if (!isNew && step !== "verify" && step !== "switch") return [];
      const each = momentsIn(step).flatMap((moment) =>
        (["kill", "cancel", "abort"] as const).map((happens) => ({ happens, at: [moment] as Moments })),
      );
      const inScript = isScript && isOfTarget(step) ? scriptKills(step) : [];
      const then = back === undefined || step !== back ? [] : canceledAndKilled(course, back, steps);
      return [...each, ...inScript, ...then].map((one) => ({
        ...course,
        ...one,
        about: sayCell({ ...course, ...one }),
      }));
    });
  });
}

const scriptKills = (step: string) =>
  (["intended", "ended"] as const).map((when) => ({
    happens: "kill in the script" as const,
    at: [{ step, when }] as Moments,
  }));

/** vice dies while it goes back because that was asked. */
const canceledAndKilled = (_course: Course, back: string, steps: readonly string[]) => {
  const before = steps[steps.indexOf(back) - 1] ?? "gate";
  return momentsIn(back).map((moment) => ({
    happens: "cancel, then kill" as const,
    at: [{ step: before, when: "intended" }, moment] as Moments,
  }));
};

function sayCell({ ill, operation, isFirst, happens, at }: Omit<Cell, "about">): string {
  const what = operation === "rollback" ? "rollback" : `${isFirst ? "first, " : ""}${ill ?? "fine"}`;
  const moments = at.map(
    ({ step, when, afterMs }) => `${when} ${step}${afterMs === undefined ? "" : ` +${afterMs}`}`,
  );
  return `${what}: ${happens} ${moments.join(", ")}`;
}
