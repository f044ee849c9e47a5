// SPDX-License-Identifier: GPL-2.0-or-later
// What the process inside the lab's namespaces tells the one outside: one JSON object a line, in the order of events. With --json the row
// and summary objects are printed as they are, so that keys may be added but never change their meaning.

import type { ErrorCode } from '../errors.js'

export interface Order {
  readonly scenario: string
  /** Empty: all of them. */
  readonly phases: readonly string[]
  /** Time limits are multiplied by it. */
  readonly patience: number
  readonly folder: string
  readonly main: string
}

export interface ScenarioMessage {
  readonly type: 'scenario'
  readonly scenario: string
  readonly title: string
  readonly story: string
  /** Empty where not every phase is run: it speaks of all of them. */
  readonly moral: string
  readonly phases: readonly { readonly name: string; readonly title: string }[]
  readonly rows: readonly { readonly name: string; readonly title: string }[]
}

export interface PhaseMessage {
  readonly type: 'phase'
  readonly scenario: string
  readonly phase: string
  readonly title: string
}

export interface RowMessage {
  readonly type: 'row'
  readonly scenario: string
  readonly phase: string
  readonly row: string
  readonly title: string
  readonly expectation: string
  readonly measurement: string
  readonly short: string
  readonly sent: number
  readonly values: Readonly<Record<string, number>>
  readonly passed: boolean
  readonly objections: readonly string[]
}

export interface FailedMessage {
  readonly type: 'failed'
  readonly code: ErrorCode
  readonly message: string
}

export type Message = ScenarioMessage | PhaseMessage | RowMessage | FailedMessage

export interface Summary {
  readonly type: 'summary'
  readonly rows: number
  readonly passed: number
  readonly failed: number
  readonly seconds: number
  /** Where logs and policy files are; null: they went with the lab. */
  readonly folder: string | null
}
