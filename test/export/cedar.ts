/** Cedar itself, which says whether policies are valid by a schema. */
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs';
import { expect } from 'vitest';
import type { CedarExport } from '../../server/export/cedar/policies.js';

// V8 of Node.js 20 ends the process when it deoptimizes a function into which it has inlined a call of WebAssembly.
setFlagsFromString('--no-turbo-inline-js-wasm-calls');

// Its module for ESM is for bundlers.
export const cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as typeof Cedar;

/** Strictly: no expression can fail, whatever the request. */
export function expectValid({ policies, schema }: CedarExport, about: string): void {
    const answer = cedar.validate({
        schema,
        policies: { staticPolicies: policies },
        validationSettings: { mode: 'strict' }
    });
    expect(answer, `${about}\n${policies}\n${schema}`).toMatchObject({ type: 'success', validationErrors: [] });
}
