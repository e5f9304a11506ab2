/** Takes a report of tests in as `POST /hooks/tests` does, so that it counts the same whichever way it came. */
import type { TestReport } from "../../domain/verify/test-report.ts";
import type { HookResult, Services } from "../../ports/services.ts";

/** @returns the check that it became; none when the same report was there. @throws ViceError `store.unavailable` */
export const takeReport = (report: TestReport, { intake }: Pick<Services, "intake">): Promise<HookResult> =>
  intake.receive({
    ...{ source: "tests", instance: null, key: null, knownSender: true, allowUnsigned: true },
    headers: { "content-type": "application/json" },
    rawBody: Buffer.from(JSON.stringify(report)),
  });
