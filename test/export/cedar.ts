/** Cedar itself, which checks if policies are valid by a schema. */
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs';
import { expect } from 'vitest';
import type { CedarExport } from '../../server/export/cedar/policies.js';

// V8 in Node.js 20 crashes when it deoptimizes a function into which it has inlined a WebAssembly call.
setFlagsFromString('--no-turbo-inline-js-wasm-calls');

// The ESM module of Cedar is for bundlers.
export const cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as typeof Cedar;

/** Expects that the policies are valid in strict mode, in which no expression can fail, for any request. */
export function expectValid({ policies, schema }: CedarExport, about: string): void {
    const answer = cedar.validate({
        schema,
        policies: { staticPolicies: policies },
        validationSettings: { mode: 'strict' }
    });
    expect(answer, `${about}\n${policies}\n${schema}`).toMatchObject({ type: 'success', validationErrors: [] });
}
