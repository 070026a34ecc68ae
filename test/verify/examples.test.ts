/** Tests that each example's certificates are accepted, and that they match the schema of the format. */
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import schema from '../../schemas/guardrail.certificates.schema.json';
import type { Certificates } from '../../server/certificates/format.js';
import type { Policy } from '../../server/model/policy/policy.js';
import { files, load } from '../examples/policies.js';
import { policyOf } from '../support/policies.js';
import { certified, verified } from './support.js';

const isCertificates = new Ajv({ strict: false }).compile(schema);

const examples: { readonly file: string; readonly policy: Policy; readonly certificates: Certificates }[] = [];
for (const file of files) {
    const { policy } = await load(file);
    if (policy) {
        examples.push({ file, policy, certificates: certified(policy) });
    }
}

describe('the examples', () => {
    test.each(examples)('$file: all certificates are accepted', ({ policy, certificates }) => {
        expect(isCertificates(certificates), JSON.stringify(isCertificates.errors?.slice(0, 3))).toBe(true);
        const { accepted, refused } = verified(policy, certificates);
        expect(refused).toEqual([]);
        expect(accepted).toEqual(certificates.certificates.map(({ name }) => name));
    });

    test('they take kilobytes', () => {
        const sizes = examples.map(({ certificates }) => JSON.stringify(certificates).length);
        expect(examples.flatMap(({ certificates }) => certificates.certificates).length).toBeGreaterThanOrEqual(151);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(100_000);
    });
});

test('the format is stable', async () => {
    const policy = await policyOf(`
        policy Refunds
        server pay { tool refund(amount: int) }
        agent desk
        human lead
        allow desk: pay.refund
        require approval by lead for pay.refund when amount > 100
        deny pay.refund when amount > 5000
        claim "large refunds are approved": never pay.refund when amount > 100 unless approved by lead
        claim "no huge refund": never pay.refund when amount > 5000
    `);
    expect(certified(policy)).toMatchInlineSnapshot(`
      {
        "certificates": [
          {
            "cases": [
              {
                "calls": [
                  [
                    0,
                    0,
                  ],
                ],
                "proof": {
                  "condition": 0,
                  "false": "claim",
                  "true": {
                    "condition": 1,
                    "false": {
                      "denies": 1,
                    },
                    "true": "claim",
                    "unknown": {
                      "denies": 1,
                    },
                  },
                  "unknown": {
                    "excludes": [
                      0,
                    ],
                  },
                },
              },
            ],
            "claim": 0,
            "conditions": [
              "/claims/0/bad/args/0",
              "/claims/0/bad/args/1/arg",
            ],
            "name": "large refunds are approved",
            "verdict": "holds",
          },
          {
            "cases": [
              {
                "calls": [
                  [
                    0,
                    0,
                  ],
                ],
                "proof": {
                  "condition": 0,
                  "false": "claim",
                  "true": {
                    "denies": 2,
                  },
                  "unknown": {
                    "excludes": [
                      0,
                    ],
                  },
                },
              },
            ],
            "claim": 1,
            "conditions": [
              "/claims/1/bad",
            ],
            "name": "no huge refund",
            "verdict": "holds",
          },
        ],
        "format": "guardrail-certificates/4",
        "policy": "Refunds",
        "without": [],
      }
    `);
});
