import { expect, test } from 'vitest'
import { fillScreens } from './screens.ts'
import { settled } from './pages.ts'
import { accessibilityFaults, useOffice } from './support.ts'

const office = useOffice()

test('every screen passes axe, light and dark, wide and narrow', async () => {
  const screens = await fillScreens(office.business)
  const faults: string[] = []
  for (const { scheme, width, which } of [
    { scheme: 'light', width: 1440, which: 'all' },
    { scheme: 'dark', width: 390, which: 'look' },
  ] as const) {
    const page = await office.enter('/', { scheme, width })
    for (const { name, path } of screens) {
      await page.goto(path)
      await settled(page)
      for (const fault of await accessibilityFaults(page, which)) faults.push(`${name} ${scheme} ${width}: ${fault}`)
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
      if (overflow > 0) faults.push(`${name} ${width}: ${overflow} px wider than the window`)
    }
  }
  expect(faults).toEqual([])
})

test('no screen is wider than a phone of 360 px', async () => {
  const page = await office.enter('/', { width: 360 })
  const wide: string[] = []
  for (const path of [
    '/',
    '/orders',
    '/orders/new',
    '/fulfillment',
    '/stock',
    '/items',
    '/imports',
    '/verification',
    '/settings',
    '/trial-balance',
    '/goods-receipts/new',
  ]) {
    await page.goto(path)
    await settled(page)
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
    if (overflow > 0) wide.push(`${path}: ${overflow} px`)
  }
  expect(wide).toEqual([])
})

test('the sign-in page passes axe in both themes', async () => {
  for (const scheme of ['light', 'dark'] as const) {
    const page = await office.open({ scheme })
    await page.goto('/sign-in')
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
  }
})

test('Tab goes through a page in the order it is read, every stop has a name and shows that it has the focus', async () => {
  const page = await office.enter('/')
  const faults: string[] = []
  for (const path of ['/goods-receipts/new', '/imports', '/stock']) {
    await page.goto(path)
    await settled(page)
    const stops: { name: string; top: number; left: number; ring: boolean }[] = []
    for (let step = 0; step < 60; step += 1) {
      await page.keyboard.press('Tab')
      const stop = await page.evaluate<(typeof stops)[number] | null>(`(() => {
        const at = document.activeElement
        if (at === null || at === document.body || at.closest('main') === null) return null
        const { top, left, width, height } = at.getBoundingClientRect()
        const style = getComputedStyle(at)
        const label = at.labels?.[0]?.textContent ?? (at.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
        const name = (at.getAttribute('aria-label') ?? label) || (at.textContent ?? '') || (at.getAttribute('placeholder') ?? '') || (at.getAttribute('title') ?? '')
        const ring = style.outlineStyle !== 'none' || style.boxShadow !== 'none' || at.matches('input,textarea,[class*=Input-input],[role=group],[role=grid]') || width * height === 0
        return { name: name.trim(), top: top + (at.closest('main')?.scrollTop ?? 0), left, ring }
      })()`)
      if (stop === null && stops.length > 0) break
      if (stop !== null) stops.push(stop)
    }
    if (stops.length < 4) faults.push(`${path}: only ${stops.length} stops`)
    for (const [index, stop] of stops.entries()) {
      if (stop.name === '') faults.push(`${path}: stop ${index + 1} has no name`)
      if (!stop.ring) faults.push(`${path}: ${stop.name} does not show its focus`)
    }
    // These pages have one column: down the page, or along a row, and never back up.
    for (const [index, stop] of stops.entries()) {
      const before = stops[index - 1]
      if (before !== undefined && stop.top < before.top - 60) faults.push(`${path}: ${stop.name} comes after ${before.name}`)
    }
  }
  expect(faults).toEqual([])
})

test('on paper a page is light and a list fits the sheet, whatever the screen shows', async () => {
  const page = await office.enter('/stock', { scheme: 'dark', width: 794 })
  await settled(page)
  await page.getByRole('row').nth(1).waitFor()
  await page.emulateMedia({ media: 'print' })
  await page.locator('html[data-mantine-color-scheme=light]').waitFor()
  expect(await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0)
  expect(await page.getByRole('navigation').count()).toBe(0)
  await page.emulateMedia({ media: 'screen' })
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor()
})
