import '../../kernel/require-node.ts'

// The rest is loaded after the check: an older Node would trip over its syntax.
const { runCli } = await import('./cli.ts')
process.exitCode = await runCli(process.argv)
