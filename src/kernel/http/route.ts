import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, type TSchema, Type } from 'typebox'
import type { BatchCommand, Command, Outcome, Query } from '../command.ts'
import type { Context } from '../context.ts'
import { runBatch, runCommand, runQuery, type System } from '../runner.ts'
import { parse } from '../parse.ts'
import { propertiesOf } from './schema.ts'
import { problemOf, ProblemInside } from './problem.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One request, authenticated and read: what a route's `run` and `handle` get. */
export interface RouteCall {
  system: System
  ctx: Context
  /** Path, query and body merged; not yet checked against the schema, which the runner does. */
  input: Record<string, unknown>
  idempotencyKey: string | undefined
  request: FastifyRequest
  reply: FastifyReply
}

/** An operation of the API, declared by a room and served by `entry/http`. */
export interface Route {
  method: Method
  /** With `:names` for path parameters: `/v1/orders/:order_id`. */
  path: string
  /** `room.verb_object`; the operationId of the API's description. */
  name: string
  tag: string
  summary: string
  /** Needed permission, for the description and the refusal before any work; null when any signed-in caller may. */
  permission: string | null
  /** Fields from path, query and body together; null when the route reads the request itself. */
  input: TSchema | null
  /** Answer; null for none (204) or a file. */
  output: TSchema | null
  status: number
  errors: readonly string[]
  example?: unknown
  /** How the body arrives. `multipart`: the route reads `call.request.file()` itself. */
  body: 'json' | 'multipart' | 'none'
  /** Content types of a file answer. */
  contentTypes?: readonly string[]
  run(call: RouteCall): Promise<unknown>
}

interface Placed {
  method: Method
  path: string
  tag: string
  /** Status of success; POST defaults to 201, all others to 200. */
  status?: number
  /** A body (or, for GET, an answer) as the description shows it. */
  example?: unknown
}

/** Where a command is served. `handle` replaces running it; `show` answers with a query instead of the command's output. */
export interface CommandRouteOptions<I extends TSchema, O extends TSchema> extends Placed {
  handle?: (call: RouteCall, command: Command<I, O>) => Promise<unknown>
  show?: { query: Query; by: (output: Static<O>, call: RouteCall) => Record<string, unknown> }
}

/**
 * Serves a command. Path, query and body become its input, `If-Match` its `expected_version` when its schema has one,
 * `Idempotency-Key` the runner's key; a replayed answer has status 200 and the header `Idempotent-Replay: true`.
 */
export function commandRoute<I extends TSchema, O extends TSchema>(command: Command<I, O>, options: CommandRouteOptions<I, O>): Route {
  const { method, path, tag, handle, show } = options
  const execute = handle ?? ((call: RouteCall) => executeCommand(call, command))
  return {
    ...describe(command, options, defaultStatus(method)),
    method,
    path,
    tag,
    output: show?.query.output ?? command.output,
    body: method === 'GET' || method === 'DELETE' ? 'none' : 'json',
    async run(call) {
      const output = await execute(call, command)
      if (show === undefined) return output
      return runQuery(call.system, call.ctx, show.query, show.by(output as Static<O>, call))
    },
  }
}

/** Runs a command for a request, with its idempotency key and the header of a replay. */
export function executeCommand<I extends TSchema, O extends TSchema>(
  call: RouteCall,
  command: Command<I, O>,
  input: unknown = call.input,
): Promise<Static<O>> {
  return runCommand(call.system, call.ctx, command, input, { idempotencyKey: call.idempotencyKey, onReplay: () => markReplay(call) })
}

/** Says that the answer was given before: status 200, `Idempotent-Replay: true`. */
export function markReplay(call: Pick<RouteCall, 'reply'>): void {
  void call.reply.status(200).header('idempotent-replay', 'true')
}

/** Serves a query under GET. Query parameters are turned from text into what the schema asks for. */
export function queryRoute<I extends TSchema, O extends TSchema>(query: Query<I, O>, options: Omit<Placed, 'method' | 'status'>): Route {
  return {
    ...describe(query, options, 200),
    method: 'GET',
    path: options.path,
    tag: options.tag,
    body: 'none',
    run: (call) => runQuery(call.system, call.ctx, query, call.input),
  }
}

/**
 * Serves a batch command: the array stands in the body's `field`, the answer is `{outcomes: [{ok: true, …value} | {ok: false, error}]}`
 * in the order of the elements, with status 200 whatever the outcomes.
 */
export function batchRoute<E extends TSchema, O extends TSchema>(
  command: BatchCommand<E, O>,
  options: Placed & {
    field: string
    handle?: (call: RouteCall, elements: unknown[], command: BatchCommand<E, O>) => Promise<Outcome<Static<O>>[]>
  },
): Route {
  const { field, method, path, tag } = options
  const handle =
    options.handle ??
    ((call: RouteCall, elements: unknown[]) =>
      runBatch(call.system, call.ctx, command, elements, { idempotencyKey: call.idempotencyKey, onReplay: () => markReplay(call) }))
  const input = Type.Object(
    { [field]: Type.Array(Type.Any(), { minItems: 1, maxItems: command.maxElements }) },
    { additionalProperties: false },
  )
  const documented = Type.Object(
    { [field]: Type.Array(command.element, { minItems: 1, maxItems: command.maxElements }) },
    { additionalProperties: false },
  )
  const outcome = Type.Union([
    Type.Object({ ok: Type.Literal(true), ...propertiesOf(command.output) }, { additionalProperties: false }),
    Type.Object({ ok: Type.Literal(false), error: ProblemInside }),
  ])
  return {
    ...describe({ ...command, input: documented, output: Type.Object({ outcomes: Type.Array(outcome) }) }, options, 200),
    method,
    path,
    tag,
    body: 'json',
    async run(call) {
      const elements = parse(input, call.input)[field] as unknown[]
      const outcomes = await handle(call, elements, command)
      return { outcomes: outcomes.map((entry) => outcomeOf(entry, call.ctx.requestId)) }
    },
  }
}

/** One element's outcome as the API says it. */
export function outcomeOf(outcome: Outcome<unknown>, requestId: string | null = null): Record<string, unknown> {
  if (!outcome.ok) return { ok: false, error: problemOf(outcome.error, requestId) }
  return { ok: true, ...(outcome.value as object) }
}

/** A file to download. */
export interface FileAnswer {
  content: Uint8Array | string | NodeJS.ReadableStream
  contentType: string
  fileName: string
  /** Shown in the browser instead of saved. */
  inline?: boolean
}

export interface FileRouteOptions extends Omit<Placed, 'method'> {
  method?: Method
  name: string
  summary: string
  permission: string
  input: TSchema
  contentTypes: readonly string[]
  errors?: readonly string[]
  file(call: RouteCall): Promise<FileAnswer>
}

/** Serves a file: `file` answers content, type and name; permission and input are checked before. */
export function fileRoute(options: FileRouteOptions): Route {
  const method = options.method ?? 'GET'
  return {
    ...describe({ ...options, output: null, errors: options.errors ?? [] }, options, 200),
    method,
    path: options.path,
    tag: options.tag,
    body: method === 'GET' ? 'none' : 'json',
    contentTypes: options.contentTypes,
    async run(call) {
      parse(options.input, call.input)
      const { content, contentType, fileName, inline } = await options.file(call)
      const plainName = fileName.replaceAll(/[^\w.-]/g, '_')
      void call.reply.header(
        'content-disposition',
        `${inline === true ? 'inline' : 'attachment'}; filename="${plainName}"; filename*=UTF-8''${encodeURIComponent(fileName)}`,
      )
      void call.reply.type(contentType)
      return call.reply.send(content)
    },
  }
}

export interface CustomRouteOptions extends Placed {
  name: string
  summary: string
  permission: string | null
  input?: TSchema
  output?: TSchema | null
  errors?: readonly string[]
  body?: Route['body']
  run(call: RouteCall): Promise<unknown>
}

/** Serves something that is neither one command nor one query (uploads, streams); input is checked when it has a schema. */
export function customRoute(options: CustomRouteOptions): Route {
  const { method, path, tag, input, run } = options
  return {
    ...describe(
      { ...options, input: input ?? null, output: options.output ?? null, errors: options.errors ?? [] },
      options,
      defaultStatus(method),
    ),
    method,
    path,
    tag,
    body: options.body ?? (method === 'GET' || method === 'DELETE' ? 'none' : 'json'),
    async run(call) {
      if (input !== undefined) parse(input, call.input)
      return run(call)
    },
  }
}

interface Described {
  name: string
  summary: string
  permission: string | null
  input: TSchema | null
  output: TSchema | null
  errors: readonly string[]
}

function describe(
  operation: Described,
  options: Pick<Placed, 'status' | 'example'>,
  status: number,
): Pick<Route, 'name' | 'summary' | 'permission' | 'input' | 'output' | 'errors' | 'status' | 'example'> {
  const { name, summary, permission, input, output, errors } = operation
  return {
    name,
    summary,
    permission,
    input,
    output,
    errors,
    status: options.status ?? status,
    ...(options.example === undefined ? {} : { example: options.example }),
  }
}

function defaultStatus(method: Method): number {
  return method === 'POST' ? 201 : 200
}
