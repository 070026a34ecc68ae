import { test } from 'vitest';
import { readFileSync } from 'node:fs';
import { policyOf } from './support/policies.js';
import { FINDINGS } from '../server/checker/findings/index.js';
import { Survey } from '../server/checker/findings/survey.js';
import { answerTo } from '../server/checker/claims.js';
import { reachOf } from '../server/checker/cone.js';
import { beyondOf } from '../server/checker/beyond.js';
const LIMITS = { maxStates: 10000, maxMemoryMB: 2048, timeoutMs: 2000 };
test('x', async () => {
        const policy = await policyOf(readFileSync(process.env.FILE!, 'utf8'));
        const survey = new Survey(policy!, { limits: LIMITS });
        policy!.tools.forEach((tool, i) => { const t = performance.now(); const s = survey.of(i); const ms = performance.now() - t; console.log('  survey', tool.name, s?.weighings.length, ms.toFixed(0)); });
        for (const rule of FINDINGS) {
            const t = performance.now();
            const answer = (claim: any, variant = policy!) => {
                const t = performance.now();
                const a = answerTo(variant, claim, { limits: LIMITS });
                console.log('     ', claim.kind, claim.text, a.verdict, a.exploration.states, a.exploration.transitions, a.exploration.limit, (performance.now() - t).toFixed(0), beyondOf(variant, claim, reachOf(variant, claim)).map((b) => b.what + b.isMore).join());
                return a;
            };
            rule.find({ policy: policy!, claims: [], survey, answer, session: (claim, variant) => { const a = answer(claim, variant); return a.trace && { trace: a.trace, basis: {} as never }; } });
            const ms = performance.now() - t;
            if (ms > 10) console.log('  ', rule.codes.join(), ms.toFixed(0));
        }
}, 200000);
