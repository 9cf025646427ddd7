import lighthouse, { desktopConfig } from 'lighthouse'
import chromium from '@sparticuz/chromium'
import { createServer } from 'node:net'
import { chromium as playwright } from 'playwright-core'
import { openOffice } from './lighthouse-office.ts'

// Measures home, orders and an order as a signed-in person meets them: Lighthouse's desktop preset, production build, median of five.
// `npm run lighthouse` seeds a small business of its own; with TEFTER_OFFICE_URL, TEFTER_OFFICE_EMAIL and TEFTER_OFFICE_PASSWORD it
// measures a server that runs, with the data it has. `--runs=1` for a look. Ends with 1 when a median is below the goal.

/** What each category is to reach, of 100. */
const GOAL = 95
const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const
const RUNS = Number(process.argv.find((word) => word.startsWith('--runs='))?.slice('--runs='.length) ?? 5)

const UNWANTED = new Set(['--single-process', '--in-process-gpu', '--disable-web-security', '--allow-running-insecure-content'])

const office = await openOffice()
const port = await freePort()
const browser = await playwright.launch({
  executablePath: await chromium.executablePath(),
  args: [...chromium.args.filter((arg) => !UNWANTED.has(arg)), `--remote-debugging-port=${port}`],
})
let low = 0
try {
  const cookie = await signIn()
  for (const { name, path } of office.pages) {
    // oxlint-disable-next-line no-await-in-loop -- one page after another, so that they do not slow each other
    const { medians, faults } = await measureOften(path, cookie)
    console.log(`${name}: ${JSON.stringify(medians)}`)
    for (const fault of faults) console.log(`  ${fault}`)
    low += CATEGORIES.filter((category) => (medians[category] ?? 0) < GOAL).length
  }
} finally {
  await browser.close()
  await office.close()
}
if (low > 0) {
  console.error(`${low} medians are below ${GOAL}.`)
  process.exitCode = 1
}

async function measureOften(path: string, cookie: string): Promise<{ medians: Record<string, number>; faults: Set<string> }> {
  const results: Awaited<ReturnType<typeof measure>>[] = []
  // oxlint-disable-next-line no-await-in-loop -- one run after another, so that they do not slow each other
  for (let run = 0; run < RUNS; run += 1) results.push(await measure(path, cookie))
  const names = Object.keys(results[0]?.scores ?? {})
  return {
    medians: Object.fromEntries(names.map((name) => [name, median(results.map((result) => result.scores[name] ?? 0))])),
    faults: new Set(results.flatMap((result) => result.faults)),
  }
}

async function measure(path: string, cookie: string): Promise<{ scores: Record<string, number>; faults: string[] }> {
  const flags = {
    port,
    output: 'json' as const,
    logLevel: 'error' as const,
    onlyCategories: [...CATEGORIES],
    extraHeaders: { Cookie: cookie },
    disableStorageReset: true,
  }
  const answer = await lighthouse(`${office.url}${path}`, flags, desktopConfig)
  if (answer === undefined) throw new Error(`Lighthouse had no answer for ${path}.`)
  const { categories, audits, finalDisplayedUrl } = answer.lhr
  if (new URL(finalDisplayedUrl).pathname === '/sign-in') throw new Error('The page asked to sign in; the session was not taken.')
  const scores = Object.fromEntries(CATEGORIES.map((category) => [category, Math.round(100 * (categories[category]?.score ?? 0))]))
  const times = Object.fromEntries(
    ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'speed-index'].map((id) => [
      `${id}, ms`,
      Math.round(audits[id]?.numericValue ?? 0),
    ]),
  )
  const shift = { 'layout shift, thousandths': Math.round(1000 * (audits['cumulative-layout-shift']?.numericValue ?? 0)) }
  const faults = CATEGORIES.flatMap((category) =>
    (categories[category]?.auditRefs ?? [])
      .map(({ id, weight }) => ({ audit: audits[id], weight }))
      .filter(({ audit, weight }) => weight > 0 && audit !== undefined && audit.score !== null && audit.score < 0.9)
      .map(({ audit }) => `${category}: ${audit?.id} ${audit?.displayValue ?? ''} (${audit?.title}) ${detailsOf(audit?.details)}`),
  )
  return { scores: { ...scores, ...times, ...shift }, faults }
}

/** The first things an audit names, to find them; nothing for those that only give a number. */
function detailsOf(details: unknown): string {
  const { items = [] } = (details ?? {}) as { items?: unknown[] }
  return items.length === 0 ? '' : JSON.stringify(items.slice(0, 2)).slice(0, 300)
}

async function signIn(): Promise<string> {
  const context = await browser.newContext({ baseURL: office.url })
  const page = await context.newPage()
  await page.goto('/sign-in')
  await page.getByRole('textbox', { name: /E-mail/ }).fill(office.email)
  await page.getByLabel(/^Password/).fill(office.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((address) => address.pathname !== '/sign-in')
  const cookies = await context.cookies()
  await context.close()
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
