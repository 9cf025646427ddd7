import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { allJobs } from '../../src/flows/jobs.ts'
import { migrateJobs } from '../../src/kernel/jobs.ts'
import { PASSWORD, type TestApp, useApp } from '../support/app.ts'
import { launchBrowser } from './browser.ts'
import { type Business, seedBusiness } from './business.ts'
import { fillSignIn } from './pages.ts'

export type Scheme = 'light' | 'dark'

/** A browser on the real server with a small business in it. Read its members in hooks and tests only. */
export interface Office {
  readonly url: string
  readonly business: Business
  readonly server: TestApp
  /** A new page of a browser of its own, signed out. */
  open(options?: { scheme?: Scheme; width?: number; height?: number; locale?: string }): Promise<Page>
  /** The same, signed in as the owner, at an address. */
  enter(path: string, options?: { scheme?: Scheme; width?: number; height?: number; locale?: string }): Promise<Page>
}

/** Console lines that are not ours: the browser itself reports every refused request, and every one without a network, also those a test provokes. */
const NOT_OURS = /Failed to load resource: (the server responded with a status of (401|4\d\d)|net::ERR_INTERNET_DISCONNECTED)/

/**
 * Starts server, business and browser for a test file, and ends them after it. A page that writes to the console as an error fails its test.
 * `worker`: work that the screens leave to the background is done too, by the program's own worker. `settings`: of the program, as in its environment.
 */
export function useOffice(options: { seed?: boolean; worker?: boolean; settings?: Record<string, string> } = {}): Office {
  const server = useApp({ settings: { TEFTER_SIGN_IN_LIMIT: '1000', ...options.settings } })
  let browser: Browser | undefined
  let url = ''
  let business: Business | undefined
  const contexts: BrowserContext[] = []
  const complaints: string[] = []
  beforeAll(async () => {
    await migrateJobs(server.ownerUrl, allJobs)
    if (options.worker === true) await server.runtime.startWorking()
    url = await server.app.listen({ port: 0, host: '127.0.0.1' })
    const organization = await server.createOrganization('Demo shop')
    const email = await server.createUser(organization.id, 'owner')
    business = await seedBusiness(server, { organization: organization.id, email, stock: options.seed !== false })
    browser = await launchBrowser()
  })
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()))
    expect(complaints.splice(0)).toEqual([])
  })
  afterAll(async () => {
    await browser?.close()
  })
  const open: Office['open'] = async ({ scheme = 'light', width = 1440, height = 900, locale = 'en-GB' } = {}) => {
    if (browser === undefined) throw new Error('The browser of useOffice() runs inside hooks and tests only.')
    const context = await browser.newContext({
      baseURL: url,
      colorScheme: scheme,
      viewport: { width, height },
      locale,
      reducedMotion: 'reduce',
      acceptDownloads: true,
    })
    contexts.push(context)
    const page = await context.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error' && !NOT_OURS.test(message.text())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    return page
  }
  return {
    get url() {
      return url
    },
    get business() {
      if (business === undefined) throw new Error('The business of useOffice() exists inside hooks and tests only.')
      return business
    },
    server,
    open,
    async enter(path, pageOptions) {
      const page = await open(pageOptions)
      await page.goto(`/sign-in?next=${encodeURIComponent(path)}`)
      await signIn(page, business?.email ?? '')
      await page.waitForURL((address) => address.pathname !== '/sign-in')
      return page
    },
  }
}

/** Fills in the sign-in page. */
export async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await fillSignIn(page, email, password)
}

/** Rules whose answer depends on theme and width; the others hold for a page however it is shown. */
const OF_THE_LOOK = ['color-contrast', 'target-size', 'scrollable-region-focusable', 'link-in-text-block', 'page-has-heading-one']

/** What axe finds wrong with a page, one line each: WCAG 2.2 A and AA and good practice, or only the rules of the look. */
export async function accessibilityFaults(page: Page, which: 'all' | 'look' = 'all'): Promise<string[]> {
  // What is still fading in has not its colors yet.
  await page.evaluate(
    `Promise.race([new Promise((ready) => setTimeout(ready, 1000)), Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)))]).then(() => null)`,
  )
  const axe = new AxeBuilder({ page })
  const { violations } = await (
    which === 'look' ? axe.withRules(OF_THE_LOOK) : axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
  ).analyze()
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  )
}

/** A folder for files of one test. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tefter-browser-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
