export { ImportsPage } from './imports-page.tsx'
export { ImportRunPage } from './import-run-page.tsx'
export { OpeningPage, OpeningsPage } from './opening-page.tsx'
