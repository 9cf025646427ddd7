import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './source-files.ts'

// Dependencies, as far as it can be said of them: always, that each locked package has a checksum, comes from a registry by https and runs no install
// script but the allowed ones; and, where the registry answers, that no advisory of high or critical severity is known of what production runs.
// Some registries and mirrors do not offer advisories. Then this says so and does not fail, except with TEFTER_AUDIT=required.

interface Locked {
  version?: string
  resolved?: string
  integrity?: string
  link?: boolean
  hasInstallScript?: boolean
  optional?: boolean
}

const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> }
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { allowScripts?: Record<string, boolean> }

const problems = lockProblems()
for (const problem of problems) console.error(problem)
const advisories = askRegistry()
if (advisories !== null) for (const line of advisories) console.error(line)
if (advisories === null) console.error('audit: the registry offers no advisories here; run "npm audit --omit=dev" where it does.')
if (problems.length > 0 || (advisories?.length ?? 0) > 0 || (advisories === null && process.env['TEFTER_AUDIT'] === 'required'))
  process.exitCode = 1
else
  console.log(
    `audit: ${Object.keys(lock.packages).length - 1} locked packages have checksums${advisories === null ? '' : ', none has a serious advisory'}`,
  )

function lockProblems(): string[] {
  const allowed = new Set(Object.entries(manifest.allowScripts ?? {}).flatMap(([name, may]) => (may ? [name] : [])))
  return Object.entries(lock.packages).flatMap(([path, entry]) => {
    if (path === '' || entry.link === true) return []
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const found: string[] = []
    if (!/^sha(512|384)-/.test(entry.integrity ?? ''))
      found.push(`${path}: no sha512 checksum in package-lock.json; install it anew from a registry`)
    if (entry.resolved !== undefined && !entry.resolved.startsWith('https://'))
      found.push(`${path}: comes from ${entry.resolved}, not from a registry by https`)
    if (entry.hasInstallScript === true && entry.optional !== true && !allowed.has(name))
      found.push(`${path}: runs a script when installed; allow it in package.json allowScripts with a reason, or do without it`)
    return found
  })
}

/** Serious advisories as lines; null when the registry does not answer. */
function askRegistry(): string[] | null {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { cwd: ROOT, encoding: 'utf8', timeout: 60_000 })
  let report: { vulnerabilities?: Record<string, { severity: string; range: string; fixAvailable: unknown }> }
  try {
    report = JSON.parse(stdout) as typeof report
  } catch {
    // npm that could not reach its registry may print nothing that is JSON; no answer is what that means.
    return null
  }
  if (report.vulnerabilities === undefined) return null
  return Object.entries(report.vulnerabilities)
    .filter(([, { severity }]) => severity === 'high' || severity === 'critical')
    .map(([name, { severity, range }]) => `${name} ${range}: ${severity}; see "npm audit"`)
}
