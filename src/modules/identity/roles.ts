/** Every permission there is: `room.verb`. A new one is added here and to the roles below. */
export const PERMISSIONS = [
  'identity.read',
  'identity.manage_users',
  'identity.manage_keys',
  'identity.manage_organization',
  'audit.read',
  'catalog.read',
  'catalog.write',
  'parties.read',
  'parties.write',
  'parties.write_notes',
  'inventory.read',
  'inventory.manage_locations',
  'inventory.adjust',
  'inventory.move',
  'inventory.hold',
  'inventory.found',
  'inventory.count',
  'ledger.read',
  'ledger.reverse',
  'ledger.post',
  'ledger.close_period',
  'warehouse.read',
  'warehouse.receive',
  'warehouse.release',
  'warehouse.pick',
  'warehouse.pack',
  'warehouse.ship',
  'warehouse.return',
  'warehouse.claim',
  'warehouse.inspect',
  'carriers.read',
  'carriers.manage',
  'orders.read',
  'orders.place',
  'orders.merge',
  'orders.cancel',
  'orders.change',
  'orders.pay',
  'orders.hold',
  'orders.return',
  'orders.manage_channels',
  'automation.read',
  'automation.manage',
  'billing.read',
  'billing.vouchers',
  'billing.remit',
  'billing.write_off',
  'imports.read',
  'imports.run',
  'exports.run',
  'lists.use',
  'lists.share',
  'messaging.read',
  'messaging.send',
  'messaging.manage',
  'reports.read',
  'reports.verify',
] as const

export type Permission = (typeof PERMISSIONS)[number]

export const ROLES = ['owner', 'operations', 'warehouse', 'support', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/** What everyone may: read, but not the audit trail, and arrange their own lists. */
const READ = PERMISSIONS.filter((permission) => (permission.endsWith('.read') && permission !== 'audit.read') || permission === 'lists.use')

/** The permission set of each role. The one place that says who may what. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, ReadonlySet<string>>> = {
  owner: new Set(PERMISSIONS),
  operations: new Set(PERMISSIONS.filter((permission) => !permission.startsWith('identity.manage_'))),
  warehouse: new Set([
    ...READ,
    'parties.write_notes',
    ...PERMISSIONS.filter((permission) => permission.startsWith('inventory.') || permission.startsWith('warehouse.')),
  ]),
  support: new Set([
    ...READ,
    'parties.write_notes',
    'orders.place',
    'orders.cancel',
    'orders.change',
    'orders.hold',
    'orders.pay',
    'orders.return',
    'warehouse.return',
    'messaging.send',
  ]),
  viewer: new Set(READ),
}

/** Whether a text names a role. */
export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text)
}

/**
 * The permissions that an API key's scopes amount to. A scope is a permission, `room.*`, `read` (every `room.read`,
 * the audit trail excepted) or a role's name.
 */
export function permissionsOfScopes(scopes: readonly string[]): ReadonlySet<string> {
  return new Set(scopes.flatMap((scope) => [...expandScope(scope)]))
}

/** Whether a scope stands for at least one permission. */
export function isScope(scope: string): boolean {
  return [...expandScope(scope)].length > 0
}

function expandScope(scope: string): Iterable<string> {
  if (scope === 'read') return READ
  if (isRole(scope)) return ROLE_PERMISSIONS[scope]
  if (scope.endsWith('.*')) return PERMISSIONS.filter((permission) => permission.startsWith(scope.slice(0, -1)))
  return PERMISSIONS.filter((permission) => permission === scope)
}
