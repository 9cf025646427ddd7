import type { Runtime } from './runtime.ts'

/** How much of the demo's year is built. */
export interface DemoOptions {
  /** The last so many days; `full` is the whole year. */
  days: number | 'full'
  onProgress?: (done: number, total: number, what: string) => void
}

/** Where people sign in after the demo was built. The password is for this machine only. */
export interface DemoSignIn {
  email: string
  password: string
}

/** Builds the demo business. */
export type BuildDemo = (runtime: Pick<Runtime, 'system' | 'clock' | 'log' | 'contextOf'>, options: DemoOptions) => Promise<DemoSignIn>
