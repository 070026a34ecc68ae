import { test } from 'vitest';
import { readFileSync } from 'node:fs';
import { policyOf } from './support/policies.js';
import { findingsOf } from '../server/checker/findings/index.js';
import { DEFAULT_LIMITS } from '../server/checker/result.js';
test('x', async () => {
    const policy = await policyOf(readFileSync(process.env.FILE!, 'utf8'));
        const t = performance.now();
        const found = findingsOf(policy, [], { limits: DEFAULT_LIMITS });
        console.log(`== ${(performance.now() - t).toFixed(0)} ms`);
        for (const f of found) console.log(`   ${f.code} L${f.source.start.line + 1} ${f.severity}: ${f.message}${f.trace ? '\n      ' + f.trace.steps.map((s) => s.text).join('\n      ') : ''}`);
}, 200000);
