import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/**
 * The program of the release before works on while a migration runs and after it (docs/guides/upgrade.md), so a migration only adds. One that
 * takes away what no running program uses any more says so: `-- Contract: since when nobody uses it`.
 */
const FOLDER = join(import.meta.dirname, '..', '..', 'migrations')
const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.sql'))
  .map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }))

/** Written before there was an older program that could be running: a column of `inventory.cost_adjustment` without a default. */
const BEFORE_THE_RULE = new Set(['0012_promising.sql'])

/** What an older program would stumble over. */
const TAKES_AWAY: readonly RegExp[] = [
  /\bdrop\s+(table|column|schema|view|type)\b/i,
  /\bdrop\s+function\b/i,
  /\brename\b/i,
  /\balter\s+column\s+\w+\s+(set\s+data\s+)?type\b/i,
  /\balter\s+column\s+\w+\s+set\s+not\s+null\b/i,
  /\badd\s+column\s+(?:if\s+not\s+exists\s+)?\w+(?:(?!\bdefault\b|\bgenerated\b)[^,;])*\bnot\s+null\b(?!(?:[^,;])*\b(?:default|generated)\b)/i,
]

/** Which of them stand in a file; comments and quoted text aside. */
function takenAway(text: string): string[] {
  const code = text.replaceAll(/--.*$/gm, '').replaceAll(/'(?:[^']|'')*'/g, "''")
  return TAKES_AWAY.flatMap((pattern) => pattern.exec(code)?.[0] ?? [])
}

test('each migration says why, and only adds to what the release before knows', () => {
  expect(files.length).toBeGreaterThan(20)
  expect(files.filter(({ text }) => !/^-- Why: \S/m.test(text)).map(({ name }) => name)).toEqual([])
  const adding = files.filter(({ name, text }) => !BEFORE_THE_RULE.has(name) && !/^-- Contract: \S/m.test(text))
  const takes = adding.map(({ name, text }) => [name, ...takenAway(text)])
  expect(takes.filter(([, ...found]) => found.length > 0)).toEqual([])
})

test('the rule sees what would break an older program', () => {
  expect(takenAway('alter table a.b drop column c;')).toHaveLength(1)
  expect(takenAway('alter table a.b rename c to d;')).toHaveLength(1)
  expect(takenAway('alter table a.b alter column c type bigint;')).toHaveLength(1)
  expect(takenAway('alter table a.b alter c type bigint, alter column d set not null;')).toHaveLength(1)
  expect(takenAway('alter table a.b add column c text not null;')).toHaveLength(1)
  expect(takenAway("alter table a.b add column c text not null default '';")).toEqual([])
  expect(takenAway('alter table a.b add column c text default 1 not null, add column d text;')).toEqual([])
  expect(takenAway("-- drop table\ninsert into a values ('rename');")).toEqual([])
})
