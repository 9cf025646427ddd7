import { statfsSync } from 'node:fs'
import { totalmem } from 'node:os'

const MEGABYTE = 1024 * 1024

/**
 * Settings of the embedded server: quick on two cores and 24 GB, and still at home on 2 GB.
 *
 * Durability is never traded: `fsync` and `synchronous_commit` stay on. Only fatal events and the server's own
 * life are logged; statements that fail are reported by those who sent them, and would bring personal values
 * into the log.
 */
export function serverSettings(): Record<string, string> {
  const halfOfMemory = Math.floor(totalmem() / 2 / MEGABYTE)
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    max_connections: '120',
    shared_buffers: '256MB',
    effective_cache_size: `${Math.min(Math.max(halfOfMemory, 512), 16_384)}MB`,
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    random_page_cost: '1.1',
    jit: 'off',
    fsync: 'on',
    synchronous_commit: 'on',
    wal_compression: 'on',
    min_wal_size: '256MB',
    max_wal_size: '2GB',
    checkpoint_timeout: '10min',
    checkpoint_completion_target: '0.9',
    log_checkpoints: 'off',
    autovacuum_naptime: '15s',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'log',
    ...(hasSmallSharedMemory() ? { dynamic_shared_memory_type: 'sysv' } : {}),
  }
}

/** Containers often have 64 MB in /dev/shm, too little for parallel queries. */
function hasSmallSharedMemory(): boolean {
  if (process.platform !== 'linux') return false
  try {
    const { blocks, bsize } = statfsSync('/dev/shm')
    return (blocks * bsize) / MEGABYTE < 256
  } catch {
    // No /dev/shm at all: the other kind of memory is the only one.
    return true
  }
}
