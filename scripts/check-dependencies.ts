import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from './source-files.ts'

// Every dependency stands in docs/dependencies.md with its reason and licence, no line stands there without a dependency,
// and every version is exact.

interface Manifest {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  optionalDependencies: Record<string, string>
}

const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Manifest
const versions = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }
const listed = listPackages(await readFile(join(ROOT, 'docs', 'dependencies.md'), 'utf8'))

const problems = [
  ...Object.keys(versions).flatMap((name) =>
    listed.has(name) ? [] : [`${name} is not in docs/dependencies.md: say why it is needed and its licence`],
  ),
  ...[...listed].flatMap((name) => (name in versions ? [] : [`docs/dependencies.md lists ${name}, which package.json does not have`])),
  ...Object.entries(versions).flatMap(([name, version]) =>
    /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) ? [] : [`${name} ${version}: pin an exact version`],
  ),
]
if (problems.length > 0) {
  console.error(problems.join('\n'))
  process.exitCode = 1
} else {
  console.log(`dependencies: ${listed.size} listed, all exact`)
}

/** Names in the first column of the tables: `| \`name\` | …`. */
function listPackages(text: string): Set<string> {
  return new Set([...text.matchAll(/^\| `([^`]+)` \|/gm)].flatMap((match) => match[1] ?? []))
}
