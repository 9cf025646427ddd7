import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { User } from '../user.ts'
import { readUser } from './list-users.ts'

export const getUser = defineQuery({
  name: 'identity.get_user',
  permission: 'identity.read',
  summary: 'Show a user',
  input: Type.Object({ user_id: Type.String({ format: 'uuid' }) }, { additionalProperties: false }),
  output: User,
  errors: ['identity.not_found'],
  run: ({ tx }, { user_id }) => readUser(tx, user_id),
})
