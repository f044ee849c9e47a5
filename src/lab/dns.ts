// SPDX-License-Identifier: GPL-2.0-or-later
// As much of DNS as the lab's programs speak: one question with an EDNS option (RFC 1035 section 4.1, RFC 6891 section 6.1.2), and the
// header of an answer. Names are the lab's own: plain ASCII, labels of at most 63 bytes.

export const TYPES = { A: 1, TXT: 16, ANY: 255 } as const
export type QueryType = keyof typeof TYPES

const HEADER_BYTES = 12
const OPT = 41

export interface Query {
  readonly id: number
  readonly name: string
  readonly type: QueryType
  /** The largest answer that the asker claims to take, in bytes. */
  readonly udpSize: number
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '')
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'ascii')])),
    Buffer.alloc(1),
  ])
}

/** A recursive query as a client sends it. */
export function encodeQuery({ id, name, type, udpSize }: Query): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt16BE(id, 0)
  header.writeUInt16BE(0x0100, 2) // recursion desired
  header.writeUInt16BE(1, 4) // one question
  header.writeUInt16BE(1, 10) // one additional record: OPT
  const question = Buffer.alloc(4)
  question.writeUInt16BE(TYPES[type], 0)
  question.writeUInt16BE(1, 2) // class IN
  const opt = Buffer.alloc(11)
  opt.writeUInt16BE(OPT, 1)
  opt.writeUInt16BE(udpSize, 3)
  return Buffer.concat([header, encodeName(name), question, opt])
}

export interface Answer {
  readonly id: number
  /** 0 no error, 2 server failure, 3 no such name. */
  readonly rcode: number
  readonly records: number
}

/** The header of an answer; null for what is none. */
export function readAnswer(message: Buffer): Answer | null {
  if (message.length < HEADER_BYTES || ((message[2] as number) & 0x80) === 0) return null
  return { id: message.readUInt16BE(0), rcode: (message[3] as number) & 0x0f, records: message.readUInt16BE(6) }
}
