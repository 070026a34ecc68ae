/** GR503: an agent that carries a label makes a call that clears it, and no human reviews the call (M15). */
import { noRelease } from '../questions/own.js';
import type { Truth } from '../../model/policy/truth.js';
import { FALSE, mayBe, TRUE } from '../../model/policy/truth.js';
import type { Finding } from '../results/result.js';
import type { FindingContext, FindingRule } from './finding.js';
import { unseen } from './unseen.js';
import { nameText, toolText } from '../../model/text/typed-text.js';

export const laundering: FindingRule = {
    codes: ['GR503'],
    find: (context) => context.policy.labels.flatMap((_, label) => shedding(context, label))
};

function shedding({ policy, session }: FindingContext, index: number): Finding[] {
    const label = policy.labels[index]!;
    // A tool that also reads the label leaves its caller with it.
    const tools = policy.tools.map(({ clears, reads }): Truth =>
        clears.includes(index) && !reads.includes(index) ? TRUE : FALSE
    );
    if (!tools.some(mayBe)) {
        return [];
    }
    const found = session(
        noRelease(
            {
                name: `${nameText(label.name)} is shed`,
                text: `never tools that clear ${nameText(label.name)} when carries ${nameText(label.name)} unless approved`,
                source: policy.source
            },
            { tools, text: `tools that clear ${nameText(label.name)}` },
            { op: 'and', args: [{ op: 'carries', label: index }, unseen(policy)] }
        )
    );
    const last = found?.trace.steps.at(-1);
    return last === undefined
        ? []
        : [
              {
                  code: 'GR503',
                  severity: 'warning',
                  message: `${nameText(last.actor, 'StrictName')} can call ${toolText(last.tool)} and so shed the label ${nameText(label.name)} without a human: rules about ${nameText(label.name)} no longer apply to the data that it has read. Hold it: \`require approval by … for ${last.tool} when carries ${nameText(label.name)}\`.`,
                  source: last.rules[0]?.source ?? policy.source,
                  about: [last.tool],
                  ...found
              }
          ];
}
