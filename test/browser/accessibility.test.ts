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
