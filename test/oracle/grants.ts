/** Finds the rules that allow a call, including those in modes (M18). */
import type { Rule } from '../../server/model/policy/policy.js';
import { every, known, some, type Answer } from './answer.js';
import { isOne } from './events.js';
import { places } from './modes.js';
import type { View } from './view.js';

export interface Granted {
    readonly is: Answer;
    /** The rules that allow the call, or else those that might. */
    readonly rules: readonly number[];
}

/** @param applies true if a rule applies to the call */
export function grants(view: View, applies: (rule: Rule) => Answer): Granted {
    const { policy, call } = view;
    const allows = policy.rules.flatMap((rule, index) =>
        rule.kind === 'allow' && rule.audit !== true
            ? [
                  {
                      rule,
                      index,
                      is: applies(rule),
                      speaks: isOne(policy, rule.subject, call, call.agent) !== 'no'
                  }
              ]
            : []
    );
    const outside = allows.filter(({ rule }) => rule.mode === undefined);
    // In each machine that grants the call to this agent in some mode, every mode that the machine may be in must grant
    // it.
    const machines = [
        ...new Set(allows.flatMap(({ rule, speaks }) => (rule.mode && speaks ? [rule.mode.machine] : [])))
    ];
    const inside = machines.map((machine) => {
        const modes = places(policy.machines![machine]!, call.agent, view).map(({ mode }) => {
            const here = allows.filter(({ rule }) => rule.mode?.machine === machine && rule.mode.mode === mode);
            return { here, is: some(here.map(({ is }) => is)) };
        });
        const answers = modes.map(({ is }) => is);
        const is: Answer = answers.every((one) => one === answers[0]) ? (answers[0] ?? 'no') : 'unknown';
        return { is, here: modes.flatMap(({ here }) => here) };
    });
    const granted = every([known(inside.length > 0), ...inside.map(({ is }) => is)]);
    const is = some([...outside.map((one) => one.is), granted]);
    const relevant = [
        ...outside.filter((one) => is !== 'no' && one.is === is),
        ...inside.flatMap(({ is: granting, here }) =>
            granted === is && granting !== 'no' && is !== 'no'
                ? here.filter((one) => one.is !== 'no' && (is === 'unknown' || one.is === 'yes'))
                : []
        )
    ];
    return { is, rules: [...new Set(relevant.map(({ index }) => index))].sort((a, b) => a - b) };
}
