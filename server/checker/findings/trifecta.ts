/**
 * GR501: an agent that holds private data and has read text from outsiders reaches an `external` tool without human
 * review (Willison's "lethal trifecta", 2025).
 */
import { noRelease } from '../questions/own.js';
import type { Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import type { Truth } from '../../model/policy/truth.js';
import { FALSE, mayBe, TRUE, UNKNOWN } from '../../model/policy/truth.js';
import type { Finding } from '../results/result.js';
import type { FindingContext, FindingRule, ShownSession } from './finding.js';
import { unseen } from './unseen.js';
import { nameText, toolText } from '../../model/text/typed-text.js';

export const trifecta: FindingRule = { codes: ['GR501'], find: lethalTrifecta };

/** The labels that name the two kinds of data of the trifecta, by convention (docs/codes/GR501.md). */
const PRIVATE = 'private';
const UNTRUSTED = 'untrusted';

function lethalTrifecta({ policy, session }: FindingContext): Finding[] {
    const [priv, untrusted] = [PRIVATE, UNTRUSTED].map((name) =>
        policy.labels.findIndex((label) => label.name === name)
    );
    if (priv! < 0 || untrusted! < 0) {
        return [];
    }
    const externals = policy.tools.map((tool): Truth => tool.traits['external'] ?? FALSE);
    const search = (tools: readonly Truth[]): ShownSession | undefined =>
        tools.some(mayBe) ? session(trifectaClaim(policy, tools, priv!, untrusted!)) : undefined;
    // A declared `external` makes the finding stronger; a tool for which it is only a hint is reported if there is no
    // other.
    const confirmed = search(externals.map((value) => (value === TRUE ? TRUE : FALSE)));
    const found = confirmed ?? search(externals.map((value) => (value === UNKNOWN ? UNKNOWN : FALSE)));
    const last = found?.trace.steps.at(-1);
    if (last === undefined) {
        return [];
    }
    const hint = confirmed ? '' : ' (if it is external: that is only a hint of its server)';
    return [
        {
            code: 'GR501',
            severity: 'warning',
            message: `${nameText(last.actor, 'StrictName')} can call ${toolText(last.tool)}${hint} while it carries private and untrusted data, and no human sees it: text from outside can make it send private data out. Hold it: \`require approval by … for external tools when carries private\`.`,
            source: last.rules[0]?.source ?? policy.source,
            about: [last.tool],
            ...found
        }
    ];
}

function trifectaClaim(policy: Policy, tools: readonly Truth[], priv: number, untrusted: number): Question {
    const name = 'private and untrusted data meet an external tool';
    const text = 'never external tools when carries private and carries untrusted unless approved';
    return noRelease(
        { name, text, source: policy.source },
        { tools, text: 'external tools' },
        { op: 'and', args: [{ op: 'carries', label: priv }, { op: 'carries', label: untrusted }, unseen(policy)] }
    );
}
