/** A policy whose rules stop nothing: what it has on approvals stays, so that calls can be held and answered too. */
import type { Claim, Policy, Rule } from '../../model/policy.js';
import { TRUE } from '../../model/truth.js';
import type { Need } from './needs.js';

export function liftedFrom(policy: Policy): Policy {
    const always = { op: 'constant', value: TRUE } as const;
    const anyone: Rule = {
        kind: 'allow',
        subject: { tools: policy.tools.map(() => TRUE), text: 'any tool' },
        when: always,
        text: 'allow any agent: any tool',
        source: policy.source
    };
    const asking = policy.rules.flatMap((rule): Rule[] => {
        if (rule.kind !== 'approval' || rule.audit === true) {
            return [];
        }
        const { mode: _mode, ...lasting } = rule;
        return [{ ...lasting, when: always }];
    });
    return { ...policy, rules: [anyone, ...asking] };
}

/** A claim that sees what the need sees. */
export function claimFor({ condition, at }: Need, { name, text, source }: Claim): Claim {
    const base = { name, text, source };
    switch (at.kind) {
        case 'decision':
            return { ...base, kind: 'never', subject: at.subject, bad: condition };
        case 'event':
            return { ...base, kind: 'possible', steps: [{ ...at.pattern, where: condition }], withoutApproval: false };
        case 'state':
            return { ...base, kind: 'always', condition: { op: 'not', arg: condition } };
    }
}
