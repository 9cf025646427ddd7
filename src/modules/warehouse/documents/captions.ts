/** Words on packing slips and pick lists, by language. */

import type { DocumentLocale } from '../../carriers/index.ts'

export type DocumentCaptions = {
  readonly packingSlip: string
  readonly pickList: string
  readonly shipTo: string
  readonly order: string
  readonly orders: string
  readonly channel: string
  readonly date: string
  readonly shipment: string
  readonly warehouse: string
  readonly lines: string
  readonly shipments: string
  readonly sku: string
  readonly item: string
  readonly ordered: string
  readonly shippedHere: string
  readonly remaining: string
  readonly notes: string
  readonly page: string
  readonly of: string
  readonly bin: string
  readonly quantity: string
  readonly lot: string
  readonly pickedBy: string
  readonly continued: string
}

/** Captions by language; a language that lacks one does not compile. */
export const documentCaptions: Record<DocumentLocale, DocumentCaptions> = {
  en: {
    packingSlip: 'Packing slip',
    pickList: 'Pick list',
    shipTo: 'Ship to',
    order: 'Order',
    orders: 'Orders',
    channel: 'Channel',
    date: 'Date',
    shipment: 'Shipment',
    warehouse: 'Warehouse',
    lines: 'Lines',
    shipments: 'Shipments',
    sku: 'SKU',
    item: 'Item',
    ordered: 'Ordered',
    shippedHere: 'In this shipment',
    remaining: 'Remaining',
    notes: 'Notes',
    page: 'Page',
    of: 'of',
    bin: 'Bin',
    quantity: 'Quantity',
    lot: 'Lot',
    pickedBy: 'Picked by',
    continued: 'continued',
  },
  'sr-Latn': {
    packingSlip: 'Pakovna lista',
    pickList: 'Nalog za komisioniranje',
    shipTo: 'Primalac',
    order: 'Porudžbina',
    orders: 'Porudžbine',
    channel: 'Kanal',
    date: 'Datum',
    shipment: 'Pošiljka',
    warehouse: 'Magacin',
    lines: 'Stavke',
    shipments: 'Pošiljke',
    sku: 'Šifra',
    item: 'Artikal',
    ordered: 'Naručeno',
    shippedHere: 'U ovoj pošiljci',
    remaining: 'Preostaje',
    notes: 'Napomene',
    page: 'Strana',
    of: 'od',
    bin: 'Lokacija',
    quantity: 'Količina',
    lot: 'Lot',
    pickedBy: 'Prikupio',
    continued: 'nastavak',
  },
  'sr-Cyrl': {
    packingSlip: 'Паковна листа',
    pickList: 'Налог за комисионирање',
    shipTo: 'Прималац',
    order: 'Поруџбина',
    orders: 'Поруџбине',
    channel: 'Канал',
    date: 'Датум',
    shipment: 'Пошиљка',
    warehouse: 'Магацин',
    lines: 'Ставке',
    shipments: 'Пошиљке',
    sku: 'Шифра',
    item: 'Артикал',
    ordered: 'Наручено',
    shippedHere: 'У овој пошиљци',
    remaining: 'Преостаје',
    notes: 'Напомене',
    page: 'Страна',
    of: 'од',
    bin: 'Локација',
    quantity: 'Количина',
    lot: 'Лот',
    pickedBy: 'Прикупио',
    continued: 'наставак',
  },
}
