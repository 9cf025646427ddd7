import { customRoute, queryRoute, type Route } from '../../kernel/http/index.ts'
import { exactly } from '../../kernel/schema.ts'
import { getOverview } from './queries/get-overview.ts'
import { getVerification } from './queries/get-verification.ts'
import { VerificationAnswer } from './verification.ts'
import { verify } from './verify.ts'

const tag = 'Proof'

/** Verification over HTTP. */
export const reportsRoutes: Route[] = [
  queryRoute(getOverview, { path: '/v1/overview', tag: 'Reports' }),
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
