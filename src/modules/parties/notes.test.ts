import { expect, test } from 'vitest'
import { openBusiness, useBusiness } from '../../../test/support/organization.ts'
import { refusalOf } from '../../../test/support/system.ts'
import { newId } from '../../kernel/ids.ts'
import { runCommand, runQuery } from '../../kernel/runner.ts'
import { createNote, updateNote } from './commands/write-note.ts'
import { listNotes } from './queries/list-notes.ts'

const system = useBusiness()

test('notes show at their step, are changed, archived and brought back', async () => {
  const ctx = await openBusiness(system)
  const [customer, item] = [newId(), newId()]
  const gift = await runCommand(system, ctx, createNote, {
    document_type: 'customer',
    document_id: customer,
    text: 'Gift wrap always',
    show_at: ['pack'],
  })
  await runCommand(system, ctx, createNote, { document_type: 'item', document_id: item, text: 'Fragile', show_at: ['pick', 'pack'] })
  await runCommand(system, ctx, createNote, { document_type: 'customer', document_id: customer, text: 'Pays late' })
  const at = async (step?: string) =>
    (await runQuery(system, ctx, listNotes, { document_ids: `${customer},${item}`, ...(step === undefined ? {} : { step }) })).data.map(
      (note) => note.text,
    )
  expect(await at()).toEqual(['Gift wrap always', 'Fragile', 'Pays late'])
  expect(await at('pack')).toEqual(['Gift wrap always', 'Fragile'])
  expect(await at('pick')).toEqual(['Fragile'])
  await runCommand(system, ctx, updateNote, { note_id: gift.note_id, expected_version: 1, text: 'Gift wrap, blue', show_at: ['pick'] })
  expect(await at('pick')).toEqual(['Gift wrap, blue', 'Fragile'])
  expect((await refusalOf(runCommand(system, ctx, updateNote, { note_id: gift.note_id, expected_version: 1, text: 'x' }))).code).toBe(
    'kernel.version_conflict',
  )
  expect((await refusalOf(runCommand(system, ctx, updateNote, { note_id: newId(), text: 'x' }))).code).toBe('parties.not_found')
  await runCommand(system, ctx, updateNote, { note_id: gift.note_id, archived: true })
  expect(await at()).toEqual(['Fragile', 'Pays late'])
  expect((await runQuery(system, ctx, listNotes, { document_ids: customer, archived: true })).data).toHaveLength(2)
  await runCommand(system, ctx, updateNote, { note_id: gift.note_id, archived: false })
  expect(await at()).toHaveLength(3)
})

test("another organization's notes are not seen", async () => {
  const [mine, theirs] = [await openBusiness(system), await openBusiness(system)]
  const id = newId()
  await runCommand(system, mine, createNote, { document_type: 'order', document_id: id, text: 'Call first' })
  expect((await runQuery(system, theirs, listNotes, { document_ids: id })).data).toEqual([])
})
