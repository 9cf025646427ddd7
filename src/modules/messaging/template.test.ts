import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultTemplate } from './default-templates.ts'
import { MESSAGE_LANGUAGES, messageLanguage, templateInCyrillic } from './language.ts'
import { CUSTOMER_KINDS, sampleFacts } from './message-kind.ts'
import { renderTemplate, templateProblems } from './template.ts'

const words = (change: Partial<{ subject: string; html: string; text: string }>) => ({
  subject: 'S',
  html: '<p>H</p>',
  text: 'T',
  ...change,
})
const facts = sampleFacts('en', 'Potter & Co')

describe('built-in words', () => {
  for (const kind of CUSTOMER_KINDS)
    for (const language of MESSAGE_LANGUAGES)
      test(`${kind} in ${language} is a valid template and fills`, () => {
        const template = defaultTemplate(kind, language)
        expect(templateProblems(template)).toEqual([])
        const message = renderTemplate(template, sampleFacts(language, 'Potter'), language)
        expect(message.subject).toContain('10482')
        expect(`${message.subject}${message.html}${message.text}`).not.toMatch(/\{\{|undefined|\[object/)
        expect(message.html).toContain(`lang="${language}"`)
      })

  test('Cyrillic leaves placeholders and tags alone', () => {
    expect(templateInCyrillic('<p class="n">Njegova porudžbina {{order_number}} &amp; džep</p>')).toBe(
      '<p class="n">Његова поруџбина {{order_number}} &amp; џеп</p>',
    )
  })
})

describe('what a template may not do', () => {
  test.each([
    ['an unknown name', { text: '{{password}}' }, '/text', 'names password, which is not a variable'],
    ['a name outside its list', { html: '{{sku}}' }, '/html', 'names sku outside of {{#lines}} … {{/lines}}'],
    ['a partial', { html: '{{> other}}' }, '/html', 'holds a partial ({{> …}}); write its text here instead'],
    ['other delimiters', { text: '{{=<% %>=}}' }, '/text', 'changes the delimiters ({{= … =}}); keep {{ and }}'],
    ['an unescaped value in HTML', { html: '{{{first_name}}}' }, '/html', 'shows first_name unescaped; write {{first_name}}'],
    ['an open section', { text: '{{#lines}}' }, '/text', expect.stringContaining('cannot be read')],
    ['a constructor', { subject: '{{constructor}}' }, '/subject', 'names constructor, which is not a variable'],
  ])('%s', (_name, change, pointer, message) => {
    expect(templateProblems(words(change))).toEqual([{ pointer, code: 'messaging.template_invalid', message }])
  })
})

test('values are escaped in HTML and left as they are in text; a subject is one line', () => {
  const evil = { ...facts, first_name: '<script>alert("x")</script>\r\nBcc: all@example.com' }
  const message = renderTemplate(words({ subject: 'Hi {{first_name}}', html: '<p>{{first_name}}</p>', text: '{{first_name}}' }), evil, 'en')
  expect(message.html).not.toContain('<script>')
  expect(message.text).toContain('<script>')
  expect(message.subject).toBe('Hi <script>alert("x")</script> Bcc: all@example.com')
})

test('whatever stands in a name, HTML stays what the template wrote and the subject one line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
      const message = renderTemplate(
        words({ subject: '{{first_name}}', html: '<p>{{first_name}}</p>' }),
        { ...facts, first_name: name },
        'en',
      )
      const inside = /<body><p>(.*)<\/p><\/body>/s.exec(message.html)?.[1]
      expect(inside).not.toMatch(/[<>"]/)
      // oxlint-disable-next-line no-control-regex -- none may be left
      expect(message.subject).not.toMatch(/[\u0000-\u001f\u007f]/)
    }),
  )
})

test('the language follows the address unless the sender fixes it', () => {
  expect(messageLanguage('auto', 'RS', 'en')).toBe('sr-Latn')
  expect(messageLanguage('auto', 'BA', 'sr-Cyrl')).toBe('sr-Cyrl')
  expect(messageLanguage('auto', 'DE', 'sr-Latn')).toBe('en')
  expect(messageLanguage('sr-Latn', 'DE', 'en')).toBe('sr-Latn')
})
