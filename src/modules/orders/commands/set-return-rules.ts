import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { invalidField } from '../../../kernel/errors.ts'
import { exactly } from '../../../kernel/schema.ts'
import { findWarehouses } from '../../inventory/index.ts'

/** Sets when returns are approved by themselves and where they are sent. @throws `kernel.invalid_input` for an unknown warehouse */
export const setReturnPolicy = defineCommand({
  name: 'orders.set_return_policy',
  permission: 'orders.manage_channels',
  summary: 'Set when returns are approved by themselves and where they go',
  input: exactly({
    window_days: Type.Integer({ minimum: 0, maximum: 3650 }),
    auto_approve: Type.Boolean(),
    warehouse_code: Type.Optional(Type.String({ minLength: 1, maxLength: 20 })),
  }),
  output: exactly({ window_days: Type.Integer(), auto_approve: Type.Boolean() }),

  async run({ tx, ctx, emit }, { window_days, auto_approve, warehouse_code }) {
    const [warehouse] = await findWarehouses(tx, ctx.orgId, { codes: warehouse_code === undefined ? [] : [warehouse_code] })
    if (warehouse_code !== undefined && warehouse === undefined)
      throw invalidField('/warehouse_code', 'unknown_warehouse', 'names no warehouse of this organization; give the code of one')
    await sql`
      insert into orders.return_policy (org_id, window_days, auto_approve, warehouse_id) values (${ctx.orgId}, ${window_days}, ${auto_approve}, ${warehouse?.id ?? null}::uuid)
      on conflict (org_id) do update set window_days = excluded.window_days, auto_approve = excluded.auto_approve, warehouse_id = excluded.warehouse_id, version = orders.return_policy.version + 1`.execute(
      tx,
    )
    const { rows } = await sql<{
      id: string
    }>`select id from orders.sourcing_policy where org_id = ${ctx.orgId} and channel_id is null`.execute(tx)
    emit({
      type: 'orders.return_policy_set',
      documentType: 'return_policy',
      documentId: rows[0]?.id ?? '',
      payload: { window_days, auto_approve, warehouse_id: warehouse?.id ?? null },
    })
    return { window_days, auto_approve }
  },
})

/** Adds a return reason or changes its name, fee and whether it is offered. */
export const saveReturnReason = defineCommand({
  name: 'orders.save_return_reason',
  permission: 'orders.manage_channels',
  summary: 'Add or change a return reason',
  input: exactly({
    code: Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' }),
    name: Type.String({ minLength: 1, maxLength: 100 }),
    restocking_fee_ppm: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
    is_active: Type.Optional(Type.Boolean()),
  }),
  output: exactly({ code: Type.String() }),

  async run({ tx, ctx, emit }, { code, name, restocking_fee_ppm = 0, is_active = true }) {
    await sql`
      insert into orders.return_reason (org_id, code, name, restocking_fee_ppm, is_active) values (${ctx.orgId}, ${code}, ${name}, ${restocking_fee_ppm}, ${is_active})
      on conflict (org_id, code) do update set name = excluded.name, restocking_fee_ppm = excluded.restocking_fee_ppm, is_active = excluded.is_active`.execute(
      tx,
    )
    const { rows } = await sql<{
      id: string
    }>`select id from orders.sourcing_policy where org_id = ${ctx.orgId} and channel_id is null`.execute(tx)
    emit({
      type: 'orders.return_reason_saved',
      documentType: 'return_policy',
      documentId: rows[0]?.id ?? '',
      payload: { code, restocking_fee_ppm, is_active },
    })
    return { code }
  },
})
