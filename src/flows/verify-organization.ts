export { type Verification, verify as verifyOrganization } from '../modules/reports/index.ts'
