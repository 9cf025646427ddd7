import type { Command } from 'commander'
import { createUser, resetSecondStep, setPassword } from '../../../modules/identity/index.ts'
import { answer, cliContext, withRuntime } from '../session.ts'

interface NewUserOptions {
  email: string
  password: string
  role: string
  name?: string
  org?: string
  json?: boolean
}

/** `tefter user create`, `tefter user password` and `tefter user second-step-off` */
export function registerUser(program: Command): void {
  const users = program.command('user').description('people who sign in')
  users
    .command('create')
    .description('add a user')
    .requiredOption('--email <email>', 'what they sign in with')
    .requiredOption('--password <password>', 'at least 10 characters')
    .requiredOption('--role <role>', 'owner, operations, warehouse, support or viewer')
    .option('--name <name>', 'their name (default: from the e-mail)')
    .option('--org <organization>', 'number or slug, when there are several')
    .option('--json', 'answer as JSON')
    .action(({ email, password, role, name, org, json }: NewUserOptions) =>
      withRuntime(async (runtime) => {
        const ctx = await cliContext(runtime, org)
        const user = await createUser(runtime.system, ctx, { email, password, role, name: name ?? email.split('@')[0] ?? email })
        answer(json, user, `Created ${user.email} as ${user.role}.`)
      }),
    )
  users
    .command('password')
    .description('give a user a new password; their sessions end')
    .requiredOption('--email <email>', 'what they sign in with')
    .requiredOption('--password <password>', 'at least 10 characters')
    .option('--org <organization>', 'number or slug, when there are several')
    .option('--json', 'answer as JSON')
    .action(({ email, password, org, json }: Omit<NewUserOptions, 'role'>) =>
      withRuntime(async (runtime) => {
        await setPassword(runtime.system, await cliContext(runtime, org), { email, password })
        answer(json, { email }, `The password of ${email} is changed.`)
      }),
    )
  users
    .command('second-step-off')
    .description('turn off the second step of a user who lost app and recovery codes; their sessions end')
    .requiredOption('--email <email>', 'what they sign in with')
    .option('--org <organization>', 'number or slug, when there are several')
    .option('--json', 'answer as JSON')
    .action(({ email, org, json }: Pick<NewUserOptions, 'email' | 'org' | 'json'>) =>
      withRuntime(async (runtime) => {
        await resetSecondStep(runtime.system, await cliContext(runtime, org), email)
        answer(json, { email }, `Signing in as ${email} asks for the password only, until they set up an app again.`)
      }),
    )
}
