/** A transaction that cannot go on as it is, and is rolled back to begin anew. What it says is for the next attempt, never for a caller. */
export class StartOver extends Error {}
