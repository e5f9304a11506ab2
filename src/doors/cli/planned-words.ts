/** Verbs that the contract names and that later versions bring: nobody else may take them, and typing them is no typo. */

export const PLANNED: ReadonlySet<string> = new Set(["flag", "env", "change-record", "stamp"]);
