import { provisionLedger } from '../modules/ledger/index.ts'
import type { Provisioner } from './provision-organization.ts'

/** Every room's standard rows, in the order they build on each other. */
export const provisioners: readonly Provisioner[] = [(run) => provisionLedger(run.tx, run.ctx.orgId)]
