/** Tests that recorded command lines keep their meaning and lose their secrets. */
import { expect, test } from "vitest";
import { maskedCommand, maskText } from "./mask.ts";

test.each<[argv: string[], shown: string]>([
  [["mysql", "-u", "root", "-phunter2", "shop"], "mysql -u *** -p*** shop"],
  [["docker", "login", "-p", "hunter2"], "docker login -p ***"],
  [["x", "--password", "hunter2", "--user", "me"], "x --password *** --user me"],
  [["x", "--password=hunter2"], "x --password=***"],
  [["x", "--db-password=hunter2", "--api-key", "hunter2"], "x --db-password=*** --api-key ***"],
  [["x", "--token", "--verbose"], "x --token --verbose"],
  [
    ["env", "API_TOKEN=hunter2", "DB_PASSWORD=hunter2", "COLOR=red"],
    "env API_TOKEN=*** DB_PASSWORD=*** COLOR=red",
  ],
  [["docker", "run", "-e", "SECRET=hunter2", "api"], "docker run -e SECRET=*** api"],
  [["helm", "--set", "a=1,db.password=hunter2,b=2"], "helm --set a=1,db.password=***,b=2"],
  [
    ["curl", "-H", "Authorization: Bearer hunter2", "https://x.example"],
    'curl -H "Authorization: ***" https://x.example',
  ],
  [["curl", "-H", "X-Api-Key: hunter2"], 'curl -H "X-Api-Key: ***"'],
  [
    ["curl", "https://me:hunter2@x.example/a?token=hunter2&b=1"],
    "curl https://***@x.example/a?token=***&b=1",
  ],
  [["sh", "-c", "login --password hunter2 && deploy"], 'sh -c "login --password *** && deploy"'],
  [["sh", "-c", "PASSWORD=hunter2 deploy now"], 'sh -c "PASSWORD=*** deploy now"'],
  [
    ["kubectl", "apply", "-f", "monkey.yaml", "--keep-alive=3"],
    "kubectl apply -f monkey.yaml --keep-alive=3",
  ],
  [["git", "clone", "git@git.example.com:group/app.git"], "git clone git@git.example.com:group/app.git"],
])("%j", (argv, shown) => {
  expect(maskedCommand(argv)).toBe(shown);
});

test("known shapes are hidden wherever they stand", () => {
  const shapes = [
    `ghp_${"a".repeat(36)}`,
    `glpat-${"a".repeat(20)}`,
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJI.eyJzdWIiOiIx.c2ln",
  ];
  for (const shape of shapes) expect(maskText(`a ${shape} b`)).toBe("a *** b");
});

test("long command lines are cut", () => {
  expect(maskedCommand(["x".repeat(999)])).toHaveLength(300);
});
