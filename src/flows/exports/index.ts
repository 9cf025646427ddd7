export type { Exporter } from './exporter.ts'
export { exporters } from './exporters.ts'
export { exportRoutes } from './exports.routes.ts'
export { findExporter, writeExport } from './run-export.ts'
