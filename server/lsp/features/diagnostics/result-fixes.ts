/** The fixes of the checker's results: verdicts, scenario steps and findings. */
import * as ast from '../../../../language/generated/ast.js';
import { firstWordOf } from '../../../../language/lower/context.js';
import { type Edit, type Fix, obvious } from '../../../../language/edits/edit.js';
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
} from '../../../../language/edits/edits.js';
import { toolText } from '../../../model/text/typed-text.js';
import { withOwnCall } from '../../../../language/validations/caps.js';
import { withKeys } from '../../../../language/validations/dropped-keys.js';
import { approvalsOf, asRequirement, withoutRule } from '../../../../language/validations/other-rules.js';
import type { Problem } from '../../../../language/edits/place.js';
import type { PolicyKnowledge } from '../../check/policy-knowledge.js';
import type { RepairService } from '../../repair/service.js';
import type { ClaimResult, ScenarioStepResult } from '../../../checker/results/result.js';
import { rangeOf, resultFor, resultsOfUse } from '../../text/anchors.js';
import { repairsOf } from './repair-fixes.js';
import { freeScenarioName, scenarioOf } from '../../../simulator/session-scenario.js';
import { wantedIn } from '../../traces/kept.js';
import { needsRepair, scopesOf, scopesToAccept } from '../../../checker/results/verdict-words.js';

/** A kind of fix of a result. */
type ResultFix = (problem: Problem, known: PolicyKnowledge, repairs: RepairService) => readonly (Fix | undefined)[];

/** The fixes of a diagnostic that reports a result of the checker, the likeliest first. */
export function fixesOfResult(problem: Problem, known: PolicyKnowledge, repairs: RepairService): (Fix | undefined)[] {
    return (RESULT_FIXES[problem.code] ?? []).flatMap((fix) => fix(problem, known, repairs));
}

/** Changes the rules so that the claim holds: repairs that the checker has confirmed. */
const confirmed: ResultFix = (problem, known, repairs) =>
    brokenClaims(problem, known).flatMap((claim) => repairsOf(claim, known, repairs));

/** Marks the statement as `@expected`. */
const ignored: ResultFix = (problem) => {
    const isVacuous = problem.code === 'GR592';
    const value = isVacuous ? 'vacuous' : problem.code;
    const edit = annotated(isVacuous ? problem.at(isHolder) : problem.at(isMarkable), 'expected', value, problem);
    return edit ? [{ title: `Ignore this here: \`@expected(${value})\``, changes: [edit] }] : [];
};

/** Adds the value to the annotation, or the annotation. Undefined for a claim that has it: a claim has one verdict. */
function annotated(
    statement: ast.Rule | ast.Claim | ast.Use | undefined,
    name: string,
    value: string,
    problem: Problem
): Edit | undefined {
    const first = statement && firstWordOf(statement);
    const last = statement?.annotations.find((each) => each.name === name)?.values.at(-1)?.$cstNode;
    if (!first || (last && ast.isClaim(statement))) {
        return undefined;
    }
    const indent = /[ \t]*$/.exec(problem.text.slice(0, first.offset))![0];
    return last
        ? insertAt(problem, last.end, `, ${value}`)
        : insertAt(problem, first.offset, `@${name}(${value})\n${indent}`);
}

const DECISIONS = ['allowed', 'held', 'denied', 'waits'];

/** Replaces the expected outcome by the actual one. */
const expectation: ResultFix = (problem, known) => {
    const step = problem.at(isDecidedStep);
    const cst = step && partOf(step, 'expected');
    const actual = stepResult(problem, known)?.actual;
    if (!cst || actual === undefined || !DECISIONS.includes(actual)) {
        return [];
    }
    return [{ title: `Expect \`${actual}\``, changes: [replacePart(cst, actual)] }];
};

function isDecidedStep(node: unknown): node is ast.CallStep | ast.DelegateStep {
    return ast.isCallStep(node) || ast.isDelegateStep(node);
}

/** Allows a step that an audited rule would deny. */
const enforce: ResultFix = (problem, known): Fix[] => {
    const step = problem.at(isDecidedStep);
    const cst = step && partOf(step, 'expected');
    const audited = stepResult(problem, known)?.audited ?? [];
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
};

/** Keeps the session as a test of the policy that fails until the claim is repaired. */
const keepSession: ResultFix = (problem, known) =>
    claimResults(problem, known).flatMap((claim): Fix[] => {
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
    });

/** Accepts the scope in which the claim holds, by name. */
const acceptScope: ResultFix = (problem, known) => {
    const names =
        problem.code === 'GR598' ? ['sessions'] : [...new Set(claimResults(problem, known).flatMap(scopesToAccept))];
    const edit = names.length > 0 ? annotated(problem.at(isHolder), 'accept', names.join(', '), problem) : undefined;
    return edit ? [{ title: `Accept this scope: \`@accept(${names.join(', ')})\``, changes: [edit] }] : [];
};

/** Removes scopes that no verdict needs from `@accept`, and an unmet `@expected`. */
const unneededScope: ResultFix = (problem, known) => {
    const statement = problem.at(isHolder);
    const expected = statement?.annotations.find(({ name }) => name === 'expected');
    if (expected?.$cstNode && !claimResults(problem, known).some((claim) => claim.expected)) {
        return [obvious('Remove `@expected`', removeLeading(expected.$cstNode))];
    }
    const annotation = statement?.annotations.find(({ name }) => name === 'accept');
    const needed: ReadonlySet<string> = new Set(claimResults(problem, known).flatMap(scopesOf));
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
};

/** The claims of a pack are marked at its use. */
function isHolder(node: unknown): node is ast.Claim | ast.Use {
    return ast.isClaim(node) || ast.isUse(node);
}

/** Removes a rule that decides nothing. */
const idle: ResultFix = (problem) => {
    const rule = problem.at(isMarkable);
    return rule ? [withoutRule(rule)] : [];
};

function isMarkable(node: unknown): node is ast.Rule | ast.Use {
    return ast.isRule(node) || ast.isUse(node);
}

const idleClaim: ResultFix = (problem) => {
    const claim = problem.at(ast.isClaim);
    return claim ? [{ title: 'Remove this claim', changes: [removeStatement(claim)] }] : [];
};

/** Requires an approval where nobody is asked. */
const approval: ResultFix = (problem) => approvalsOf(unasked(problem), problem);

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

/** Makes the condition of a second `allow` a requirement that must hold too. */
const joint: ResultFix = (problem) => [asRequirement(problem.at(ast.isAllow), problem.inventory)];

/** Requires an earlier call for the same account, customer or file. */
const sameKey: ResultFix = (problem) => {
    const asked = askedBy(problem);
    const rule = problem.at(ast.isSubjectRule);
    return rule && ast.isOnce(asked) && !asked.then && !asked.event.listed
        ? withKeys(asked.event, rule.subjects, problem.inventory)
        : [];
};

/** Adds the amount of the decided call to the total that limits it. */
const countIn: ResultFix = (problem) => {
    const cap = problem.at(ast.isComparison) ?? askedBy(problem);
    return [ast.isComparison(cap) ? withOwnCall(cap) : undefined];
};

/** Makes the rule ignore refused calls of other agents. */
const ofCaller: ResultFix = (problem) => {
    const event = firstCount(problem.at(ast.isSubjectRule)?.when)?.event;
    return event && !event.by && !event.where ? [obvious('Insert `by caller`', insertAfter(event, ' by caller'))] : [];
};

function firstCount(condition: ast.Condition | undefined): ast.Count | undefined {
    if (ast.isBinaryCondition(condition)) {
        return firstCount(condition.left) ?? firstCount(condition.right);
    }
    return ast.isComparison(condition) ? [condition.left, condition.right].find(ast.isCount) : undefined;
}

/** The fixes by the codes of results, the likeliest first. */
export const RESULT_FIXES: { readonly [code: string]: readonly ResultFix[] } = {
    GR501: [approval, ignored],
    GR503: [approval, ignored],
    GR504: [idle, ignored],
    GR506: [idle, ignored],
    GR507: [idle, ignored],
    GR508: [idle, ignored],
    GR510: [joint, ignored],
    GR511: [approval, ignored],
    GR512: [sameKey, ignored],
    GR513: [countIn, ignored],
    GR514: [ofCaller, ignored],
    GR515: [unneededScope],
    GR590: [confirmed, keepSession],
    GR592: [idleClaim, ignored],
    GR594: [acceptScope],
    GR595: [expectation],
    GR596: [enforce],
    GR598: [confirmed, keepSession, acceptScope]
};

function stepResult({ uri, range }: Problem, known: PolicyKnowledge): ScenarioStepResult | undefined {
    return known.result?.scenarios
        .flatMap(({ steps }) => steps)
        .find(({ source }) => source.uri === uri && JSON.stringify(rangeOf(source)) === JSON.stringify(range));
}

/** The results; for a use, those of all claims that its pack brings. Empty while the policy is checked again. */
function claimResults(problem: Problem, known: PolicyKnowledge): ClaimResult[] {
    const results = known.result?.claims ?? [];
    const use = problem.at(ast.isUse);
    if (use) {
        return resultsOfUse(use, results);
    }
    const claim = problem.at(ast.isClaim);
    const result = claim && resultFor(claim, results);
    return result ? [result] : [];
}

export function brokenClaims(problem: Problem, known: PolicyKnowledge): ClaimResult[] {
    return claimResults(problem, known).filter((claim) => claim.verdict === 'violated' || needsRepair(claim));
}
