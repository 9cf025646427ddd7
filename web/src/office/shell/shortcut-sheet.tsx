import { Kbd, Modal, Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { DESTINATIONS } from './navigation.ts'

const KEYS = [
  ['Ctrl K', 'shortcuts.search'],
  ['[', 'shortcuts.toggle'],
  ['/', 'shortcuts.filter'],
  ['J  K', 'shortcuts.move'],
  ['Home  End', 'shortcuts.pages'],
  ['X', 'shortcuts.select'],
  ['Enter', 'shortcuts.open'],
  ['Space', 'shortcuts.peek'],
  ['E', 'shortcuts.edit'],
  ['Esc', 'shortcuts.close'],
  ['Enter', 'shortcuts.scan'],
  ['?', 'shortcuts.title'],
] as const

/** All keys of the office. */
export function ShortcutSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal opened={opened} onClose={onClose} title={t('shortcuts.title')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Table>
        <Table.Tbody>
          {KEYS.map(([keys, label]) => (
            <KeyRow key={label} keys={keys} label={t(label)} />
          ))}
          {DESTINATIONS.map((one) => (
            <KeyRow key={one.id} keys={`G ${one.letter.toUpperCase()}`} label={t('shortcuts.goTo', { name: t(`nav.${one.id}`) })} />
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  )
}

function KeyRow({ keys, label }: { keys: string; label: string }) {
  return (
    <Table.Tr>
      <Table.Td>{label}</Table.Td>
      <Table.Td ta="right">
        <Kbd>{keys}</Kbd>
      </Table.Td>
    </Table.Tr>
  )
}
