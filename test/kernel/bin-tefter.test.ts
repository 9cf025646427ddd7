import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { makeTemporaryFolder } from '../support/temporary-folder.ts'

/** Makes the process believe that its Node is old; the Node it starts is what it is. */
const OLD_NODE = "Object.defineProperty(process.versions, 'node', { value: '20.1.0' })"
const MAIN = `const word: string = 'args'
if (process.argv.includes('wait')) process.once('SIGTERM', () => process.exit(6))
console.log(word, process.argv.slice(2).join('|'))
setTimeout(() => process.exit(5), process.argv.includes('wait') ? 20_000 : 0)
`

let root: string

beforeEach(() => {
  root = makeTemporaryFolder()
  cpSync(join(import.meta.dirname, '..', '..', 'bin'), join(root, 'bin'), { recursive: true })
  mkdirSync(join(root, 'src', 'entry', 'cli'), { recursive: true })
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(root, 'src', 'entry', 'cli', 'main.ts'), MAIN)
  writeFileSync(join(root, 'old-node.cjs'), OLD_NODE)
})

function installNode(): void {
  mkdirSync(join(root, 'node_modules', 'node-here', 'bin'), { recursive: true })
  symlinkSync(process.execPath, join(root, 'node_modules', 'node-here', 'bin', 'node'))
}

async function run(args: string[], { old, stopAfterOutput = false }: { old: boolean; stopAfterOutput?: boolean }) {
  const preload = old ? ['--require', join(root, 'old-node.cjs')] : []
  const child = spawn(process.execPath, [...preload, join(root, 'bin', 'tefter'), ...args], { env: { PATH: '' } })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    if (stopAfterOutput) child.kill('SIGTERM')
  })
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number]
  return { code, output }
}

test('a new Node runs the program itself', async () => {
  expect(await run(['import', 'a b.csv'], { old: false })).toEqual({ code: 5, output: 'args import|a b.csv\n' })
})

test('an old Node hands over to the one that npm installed: arguments, exit code and signals pass', async () => {
  installNode()
  expect(await run(['import', 'a b.csv'], { old: true })).toEqual({ code: 5, output: 'args import|a b.csv\n' })
  expect(await run(['wait'], { old: true, stopAfterOutput: true })).toEqual({ code: 6, output: 'args wait\n' })
})

test('without a new Node it refuses in one sentence', async () => {
  const { code, output } = await run(['start'], { old: true })
  expect(code).toBe(7)
  expect(output).toMatch(
    /^Tefter needs Node 24 or newer and found 20\.1\.0: run "npm ci" in .*, which brings one along, or install it from https:\/\/nodejs\.org\.\n$/,
  )
})
