export { AutomationSettings } from './automation-settings.tsx'
