export { allChecks, type Check, type CheckRun } from './checks.ts'
export { getVerification } from './queries/get-verification.ts'
export { reportsRoutes } from './reports.routes.ts'
export { type Verification, verify } from './verify.ts'
