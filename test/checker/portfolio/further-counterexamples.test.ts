/** Tests several counterexamples on request: each is let through by rules that no earlier one needed. */
import { expect, test } from 'vitest';
import type { Trace } from '../../../server/checker/results/result.js';
import { PolicyWorkspace } from '../../../server/workspace/policy-workspace.js';
import { diagnosticsOf } from '../../../server/workspace/diagnostics.js';
import { checkedUntimed } from '../../support/checked.js';

const workspace = new PolicyWorkspace();
let texts = 0;

/** The sessions of the only claim: the calls, and the rules that decided the last one. */
async function sessions(rules: string, claim: string, counterexamples?: number): Promise<string[]> {
    const text = `policy P
label private
agent bot
agent helper
human ann
server mail {
    tool read(folder: string) reads private
    tool draft(to: string)
    tool send(to: string, n: int = 0) external
}
${rules}
claim "c": ${claim}
`;
    const document = await workspace.loadText(text, `others${++texts}.guardrail`);
    expect(diagnosticsOf(document).filter(({ severity }) => severity === 'error')).toEqual([]);
    const { claims } = checkedUntimed(workspace.policyOf(document), {
        claim: 'c',
        ...(counterexamples !== undefined && { counterexamples })
    });
    const [{ trace, others = [] }] = claims as [(typeof claims)[number]];
    const shown = (all: Trace): string => {
        const last = all.steps[all.steps.length - 1]!;
        const steps = all.steps.map(({ kind, actor, tool }) => (kind === 'approve' ? actor : `${actor} ${tool}`));
        return `${steps.join(', ')} | ${last.rules.map((rule) => rule.text).join('; ')}`;
    };
    return [...(trace ? [trace] : []), ...others].map(shown);
}

const ALLOWS = [
    'allow helper: mail.send when once mail.draft by helper',
    'allow helper: mail.draft',
    'allow bot: mail.send when n > 5',
    'allow bot: mail.send unless n > 7',
    'allow bot: mail.send when n == 8'
].join('\n');

test('one for each rule that lets the judged call through, shortest first', async () => {
    expect(await sessions(ALLOWS, 'never mail.send', 10)).toEqual([
        'bot mail.send | allow bot: mail.send unless n > 7',
        'bot mail.send | allow bot: mail.send when n > 5; allow bot: mail.send when n == 8',
        'helper mail.draft, helper mail.send | allow helper: mail.send when once mail.draft by helper'
    ]);
});

test('as many as requested, one by default', async () => {
    expect(await sessions(ALLOWS, 'never mail.send', 2)).toHaveLength(2);
    expect(await sessions(ALLOWS, 'never mail.send')).toHaveLength(1);
});

test('for a decision, each by a different deciding rule', async () => {
    const rules = 'allow bot: mail.*\ndeny mail.send when n > 5\nrequire n > -5 for mail.send';
    expect(await sessions(rules, 'mail.send is allowed when n != 0', 5)).toEqual([
        'bot mail.send | require n > -5 for mail.send',
        'bot mail.send | deny mail.send when n > 5'
    ]);
});

test('with approvals, and with labels', async () => {
    const rules = [
        'allow bot: mail.read, mail.send',
        'allow helper: mail.read',
        'allow helper: mail.send when n > 1',
        'require approval by ann for mail.send by helper'
    ].join('\n');
    expect(await sessions(rules, 'no flow from private to mail.send', 5)).toEqual([
        'bot mail.read, bot mail.send | allow bot: mail.read, mail.send',
        'helper mail.read, helper mail.send, ann, helper mail.send | allow helper: mail.send when n > 1'
    ]);
});

test('over concrete sessions, if totals are visible', async () => {
    const rules = 'allow bot: mail.send when total(mail.send.n) + n <= 10\nallow helper: mail.send when n == 3';
    const found = await sessions(rules, 'never mail.send when n > 2', 5);
    expect(found.map((session) => session.split(' | ')[1])).toEqual([
        'allow bot: mail.send when total(mail.send.n) + n <= 10',
        'allow helper: mail.send when n == 3'
    ]);
});

test('a claim about states has only one', async () => {
    expect(await sessions('allow bot, helper: mail.*', 'always not once mail.send', 5)).toHaveLength(1);
});
