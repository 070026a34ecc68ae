/** Compares the exports of every example with the definitions of their formats. */
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import schema from '../../schemas/guardrail.export.schema.json';
import { cedarOf } from '../../server/export/cedar/policies.js';
import { dogwoodOf } from '../../server/export/dogwood/policies.js';
import { guardedSystemOf } from '../../server/export/guarded.js';
import { policyJson, systemJson } from '../../server/export/json.js';
import { Unexportable } from '../../server/export/unexportable.js';
import { withPlaces } from '../../server/cli/reports/json.js';
import type { Claim, Policy } from '../../server/model/policy/policy.js';
import { files, load } from '../examples/policies.js';
import { IS_DEEP, partOf } from '../support/depth.js';
import { expectValid } from './cedar.js';
import { expectAccepted } from './dogwood/engine.js';

test('exports of all examples are valid', async () => {
    const isExport = new Ajv({ strict: false }).compile(schema);
    const expectExport = (data: object, about: string): void => {
        const places = withPlaces(data, (uri) => uri);
        expect(isExport(places), `${about}: ${JSON.stringify(isExport.errors?.slice(0, 3))}`).toBe(true);
    };
    const seen = { policies: 0, systems: 0 };
    for (const file of partOf(files, 6)) {
        const { policy } = await load(file);
        if (!policy) {
            continue;
        }
        expectValid(cedarOf(policy, file), file);
        expectAccepted(dogwoodOf(policy, file), file);
        expectExport(policyJson(policy), file);
        seen.policies++;
        for (const claim of policy.claims) {
            const system = systemOf(policy, claim);
            if (system) {
                expectExport(systemJson(system), `${file}: ${claim.name}`);
                seen.systems++;
            }
        }
    }
    expect(seen.policies).toBeGreaterThan(IS_DEEP ? 20 : 5);
    expect(seen.systems).toBeGreaterThan(IS_DEEP ? 20 : 5);
    expect(isExport({ format: 'guardrail-policy/1', policy: { name: 'P' } })).toBe(false);
});

function systemOf(policy: Policy, claim: Claim): ReturnType<typeof guardedSystemOf> | undefined {
    try {
        return guardedSystemOf(policy, claim);
    } catch (error) {
        if (error instanceof Unexportable) {
            return undefined;
        }
        throw error;
    }
}
