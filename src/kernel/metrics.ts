import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What the process measures of itself, for Prometheus. */
export interface Metrics {
  registry: Registry
  /** Seconds of one HTTP request by its route's pattern. */
  observeRequest(route: string, method: string, status: number, seconds: number): void
  /** Seconds of one command or query by name. */
  observeOperation(name: string, ok: boolean, seconds: number): void
  /** Adds a figure that is asked for when metrics are read. */
  addGauge(name: string, help: string, ask: () => Promise<number> | number): void
  /** The text of all metrics. */
  read(): Promise<string>
}

const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Sets up the metrics of one process (one registry each, so that tests do not share them). */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'tefter_http_request_seconds',
    help: 'Time to answer an HTTP request',
    labelNames: ['route', 'method', 'status'],
    buckets: BUCKETS,
    registers: [registry],
  })
  const operations = new Histogram({
    name: 'tefter_operation_seconds',
    help: 'Time of a command or query',
    labelNames: ['name', 'ok'],
    buckets: BUCKETS,
    registers: [registry],
  })
  return {
    registry,
    observeRequest: (route, method, status, seconds) => requests.observe({ route, method, status: String(status) }, seconds),
    observeOperation: (name, ok, seconds) => operations.observe({ name, ok: String(ok) }, seconds),
    addGauge(name, help, ask) {
      const gauge: Gauge = new Gauge({ name, help, registers: [], collect: async () => gauge.set(await ask()) })
      registry.registerMetric(gauge)
    },
    read: () => registry.metrics(),
  }
}
