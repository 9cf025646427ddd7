import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSecretBox } from './secret-box.ts'

const box = createSecretBox('a secret that is long enough for a test')

test('what is sealed opens again, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.string({ maxLength: 40 }), (text, purpose) => {
      expect(box.open(box.seal(text, purpose), purpose)).toBe(text)
    }),
  )
})

test('the same text is sealed differently each time, and does not stand in it', () => {
  const [one, two] = [box.seal('hunter2 hunter2', 'mail'), box.seal('hunter2 hunter2', 'mail')]
  expect(one.equals(two)).toBe(false)
  expect(one.toString('latin1')).not.toContain('hunter2')
})

test('another purpose, another secret, a changed byte and a foreign format do not open', () => {
  const sealed = box.seal('hunter2', 'mail of 1')
  const refusal = /TEFTER_SECRET is not the one/
  expect(() => box.open(sealed, 'mail of 2')).toThrow(refusal)
  expect(() => createSecretBox('another secret, long enough too').open(sealed, 'mail of 1')).toThrow(refusal)
  for (const at of [0, 5, 20, sealed.length - 1]) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(() => box.open(changed, 'mail of 1')).toThrow(refusal)
  }
})

test('derived bytes are the same each time and differ by purpose, text and secret', () => {
  const all = [
    box.derive('link', '1'),
    box.derive('link', '2'),
    box.derive('door', '1'),
    createSecretBox('another secret, long enough too').derive('link', '1'),
  ].map((bytes) => bytes.toString('hex'))
  expect(new Set(all).size).toBe(4)
  expect(box.derive('link', '1').toString('hex')).toBe(all[0])
  expect(all[0]).toHaveLength(64)
})
