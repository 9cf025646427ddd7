import { ActionIcon, Badge, Menu, Tooltip, UnstyledButton } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { spotlight } from '@mantine/spotlight'
import { IconDots, IconKeyboard, IconLayoutSidebar, IconLogout, IconSearch } from '@tabler/icons-react'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, chooseOrganization } from '../../api/client.ts'
import { useOverview, useSession } from '../../api/queries.ts'
import { useFormat } from '../../kit/format.ts'
import { notifyProblem } from '../../kit/notify.ts'
import { dropAllDrafts } from '../../kit/use-draft.ts'
import { paths } from '../../paths.ts'
import { BulkProgress } from './bulk-progress.tsx'
import { DESTINATIONS, destinationOf, type Destination } from './navigation.ts'
import { NotificationBell } from './notification-bell.tsx'
import { LanguageMenu, ThemeMenu } from './preferences.tsx'
import { SearchEverything } from './search-everything.tsx'
import { ShellFooter } from './shell-footer.tsx'
import { ShortcutSheet } from './shortcut-sheet.tsx'
import { useShellKeys } from './shell-keys.ts'
import classes from './shell.module.css'

/** The frame of the office: navigation by job, search, footer; a bottom bar instead on phones. */
export function Shell() {
  const { t } = useTranslation()
  const [collapsed, setCollapsed] = useLocalStorage({ key: 'tefter-navigation', defaultValue: false })
  const [sheet, setSheet] = useState(false)
  useShellKeys({ onToggle: () => setCollapsed((was) => !was), onSheet: () => setSheet(true) })
  return (
    <div className={classes.shell} data-collapsed={collapsed || undefined}>
      <a className={classes.skip} href="#main">
        {t('shell.skip')}
      </a>
      <SideNavigation collapsed={collapsed} />
      <header className={classes.top}>
        <Tooltip label={`${t('shell.toggle')}  [`}>
          <ActionIcon
            className={classes.wide}
            variant="subtle"
            color="gray"
            aria-label={t('shell.toggle')}
            onClick={() => setCollapsed((was) => !was)}
          >
            <IconLayoutSidebar size={18} />
          </ActionIcon>
        </Tooltip>
        <Place />
        <UnstyledButton className={classes.searchButton} onClick={() => spotlight.open()} aria-label={t('shell.search')}>
          <IconSearch size={15} aria-hidden="true" />
          <span>{t('shell.search')}</span>
          <kbd>Ctrl K</kbd>
        </UnstyledButton>
        <ActionIcon
          className={classes.wide}
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('shortcuts.title')}
          onClick={() => setSheet(true)}
        >
          <IconKeyboard size={19} />
        </ActionIcon>
        <BulkProgress />
        <NotificationBell />
        <LanguageMenu />
        <ThemeMenu />
        <PersonMenu />
      </header>
      <main id="main" className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
      <ShellFooter />
      <BottomBar />
      <SearchEverything />
      <ShortcutSheet opened={sheet} onClose={() => setSheet(false)} />
    </div>
  )
}

function useDestinations(): readonly Destination[] {
  const { permissions } = useSession()
  return DESTINATIONS.filter((one) => one.permission === undefined || permissions.includes(one.permission))
}

function SideNavigation({ collapsed }: { collapsed: boolean }) {
  const { t } = useTranslation()
  const { organization } = useSession()
  return (
    <nav className={classes.side} aria-label={t('shell.navigation')}>
      <div className={classes.brand}>
        <img src="/icon.svg" alt="" width={22} height={22} />
        {collapsed ? null : <span>{t('app.name')}</span>}
      </div>
      <ul>
        {useDestinations().map((one) => (
          <li key={one.id} data-apart={one.id === 'settings' || undefined}>
            <NavigationLink destination={one} collapsed={collapsed} />
          </li>
        ))}
      </ul>
      <div className={classes.organization} title={organization.name}>
        {collapsed ? organization.name.slice(0, 1) : organization.name}
      </div>
    </nav>
  )
}

function NavigationLink({ destination, collapsed }: { destination: Destination; collapsed: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { pathname } = useLocation()
  const overview = useOverview()
  const count = overview.data === undefined ? 0 : (destination.count?.(overview.data) ?? 0)
  const name = t(`nav.${destination.id}`)
  const here = destinationOf(pathname)?.id === destination.id
  return (
    <Tooltip label={name} position="right" disabled={!collapsed}>
      <Link
        to={destination.to}
        aria-current={here ? 'page' : undefined}
        aria-label={count > 0 ? t('nav.withCount', { name, count }) : name}
      >
        <destination.icon size={18} stroke={1.7} aria-hidden="true" />
        {collapsed ? null : <span>{name}</span>}
        {count > 0 ? (
          <Badge className={classes.count ?? ''} size="sm" variant="transparent" color="gray">
            {format.number(count)}
          </Badge>
        ) : null}
      </Link>
    </Tooltip>
  )
}

function Place() {
  const { t } = useTranslation()
  const here = destinationOf(useLocation().pathname)
  return <span className={classes.place}>{here === undefined ? t('app.name') : <Link to={here.to}>{t(`nav.${here.id}`)}</Link>}</span>
}

function PersonMenu() {
  const { t } = useTranslation()
  const session = useSession()
  const signOut = async () => {
    try {
      await call('DELETE', '/v1/session')
      dropAllDrafts()
      // A new page, so that nothing of this person stays in memory.
      window.location.assign(paths.signIn())
    } catch (error) {
      notifyProblem(error, t)
    }
  }
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton className={classes.person} aria-label={t('shell.person', { name: session.user.name })}>
          {initials(session.user.name)}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{`${session.user.name} · ${t(`role.${session.role}`)}`}</Menu.Label>
        {session.organizations.length < 2
          ? null
          : session.organizations.map((one) => (
              <Menu.Item
                key={one.id}
                onClick={() => {
                  chooseOrganization(String(one.id))
                  window.location.assign(paths.home())
                }}
              >
                {one.name}
              </Menu.Item>
            ))}
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void signOut()}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function initials(name: string): string {
  const parts = name.split(/\s+/).filter(Boolean)
  return `${parts[0]?.[0] ?? '?'}${parts.length > 1 ? (parts.at(-1)?.[0] ?? '') : ''}`.toUpperCase()
}

function BottomBar() {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const places = useDestinations()
  const here = destinationOf(pathname)?.id
  return (
    <nav className={classes.bottom} aria-label={t('shell.navigation')}>
      {places
        .filter((one) => one.phone)
        .map((one) => (
          <Link key={one.id} to={one.to} aria-current={here === one.id ? 'page' : undefined}>
            <one.icon size={20} stroke={1.7} aria-hidden="true" />
            <span>{t(`nav.${one.id}`)}</span>
          </Link>
        ))}
      <Menu position="top-end">
        <Menu.Target>
          <UnstyledButton>
            <IconDots size={20} aria-hidden="true" />
            <span>{t('nav.more')}</span>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {places
            .filter((one) => !one.phone)
            .map((one) => (
              <Menu.Item key={one.id} component={Link} to={one.to} leftSection={<one.icon size={16} />}>
                {t(`nav.${one.id}`)}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
    </nav>
  )
}
