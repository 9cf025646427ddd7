import { useMutation, type UseMutationResult } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call, type Problem } from '../api/client.ts'
import { useRefresh } from '../api/queries.ts'
import { notifyDone, notifyProblem } from './notify.ts'

interface CommandOptions<Input, Output> {
  path: string | ((input: Input) => string)
  method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: (input: Input) => unknown
  version?: (input: Input) => number | undefined
  /** Paths whose lists and documents are asked for again. */
  stale: readonly string[]
  done?: (output: Output, input: Input) => string | null
  after?: (output: Output, input: Input) => void
  /** True where a form shows the refusal itself, so that it is never shown twice. */
  quiet?: boolean
}

/** One command of the API from a screen: calls it, refreshes what it changed, says what happened. */
export function useCommand<Input, Output = unknown>(options: CommandOptions<Input, Output>): UseMutationResult<Output, Problem, Input> {
  const refresh = useRefresh()
  const { t } = useTranslation()
  return useMutation<Output, Problem, Input>({
    mutationFn: (input) => {
      const version = options.version?.(input)
      return call<Output>(options.method ?? 'POST', typeof options.path === 'string' ? options.path : options.path(input), {
        body: options.body === undefined ? input : options.body(input),
        ...(version === undefined ? {} : { version }),
      })
    },
    onSuccess: async (output, input) => {
      const message = options.done?.(output, input)
      if (message) notifyDone(message)
      options.after?.(output, input)
      await refresh(...options.stale)
    },
    onError: (error) => {
      if (options.quiet !== true) notifyProblem(error, t)
    },
  })
}
