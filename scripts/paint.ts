import type { Page } from 'playwright-core'
import { launchBrowser } from '../test/browser/browser.ts'
import { fillSignIn, settled } from '../test/browser/pages.ts'
import { openOffice } from './lighthouse-office.ts'

// How long the orders list takes from the end of an answer to the paint of its rows: `npm run paint`, on a seeded business or, as
// `npm run lighthouse`, on the server that TEFTER_OFFICE_URL names. Filters are changed and pages scrolled as a person does.

/** Pages scrolled. */
const TIMES = 8

/** Notes, in the page, when answers of the list ended and when each change of the rows was on the screen. */
const WATCH = `
  window.ended = []
  window.painted = []
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (/\\/v1\\/orders\\?/.test(entry.name)) window.ended.push(entry.responseEnd)
  }).observe({ type: 'resource' })
  const onScreen = () => requestAnimationFrame(() => {
    const channel = new MessageChannel()
    channel.port1.onmessage = () => window.painted.push(performance.now())
    channel.port2.postMessage(null)
  })
  new MutationObserver(onScreen).observe(document.body, { childList: true, subtree: true, characterData: true })
`
/** The first paint after the newest answer, in milliseconds after it; undefined while there is none. */
const DELAY = `(() => {
  const ended = window.ended.at(-1)
  const painted = window.painted.find((at) => at > ended)
  return ended === undefined || painted === undefined ? undefined : painted - ended
})()`

const office = await openOffice()
const browser = await launchBrowser()
try {
  const context = await browser.newContext({
    baseURL: office.url,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto('/sign-in?next=%2Forders')
  await fillSignIn(page, office.email, office.password)
  await page.waitForURL(/\/orders/)
  await settled(page)
  await page.evaluate(WATCH)
  const views = page.getByRole('group', { name: 'Views' }).getByRole('button')
  const filters: number[] = []
  const answers: number[] = []
  // Each view once: one that was seen is shown at once from memory, and an equal answer paints nothing.
  await views.first().waitFor()
  const count = await views.count()
  for (let turn = 1; turn < count; turn += 1) {
    const began = performance.now()
    // oxlint-disable-next-line no-await-in-loop -- one change after another
    filters.push(await paintAfter(page, () => views.nth(turn).click()))
    answers.push(performance.now() - began)
  }
  await views.first().click()
  await page.waitForTimeout(1_000)
  const pages: number[] = []
  for (let turn = 0; turn < TIMES; turn += 1)
    // oxlint-disable-next-line no-await-in-loop -- one page after another
    pages.push(await paintAfter(page, () => page.evaluate(`document.querySelector('[role=grid]').scrollTop += 100 * 36`)))
  report('filter changed', filters)
  report('page down', pages)
  report('filter, from click to paint', answers)
} finally {
  await browser.close()
  await office.close()
}

/** Milliseconds from the end of the next answer to its paint; the last of those that the change brought. */
async function paintAfter(page: Page, change: () => Promise<unknown>): Promise<number> {
  await page.evaluate('window.ended.length = window.painted.length = 0')
  await change()
  for (let turn = 0; turn < 600; turn += 1) {
    // The policy of the page forbids the browser to wait for an expression by itself.
    // oxlint-disable-next-line no-await-in-loop -- asked again until it is there
    const delay = await page.evaluate(DELAY)
    if (typeof delay === 'number') return delay
    // oxlint-disable-next-line no-await-in-loop -- asked again until it is there
    await page.waitForTimeout(50)
  }
  const state = await page.evaluate('JSON.stringify([location.href, window.ended, window.painted?.length])')
  throw new Error(`The list was not painted within 30 seconds after a change: ${String(state)}`)
}

function report(name: string, values: readonly number[]): void {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
  console.log(`${name}: median ${at(0.5)} ms, slowest ${at(1)} ms of ${values.length}`)
}
