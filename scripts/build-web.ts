import { spawn } from 'node:child_process'
import { existsSync, type Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from './source-files.ts'
import { compressWeb } from './compress-web.ts'
import { weighScreens } from './web-budget.ts'
import { writePreloads } from './web-preloads.ts'

// Before `npm start`: builds the web app if it was never built or its source is newer than the last build.
// Without web/vite.config.ts there is nothing to build, and the server says so on its page.

const WEB = join(ROOT, 'web')
const CONFIG = join(WEB, 'vite.config.ts')
const BUILT = join(WEB, 'dist', 'index.html')

if (existsSync(CONFIG) && (await isOutdated())) {
  console.log('Building the web app …')
  process.exitCode = (await build()) || (await finish())
}

async function isOutdated(): Promise<boolean> {
  if (!existsSync(BUILT)) return true
  const builtAt = (await stat(BUILT)).mtimeMs
  const entries: Dirent[] = await readdir(WEB, { recursive: true, withFileTypes: true })
  const sources = entries.filter((entry) => entry.isFile() && !entry.parentPath.startsWith(join(WEB, 'dist')))
  const changedAt = await Promise.all(sources.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).mtimeMs))
  return changedAt.some((instant) => instant > builtAt)
}

async function finish(): Promise<number> {
  const dist = join(WEB, 'dist')
  await writePreloads(dist)
  await compressWeb(dist)
  return isTooHeavy()
}

/** 1 where a screen loads more than its budget (scripts/web-budget.ts), so that the build fails. */
async function isTooHeavy(): Promise<number> {
  const tooHeavy = await weighScreens(join(WEB, 'dist'))
  for (const sentence of tooHeavy) console.error(`Too heavy: ${sentence}. Load less at once, or argue for another budget.`)
  return tooHeavy.length > 0 ? 1 : 0
}

function build(): Promise<number> {
  return new Promise((resolve, reject) => {
    const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')
    const child = spawn(process.execPath, [vite, 'build', '--config', CONFIG, '--logLevel', 'warn', WEB], { cwd: ROOT, stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
