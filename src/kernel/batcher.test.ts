import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { refusalOf } from '../../test/support/system.ts'
import { createBatcher } from './batcher.ts'
import { DomainError } from './errors.ts'

interface Element {
  lane: number
  group: string
  value: number
}

function recorder(
  options: {
    maxBatch?: number
    maxWaiting?: number
    atOnce?: number
    enough?: number
    lasting?: number
    broken?: number
    refused?: number
  } = {},
) {
  const batches: Element[][] = []
  let running = 0
  let most = 0
  const batcher = createBatcher<Element, number>({
    maxBatch: options.maxBatch ?? 10,
    maxWaiting: options.maxWaiting ?? 100,
    atOnce: options.atOnce ?? 1,
    enough: options.enough ?? 10,
    laneOf: (element) => element.lane,
    groupOf: (element) => element.group,
    async run(elements) {
      running += 1
      most = Math.max(most, running)
      batches.push([...elements])
      await pause(options.lasting ?? 5)
      running -= 1
      if (elements.some((element) => element.value === options.broken)) throw new Error('broken')
      if (elements.some((element) => element.value === options.refused)) throw new DomainError('unavailable', 'test.away', 'Away.')
      return elements.map((element) => element.value * 10)
    },
  })
  const submit = (value: number, fields: Partial<Element> = {}) => batcher.submit({ lane: 1, group: 'a', value, ...fields })
  return { submit, batches, sizes: () => batches.map((batch) => batch.length), most: () => most }
}

describe('group commit', () => {
  test('each waiter gets its own answer; what arrives meanwhile forms the next batch', async () => {
    const { submit, sizes, most } = recorder()
    const first = Promise.all([submit(1), submit(2)])
    await pause(2)
    const next = Promise.all([submit(3), submit(4), submit(5)])
    expect(await first).toEqual([10, 20])
    expect(await next).toEqual([30, 40, 50])
    expect(sizes()).toEqual([2, 3])
    expect(most()).toBe(1)
  })

  test('batches are bounded, keep one actor each, and keep order', async () => {
    const { submit, batches } = recorder({ maxBatch: 2 })
    await Promise.all([submit(1), submit(2, { group: 'b' }), submit(3), submit(4), submit(5, { group: 'b' })])
    expect(batches.map((batch) => batch.map((element) => element.value))).toEqual([[1, 3], [2, 5], [4]])
  })

  test('lanes do not wait for each other', async () => {
    const { submit, most } = recorder()
    await Promise.all([submit(1), submit(2, { lane: 2 })])
    expect(most()).toBe(2)
  })

  test('with enough waiting, a second batch begins beside the first; fewer wait for it', async () => {
    const { submit, sizes, most } = recorder({ atOnce: 2, enough: 3, lasting: 50 })
    const first = submit(1)
    await pause(10)
    const two = [submit(2), submit(3)]
    await pause(10)
    expect(sizes()).toEqual([1])
    const third = submit(4)
    expect(await Promise.all([first, ...two, third])).toEqual([10, 20, 30, 40])
    expect(sizes()).toEqual([1, 3])
    expect(most()).toBe(2)
  })

  test('those just answered are waited for a moment, and not longer', async () => {
    const { submit, sizes } = recorder({ lasting: 100 })
    // Two come right back: one batch again. Of the next two only one does: it is taken alone, and not kept waiting.
    await Promise.all([submit(1), submit(2)])
    await Promise.all([submit(3), submit(4)])
    expect(await submit(5)).toBe(50)
    expect(sizes()).toEqual([2, 2, 1])
  })

  test('an element that breaks something does not take its neighbors along', async () => {
    const { submit } = recorder({ broken: 2 })
    const [one, two, three] = await Promise.allSettled([submit(1), submit(2), submit(3)])
    expect([one?.status, two?.status, three?.status]).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  test('a refusal of the whole batch reaches everyone', async () => {
    const { submit, sizes } = recorder({ refused: 2 })
    const answers = await Promise.allSettled([submit(1), submit(2)])
    expect(answers.map((answer) => answer.status)).toEqual(['rejected', 'rejected'])
    expect(sizes()).toEqual([2])
  })

  test('too many waiting are refused at once, and later ones are taken again', async () => {
    const { submit } = recorder({ maxBatch: 1, maxWaiting: 2 })
    const waiting = [submit(1), submit(2)]
    expect(await refusalOf(submit(3))).toMatchObject({ kind: 'unavailable', code: 'kernel.queue_full' })
    await Promise.all(waiting)
    expect(await submit(4)).toBe(40)
  })
})
