import { defineConfig } from 'vitest/config'

/** Slow tests that start servers, browsers or kill processes: one file after another, when the others are done. */
const SLOW = ['test/browser', 'test/debian', 'test/crash']

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    passWithNoTests: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
          exclude: SLOW.map((folder) => `${folder}/**`),
          sequence: { groupOrder: 0 },
        },
      },
      ...SLOW.map((folder, index) => ({
        extends: true as const,
        test: {
          name: folder.slice('test/'.length),
          include: [`${folder}/**/*.test.ts`],
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 600_000,
          hookTimeout: 300_000,
          // The second that polls have by themselves is short for a browser beside a server on two cores.
          expect: { poll: { timeout: 20_000 } },
          // A browser on a busy machine may miss a moment once; what fails twice is a fault. The report names what was tried again.
          retry: folder === 'test/browser' ? 1 : 0,
          sequence: { groupOrder: index + 1 },
        },
      })),
    ],
  },
})
