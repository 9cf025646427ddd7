/** What the API answers about messages and webhooks, as far as these screens read it. */

export interface Sender {
  is_on: boolean
  host: string | null
  port: number
  security: 'tls' | 'starttls' | 'none'
  username: string | null
  from_name: string
  from_address: string | null
  reply_to: string | null
  language: string
  has_password: boolean
  version: number
}

export interface Template {
  kind: string
  language: string
  subject: string
  html: string
  text: string
  is_custom: boolean
  version: number
}

export interface Templates {
  data: Template[]
  variables: { name: string; inside: string | null }[]
}

export interface Switch {
  kind: string
  channel_id: string | null
  is_on: boolean
}

export interface Message {
  id: string
  kind: string
  language: string
  state: 'queued' | 'sending' | 'sent' | 'failed'
  order_id: string | null
  recipient: string | null
  subject: string | null
  attempts: number
  next_try_at: string | null
  last_error: string | null
  created_at: string
  sent_at: string | null
  erased: boolean
}

export interface Preview {
  subject: string
  html: string
  text: string
  sent: boolean
}

export interface Endpoint {
  id: string
  url: string
  description: string
  event_types: string[]
  is_active: boolean
  failing_since: string | null
  disabled_reason: string | null
  version: number
  secret?: string | null
}

export interface Delivery {
  id: string
  event_seq: number
  event_type: string
  state: 'waiting' | 'sending' | 'delivered' | 'failed'
  attempts: number
  next_try_at: string | null
  last_status: number | null
  last_error: string | null
  created_at: string
}

export interface DeliveryLog extends Delivery {
  log: { started_at: string; duration_ms: number; status: number | null; error: string | null; response_excerpt: string | null }[]
}

export interface Notification {
  id: string
  kind: string
  subject_type: string
  subject_id: string | null
  facts: Record<string, string | number>
  created_at: string
  read_at: string | null
  recovered_at: string | null
}

export const KINDS = ['order_received', 'shipped', 'delayed', 'ready', 'refunded'] as const
export const LANGUAGES = ['en', 'sr-Latn', 'sr-Cyrl'] as const
