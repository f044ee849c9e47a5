// SPDX-License-Identifier: GPL-2.0-or-later
// The metrics: a closed catalogue, rendered by prom-client from a snapshot taken at the moment of the scrape. Nothing is pushed, so that a
// scrape nobody makes costs nothing. Labels are bounded: blocks come from the policy, everything else from closed catalogues.

import { Counter, Gauge, Registry } from 'prom-client'
import { NATIVE_COUNTERS, nativeCounters } from '../contract/batch.js'
import type { Totals } from './totals.js'

export const METRICS = {
  ipxxb_info: { type: 'gauge', labels: ['version', 'backend'], help: 'Always 1: version of the appliance and steering backend in use.' },
  ipxxb_verdicts_total: {
    type: 'counter',
    labels: ['block', 'mode', 'reason', 'verdict'],
    help: 'Packets by block, its mode, the reason and what happened: accept, drop, reject, or would (observe: accepted, would have been dropped).',
  },
  ipxxb_observe_unseen_total: {
    type: 'counter',
    labels: [],
    help: 'Packets of observed blocks that passed unseen because more came than the rate of `observe` in the policy: what counts as would is not all.',
  },
  ipxxb_spoofed_total: {
    type: 'counter',
    labels: ['direction'],
    help: 'Packets whose source address belongs to the other side, by direction of travel.',
  },
  ipxxb_rejects_total: {
    type: 'counter',
    labels: ['result'],
    help: 'Answers to rejected packets: sent, or unsent (no socket, no address of our own, refused by the kernel).',
  },
  ipxxb_steering_in_force: { type: 'gauge', labels: [], help: '1 while our rules are in the kernel as we left them.' },
  ipxxb_steering_reinstalls_total: {
    type: 'counter',
    labels: ['result'],
    help: 'Times that somebody else removed our rules and we put them back: done, or failed and tried again.',
  },
  ipxxb_policy_generation: { type: 'gauge', labels: [], help: 'Number of the policy in force, counted from 1 at start.' },
  ipxxb_policy_blocks: { type: 'gauge', labels: ['mode'], help: 'Blocks of the policy in force.' },
  ipxxb_policy_copy_range_bytes: {
    type: 'gauge',
    labels: [],
    help: 'Bytes of each queued packet that the kernel copies for the policy in force: nothing behind them is looked at.',
  },
  ipxxb_policy_loaded_timestamp_seconds: { type: 'gauge', labels: [], help: 'When the policy in force was loaded, seconds since 1970.' },
  ipxxb_policy_reloads_total: { type: 'counter', labels: ['result'], help: 'Reloads by result: done or failed.' },
  ipxxb_worker_restarts_total: { type: 'counter', labels: ['queue'], help: 'Workers replaced after they died.' },
  ipxxb_worker_alive: { type: 'gauge', labels: ['queue'], help: '1 while a worker serves the queue.' },
  ipxxb_worker_cpu_seconds_total: {
    type: 'counter',
    labels: ['queue', 'mode'],
    help: 'CPU time of the workers of the queue: user, or system, in which forwarding what was accepted is charged to them. Looked at every 64 batches and when idle.',
  },
  ipxxb_queue_packets_total: { type: 'counter', labels: ['queue', 'kind'], help: 'Packets received from the kernel queue.' },
  ipxxb_queue_batches_total: { type: 'counter', labels: ['queue', 'size'], help: 'Batches by the number of packets in them.' },
  ipxxb_queue_id_gaps_total: {
    type: 'counter',
    labels: ['queue'],
    help: 'Packet ids that never reached the engine: under fail-open those packets passed unseen, under fail-closed they died.',
  },
  ipxxb_queue_overruns_total: {
    type: 'counter',
    labels: ['queue'],
    help: 'Messages that found the receive buffer full (the usual cause of id gaps).',
  },
  ipxxb_queue_dropped_total: {
    type: 'counter',
    labels: ['queue', 'cause'],
    help: 'Packets that the kernel dropped at the queue: full (queue length reached) or user (its message found no room in the receive buffer). Never under fail-open.',
  },
  ipxxb_queue_waiting: { type: 'gauge', labels: ['queue'], help: 'Packets in the kernel queue now, waiting for a verdict.' },
  ipxxb_queue_truncated_total: {
    type: 'counter',
    labels: ['queue'],
    help: 'Messages larger than a slot: settled with the default verdict.',
  },
  ipxxb_queue_foreign_total: { type: 'counter', labels: ['queue'], help: 'Netlink messages that were neither packet nor error.' },
  ipxxb_queue_verdict_messages_total: { type: 'counter', labels: ['queue'], help: 'Verdict messages: runs of equal verdicts.' },
  ipxxb_queue_verdict_sends_total: { type: 'counter', labels: ['queue'], help: 'System calls that carried verdicts.' },
  ipxxb_queue_send_retries_total: { type: 'counter', labels: ['queue'], help: 'Verdict sends that had to be tried again.' },
  ipxxb_queue_verdict_errors_total: {
    type: 'counter',
    labels: ['queue', 'errno'],
    help: 'Verdicts that the kernel refused: ENOENT (the packet was flushed meanwhile), ENODEV (unbound), EPERM (not our queue), other.',
  },
  ipxxb_queue_receive_buffer_bytes: { type: 'gauge', labels: ['queue'], help: 'Receive buffer granted, as the kernel counts it.' },
} as const satisfies Record<string, { type: 'counter' | 'gauge'; labels: readonly string[]; help: string }>

export type MetricName = keyof typeof METRICS

/** One queue at the moment of the scrape. */
export interface QueueSnapshot {
  readonly number: number
  readonly kind: 'enforce' | 'observe'
  readonly slab: SharedArrayBuffer
  readonly restarts: number
  readonly alive: boolean
  /** From /proc/net/netfilter/nfnetlink_queue; null where it is not bound or cannot be read. */
  readonly waiting: number | null
  /** By the kernel, since the start; null where it could never be read. */
  readonly dropped: { readonly full: number; readonly user: number } | null
}

export interface Snapshot {
  readonly version: string
  readonly backend: string
  readonly generation: number
  readonly loadedAt: number
  readonly copyRange: number
  readonly blocks: { readonly observe: number; readonly enforce: number }
  readonly reloads: { readonly done: number; readonly failed: number }
  readonly steering: { readonly inForce: boolean; readonly reinstalls: { readonly done: number; readonly failed: number } }
  readonly totals: Totals
  readonly unseen: number
  readonly queues: readonly QueueSnapshot[]
}

const BATCH_SIZES = [
  ['1', NATIVE_COUNTERS.batchSize1],
  ['2-3', NATIVE_COUNTERS.batchSize2],
  ['4-7', NATIVE_COUNTERS.batchSize4],
  ['8-15', NATIVE_COUNTERS.batchSize8],
  ['16-31', NATIVE_COUNTERS.batchSize16],
  ['32-63', NATIVE_COUNTERS.batchSize32],
  ['64', NATIVE_COUNTERS.batchSize64],
] as const

type Put = (name: MetricName, labels: Record<string, string | number>, value: number) => void

function putPolicy(put: Put, snapshot: Snapshot): void {
  put('ipxxb_info', { version: snapshot.version, backend: snapshot.backend }, 1)
  put('ipxxb_policy_generation', {}, snapshot.generation)
  put('ipxxb_policy_loaded_timestamp_seconds', {}, snapshot.loadedAt)
  put('ipxxb_policy_copy_range_bytes', {}, snapshot.copyRange)
  for (const mode of ['observe', 'enforce'] as const) put('ipxxb_policy_blocks', { mode }, snapshot.blocks[mode])
  for (const result of ['done', 'failed'] as const) put('ipxxb_policy_reloads_total', { result }, snapshot.reloads[result])
  for (const { packets, block, mode, reason, verdict } of snapshot.totals.verdicts) {
    put('ipxxb_verdicts_total', { block, mode, reason, verdict }, packets)
  }
  put('ipxxb_observe_unseen_total', {}, snapshot.unseen)
  put('ipxxb_spoofed_total', { direction: 'inbound' }, snapshot.totals.spoofedInbound)
  put('ipxxb_spoofed_total', { direction: 'outbound' }, snapshot.totals.spoofedOutbound)
  put('ipxxb_rejects_total', { result: 'sent' }, snapshot.totals.rejectsSent)
  put('ipxxb_rejects_total', { result: 'unsent' }, snapshot.totals.rejectsUnsent)
  put('ipxxb_steering_in_force', {}, snapshot.steering.inForce ? 1 : 0)
  for (const result of ['done', 'failed'] as const) {
    put('ipxxb_steering_reinstalls_total', { result }, snapshot.steering.reinstalls[result])
  }
}

function putQueue(put: Put, { number: queue, kind, slab, restarts, alive, waiting, dropped }: QueueSnapshot): void {
  const native = nativeCounters(slab)
  const count = (index: number): number => Number(native[index])
  put('ipxxb_worker_restarts_total', { queue }, restarts)
  put('ipxxb_worker_alive', { queue }, alive ? 1 : 0)
  put('ipxxb_worker_cpu_seconds_total', { queue, mode: 'user' }, count(NATIVE_COUNTERS.userMicroseconds) / 1e6)
  put('ipxxb_worker_cpu_seconds_total', { queue, mode: 'system' }, count(NATIVE_COUNTERS.systemMicroseconds) / 1e6)
  put('ipxxb_queue_packets_total', { queue, kind }, count(NATIVE_COUNTERS.packets))
  for (const [size, index] of BATCH_SIZES) put('ipxxb_queue_batches_total', { queue, size }, count(index))
  put('ipxxb_queue_id_gaps_total', { queue }, count(NATIVE_COUNTERS.idGaps))
  put('ipxxb_queue_overruns_total', { queue }, count(NATIVE_COUNTERS.overruns))
  put('ipxxb_queue_truncated_total', { queue }, count(NATIVE_COUNTERS.truncated))
  put('ipxxb_queue_foreign_total', { queue }, count(NATIVE_COUNTERS.foreign))
  put('ipxxb_queue_verdict_messages_total', { queue }, count(NATIVE_COUNTERS.verdictMessages))
  put('ipxxb_queue_verdict_sends_total', { queue }, count(NATIVE_COUNTERS.verdictSends))
  put('ipxxb_queue_send_retries_total', { queue }, count(NATIVE_COUNTERS.sendRetries))
  put('ipxxb_queue_verdict_errors_total', { queue, errno: 'ENOENT' }, count(NATIVE_COUNTERS.verdictErrorEnoent))
  put('ipxxb_queue_verdict_errors_total', { queue, errno: 'ENODEV' }, count(NATIVE_COUNTERS.verdictErrorEnodev))
  put('ipxxb_queue_verdict_errors_total', { queue, errno: 'EPERM' }, count(NATIVE_COUNTERS.verdictErrorEperm))
  put('ipxxb_queue_verdict_errors_total', { queue, errno: 'other' }, count(NATIVE_COUNTERS.verdictErrorOther))
  put('ipxxb_queue_receive_buffer_bytes', { queue }, count(NATIVE_COUNTERS.receiveBuffer))
  if (waiting !== null) put('ipxxb_queue_waiting', { queue }, waiting)
  for (const cause of ['full', 'user'] as const) if (dropped !== null) put('ipxxb_queue_dropped_total', { queue, cause }, dropped[cause])
}

/** Renders the whole catalogue in the Prometheus text format from one snapshot. */
export async function renderMetrics(snapshot: Snapshot): Promise<string> {
  const registry = new Registry()
  const metrics = new Map<MetricName, Counter | Gauge>()
  for (const [name, { type, labels, help }] of Object.entries(METRICS)) {
    const options = { name, help, labelNames: [...labels], registers: [registry] }
    metrics.set(name as MetricName, type === 'counter' ? new Counter(options) : new Gauge(options))
  }
  const put: Put = (name, labels, value) => {
    const metric = metrics.get(name) as Counter | Gauge
    metric.inc(labels, value)
  }
  putPolicy(put, snapshot)
  for (const queue of snapshot.queues) putQueue(put, queue)
  return registry.metrics()
}

export const METRICS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE
