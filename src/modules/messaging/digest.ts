import mustache from 'mustache'
import type { AlertKind } from './alert.ts'
import { type MessageLanguage, templateInCyrillic } from './language.ts'
import { asPage, oneLine, type RenderedMessage } from './template.ts'

const ENGLISH: Readonly<Record<AlertKind, string>> = {
  low_stock: 'Low stock: {{sku}} {{name}} in {{warehouse}}: {{available}} available, threshold {{threshold}}',
  verify_fault: 'The numbers do not agree: {{checks}}. See the proof in Tefter.',
  import_failed: 'An import failed: {{file}}, {{bad}} of {{total}} rows are bad',
  webhook_failed: 'Webhooks to {{host}} fail{{#disabled}}; the endpoint was switched off{{/disabled}}',
  notice: '{{message}} (rule {{rule}})',
}
const SERBIAN: Readonly<Record<AlertKind, string>> = {
  low_stock: 'Malo zaliha: {{sku}} {{name}} u {{warehouse}}: dostupno {{available}}, prag {{threshold}}',
  verify_fault: 'Brojevi se ne slažu: {{checks}}. Pogledajte proveru u Tefteru.',
  import_failed: 'Uvoz nije uspeo: {{file}}, neispravnih redova {{bad}} od {{total}}',
  webhook_failed: 'Slanje na {{host}} ne uspeva{{#disabled}}; odredište je isključeno{{/disabled}}',
  notice: '{{message}} (pravilo {{rule}})',
}
const SUBJECT = { en: '{{organization}}: {{count}} to look at', 'sr-Latn': '{{organization}}: za pregled {{count}}' }
const MORE = { en: 'and {{more}} more', 'sr-Latn': 'i još {{more}}' }

/** One alert as a sentence. */
export function alertSentence(kind: AlertKind, facts: Readonly<Record<string, string | number>>, language: MessageLanguage): string {
  const words = language === 'en' ? ENGLISH[kind] : language === 'sr-Latn' ? SERBIAN[kind] : templateInCyrillic(SERBIAN[kind])
  return oneLine(mustache.render(words, facts, {}, { escape: String }))
}

/** Several alerts as one message to a colleague. */
export function digestOf(
  alerts: readonly { kind: AlertKind; facts: Readonly<Record<string, string | number>> }[],
  about: { more: number; organization: string; language: MessageLanguage },
): RenderedMessage {
  const { more, organization, language } = about
  const say = (words: { en: string; 'sr-Latn': string }): string =>
    language === 'en' ? words.en : language === 'sr-Latn' ? words['sr-Latn'] : templateInCyrillic(words['sr-Latn'])
  const sentences = alerts.map(({ kind, facts }) => alertSentence(kind, facts, language))
  if (more > 0) sentences.push(mustache.render(say(MORE), { more }))
  const subject = mustache.render(say(SUBJECT), { organization, count: alerts.length + more }, {}, { escape: String })
  return {
    subject: oneLine(subject),
    html: asPage(mustache.render('<ul>{{#sentences}}<li>{{.}}</li>{{/sentences}}</ul>', { sentences }), language),
    text: `${sentences.map((sentence) => `- ${sentence}`).join('\n')}\n`,
  }
}
