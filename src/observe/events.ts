// SPDX-License-Identifier: GPL-2.0-or-later
// The closed catalogue of log events. One JSON line each on stderr; `event` is the stable name, `msg` the sentence, the keys below ride
// along. docs/events.md lists them, and a test holds the two together. No event ever carries a payload, a query name or an address of a
// customer: counts, not contents.

export const EVENTS = {
  starting: { level: 'info', text: 'checking the policy and opening the queues', keys: ['policy', 'version', 'pid'] },
  started: { level: 'info', text: 'steering is in force', keys: ['backend', 'blocks', 'queues', 'metrics', 'generation'] },
  'policy-warning': { level: 'warn', text: 'the policy deserves a look', keys: ['code', 'position', 'detail'] },
  'policy-error': { level: 'error', text: 'the policy cannot be used', keys: ['code', 'position', 'detail'] },
  reloading: { level: 'info', text: 'bringing a policy into force', keys: ['policy', 'cause'] },
  reloaded: { level: 'info', text: 'the new policy is in force', keys: ['blocks', 'generation', 'milliseconds'] },
  'reload-failed': { level: 'error', text: 'the old policy stays in force', keys: ['code', 'detail'] },
  'worker-died': {
    level: 'error',
    text: 'a worker died; overload decides about its queue until it is replaced',
    keys: ['queue', 'cause', 'overload'],
  },
  'worker-replaced': { level: 'warn', text: 'the worker was replaced', keys: ['queue'] },
  'rejects-unanswered': {
    level: 'warn',
    text: 'packets that a block rejects are dropped without an answer',
    keys: ['queue', 'code', 'detail'],
  },
  'worker-unpinned': {
    level: 'warn',
    text: 'the worker runs wherever the kernel puts it, and not on the processor that --pin gives it',
    keys: ['queue', 'processor', 'cause'],
  },
  'receive-buffer-small': {
    level: 'warn',
    text: 'the kernel granted a smaller receive buffer than asked',
    keys: ['queue', 'asked', 'granted'],
  },
  'steering-lost': { level: 'error', text: 'somebody removed our rules: packets pass until they are back', keys: [] },
  'steering-reinstalled': { level: 'warn', text: 'our rules are back', keys: ['milliseconds'] },
  'steering-failed': { level: 'error', text: 'our rules cannot be put back yet; it is tried again', keys: ['code', 'detail'] },
  'placement-refused': {
    level: 'warn',
    text: 'the kernel does not take the rules of a block: it is decided in userspace',
    keys: ['block', 'detail'],
  },
  'drops-not-renewed': {
    level: 'warn',
    text: 'what the kernel drops by itself cannot be kept alive or counted; where it lapses, the packets go to the queues',
    keys: ['code', 'detail'],
  },
  'observe-unseen': {
    level: 'warn',
    text: 'more came for observed blocks than the rate of `observe` in the policy: the rest passed unseen, and would-counts are not all',
    keys: ['packets'],
  },
  'observe-unlimited': {
    level: 'warn',
    text: 'this kernel cannot limit what observed blocks look at: they see every packet, and a flood of them costs what it costs',
    keys: [],
  },
  interfaces: { level: 'info', text: 'the set of outside interfaces changed', keys: ['outside'] },
  'interfaces-failed': { level: 'warn', text: 'the set of outside interfaces stays as it was', keys: ['code', 'detail'] },
  'interface-missing': {
    level: 'warn',
    text: 'the policy names interfaces that are not there: they count as soon as they come',
    keys: ['wanted'],
  },
  'no-outside': {
    level: 'warn',
    text: 'no interface is outside: every packet counts as ours among ourselves, and no block acts',
    keys: ['wanted'],
  },
  stopping: { level: 'info', text: 'emptying the steering and draining the queues', keys: ['signal'] },
  stopped: { level: 'info', text: 'nothing of ours is left in the kernel', keys: [] },
  'stop-failed': { level: 'error', text: 'something of ours may be left in the kernel', keys: ['code', 'detail'] },
  failed: { level: 'fatal', text: 'the appliance cannot run', keys: ['code', 'detail', 'remedy'] },
} as const satisfies Record<string, { level: 'info' | 'warn' | 'error' | 'fatal'; text: string; keys: readonly string[] }>

export type EventName = keyof typeof EVENTS

/** What may ride along with one event: its own keys, each a plain value. */
export type EventFields<Name extends EventName> = {
  readonly [Key in (typeof EVENTS)[Name]['keys'][number]]: string | number | boolean | null | readonly string[]
}
