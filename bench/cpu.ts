import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks a second in /proc (USER_HZ of Linux). */
const TICKS = 100

interface Stat {
  pid: number
  parent: number
  /** CPU milliseconds of the process itself, and of children that ended. */
  ms: number
}

function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = [11, 12, 13, 14].reduce((sum, place) => sum + Number(fields[place] ?? 0), 0)
    return { pid, parent: Number(fields[1]), ms: (ticks * 1000) / TICKS }
  } catch {
    // It ended between the listing and the reading; its parent counts it from now on.
    return undefined
  }
}

/** CPU milliseconds used so far by a process and all below it. Linux only; 0 elsewhere. */
export function cpuOf(pid: number): number {
  if (process.platform !== 'linux') return 0
  const stats = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readStat(Number(name)) ?? []) : []))
  const family = new Set([pid])
  for (let grown = true; grown;) {
    grown = false
    for (const stat of stats)
      if (!family.has(stat.pid) && family.has(stat.parent)) {
        family.add(stat.pid)
        grown = true
      }
  }
  return stats.reduce((sum, stat) => (family.has(stat.pid) ? sum + stat.ms : sum), 0)
}

/** Resident memory of a process in megabytes. Linux only. */
export function residentMb(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(match?.[1] ?? 0) / 1024
}
