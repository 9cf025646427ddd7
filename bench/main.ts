import { cpus, totalmem } from 'node:os'
import { residentMb } from './cpu.ts'
import { type Figure, figureOf, tableOf } from './figures.ts'
import { openGround } from './ground.ts'
import { measureIntake, type Size } from './measure-intake.ts'
import { startServerProcess } from './server.ts'

// `tefter bench`: measures Tefter on this machine against bare SQL that writes the same rows. Everything it needs is made in a
// temporary folder and removed at the end.

const QUICK: Size = { rounds: 7, seconds: 180, orders: 600 }
const FULL: Size = { rounds: 9, seconds: 3600, orders: 4000 }

const quick = process.argv.includes('--quick')
const json = process.argv.includes('--json')
const say = (text: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)}  ${text}\n`)

const ground = await openGround(say)
try {
  process.stdout.write(await measureAll())
} finally {
  await ground.close()
}

async function measureAll(): Promise<string> {
  const server = await startServerProcess(ground)
  const figures: Figure[] = []
  let rounds = 0
  try {
    const idle = residentMb(server.pid)
    const intake = await measureIntake(ground, server, quick ? QUICK : FULL, say)
    rounds = intake.rounds
    figures.push(...intake.figures)
    figures.push(
      figureOf({
        name: 'Start on an existing database to the first 200 (Vendure 4200, Medusa 7600)',
        unit: 'ms',
        values: [server.startMs],
      }),
      figureOf({ name: 'Resident memory of the server, idle (Vendure 228, Medusa 327)', unit: 'MB', values: [idle] }),
      figureOf({ name: 'Resident memory of the server, after the load', unit: 'MB', values: [residentMb(server.pid)] }),
    )
  } finally {
    await server.stop()
  }
  if (json) return `${JSON.stringify({ figures })}\n`
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`
  return `${tableOf(figures)}\n\n${machine}. Medians of ${rounds} interleaved rounds${rounds < 7 ? ' (the time was up before seven)' : ''}; spread: first and third quartile.\n`
}
