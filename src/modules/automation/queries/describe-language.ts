import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { exactly, nullable } from '../../../kernel/schema.ts'
import { checkCondition, MAX_CONDITION } from '../condition.ts'
import { FIELD_TYPES } from '../condition-fields.ts'
import { TEMPLATES, RuleTemplate } from '../templates.ts'
import { TriggerName } from '../rule-input.ts'
import { TRIGGERS } from '../trigger.ts'

const Position = exactly({
  code: Type.String(),
  message: Type.String(),
  start: Type.Integer(),
  end: Type.Integer(),
  line: Type.Integer(),
  column: Type.Integer(),
})

/** Checks a condition while it is written: where it is wrong, and what to do. */
export const checkRuleCondition = defineQuery({
  name: 'automation.check_condition',
  permission: 'automation.read',
  summary: 'Check a condition of an automation rule',
  input: exactly({ trigger: TriggerName, condition: Type.String({ maxLength: MAX_CONDITION * 2 }) }),
  output: exactly({ ok: Type.Boolean(), problem: Type.Union([Position, Type.Null()]) }),
  run: (_run, { trigger, condition }) => {
    const checked = checkCondition(trigger, condition)
    return Promise.resolve(checked.ok ? { ok: true, problem: null } : { ok: false, problem: checked.problem })
  },
})

const Field = exactly({ name: Type.String(), type: Type.String() })

/** What conditions can ask about, by trigger, and rules to begin with. */
export const describeLanguage = defineQuery({
  name: 'automation.describe_language',
  permission: 'automation.read',
  summary: 'List triggers, fields and ready rules of automation',
  input: exactly({}),
  output: exactly({
    triggers: Type.Array(exactly({ id: TriggerName, about: Type.Enum(['order', 'shipment']), at_once: Type.Boolean() })),
    fields: Type.Array(exactly({ of: Type.String(), variable: nullable(Type.String()), fields: Type.Array(Field) })),
    functions: Type.Array(exactly({ signature: Type.String(), example: Type.String() })),
    templates: Type.Array(RuleTemplate),
  }),
  run: () =>
    Promise.resolve({
      triggers: Object.values(TRIGGERS).map(({ id, about, atOnce }) => ({ id, about, at_once: atOnce })),
      fields: Object.entries(FIELD_TYPES).map(([of, fields]) => ({
        of,
        variable: of === 'Line' || of === 'Customer' ? null : of.toLowerCase(),
        fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
      })),
      functions: [
        { signature: 'minor(string, string): int', example: 'order.total > minor("500", order.currency)' },
        { signature: 'lower(string): string', example: 'lower(order.customer.email).endsWith("@example.com")' },
        { signature: 'list.exists(x, condition): bool', example: 'order.lines.exists(line, line.sku == "MUG-1")' },
        { signature: 'x in list: bool', example: '"vip" in order.tags' },
      ],
      templates: [...TEMPLATES],
    }),
})
