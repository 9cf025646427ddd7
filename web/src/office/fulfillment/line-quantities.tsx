import { NumberInput, Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ShipmentLine } from '../../api/shapes.ts'

interface LineQuantitiesProps {
  lines: readonly ShipmentLine[]
  most: (line: ShipmentLine) => number
  value: Readonly<Record<string, number>>
  onChange: (value: Record<string, number>) => void
}

/** A quantity for each line of a shipment, at most what it has. */
export function LineQuantities({ lines, most, value, onChange }: LineQuantitiesProps) {
  const { t } = useTranslation()
  return (
    <Table>
      <Table.Tbody>
        {lines
          .filter((line) => most(line) > 0)
          .map((line) => (
            <Table.Tr key={line.id}>
              <Table.Td>{`${line.sku} · ${line.name}`}</Table.Td>
              <Table.Td w={130}>
                <NumberInput
                  aria-label={t('exceptions.quantityOf', { sku: line.sku })}
                  min={0}
                  max={most(line)}
                  clampBehavior="strict"
                  suffix={` / ${most(line)}`}
                  value={value[line.id] ?? 0}
                  onChange={(next) => onChange({ ...value, [line.id]: Number(next) || 0 })}
                />
              </Table.Td>
            </Table.Tr>
          ))}
      </Table.Tbody>
    </Table>
  )
}

/** Lines with a quantity, as the API takes them. */
export function chosenLines(value: Readonly<Record<string, number>>): { line_id: string; quantity: number }[] {
  return Object.entries(value).flatMap(([line_id, quantity]) => (quantity > 0 ? [{ line_id, quantity }] : []))
}

/** What of a line is with the customer: sent, not back, not lost. */
export function withCustomer(line: ShipmentLine): number {
  if (line.supply !== 'stock') return 0
  return line.shipped_quantity - line.returned_quantity - (line.refused_quantity ?? 0) - (line.lost_quantity ?? 0)
}
