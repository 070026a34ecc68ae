import * as ast from '../../../../../language/generated/ast.js';
import { firstWordOf } from '../../../../../language/lower/context.js';
import { obvious } from '../../../../../language/edits/edit.js';
import {
    insertAt,
    insertAfter,
    keywordOf,
    partOf,
    removeLeading,
    removeStatement,
    replacePart,
    replaceRange,
    addStatement
} from '../../../../../language/edits/edits.js';
import { toolText } from '../../../../model/text/typed-text.js';
import { withOwnCall } from '../../../../../language/validations/caps.js';
import { withKeys } from '../../../../../language/validations/dropped-keys.js';
import { approvalsOf, asRequirement, withoutRule } from '../../../../../language/validations/other-rules.js';
import type { Problem } from '../place.js';
import { claimResults, stepResult } from '../results.js';
import { freeScenarioName, scenarioOf } from '../../../../simulator/session-scenario.js';
import { wantedIn } from '../../../traces/kept.js';
import type { Proposal } from '../proposal.js';
import type { Fix } from './fix.js';
import { scopesOf, scopesToAccept } from '../../../../checker/results/verdict-words.js';

const FINDINGS = [
    ...['GR501', 'GR503', 'GR504', 'GR506', 'GR507', 'GR508', 'GR510', 'GR511', 'GR512', 'GR513', 'GR514']
];

const known: Fix = {
    codes: [...FINDINGS, 'GR592'],
    summary: 'Ignore this finding here: mark it as `@expected`',
    propose: (problem) => {
        const statement = problem.code === 'GR592' ? problem.at(isClaimed) : problem.at(isMarkable);
        const first = statement && firstWordOf(statement);
        if (!statement || !first) {
            return [];
        }
        const value = problem.code === 'GR592' ? 'vacuous' : problem.code;
        const title = `Ignore this here: \`@expected(${value})\``;
        const marked = statement.annotations.find(({ name }) => name === 'expected');
        const last = marked?.values.at(-1)?.$cstNode;
        if (last && ast.isClaim(statement)) {
            // A claim has one verdict.
            return [];
        }
        if (last) {
            return [{ title, changes: [insertAt(problem, last.end, `, ${value}`)] }];
        }
        const indent = /[ \t]*$/.exec(problem.text.slice(0, first.offset))![0];
        return [{ title, changes: [insertAt(problem, first.offset, `@expected(${value})\n${indent}`)] }];
    }
};

function isMarkable(node: unknown): node is ast.Rule | ast.Use {
    return ast.isRule(node) || ast.isUse(node);
}

/** The claims of a pack are marked at its use. */
function isClaimed(node: unknown): node is ast.Claim | ast.Use {
    return ast.isClaim(node) || ast.isUse(node);
}

const DECISIONS = ['allowed', 'held', 'denied', 'waits'];

/** Replaces the expected outcome by the actual one. */
const expectation: Fix = {
    codes: ['GR595'],
    summary: 'Change the expectation of a scenario step to the actual result',
    propose: (problem) => {
        const step = problem.at(isDecidedStep);
        const cst = step && partOf(step, 'expected');
        const actual = stepResult(problem)?.actual;
        if (!cst || actual === undefined || !DECISIONS.includes(actual)) {
            return [];
        }
        return [
            {
                title: `Expect \`${actual}\``,
                changes: [replacePart(cst, actual)],
                isPreferred: false
            }
        ];
    }
};

function isDecidedStep(node: unknown): node is ast.CallStep | ast.DelegateStep {
    return ast.isCallStep(node) || ast.isDelegateStep(node);
}

/** Allows a step that an audited rule would deny. */
const enforce: Fix = {
    codes: ['GR596'],
    summary: 'Enforce an audited rule, and expect the step to be denied',
    propose: (problem): Proposal[] => {
        const step = problem.at(isDecidedStep);
        const cst = step && partOf(step, 'expected');
        const audited = stepResult(problem)?.audited ?? [];
        const rules = audited.flatMap(({ source }) =>
            source.uri === problem.uri
                ? problem.file.elements.filter(ast.isRule).filter((rule) => {
                      const start = firstWordOf(rule)?.range.start;
                      return start?.line === source.start.line && start.character === source.start.character;
                  })
                : []
        );
        const words = rules.flatMap((rule) => keywordOf(rule, 'audit') ?? []);
        return cst && words.length > 0 && words.length === audited.length
            ? [
                  obvious(
                      'Remove `audit`, and expect `denied`',
                      ...words.map((word) => removeLeading(word)),
                      replacePart(cst, 'denied')
                  )
              ]
            : [];
    }
};

/** Keeps the session as a test of the policy that fails until the claim is repaired. */
const keepSession: Fix = {
    codes: ['GR590', 'GR598'],
    summary: 'Keep the counterexample of a claim as a scenario',
    propose: (problem) =>
        claimResults(problem).flatMap((claim): Proposal[] => {
            const trace = problem.code === 'GR598' ? claim.acrossSessions?.trace : claim.trace;
            const isBroken = problem.code === 'GR598' || claim.verdict === 'violated';
            const name = freeScenarioName(problem.file, claim.name);
            const title = `Keep this session as the scenario ${JSON.stringify(name)}`;
            const textOf = (wanted?: ReturnType<typeof wantedIn>): string | undefined =>
                trace && scenarioOf(trace, name, wanted);
            return !isBroken || textOf() === undefined
                ? []
                : [
                      {
                          title,
                          changes: () => {
                              const wanted = wantedIn(problem.document, claim.name, problem.services);
                              return Promise.resolve([addStatement(problem, 'Scenario', textOf(wanted)!)]);
                          }
                      }
                  ];
        })
};

/** Accepts the scope in which the claim holds, by name. */
const acceptScope: Fix = {
    codes: ['GR594', 'GR598'],
    summary: 'Accept the scope in which a claim holds: `@accept(values)`',
    propose: (problem) => {
        const statement = problem.at(isHolder);
        const first = statement && firstWordOf(statement);
        const results = claimResults(problem);
        const names = problem.code === 'GR598' ? ['sessions'] : [...new Set(results.flatMap(scopesToAccept))];
        if (!statement || !first || names.length === 0) {
            return [];
        }
        const last = statement.annotations.find(({ name }) => name === 'accept')?.values.at(-1)?.$cstNode;
        const title = `Accept this scope: \`@accept(${names.join(', ')})\``;
        if (last && ast.isClaim(statement)) {
            // A claim has one verdict.
            return [];
        }
        if (last) {
            return [{ title, changes: [insertAt(problem, last.end, `, ${names.join(', ')}`)] }];
        }
        const indent = /[ \t]*$/.exec(problem.text.slice(0, first.offset))![0];
        const text = `@accept(${names.join(', ')})\n${indent}`;
        return [{ title, changes: [insertAt(problem, first.offset, text)] }];
    }
};

/** Removes scopes that no verdict needs from `@accept`, and an unmet `@expected`. */
const unneededScope: Fix = {
    codes: ['GR515'],
    summary: 'Remove an accepted scope that a claim does not need, or an expected verdict that it does not have',
    propose: (problem) => {
        const statement = problem.at(isHolder);
        const expected = statement?.annotations.find(({ name }) => name === 'expected');
        if (expected?.$cstNode && !claimResults(problem).some((claim) => claim.expected)) {
            return [obvious('Remove `@expected`', removeLeading(expected.$cstNode))];
        }
        const annotation = statement?.annotations.find(({ name }) => name === 'accept');
        const needed: ReadonlySet<string> = new Set(claimResults(problem).flatMap(scopesOf));
        const unneeded = (annotation?.values ?? []).filter(({ text }) => !needed.has(text));
        if (!statement || !annotation?.$cstNode || unneeded.length === 0) {
            return [];
        }
        if (unneeded.length === annotation.values.length) {
            return [obvious('Remove `@accept`', removeLeading(annotation.$cstNode))];
        }
        const kept = annotation.values.filter(({ text }) => needed.has(text)).map(({ text }) => text);
        const { offset, end } = annotation.$cstNode;
        return [
            obvious(`Accept only ${kept.join(', ')}`, replaceRange(problem, offset, end, `@accept(${kept.join(', ')})`))
        ];
    }
};

function isHolder(node: unknown): node is ast.Claim | ast.Use {
    return ast.isClaim(node) || ast.isUse(node);
}

const idle: Fix = {
    codes: ['GR504', 'GR506', 'GR507', 'GR508'],
    summary: 'Remove a rule that decides nothing',
    propose: (problem) => {
        const rule = problem.at(isRuleOrUse);
        return rule ? [withoutRule(rule)] : [];
    }
};

function isRuleOrUse(node: unknown): node is ast.Rule | ast.Use {
    return ast.isRule(node) || ast.isUse(node);
}

const idleClaim: Fix = {
    codes: ['GR592'],
    summary: 'Remove a use, mode, transition, step, scenario, claim or assumption that has no effect',
    propose: (problem) => {
        const claim = problem.at(ast.isClaim);
        return claim ? [{ title: 'Remove this claim', changes: [removeStatement(claim)] }] : [];
    }
};

const approval: Fix = {
    codes: ['GR501', 'GR503', 'GR511'],
    summary: 'Require an approval where nobody is asked',
    propose: (problem) => approvalsOf(unasked(problem), problem)
};

/** The calls that a person should review. */
function unasked(problem: Problem): string | undefined {
    const { code, inventory } = problem;
    if (code === 'GR501') {
        const isLabel = inventory.elements.some((element) => ast.isLabel(element) && element.name === 'private');
        return isLabel ? 'external tools when carries private' : undefined;
    }
    if (code === 'GR503') {
        const names = inventory.tools.filter(({ tool }) => tool.clears.length > 0).map(({ name }) => toolText(name));
        return names.length === 0 ? undefined : names.join(', ');
    }
    const asked = askedBy(problem);
    return ast.isOnce(asked) ? asked.event.selector.$cstNode?.text : undefined;
}

/** The condition that a rule requires. */
function askedBy(problem: Problem): ast.Condition | undefined {
    const rule = problem.at(ast.isRule);
    return ast.isRequire(rule) ? rule.condition : ast.isSubjectRule(rule) ? rule.when : undefined;
}

const joint: Fix = {
    codes: ['GR510'],
    summary: 'Make the condition of a second `allow` a requirement that must hold too',
    propose: (problem) => proposals(asRequirement(problem.at(ast.isAllow), problem.inventory))
};

const sameKey: Fix = {
    codes: ['GR512'],
    summary: 'Require an earlier call for the same account, customer or file, or state that any is meant',
    propose: (problem) => {
        const asked = askedBy(problem);
        const rule = problem.at(ast.isSubjectRule);
        return rule && ast.isOnce(asked) && !asked.then && !asked.event.listed
            ? withKeys(asked.event, rule.subjects, problem.inventory)
            : [];
    }
};

const countIn: Fix = {
    codes: ['GR513'],
    summary: 'Add the amount of the decided call to the total that limits it',
    propose: (problem) => {
        const cap = problem.at(ast.isComparison) ?? askedBy(problem);
        return proposals(ast.isComparison(cap) ? withOwnCall(cap) : undefined);
    }
};

/** Makes the rule ignore refused calls of other agents. */
const ofCaller: Fix = {
    codes: ['GR514'],
    summary: 'Count the calls of the same agent only',
    propose: (problem) => {
        const event = firstCount(problem.at(ast.isSubjectRule)?.when)?.event;
        return event && !event.by && !event.where
            ? [obvious('Insert `by caller`', insertAfter(event, ' by caller'))]
            : [];
    }
};

function firstCount(condition: ast.Condition | undefined): ast.Count | undefined {
    if (ast.isBinaryCondition(condition)) {
        return firstCount(condition.left) ?? firstCount(condition.right);
    }
    return ast.isComparison(condition) ? [condition.left, condition.right].find(ast.isCount) : undefined;
}

function proposals(fix: Proposal | undefined): Proposal[] {
    return fix ? [fix] : [];
}

export const findings: readonly Fix[] = [
    sameKey,
    countIn,
    ofCaller,
    approval,
    joint,
    idle,
    idleClaim,
    known,
    expectation,
    enforce,
    keepSession,
    acceptScope,
    unneededScope
];
