import { type MessageLanguage, templateInCyrillic } from './language.ts'
import type { CustomerKind } from './message-kind.ts'

/** A message's words: mustache templates. `html` is the body, without the page around it. */
export interface TemplateWords {
  subject: string
  html: string
  text: string
}

const LINES_HTML =
  '<table role="presentation">{{#lines}}<tr><td>{{quantity}} ×</td><td>{{name}}</td><td align="right">{{amount}}</td></tr>{{/lines}}</table>'
const LINES_TEXT = '{{#lines}}{{quantity}} × {{name}}  {{amount}}\n{{/lines}}'
const PARCELS_HTML =
  '{{#parcels}}<p>{{carrier}} {{#tracking_url}}<a href="{{tracking_url}}">{{tracking_number}}</a>{{/tracking_url}}{{^tracking_url}}{{tracking_number}}{{/tracking_url}}</p>{{/parcels}}'
const PARCELS_TEXT = '{{#parcels}}{{carrier}} {{tracking_number}} {{tracking_url}}\n{{/parcels}}'

const ENGLISH: Readonly<Record<CustomerKind, TemplateWords>> = {
  order_received: {
    subject: 'We have your order {{order_number}}',
    html: `<h1>Thank you, {{first_name}}</h1><p>We have your order {{order_number}} of {{order_date}}.</p>${LINES_HTML}<p>Total: <strong>{{total}}</strong></p>{{#promised_on}}<p>We expect to send it by {{promised_on}}.</p>{{/promised_on}}<p><a href="{{tracking_page_url}}">Follow your order</a></p><p>{{shop_name}}</p>`,
    text: `Thank you, {{first_name}}.\n\nWe have your order {{order_number}} of {{order_date}}.\n\n${LINES_TEXT}\nTotal: {{total}}\n{{#promised_on}}We expect to send it by {{promised_on}}.\n{{/promised_on}}\nFollow your order: {{tracking_page_url}}\n\n{{shop_name}}\n`,
  },
  shipped: {
    subject: 'Your order {{order_number}} is on its way',
    html: `<h1>It is on its way</h1><p>{{first_name}}, we have sent this part of your order {{order_number}}:</p>${LINES_HTML}${PARCELS_HTML}<p><a href="{{tracking_page_url}}">Follow your order</a></p><p>{{shop_name}}</p>`,
    text: `{{first_name}}, we have sent this part of your order {{order_number}}:\n\n${LINES_TEXT}\n${PARCELS_TEXT}\nFollow your order: {{tracking_page_url}}\n\n{{shop_name}}\n`,
  },
  delayed: {
    subject: 'Your order {{order_number}} comes later than we said',
    html: `<h1>Later than we said</h1><p>{{first_name}}, your order {{order_number}} takes longer.{{#promised_before}} We had promised {{promised_before}}.{{/promised_before}}{{#promised_on}} We now expect to send it by <strong>{{promised_on}}</strong>.{{/promised_on}}</p><p>We are sorry. If that is too late for you, answer this message.</p><p><a href="{{tracking_page_url}}">Follow your order</a></p><p>{{shop_name}}</p>`,
    text: `{{first_name}}, your order {{order_number}} takes longer.{{#promised_before}} We had promised {{promised_before}}.{{/promised_before}}{{#promised_on}} We now expect to send it by {{promised_on}}.{{/promised_on}}\n\nWe are sorry. If that is too late for you, answer this message.\n\nFollow your order: {{tracking_page_url}}\n\n{{shop_name}}\n`,
  },
  ready: {
    subject: 'Your order {{order_number}} is ready to collect',
    html: `<h1>Ready to collect</h1><p>{{first_name}}, your order {{order_number}} waits for you at {{pickup_name}}, {{pickup_address}}.</p>${LINES_HTML}<p>Bring the order number.</p><p>{{shop_name}}</p>`,
    text: `{{first_name}}, your order {{order_number}} waits for you at {{pickup_name}}, {{pickup_address}}.\n\n${LINES_TEXT}\nBring the order number.\n\n{{shop_name}}\n`,
  },
  refunded: {
    subject: 'We have refunded {{refund_amount}} of your order {{order_number}}',
    html: `<h1>Your refund</h1><p>{{first_name}}, we have refunded <strong>{{refund_amount}}</strong> of your order {{order_number}}. Your bank may take some days to show it.</p><p>{{shop_name}}</p>`,
    text: `{{first_name}}, we have refunded {{refund_amount}} of your order {{order_number}}. Your bank may take some days to show it.\n\n{{shop_name}}\n`,
  },
}

const SERBIAN: Readonly<Record<CustomerKind, TemplateWords>> = {
  order_received: {
    subject: 'Primili smo porudžbinu {{order_number}}',
    html: `<h1>Hvala, {{first_name}}</h1><p>Primili smo vašu porudžbinu {{order_number}} od {{order_date}}</p>${LINES_HTML}<p>Ukupno: <strong>{{total}}</strong></p>{{#promised_on}}<p>Očekujemo da je pošaljemo do {{promised_on}}</p>{{/promised_on}}<p><a href="{{tracking_page_url}}">Pratite porudžbinu</a></p><p>{{shop_name}}</p>`,
    text: `Hvala, {{first_name}}.\n\nPrimili smo vašu porudžbinu {{order_number}} od {{order_date}}\n\n${LINES_TEXT}\nUkupno: {{total}}\n{{#promised_on}}Očekujemo da je pošaljemo do {{promised_on}}\n{{/promised_on}}\nPratite porudžbinu: {{tracking_page_url}}\n\n{{shop_name}}\n`,
  },
  shipped: {
    subject: 'Porudžbina {{order_number}} je poslata',
    html: `<h1>Na putu je</h1><p>{{first_name}}, poslali smo ovaj deo vaše porudžbine {{order_number}}:</p>${LINES_HTML}${PARCELS_HTML}<p><a href="{{tracking_page_url}}">Pratite porudžbinu</a></p><p>{{shop_name}}</p>`,
    text: `{{first_name}}, poslali smo ovaj deo vaše porudžbine {{order_number}}:\n\n${LINES_TEXT}\n${PARCELS_TEXT}\nPratite porudžbinu: {{tracking_page_url}}\n\n{{shop_name}}\n`,
  },
  delayed: {
    subject: 'Porudžbina {{order_number}} stiže kasnije',
    html: `<h1>Stiže kasnije</h1><p>{{first_name}}, vaša porudžbina {{order_number}} kasni.{{#promised_before}} Obećali smo {{promised_before}}{{/promised_before}}{{#promised_on}} Sada očekujemo da je pošaljemo do <strong>{{promised_on}}</strong>{{/promised_on}}</p><p>Izvinite. Ako vam je to prekasno, odgovorite na ovu poruku.</p><p><a href="{{tracking_page_url}}">Pratite porudžbinu</a></p><p>{{shop_name}}</p>`,
    text: `{{first_name}}, vaša porudžbina {{order_number}} kasni.{{#promised_before}} Obećali smo {{promised_before}}{{/promised_before}}{{#promised_on}} Sada očekujemo da je pošaljemo do {{promised_on}}{{/promised_on}}\n\nIzvinite. Ako vam je to prekasno, odgovorite na ovu poruku.\n\nPratite porudžbinu: {{tracking_page_url}}\n\n{{shop_name}}\n`,
  },
  ready: {
    subject: 'Porudžbina {{order_number}} je spremna za preuzimanje',
    html: `<h1>Spremno za preuzimanje</h1><p>{{first_name}}, vaša porudžbina {{order_number}} vas čeka: {{pickup_name}}, {{pickup_address}}.</p>${LINES_HTML}<p>Ponesite broj porudžbine.</p><p>{{shop_name}}</p>`,
    text: `{{first_name}}, vaša porudžbina {{order_number}} vas čeka: {{pickup_name}}, {{pickup_address}}.\n\n${LINES_TEXT}\nPonesite broj porudžbine.\n\n{{shop_name}}\n`,
  },
  refunded: {
    subject: 'Vratili smo {{refund_amount}} za porudžbinu {{order_number}}',
    html: `<h1>Povraćaj novca</h1><p>{{first_name}}, vratili smo <strong>{{refund_amount}}</strong> za porudžbinu {{order_number}}. Banci može trebati nekoliko dana da ga prikaže.</p><p>{{shop_name}}</p>`,
    text: `{{first_name}}, vratili smo {{refund_amount}} za porudžbinu {{order_number}}. Banci može trebati nekoliko dana da ga prikaže.\n\n{{shop_name}}\n`,
  },
}

/** The built-in words of a message; Cyrillic is transliterated from Latin. */
export function defaultTemplate(kind: CustomerKind, language: MessageLanguage): TemplateWords {
  if (language === 'en') return ENGLISH[kind]
  const { subject, html, text } = SERBIAN[kind]
  return language === 'sr-Latn'
    ? SERBIAN[kind]
    : { subject: templateInCyrillic(subject), html: templateInCyrillic(html), text: templateInCyrillic(text) }
}
