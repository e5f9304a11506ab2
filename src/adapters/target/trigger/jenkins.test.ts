// The trigger target at a Jenkins that does what its documentation says.

import { fakeJenkins, JOB } from "../../../../test/triggers/jenkins.ts";
import { TOKEN } from "../../../../test/triggers/server.ts";
import { worldOf } from "../../../../test/triggers/world.ts";
import { targetConformance } from "../../../conformance/target.ts";

const VERSION = `\${{ version }}`;

targetConformance("trigger jenkins", {
  open: async () => {
    const fake = await fakeJenkins();
    const spec = { jenkins: { url: fake.url, job: JOB, parameters: { VERSION } } };
    return worldOf(fake, spec, { VICE_TRIGGER_TOKEN_JENKINS: `${fake.url} deployer:${TOKEN}` });
  },
  ...{ fences: true, says: "deploying 1.4.1" },
});
