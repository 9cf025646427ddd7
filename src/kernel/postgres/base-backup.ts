import pg from 'pg'

/** A base backup as PostgreSQL streams it: the tar of its data folder, then the manifest with a SHA-256 of each file. */
export interface BaseBackupSink {
  /** A piece of the tar. Answers a promise when the sink is full: the stream rests until then. */
  tar(piece: Buffer): Promise<void> | undefined
  manifest(piece: Buffer): void
}

/** First byte of each message of `BASE_BACKUP`, from PostgreSQL's protocol chapter "Streaming Replication Protocol". */
const KIND = { archive: 0x6e, manifest: 0x6d, data: 0x64 } as const
const COMMAND = `BASE_BACKUP (LABEL 'tefter', CHECKPOINT 'fast', WAL true, MANIFEST 'yes', MANIFEST_CHECKSUMS 'SHA256')`

interface CopyConnection {
  query(text: string): void
  stream: { pause(): void; resume(): void }
}

/**
 * Streams a base backup over the replication protocol while the server works on. It holds the log that it needs to become consistent.
 * The role must have REPLICATION.
 */
export async function streamBaseBackup(url: string, sink: BaseBackupSink): Promise<void> {
  const client = new pg.Client({ connectionString: url, replication: 'true', application_name: 'tefter backup' } as pg.ClientConfig)
  client.on('error', () => undefined)
  await client.connect()
  try {
    await new Promise<void>((resolve, reject) => {
      client.query(backupQuery(sink, resolve, reject) as never)
    })
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** A query of the driver's own shape: the driver calls these as messages come. */
function backupQuery(sink: BaseBackupSink, resolve: () => void, reject: (error: Error) => void): object {
  let into: 'tar' | 'manifest' = 'tar'
  let archives = 0
  let failure: Error | undefined
  const take = (piece: Buffer, { stream }: CopyConnection): void => {
    if (into === 'manifest') return sink.manifest(piece)
    const full = sink.tar(piece)
    if (full === undefined) return
    stream.pause()
    full.then(
      () => stream.resume(),
      (error: Error) => {
        failure ??= error
        stream.resume()
      },
    )
  }
  return {
    submit: (connection: CopyConnection) => connection.query(COMMAND),
    handleRowDescription: () => undefined,
    handleDataRow: () => undefined,
    handleCommandComplete: () => undefined,
    handleEmptyQuery: () => undefined,
    handlePortalSuspended: () => undefined,
    handleCopyData({ chunk }: { chunk: Buffer }, connection: CopyConnection) {
      if (chunk[0] === KIND.archive) archives += 1
      if (chunk[0] === KIND.manifest) into = 'manifest'
      if (archives > 1) failure ??= new Error('The server has tablespaces outside of its folder; these are not backed up.')
      // A copy: the driver reads the next message into the same memory.
      if (chunk[0] === KIND.data && failure === undefined) take(Buffer.from(chunk.subarray(1)), connection)
    },
    handleError: (error: Error) => reject(failure ?? error),
    handleReadyForQuery: () => (failure === undefined ? resolve() : reject(failure)),
  }
}
