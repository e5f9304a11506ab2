// A migration that can be asked whether it was done: `node db/migrate.js --done` ends with 0 then.
const { existsSync, mkdirSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const file = join(__dirname, "../out/schema-2");
if (process.argv.includes("--done")) process.exit(existsSync(file) ? 0 : 1);
mkdirSync(join(__dirname, "../out"), { recursive: true });
writeFileSync(file, "create table guests (name text)\n");
console.log("schema 2 is there");
