import { Button, Tabs } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../api/queries.ts'
import { Page } from '../../kit/page.tsx'
import { paths } from '../../paths.ts'
import { AutomationSettings } from '../automation/index.ts'
import { AlertSettings } from './alert-settings.tsx'
import { ApiKeySettings } from './api-key-settings.tsx'
import { CarrierSettings } from './carrier-settings.tsx'
import { ChannelSettings } from './channel-settings.tsx'
import { OrganizationSettings } from './organization-settings.tsx'
import { ReturnSettings } from './return-settings.tsx'
import { SecuritySettings } from './security-settings.tsx'
import { SourcingSettings } from './sourcing-settings.tsx'
import { TaxSettings } from './tax-settings.tsx'
import { MessageSettings } from './telling/message-settings.tsx'
import { WebhookSettings } from './telling/webhook-settings.tsx'
import { ThresholdSettings } from './threshold-settings.tsx'
import { UserSettings } from './user-settings.tsx'
import { WarehouseSettings } from './warehouse-settings.tsx'

const TABS = [
  { id: 'organization', component: OrganizationSettings },
  { id: 'security', component: SecuritySettings },
  { id: 'users', component: UserSettings, permission: 'identity.manage_users' },
  { id: 'keys', component: ApiKeySettings, permission: 'identity.manage_keys' },
  { id: 'warehouses', component: WarehouseSettings, permission: 'inventory.read' },
  { id: 'carriers', component: CarrierSettings, permission: 'carriers.read' },
  { id: 'channels', component: ChannelSettings, permission: 'orders.read' },
  { id: 'sourcing', component: SourcingSettings, permission: 'orders.read' },
  { id: 'returns', component: ReturnSettings, permission: 'orders.read' },
  { id: 'thresholds', component: ThresholdSettings, permission: 'inventory.read' },
  { id: 'taxes', component: TaxSettings, permission: 'catalog.read' },
  { id: 'automation', component: AutomationSettings, permission: 'automation.read' },
  { id: 'messages', component: MessageSettings, permission: 'messaging.read' },
  { id: 'alerts', component: AlertSettings, permission: 'messaging.read' },
  { id: 'webhooks', component: WebhookSettings, permission: 'messaging.read' },
] as const

/** Settings of the organization, one tab a subject; a person sees what the role may. */
export function SettingsPage() {
  const { t } = useTranslation()
  const { permissions } = useSession()
  const navigate = useNavigate()
  const { tab } = useSearch({ strict: false }) as { tab?: string }
  const tabs = TABS.filter((one) => !('permission' in one) || permissions.includes(one.permission))
  const current = tabs.find((one) => one.id === tab) ?? TABS[0]
  return (
    <Page title={t('nav.settings')} actions={permissions.includes('audit.read') ? <AuditLink /> : undefined}>
      <Tabs
        value={current.id}
        onChange={(next) => void navigate({ to: '.', search: { tab: next } as never, replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {tabs.map((one) => (
            <Tabs.Tab key={one.id} value={one.id}>
              {t(`settings.${one.id}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((one) => (
          <Tabs.Panel key={one.id} value={one.id}>
            <one.component />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  )
}

function AuditLink() {
  const { t } = useTranslation()
  return (
    <Button component={Link} to={paths.audit()} variant="default">
      {t('audit.title')}
    </Button>
  )
}
