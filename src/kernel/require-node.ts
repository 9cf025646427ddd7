/** The oldest Node that runs TypeScript as it stands and has what Tefter uses. */
const OLDEST_NODE = 24
const EXIT_UNAVAILABLE = 7

/** Why `version` (like `20.11.1`) cannot run Tefter, in one sentence; `undefined` when it can. */
export function refuseNode(version: string): string | undefined {
  if (Number.parseInt(version, 10) >= OLDEST_NODE) return undefined
  return `Tefter needs Node ${OLDEST_NODE} or newer and was started with ${version}: start it with "npm start" or bin/tefter, which find a newer one.`
}

// Runs at import: every entry imports this file first, before anything that an older Node would trip over.
const refusal = refuseNode(process.versions.node)
if (refusal !== undefined) {
  process.stderr.write(`${refusal}\n`)
  process.exit(EXIT_UNAVAILABLE)
}
