import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ROOT } from './source-files.ts'

// `npm run check`: everything that can be said about the code without running it. All steps run, even after a failure, so
// that one run shows all there is to fix. `npm run check -- lint types` runs only the named steps.

interface Step {
  name: string
  program: string
  args: string[]
}

const node = (file: string, ...args: string[]): Pick<Step, 'program' | 'args'> => ({
  program: process.execPath,
  args: [join('scripts', file), ...args],
})
const FOLDERS = ['src', 'test', 'scripts', 'bench', 'web'].filter((folder) => existsSync(join(ROOT, folder)))
const HAS_WEB = existsSync(join(ROOT, 'web', 'tsconfig.json'))
const HAS_CLIENT_CHECK = existsSync(join(ROOT, 'scripts', 'generate-client.ts'))

const steps: Step[] = [
  { name: 'format', program: 'oxfmt', args: ['--check', ...FOLDERS] },
  { name: 'lint', program: 'oxlint', args: ['--deny-warnings', ...FOLDERS] },
  { name: 'types', program: 'tsc', args: ['-p', '.'] },
  ...(HAS_WEB ? [{ name: 'types-web', program: 'tsc', args: ['-p', 'web'] }] : []),
  { name: 'boundaries', ...node('check-boundaries.ts') },
  { name: 'unused', program: 'knip', args: ['--no-config-hints'] },
  { name: 'dependencies', ...node('check-dependencies.ts') },
  { name: 'audit', ...node('audit.ts') },
  { name: 'database-types', ...node('generate-database-types.ts', '--check') },
  ...(HAS_CLIENT_CHECK ? [{ name: 'api-client', ...node('generate-client.ts', '--check') }] : []),
]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name))
if (unknown.length > 0) {
  console.error(`There is no step ${unknown.join(', ')}. Steps: ${steps.map((step) => step.name).join(', ')}`)
  process.exit(2)
}

const failed: string[] = []
for (const step of steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const startedAt = performance.now()
  // oxlint-disable-next-line no-await-in-loop -- one step after another, so that their output does not mix
  const code = await run(step)
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${step.name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)
  if (code !== 0) failed.push(step.name)
}
console.log(failed.length === 0 ? 'check: all good' : `check: ${failed.join(', ')} failed`)
process.exitCode = failed.length === 0 ? 0 : 1

function run({ program, args }: Step): Promise<number> {
  const path = `${join(ROOT, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, PATH: path },
      shell: process.platform === 'win32',
    })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
