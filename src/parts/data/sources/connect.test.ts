/** The address for a tool is one that the tool can reach, or a warning says that it may not be. */
import { expect, test } from "vitest";
import { openWired } from "../../../../test/wired-house.ts";
import { connectSource } from "./connect.ts";

test.each([
  [{}, "http://127.0.0.1:4400/hooks/github", /^Only this machine reaches .* If GitHub is elsewhere/],
  [{ host: "10.0.0.7" }, "http://10.0.0.7:4400/hooks/github", null],
  [{ publicUrl: "https://vice.example.com" }, "https://vice.example.com/hooks/github", null],
])("%j", async (config, url, warning) => {
  const house = await openWired(config);
  const made = connectSource.output.parse(await house.run(connectSource, { source: "github" }));
  await house.close();
  expect(made.url).toBe(url);
  expect(made.warning).toEqual(warning === null ? null : expect.stringMatching(warning));
  expect(connectSource.note?.(made)).toBe(made.warning ?? "");
});
