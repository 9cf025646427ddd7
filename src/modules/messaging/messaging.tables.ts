// Generated from the migrated database by scripts/generate-database-types.ts. Do not edit.

import type { ColumnType } from 'kysely'

type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>

type Json = JsonValue

type JsonArray = JsonValue[]

type JsonObject = {
  [x: string]: JsonValue | undefined
}

type JsonPrimitive = boolean | number | string | null

type JsonValue = JsonArray | JsonObject | JsonPrimitive

type Timestamp = ColumnType<Date, Date | string, Date | string>

interface MessagingAlert {
  facts: Generated<Json>
  id: string
  kind: string
  org_id: number
  raised_at: Timestamp
  recovered_at: Timestamp | null
  subject_id: string | null
  subject_key: string
  subject_type: string
}

interface MessagingMessage {
  attempts: Generated<number>
  created_at: Timestamp
  event_seq: number | null
  id: string
  kind: string
  language: string
  /** What the server said, addresses taken out. */
  last_error: string | null
  lease_until: Timestamp | null
  next_try_at: Timestamp
  order_id: string | null
  org_id: number
  resend_of: string | null
  sent_at: Timestamp | null
  state: string
  user_id: string | null
}

interface MessagingMessageContent {
  erased_at: Timestamp | null
  html: string | null
  message_id: string
  org_id: number
  recipient: string | null
  subject: string | null
  text: string | null
}

interface MessagingMessageSwitch {
  channel_id: string
  is_on: boolean
  kind: string
  org_id: number
}

interface MessagingNotification {
  alert_id: string
  created_at: Timestamp
  id: string
  in_app: boolean
  mail_due: boolean
  mailed_at: Timestamp | null
  org_id: number
  read_at: Timestamp | null
  user_id: string
}

interface MessagingSender {
  from_address: string | null
  from_name: Generated<string>
  host: string | null
  is_on: Generated<boolean>
  language: Generated<string>
  on_since: Timestamp | null
  org_id: number
  password_sealed: Buffer | null
  port: Generated<number>
  reply_to: string | null
  security: Generated<string>
  username: string | null
  version: Generated<number>
}

interface MessagingSubscription {
  by_email: boolean
  in_app: boolean
  kind: string
  org_id: number
  user_id: string
}

interface MessagingTemplate {
  html: string
  kind: string
  language: string
  org_id: number
  subject: string
  text: string
  updated_at: Timestamp
  version: Generated<number>
}

interface MessagingTrackingLink {
  created_at: Timestamp
  generation: Generated<number>
  order_id: string
  org_id: number
  revoked_at: Timestamp | null
  token_hash: Buffer
}

interface MessagingWebhookAttempt {
  delivery_id: string
  duration_ms: number
  error: string | null
  id: string
  org_id: number
  response_excerpt: string | null
  started_at: Timestamp
  status: number | null
}

interface MessagingWebhookDelivery {
  attempts: Generated<number>
  created_at: Timestamp
  delivered_at: Timestamp | null
  endpoint_id: string
  event_seq: number
  event_type: string
  id: string
  last_error: string | null
  last_status: number | null
  lease_until: Timestamp | null
  next_try_at: Timestamp
  org_id: number
  round: Generated<number>
  state: string
}

interface MessagingWebhookEndpoint {
  created_at: Timestamp
  deleted_at: Timestamp | null
  description: Generated<string>
  disabled_at: Timestamp | null
  disabled_reason: string | null
  event_types: string[]
  failing_since: Timestamp | null
  id: string
  is_active: Generated<boolean>
  old_secret_sealed: Buffer | null
  old_secret_until: Timestamp | null
  org_id: number
  secret_sealed: Buffer
  url: string
  version: Generated<number>
}

export interface MessagingTables {
  'messaging.alert': MessagingAlert
  'messaging.message': MessagingMessage
  'messaging.message_content': MessagingMessageContent
  'messaging.message_switch': MessagingMessageSwitch
  'messaging.notification': MessagingNotification
  'messaging.sender': MessagingSender
  'messaging.subscription': MessagingSubscription
  'messaging.template': MessagingTemplate
  'messaging.tracking_link': MessagingTrackingLink
  'messaging.webhook_attempt': MessagingWebhookAttempt
  'messaging.webhook_delivery': MessagingWebhookDelivery
  'messaging.webhook_endpoint': MessagingWebhookEndpoint
}
