// SPDX-License-Identifier: GPL-2.0-or-later
// The sender of the end-to-end benches, in its own namespace on its own core: started, stopped, and asked what it sent.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { framesFile, type MixPacket } from './mixes.js'
import { PROJECT, readOptions } from './record.js'
import { OUTSIDE_HARDWARE, pinned, SENDER_HARDWARE, SENDER_INTERFACE } from './topology.js'

/** Where the frames are that senders send. */
export const FRAMES = '/run/frames'
const SENDER_CORE = 0
/** A paced load comes as from a network card that raises an interrupt every 50 us. */
const TICK_MICROSECONDS = 50
/** No load sends more than this, whatever else fails. */
const MOST_PACKETS = 20_000_000
const MOST_SECONDS = 10

const built = new WeakMap<readonly MixPacket[], Uint8Array>()

/** Writes the frames that every load sends from now on. */
export function writeFrames(mix: readonly MixPacket[]): void {
  const frames = built.get(mix) ?? framesFile(mix, hardware(OUTSIDE_HARDWARE), hardware(SENDER_HARDWARE))
  built.set(mix, frames)
  writeFileSync(FRAMES, frames)
}

function hardware(address: string): Uint8Array {
  return Uint8Array.from(address.split(':'), (byte) => Number.parseInt(byte, 16))
}

export interface Sent {
  readonly sent: number
  readonly living: number
  /** CPU time of the sender, and so of the packet's whole way as far as it is on the sender's core: the median of many chunks of packets. */
  readonly nanosecondsPerPacket: number
}

export interface Sender {
  readonly child: ChildProcess
  readonly said: Promise<string>
}

/** Starts sending `rate` packets a second (0: as fast as the core can), for `seconds` at most. */
export function startSender(rate: number, seconds: number, core = SENDER_CORE): Sender {
  const child = spawn('ip', senderCommand(rate, MOST_PACKETS, seconds, core), { stdio: ['ignore', 'pipe', 'inherit'] })
  return { child, said: allOf(child) }
}

/** What a process prints until it ends. Listened to from the start: of one that ended unheard, neither text nor end would ever come. */
async function allOf(child: ChildProcess): Promise<string> {
  let text = ''
  child.stdout?.on('data', (bytes: Buffer) => {
    text += bytes.toString()
  })
  await once(child, 'close')
  return text
}

/** Sends so many packets as fast as the core can, and returns when all of them have gone. */
export function sendPackets(packets: number, core = SENDER_CORE): Sent {
  return JSON.parse(execFileSync('ip', senderCommand(0, packets, MOST_SECONDS, core), { encoding: 'utf8' })) as Sent
}

function senderCommand(rate: number, packets: number, seconds: number, core: number): string[] {
  const program = [`${PROJECT}build/bench/sender`, FRAMES, SENDER_INTERFACE]
  const bounds = [rate, TICK_MICROSECONDS, packets, seconds].map(String)
  return ['netns', 'exec', 'sender', ...pinned(core, readOptions().realtime, [...program, ...bounds])]
}

/** Stops it, unless its time was over before; what it sent. */
export async function stopSender({ child, said }: Sender): Promise<Sent> {
  child.kill('SIGTERM')
  return JSON.parse(await said) as Sent
}
