/** Restates rules as claims. */
import type { Claim, Rule } from '../server/model/policy/policy.js';

/** Claims that state the same as a rule: about releases and, for a `deny`, about decisions. */
export function restated(rule: Rule, index: number): Claim[] {
    const { subject, text, source, when } = rule;
    const named = (name: string): Pick<Claim, 'name' | 'text' | 'source'> => ({
        name: `${index} ${name}`,
        text,
        source
    });
    switch (rule.kind) {
        case 'deny':
            return [
                { ...named('never'), kind: 'never', subject, bad: when },
                { ...named('denied'), kind: 'decided', subject, when, decision: 'denied' }
            ];
        case 'require': {
            const bad = { op: 'and', args: [when, { op: 'not', arg: rule.requires }] } as const;
            return [{ ...named('requires'), kind: 'requires', subject, bad }];
        }
        case 'approval':
            return [
                { ...named('held'), kind: 'decided', subject, when, decision: 'held' },
                {
                    ...named('approved'),
                    kind: 'never',
                    subject,
                    bad: {
                        op: 'and',
                        args: [when, { op: 'not', arg: { op: 'approved by', humans: rule.humans } }]
                    }
                }
            ];
        case 'allow':
            return [{ ...named('allowed'), kind: 'decided', subject, when, decision: 'allowed' }];
        default:
            return [];
    }
}
