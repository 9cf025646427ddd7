import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A wire to a server that the test can cut. */
export interface TcpProxy {
  readonly port: number
  /** Breaks every connection at once, in the middle of whatever is said. */
  cut(): void
  /** Lets nobody in until `heal`. */
  refuse(): void
  heal(): void
  close(): Promise<void>
}

/** Opens a wire to a port of this machine. */
export async function openProxy(targetPort: number): Promise<TcpProxy> {
  const wires = new Set<Socket>()
  let refusing = false
  const server = createServer((incoming) => {
    if (refusing) {
      incoming.resetAndDestroy()
      return
    }
    const outgoing = connect(targetPort, '127.0.0.1')
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      wires.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        wires.delete(from)
        to.destroy()
      })
      from.pipe(to)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const cut = (): void => {
    for (const wire of wires) wire.resetAndDestroy()
  }
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut,
    refuse: () => {
      refusing = true
      cut()
    },
    heal: () => {
      refusing = false
    },
    async close() {
      cut()
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}
