/** Attacks verdicts on random policies over every form of the language with random sessions. */
import { EmptyFileSystem, URI } from 'langium';
import { expect, test } from 'vitest';
import type { PolicyFile } from '../../language/generated/ast.js';
import { lower } from '../../language/lower/index.js';
import { createGuardrailServices } from '../../language/module.js';
import { attack } from '../../server/attack/index.js';
import { textOf } from '../../server/attack/scenario-text.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import type { Policy } from '../../server/model/policy/policy.js';
import { firstLines } from '../oracle/first-lines.js';
import { formsPolicy } from './all-forms.js';
import { DEPTH, more, SHARE } from '../support/depth.js';

const FIRST = 0 + SHARE;
const POLICIES = Math.ceil(8 * DEPTH);
const SESSIONS = 60;
const LIMITS = { ...DEFAULT_LIMITS, maxStates: 1_000, maxTransitions: 1_000, timeoutMs: 3_000 };

const { shared, guardrail } = createGuardrailServices(EmptyFileSystem);

test('no session contradicts a verdict', async () => {
    const tally = new Map<string, number>();
    const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);
    for (let seed = FIRST; seed < FIRST + POLICIES; seed++) {
        const policy = await readForms(seed);
        // Several sessions are not covered here, because the second lines take longer than the claims.
        const verdicts = firstLines(policy, LIMITS).map(({ name, verdict }) => {
            count(verdict);
            return { name, verdict, acrossSessions: { verdict: 'violated' } } as const;
        });
        const { strikes } = attack(policy, verdicts, { sessions: SESSIONS, seed });
        const defects = strikes
            .filter(({ isDefect }) => isDefect)
            .map(({ claim, verdict, steps }) => `${verdict}: ${claim}\n${textOf(policy, claim, steps)}`);
        expect(defects, `seed ${seed}\n${formsPolicy(seed)}`).toEqual([]);
    }
    expect([...tally.values()].reduce((sum, each) => sum + each, 0)).toBeGreaterThan(more(POLICIES));
});

/** The services are shared, because creating them takes longer than reading a policy. */
async function readForms(seed: number): Promise<Policy> {
    const uri = URI.parse(`memory:///forms${seed}.guardrail`);
    const document = shared.workspace.LangiumDocumentFactory.fromString<PolicyFile>(formsPolicy(seed), uri);
    shared.workspace.LangiumDocuments.addDocument(document);
    await shared.workspace.DocumentBuilder.build([document], { validation: true });
    const errors = (document.diagnostics ?? []).filter(({ severity }) => severity === 1);
    expect(
        errors.map(({ range, code }) => `${range.start.line + 1}: ${String(code)}`),
        formsPolicy(seed)
    ).toEqual([]);
    const policy = lower(document.parseResult.value, guardrail);
    await shared.workspace.DocumentBuilder.update([], [uri]);
    return policy;
}
