'use strict'

// Which folder may import which: DESIGN § 2, in one table. Type-only imports count like any other.

/** What each room may import besides the kernel and identity. */
const ARROWS = {
  parties: [],
  ledger: [],
  catalog: ['parties'],
  inventory: ['catalog', 'parties', 'ledger'],
  carriers: ['parties'],
  messaging: ['parties'],
  warehouse: ['inventory', 'catalog', 'parties', 'carriers'],
  orders: ['warehouse', 'inventory', 'catalog', 'parties', 'carriers'],
  purchasing: ['warehouse', 'inventory', 'catalog', 'parties'],
  billing: ['orders', 'purchasing', 'inventory', 'catalog', 'parties', 'ledger'],
  planning: ['inventory', 'orders', 'purchasing', 'warehouse', 'catalog'],
  channels: ['orders', 'warehouse', 'inventory', 'catalog', 'parties', 'billing'],
  automation: ['orders', 'warehouse', 'inventory', 'catalog', 'parties', 'carriers'],
  pos: ['orders', 'warehouse', 'inventory', 'catalog', 'parties', 'billing'],
}

const TEST_FILE = String.raw`\.(test|bench)\.tsx?$|^test/`

const roomRules = Object.entries(ARROWS).map(([room, allowed]) => ({
  name: `arrows-of-${room}`,
  comment: `${room} may import only: ${['identity', ...allowed].join(', ')}, and the kernel`,
  severity: 'error',
  from: { path: `^src/modules/${room}/`, pathNot: TEST_FILE },
  to: { path: '^src/modules/', pathNot: `^src/modules/(${[room, 'identity', ...allowed].join('|')})/` },
}))

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...roomRules,
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'rooms-by-their-door',
      comment: 'Another room is imported only through its index.ts',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/', pathNot: TEST_FILE },
      to: { path: '^src/modules/', pathNot: '^src/modules/$1/|^src/modules/[^/]+/index\\.ts$' },
    },
    {
      name: 'rooms-by-their-door-from-above',
      comment: 'flows and entry import a room only through its index.ts',
      severity: 'error',
      from: { path: '^src/(flows|entry)/', pathNot: TEST_FILE },
      to: { path: '^src/modules/', pathNot: '^src/modules/[^/]+/index\\.ts$' },
    },
    {
      name: 'kernel-stands-alone',
      severity: 'error',
      from: { path: '^src/kernel/', pathNot: TEST_FILE },
      to: { path: '^src/', pathNot: '^src/kernel/' },
    },
    {
      name: 'identity-needs-only-the-kernel',
      severity: 'error',
      from: { path: '^src/modules/identity/', pathNot: TEST_FILE },
      to: { path: '^src/', pathNot: '^src/(kernel|modules/identity)/' },
    },
    {
      name: 'rooms-know-no-flow-or-entry',
      severity: 'error',
      from: { path: '^src/modules/', pathNot: TEST_FILE },
      to: { path: '^src/(flows|entry)/' },
    },
    { name: 'flows-know-no-entry', severity: 'error', from: { path: '^src/flows/', pathNot: TEST_FILE }, to: { path: '^src/entry/' } },
    {
      name: 'web-is-a-client',
      comment: 'The web app reaches the server only through its generated client',
      severity: 'error',
      from: { path: '^web/', pathNot: TEST_FILE },
      to: { path: '^(src|test|scripts|bench|migrations)/' },
    },
    { name: 'server-knows-no-web', severity: 'error', from: { path: '^src/' }, to: { path: '^(web|test|scripts|bench)/', pathNot: TEST_FILE }, },
    { name: 'recompute-shares-no-code', severity: 'error', from: { path: '^test/independent/', pathNot: '\\.test\\.ts$' }, to: { path: '^(src|web|scripts)/|^test/(?!independent/)' } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^web/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.json', '.css'], exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types', 'require'] },
  },
}
