/** A policy whose rules stop nothing: its approval requirements stay, so that calls can still be held and answered. */
import { alwaysSo, noRelease, someSession } from '../questions/own.js';
import type { Policy, Rule } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { TRUE } from '../../model/policy/truth.js';
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

/** The question that reads the same parts as the need. */
export function claimFor({ condition, at }: Need, named: Question): Question {
    switch (at.kind) {
        case 'decision':
            return noRelease(named, at.subject, condition);
        case 'event':
            return someSession(named, [{ ...at.pattern, where: condition }]);
        case 'state':
            return alwaysSo(named, { op: 'not', arg: condition });
    }
}
