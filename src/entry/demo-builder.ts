import type { BuildDemo } from './demo-contract.ts'

/** The demo's builder, loaded when it is wanted: most starts do not need it. Undefined in a build without one. */
export const buildDemo: BuildDemo | undefined = async (runtime, options) =>
  (await import('./demo/build-demo.ts')).buildDemo(runtime, options)
