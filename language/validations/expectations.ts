/** GR332: a decision expected in a scenario step from something that is not in the policy. */
import { MOST_OFFERED, type Fix } from '../edits/edit.js';
import { keywordOf, partOf, removeParts, replacePart } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { textOf } from '../lower/context.js';
import { nearby, nearest } from '../text/spelling.js';
import { shown } from '../types/types.js';
import type { Reporter, ValidationRule } from './rule.js';
import { Gathered } from '../files/gathered.js';
import { ofWholePolicy } from './file-checks.js';
import { broughtBy } from '../packs/instances.js';
import type { Inventory } from '../names/inventory.js';

export const expectations: ValidationRule = {
    codes: ['GR332'],
    checks: {
        PolicyFile: ofWholePolicy((view) => {
            const expected = view.of(EXPECTED);
            if (expected.length > 0) {
                const rules = view.of(RULES, view.inventory);
                expected.forEach((one) => check(one, rules, view));
            }
        })
    }
};

/** The decisions that scenarios expect from something. */
const EXPECTED = new Gathered((statement) =>
    (ast.isScenario(statement) ? statement.steps : []).flatMap((step) => {
        const expected = ast.isCallStep(step) || ast.isDelegateStep(step) ? step.expected : undefined;
        const isOfResult = ast.isDelegateStep(step) && step.expected?.decision === 'withheld';
        return expected && ((expected.because ?? expected.rule ?? expected.by) !== undefined || isOfResult)
            ? [expected]
            : [];
    })
);

/** The rules of the file, of its modes and of the packs that it uses. */
const RULES = new Gathered((statement, inventory: Inventory) =>
    broughtBy(statement, inventory).filter((element) => ast.isRule(element))
);

function check(expected: ast.Expectation, rules: readonly ast.Rule[], report: Reporter): void {
    const { decision, because, rule, by } = expected;
    const fail = (message: string, property: 'because' | 'rule' | 'by' | 'decision'): void =>
        report.error('GR332', [expected, property], message, () => [
            ...otherReasons(expected, rules),
            decisionAlone(expected)
        ]);
    const property = because !== undefined ? 'because' : rule !== undefined ? 'rule' : 'by';
    if (decision === 'withheld' && ast.isDelegateStep(expected.$container)) {
        fail('A delegation has no result that a rule could withhold. Write `-> allowed`.', 'decision');
    } else if (decision === 'waits') {
        fail('A decision that waits is not made yet, so no rule has decided it. Write `-> waits` alone.', property);
    } else if (by !== undefined && decision !== 'denied') {
        fail(`A call is ${decision} by a rule. Write the beginning of the rule, or only \`-> ${decision}\`.`, 'by');
    } else if (because !== undefined && !rules.some((other) => other.because === because)) {
        const near = nearest(
            because,
            rules.flatMap((other) => other.because ?? [])
        );
        fail(
            `No rule has the reason ${shown(because)}. ${near === undefined ? 'Write it after `because` in the rule.' : `Did you mean ${shown(near)}?`}`,
            'because'
        );
    } else if (rule !== undefined && !rules.some((other) => textOf(other).startsWith(folded(rule)))) {
        fail(`No rule starts with ${shown(rule)}. Write the beginning of a rule as it is in the policy.`, 'rule');
    }
}

function folded(text: string): string {
    return text.replace(/\s+/g, ' ').trim();
}

function otherReasons(expected: ast.Expectation, rules: readonly ast.Rule[]): Fix[] {
    const known = rules.flatMap(({ because }) => because ?? []);
    return (expected.because === undefined ? [] : nearby(expected.because, known))
        .slice(0, MOST_OFFERED)
        .map((text, index) => ({
            title: `Change to ${JSON.stringify(text)}`,
            changes: [replacePart(partOf(expected, 'because')!, JSON.stringify(text))],
            isPreferred: index === 0
        }));
}

/** Expects the decision, whatever it is because of. */
function decisionAlone(expected: ast.Expectation): Fix | undefined {
    const word = keywordOf(expected, 'because') ?? keywordOf(expected, 'by');
    return (
        word && {
            title: `Expect \`${expected.decision}\` alone`,
            changes: [removeParts(word, expected.$cstNode)]
        }
    );
}
