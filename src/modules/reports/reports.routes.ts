import { customRoute, queryRoute, type Route } from '../../kernel/http/index.ts'
import { exactly } from '../../kernel/schema.ts'
import { getItemOutlook } from './queries/get-item-outlook.ts'
import { getOverview } from './queries/get-overview.ts'
import { getSales } from './queries/get-sales.ts'
import { getVerification } from './queries/get-verification.ts'
import { listAttention } from './queries/list-attention.ts'
import { listItemSales } from './queries/list-item-sales.ts'
import { listVerifications } from './queries/list-verifications.ts'
import { VerificationAnswer } from './verification.ts'
import { verify } from './verify.ts'

const tag = 'Proof'

/** Verification over HTTP. */
export const reportsRoutes: Route[] = [
  queryRoute(getOverview, { path: '/v1/overview', tag: 'Reports' }),
  queryRoute(listAttention, { path: '/v1/attention', tag: 'Reports' }),
  queryRoute(getSales, { path: '/v1/reports/sales', tag: 'Reports' }),
  queryRoute(listItemSales, { path: '/v1/reports/items', tag: 'Reports' }),
  queryRoute(getItemOutlook, { path: '/v1/items/:item_id/outlook', tag: 'Reports' }),
  queryRoute(listVerifications, { path: '/v1/verifications', tag }),
  queryRoute(getVerification, { path: '/v1/verification', tag }),
  customRoute({
    method: 'POST',
    path: '/v1/verification',
    tag,
    name: 'reports.verify',
    summary: 'Verify every number now',
    permission: 'reports.verify',
    input: exactly({}),
    output: VerificationAnswer,
    run: ({ system, ctx }) => verify(system, ctx),
  }),
]
