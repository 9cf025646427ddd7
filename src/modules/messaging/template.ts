import mustache from 'mustache'
import type { FieldProblem } from '../../kernel/errors.ts'
import type { TemplateWords } from './default-templates.ts'
import { type MessageFacts, VARIABLES } from './message-kind.ts'

// Previews would fill mustache's cache of parsed templates without end.
mustache.templateCache = undefined

/** A message ready to send. */
export interface RenderedMessage {
  subject: string
  /** A whole page. */
  html: string
  text: string
}

/** Longest rendered body, in characters: a template that multiplies its lists is cut short by refusal, not by memory. */
const MAX_RENDERED = 500_000

/**
 * What is wrong with a template: syntax, names that are no variables, and what mustache could do beyond names and sections
 * (partials, other delimiters; unescaped values in HTML). Pointers `/subject`, `/html`, `/text`.
 */
export function templateProblems(words: TemplateWords): FieldProblem[] {
  return (['subject', 'html', 'text'] as const).flatMap((part) =>
    problemsOf(words[part], part === 'html').map((message) => ({ pointer: `/${part}`, code: 'messaging.template_invalid', message })),
  )
}

function problemsOf(template: string, isHtml: boolean): string[] {
  let tokens: Token[]
  try {
    tokens = mustache.parse(template) as unknown as Token[]
  } catch (error) {
    return [`cannot be read: ${error instanceof Error ? error.message : String(error)}`]
  }
  return [...new Set(walk(tokens, null, isHtml))].slice(0, 20)
}

type Token = [kind: string, name: string, start: number, end: number, inner?: Token[]]

function walk(tokens: readonly Token[], section: string | null, isHtml: boolean): string[] {
  return tokens.flatMap(([kind, name, , , inner]) => {
    switch (kind) {
      case 'text':
      case '!':
        return []
      case '>':
        return ['holds a partial ({{> …}}); write its text here instead']
      case '=':
        return ['changes the delimiters ({{= … =}}); keep {{ and }}']
      case '&':
        return isHtml ? [`shows ${name} unescaped; write {{${name}}}`] : unknown(name, section)
      case '#':
      case '^':
        return [...unknown(name, section), ...walk(inner ?? [], isSection(name) ? name : section, isHtml)]
      default:
        return unknown(name, section)
    }
  })
}

function isSection(name: string): boolean {
  return VARIABLES.some(({ inside }) => inside === name)
}

function unknown(name: string, section: string | null): string[] {
  if (VARIABLES.some((one) => one.name === name && (one.inside === null || one.inside === section))) return []
  const home = VARIABLES.find((one) => one.name === name)?.inside
  return [home ? `names ${name} outside of {{#${home}}} … {{/${home}}}` : `names ${name}, which is not a variable`]
}

/** Fills a template. Values are escaped in HTML and left as they are in text; the subject is one line. */
export function renderTemplate(words: TemplateWords, facts: MessageFacts, language: string): RenderedMessage {
  const plain = (template: string): string => mustache.render(template, facts, {}, { escape: String })
  const body = mustache.render(words.html, facts).slice(0, MAX_RENDERED)
  return {
    subject: oneLine(plain(words.subject)).slice(0, 500),
    html: asPage(body, language),
    text: plain(words.text).slice(0, MAX_RENDERED),
  }
}

/** A line break in a subject would begin another header. */
export function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  return text.replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim()
}

/** The page around a body: readable in mail programs, light and dark. */
export function asPage(body: string, language: string): string {
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><style>body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:1.5rem auto;padding:0 1rem}h1{font-size:1.25rem}td{padding:.15rem .75rem .15rem 0;vertical-align:top}a{color:#0b7a75}@media (prefers-color-scheme:dark){a{color:#3fb8af}}</style></head><body>${body}</body></html>`
}
