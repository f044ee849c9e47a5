// SPDX-License-Identifier: GPL-2.0-or-later
// What the tests use of dns-packet, which ships no types.

declare module 'dns-packet' {
  export interface Message {
    readonly id?: number
    readonly type?: 'query' | 'response'
    readonly flags?: number
    readonly opcode?: string
    readonly questions?: readonly { readonly name: string; readonly type: string; readonly class?: string }[]
    readonly answers?: readonly object[]
    readonly additionals?: readonly object[]
  }
  export function encode(message: Message): Uint8Array
  export function decode(bytes: Buffer): Required<Message>
}
