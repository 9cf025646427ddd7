import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { doBulkRun, workBulkRun } from '../../src/flows/lists/lists.jobs.ts'
import { migrateJobs } from '../../src/kernel/jobs.ts'
import { orderOf } from './business.ts'
import { settled } from './pages.ts'
import { accessibilityFaults, useOffice } from './support.ts'

const office = useOffice()

// Five orders of one piece of 2.95 each: 14.75. The fifth is held.
beforeAll(async () => {
  await migrateJobs(office.server.ownerUrl, [workBulkRun])
  for (let number = 1; number <= 5; number += 1) {
    // oxlint-disable-next-line no-await-in-loop -- numbers follow each other
    const order = await office.business.call('POST', '/v1/orders', orderOf(`B-${number}`, [{ sku: '85123A', quantity: 1 }]))
    // oxlint-disable-next-line no-await-in-loop -- one of them
    if (number === 5) await office.business.call('POST', `/v1/orders/${String(order['id'])}/holds`, { type: 'manual' })
  }
})

test('a filtered list is counted and summed, kept as a view, narrowed to columns, and downloaded', async () => {
  const page = await office.enter('/orders?state=open')
  await settled(page)
  await page.getByText('5 rows · €14.75').waitFor()
  await page.getByRole('button', { name: 'Save view' }).click()
  await page.getByRole('textbox', { name: 'Name of the view' }).fill('Mine to do')
  await page.getByRole('checkbox', { name: 'Show it to everyone' }).check()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('group', { name: 'Views' }).getByRole('button', { name: 'Shared Mine to do', exact: true }).waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Columns and density' }).click()
  const channel = page.getByRole('checkbox', { name: 'Channel' })
  await channel.click()
  await expect.poll(() => channel.isChecked()).toBe(false)
  await page.getByText('Compact').click()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.goto('/orders')
  await settled(page)
  await page.getByRole('columnheader', { name: 'Customer' }).waitFor()
  expect(await page.getByRole('columnheader', { name: 'Channel' }).count()).toBe(0)
  await page.getByRole('group', { name: 'Views' }).getByRole('button', { name: 'Shared Mine to do', exact: true }).click()
  await page.waitForURL(/state=open/)
  await page.getByRole('button', { name: 'Export' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'CSV' }).click()])
  expect((await readFile(await file.path(), 'utf8')).trim().split('\r\n')).toHaveLength(6)
})

test('a release says before what it will do, runs in the background and ends with a report', async () => {
  const page = await office.enter('/orders?state=open')
  await settled(page)
  await page.getByRole('checkbox', { name: 'Select all shown' }).check()
  await page.getByRole('toolbar', { name: '5 selected' }).getByRole('button', { name: 'Release', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Release' })
  await dialog.getByText('4 will be released').waitFor()
  await dialog.getByText('1 held').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Release 4' }).click()
  await page.getByRole('button', { name: /1 action runs/ }).waitFor()
  const { system, contextOf } = office.server.runtime
  const read = (path: string) => page.evaluate(async (address) => (await (await fetch(address)).json()) as unknown, path)
  const session = (await read('/v1/session')) as { organization: { id: string } }
  const runs = (await read('/v1/bulk-runs')) as { data: { id: string }[] }
  await doBulkRun(system, await contextOf(Number(session.organization.id)), runs.data[0]?.id ?? '')
  await page.getByText('Release: 4 done, 1 refused').waitFor()
  await page.getByRole('button', { name: 'Actions in the background' }).click()
  await page.getByRole('button', { name: /4 done, 1 refused/ }).click()
  await page.getByRole('dialog', { name: 'Release' }).getByText('It is held.').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
})

test('the palette goes to pages and does what is allowed; keys select and edit', async () => {
  const page = await office.enter('/orders?state=open')
  await settled(page)
  await page.getByRole('row', { name: /#/ }).first().waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: 'Search or jump to' }).fill('dark')
  await page.getByRole('button', { name: 'Theme: Dark' }).click()
  await page.locator('[data-mantine-color-scheme=dark]').waitFor()
  // The palette gives the focus back when it has gone.
  await page.getByRole('textbox', { name: 'Search or jump to' }).waitFor({ state: 'hidden' })
  await delay(500)
  await page.getByRole('grid').focus()
  await page.locator('[role=grid]:focus').waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.getByRole('toolbar', { name: '1 selected' }).waitFor()
  // A list that is read anew at this moment may miss the key: a person presses it again.
  const edit = async (): Promise<string> => {
    if (!page.url().includes('edit=1')) await page.keyboard.press('e')
    return page.url()
  }
  await expect.poll(edit, { timeout: 20_000, interval: 1000 }).toMatch(/\/orders\/.+edit=1/)
  await page.getByRole('dialog').waitFor()
  await page.goto('/tasks')
  await settled(page)
  expect(await page.getByRole('button', { name: 'open', exact: true }).getAttribute('aria-pressed')).toBe('true')
})
