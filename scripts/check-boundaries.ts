import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { listSourceFiles, ROOT, SOURCE_FOLDERS } from './source-files.ts'

// Checks the arrows of dependency-cruiser.config.cjs, and that the tool saw every file: under a compiler it does not know it
// was seen to check nothing and pass.

interface CruiseResult {
  modules: { source: string; dependencies: { dependencyTypes: string[] }[] }[]
  summary: {
    violations: { type?: string; from: string; to: string; rule: { name: string; severity: string }; cycle?: { name: string }[] }[]
  }
}

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024

const result = await cruise()
const problems = [...listViolations(result), ...listUnseen(result, await listSourceFiles())]
if (problems.length > 0) {
  console.error(problems.join('\n'))
  console.error(`boundaries: ${problems.length} problems`)
  process.exitCode = 1
} else {
  console.log(`boundaries: ${result.modules.length} modules, every arrow is allowed`)
}

async function cruise(): Promise<CruiseResult> {
  const program = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs')
  const folders = SOURCE_FOLDERS.filter((folder) => existsSync(join(ROOT, folder)))
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program, '--config', 'dependency-cruiser.config.cjs', '--output-type', 'json', ...folders],
    { cwd: ROOT, maxBuffer: MAX_OUTPUT_BYTES },
  )
  return JSON.parse(stdout) as CruiseResult
}

function listViolations(cruised: CruiseResult): string[] {
  return cruised.summary.violations
    .filter(({ rule }) => rule.severity === 'error')
    .map(({ rule, from, to, cycle }) => {
      const path = cycle === undefined ? to : cycle.map((step) => step.name).join(' → ')
      return `${rule.name}: ${from} → ${path}`
    })
}

function listUnseen(cruised: CruiseResult, files: readonly string[]): string[] {
  const seen = new Set(cruised.modules.map((module) => module.source))
  const unseen = files.filter((file) => !seen.has(file)).map((file) => `not seen by dependency-cruiser: ${file}`)
  const arrows = cruised.modules.flatMap((module) => module.dependencies)
  if (!arrows.some((arrow) => arrow.dependencyTypes.includes('type-only')))
    unseen.push('dependency-cruiser saw no type-only import: it no longer reads TypeScript')
  return unseen
}
