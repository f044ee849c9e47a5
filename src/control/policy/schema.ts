// SPDX-License-Identifier: GPL-2.0-or-later
// The policy document as an operator writes it: which keys there are and what they may hold, by themselves. What they mean together is
// check.ts. docs/policy.schema.json is generated from this file. Strict: a key that is not here is an error, never ignored.
// Where a value has a form of its own, the zod message is the code of the diagnostic (diagnostics.ts).

import { z } from 'zod'
import { code, name, service } from './forms.js'
import { profile } from './profile-schema.js'

/** A kernel interface name has at most 15 bytes and neither blank nor slash (linux/if.h, dev_valid_name); a trailing `*` is a pattern. */
const INTERFACE = /^[^\s/*:]{1,15}\*?$/
const DATE = /^\d{4}-\d{2}-\d{2}$/
export const RATE = /^(\d{1,7})\/s$/
/** Fits every counter of the data path, and is more than any customer's clock asks for; and the kernel's matches know no more. */
export const MAX_LIMIT = 1_000_000
/** Packets a second: many times what a small ISP's customers get of such services, and a tenth of what a processor can observe. */
export const OBSERVE_RATE = 20_000

const networks = z.array(z.string())
const date = z.string().regex(DATE, code('bad-date'))
const mode = z.enum(['observe', 'enforce']).describe('observe: count what would be dropped and let it pass; enforce: drop it')
const precision = z.enum(['port', 'shape']).describe('port: the header alone decides; shape: replies that customers asked for live')
const placement = z
  .enum(['auto', 'kernel', 'userspace'])
  .describe('auto, kernel: the kernel drops what headers and fixed shapes can tell; userspace: the engine decides everything')

const prefixFile = z.strictObject({ file: z.string().describe('Text file beside the policy: one prefix a line, # starts a comment') })

const network = z.strictObject({
  customers: z.boolean().optional().describe('The addresses are customers; only such networks can be protected. Default: false'),
  shared: z.boolean().optional().describe('One address stands for several customers (CGN, MAP-E, DS-Lite). Default: false'),
  prefixes: z.union([z.array(z.string()), prefixFile]).describe('IPv4 and IPv6 prefixes without host bits, or a file of them'),
})

const limit = z.strictObject({
  rate: z.string().regex(RATE, code('bad-rate')).describe('Allowed replies for each customer address: NUMBER/s'),
  burst: z.int().min(1, code('bad-burst')).max(MAX_LIMIT, code('bad-burst')).describe('Replies that may come at once'),
})

const block = z
  .strictObject({
    name: name.optional().describe("Unique. Default: the profile's name"),
    profile: z.string().optional().describe('Entry of the catalogue (IP53B, OP25B ...), or a profile of your own'),
    direction: z.enum(['inbound', 'outbound']).optional().describe('Of a custom rule'),
    service: service.optional(),
    protect: networks.describe('Networks of customers'),
    except: networks.optional().describe('Remote networks that the block does not match'),
    mode: mode.optional(),
    precision: precision.optional(),
    placement: placement.optional(),
    action: z.enum(['drop', 'reject']).optional().describe('reject answers; outbound only. Default: drop'),
    reason: z.string().optional(),
    since: date.optional().describe('In force from 00:00 of this date'),
    expires: date.optional().describe('In force until 00:00 of this date'),
    review: date.optional().describe('Warned about from this date on'),
    emergency: z.boolean().optional().describe('Must have `expires`. Default: false'),
    limit: limit.optional(),
  })
  .meta({ anyOf: [{ required: ['profile'] }, { required: ['name', 'direction', 'service'] }] })

const exemption = z.strictObject({
  prefix: z.union([z.string(), prefixFile]).describe('Customer addresses that the blocks leave alone: a prefix, or a file of them'),
  blocks: z.array(z.string()).describe('Names of blocks'),
  service: service.optional(),
  owner: z.string().optional(),
  reason: z.string().optional(),
  expires: date.optional().describe('Over at 00:00 of this date'),
})

export const policyDocument = z
  .strictObject({
    version: z.literal(1),
    timezone: z.string().optional().describe("IANA name; dates mean 00:00 there. Default: the machine's"),
    interfaces: z
      .strictObject({
        outside: z.array(z.string().regex(INTERFACE, code('bad-interface'))).describe('Names, or patterns with a trailing *'),
      })
      .optional()
      .describe('Without it, direction is told by prefixes alone'),
    networks: z.record(name, network).optional(),
    profiles: z.record(name, profile).optional().describe('Profiles of your own, beside those of the catalogue'),
    defaults: z
      .strictObject({
        mode: mode.optional().describe('Default: observe'),
        precision: precision.optional().describe('Default: shape'),
        placement: placement.optional().describe('Default: auto'),
        overload: z
          .enum(['fail-open', 'fail-closed'])
          .optional()
          .describe('What becomes of packets that nobody can judge. Default: fail-open'),
        observe: z
          .strictObject({
            rate: z
              .string()
              .regex(RATE, code('bad-rate'))
              .describe(`Packets that observed blocks see: NUMBER/s; the rest passes unseen and is counted. Default: ${OBSERVE_RATE}/s`),
          })
          .optional(),
        hook: z.enum(['forward', 'prerouting']).optional().describe('Where the kernel hands packets over. Default: forward'),
      })
      .optional(),
    blocks: z.array(block).optional(),
    exemptions: z.array(exemption).optional(),
  })
  .meta({ title: 'ipxxb policy', description: 'Which services are blocked for which customers' })

export type PolicyDocument = z.infer<typeof policyDocument>
export type BlockDocument = z.infer<typeof block>
export type ExemptionDocument = z.infer<typeof exemption>
export type NetworkDocument = z.infer<typeof network>

/** The text of docs/policy.schema.json: JSON Schema draft-07, which editors' YAML plug-ins read. */
export function policyJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(policyDocument, { target: 'draft-7', io: 'input' }), null, 2)}\n`
}

/** The keys that a mapping at `path` of the document may have; none where there is no mapping. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = policyDocument
  for (const step of path) {
    at = unwrap(at)
    if (at instanceof z.ZodObject) at = at.shape[step as string]
    else if (at instanceof z.ZodRecord) at = at.valueType
    else if (at instanceof z.ZodArray) at = at.element
  }
  at = unwrap(at)
  return at instanceof z.ZodObject ? Object.keys(at.shape) : []
}

function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional) return unwrap(schema.unwrap())
  if (schema instanceof z.ZodUnion) return schema.options.find((option) => option instanceof z.ZodObject)
  return schema
}
