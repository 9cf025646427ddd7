import { startEmbeddedPostgres } from '../../src/kernel/embedded-postgres.ts'

// A process of its own that supervises an embedded PostgreSQL, for tests that kill it.
// Arguments: data folder, role. Prints one line of JSON when it runs, stops on SIGTERM, and
// dies with the test that holds its standard input.

const [dataDir = '', role = 'server'] = process.argv.slice(2)
process.stdin.resume()
process.stdin.once('end', () => process.kill(process.pid, 'SIGKILL'))

try {
  const postgres = await startEmbeddedPostgres({ dataDir, role: role === 'command' ? 'command' : 'server' })
  process.once('SIGTERM', () => {
    process.stdin.destroy()
    void postgres.stop()
  })
  await postgres.announce(`http://127.0.0.1:${process.pid}`)
  process.stdout.write(`${JSON.stringify({ pid: postgres.pid, port: postgres.port, url: postgres.url })}\n`)
} catch (error) {
  process.stdout.write(`${JSON.stringify({ refused: error instanceof Error ? error.message : String(error) })}\n`)
  process.stdin.destroy()
}
