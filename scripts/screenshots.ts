import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { addressOf } from '../src/entry/database-address.ts'
import { buildApp } from '../src/entry/http/app.ts'
import { openRuntime } from '../src/entry/runtime.ts'
import { provisionOrganization } from '../src/flows/provision-organization.ts'
import { readConfig } from '../src/kernel/config.ts'
import { silentLog } from '../src/kernel/log.ts'
import { createApiKey, createUser } from '../src/modules/identity/index.ts'
import { launchBrowser } from '../test/browser/browser.ts'
import { seedBusiness } from '../test/browser/business.ts'
import { fillSignIn, settled } from '../test/browser/pages.ts'
import { fillScreens, type Screen } from '../test/browser/screens.ts'
import { createTestDatabase } from '../test/support/database.ts'
import { openTestServer } from '../test/support/global-setup.ts'
import { ROOT } from './source-files.ts'

// Takes every screen into ./screenshots, for people to look at: both themes at 1440 and 390 px in English, Serbian Latin and Cyrillic,
// the smallest phone (360 px) and the widest desk (2560 px), and the page as it is printed.
// `npm run screenshots -- order stock` takes only screens whose name contains "order" or "stock"; `--quick` only English, light wide and dark narrow;
// `--print`, `--sr-Latn`, `--sr-Cyrl`, `--en`, `--1440` and so on only variants with that word in their file names.

const FOLDER = join(ROOT, 'screenshots')
const EMAIL = 'owner@example.com'
const PASSWORD = 'correct horse battery'
/** Width of a sheet of A4 at 96 dots per inch. */
const A4_PX = 794
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const words = process.argv.slice(2).flatMap((word) => (word.startsWith('--') ? [word.slice(2)] : []))

interface Variant {
  scheme: 'light' | 'dark'
  width: number
  language: string
  media: 'screen' | 'print'
}

const EVERY: readonly Variant[] = [
  ...(['light', 'dark'] as const).flatMap((scheme) =>
    [1440, 390].flatMap((width) => ['en', 'sr-Latn', 'sr-Cyrl'].map((language): Variant => ({ scheme, width, language, media: 'screen' }))),
  ),
  { scheme: 'light', width: 360, language: 'sr-Latn', media: 'screen' },
  { scheme: 'dark', width: 2560, language: 'en', media: 'screen' },
  { scheme: 'dark', width: A4_PX, language: 'en', media: 'print' },
]
const QUICK: readonly string[] = ['en.light.1440', 'en.dark.390']
const VARIANTS = EVERY.filter((variant) => {
  const name = nameOf(variant)
  if (words.includes('quick')) return QUICK.includes(name)
  return words.every((word) => name.split('.').includes(word))
})

mkdirSync(FOLDER, { recursive: true })
const { server, stop } = await openTestServer()
const database = await createTestDatabase({ server })
const runtime = await openRuntime(
  readConfig({ TEFTER_SECRET: 'only for pictures, on this machine alone', PORT: '0', TEFTER_SIGN_IN_LIMIT: '1000' }),
  addressOf(database.url, database.ownerUrl),
  { log: silentLog },
)
const app = await buildApp(runtime)
const browser = await launchBrowser()
try {
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const screens = (await prepare()).filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)))
  // oxlint-disable-next-line no-await-in-loop -- one browser takes one picture after another
  for (const variant of VARIANTS) await take(browser, url, screens, variant)
  console.log(`${screens.length} screens in ${VARIANTS.length} variants stand in ${FOLDER}`)
} finally {
  await browser.close()
  await app.close()
  await runtime.close()
  await database.drop()
  await stop()
}

async function prepare(): Promise<Screen[]> {
  const { system, clock, log, contextOf } = runtime
  const { id } = await provisionOrganization(
    system,
    { clock, log },
    { name: 'Demo shop', time_zone: 'Europe/Belgrade', base_currency: 'EUR', language: 'en' },
  )
  await createUser(system, await contextOf(id), { email: EMAIL, name: 'Mira Jovanović', role: 'owner', password: PASSWORD })
  const business = await seedBusiness(
    {
      createKey: async (orgId, ...scopes) => (await createApiKey(system, await contextOf(orgId), { name: 'seed', scopes })).key ?? '',
      call: async (method, path, { key, body } = {}) => {
        const answer = await app.inject({
          method,
          url: path,
          headers: { authorization: `Bearer ${key}` },
          ...(body === undefined ? {} : { payload: body as object }),
        })
        return {
          status: answer.statusCode,
          headers: answer.headers,
          text: answer.body,
          body: answer.body === '' ? undefined : answer.json(),
        }
      },
    },
    { organization: id, email: EMAIL, stock: true },
  )
  return [{ name: 'sign-in', path: '/sign-in' }, ...(await fillScreens(business))]
}

function nameOf({ scheme, width, language, media }: Variant): string {
  return `${language}.${media === 'print' ? 'print' : scheme}.${width}`
}

async function take(on: Browser, url: string, screens: readonly Screen[], variant: Variant): Promise<void> {
  const { scheme, width, language, media } = variant
  const context = await on.newContext({
    baseURL: url,
    colorScheme: scheme,
    viewport: { width, height: width < 600 ? 844 : 900 },
    reducedMotion: 'reduce',
  })
  await context.addInitScript(`localStorage.setItem('tefter-language', '${language}')`)
  const page = await context.newPage()
  page.on('console', (message) => message.type() === 'error' && console.error(`console: ${message.text()}`))
  page.on(
    'response',
    (response) =>
      response.status() >= 400 &&
      void response.text().then((text) => console.error(`${response.status()} ${response.url()}: ${text.slice(0, 300)}`)),
  )
  page.on('pageerror', (error) => console.error(`page: ${String(error)}`))
  const shoot = async ({ name, path }: Screen): Promise<void> => {
    await page.goto(path)
    await settled(page)
    await page.evaluate('document.fonts.ready')
    if (media === 'print') await page.emulateMedia({ media })
    await page.screenshot({ path: join(FOLDER, `${name}.${nameOf(variant)}.png`), fullPage: media === 'print' })
    await page.emulateMedia({ media: 'screen' })
  }
  // oxlint-disable-next-line no-await-in-loop -- one browser takes one picture after another
  for (const screen of screens.filter(({ name }) => name === 'sign-in')) await shoot(screen)
  await enter(page)
  // oxlint-disable-next-line no-await-in-loop -- one browser takes one picture after another
  for (const screen of screens.filter(({ name }) => name !== 'sign-in')) await shoot(screen)
  await context.close()
}

async function enter(page: Page): Promise<void> {
  await page.goto('/sign-in')
  await fillSignIn(page, EMAIL, PASSWORD)
  await page.waitForURL((address) => address.pathname === '/')
}
