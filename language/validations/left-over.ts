/**
 * The part of a rule that other rules of the policy leave effective: GR426: an `allow` of which a `deny` or a `require`
 * leaves nothing, GR431: a condition that another `allow` makes void, GR432: a requirement on calls that are always
 * denied.
 */
import { obvious } from '../edits/edit.js';
import { removeItem } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { allowedTools, CLOSED, type ClosedEvent, covers, GRANTED, OWN_ALLOWS, toolSet } from '../packs/grants.js';
import { type Inventory, toolName } from '../names/inventory.js';
import { ruleWrittenOut } from '../packs/written-out.js';
import { eventTools } from '../names/selectors.js';
import { termText } from '../types/terms.js';
import { type Conjunct, conjunctsOf, contradiction } from '../types/value-sets.js';
import { asRequirement, withoutRule } from './other-rules.js';
import { lineOf, list, otherPlace, type Reporter, type ValidationRule } from './rule.js';
import { Gathered, perList } from '../files/gathered.js';
import { type FileView, gatherReports, ofWholePolicy } from './file-checks.js';

export const leftOver: ValidationRule = {
    codes: ['GR426', 'GR431', 'GR432'],
    checks: {
        PolicyFile: ofWholePolicy(checkLeft, checkVoid, (view) => {
            const { inventory } = view;
            const denials = denialsIn(view.of(CLOSED, inventory));
            view.each(DENIED, toolSet(view.of(GRANTED, inventory)), denials);
        })
    }
};

interface Conditional {
    readonly allow: ast.Allow;
    readonly own: readonly Conjunct[];
    readonly tools: readonly ast.Tool[];
}

const CONDITIONAL = new Gathered((statement, inventory: Inventory): Conditional[] => {
    if (!ast.isAllow(statement)) {
        return [];
    }
    const { when, unless } = ruleWrittenOut(statement, inventory).copy;
    const own = [...conjunctsOf(when, true), ...conjunctsOf(unless, false)];
    const tools = allowedTools(statement, inventory);
    // A condition that is empty by itself is reported as such (GR424).
    return own.length === 0 || tools.length === 0 || contradiction(own, inventory) !== undefined
        ? []
        : [{ allow: statement, own, tools }];
});

/** The rules that leave nothing of an `allow`. */
const EMPTYING = new Gathered((rule, inventory: Inventory, allows: readonly Conditional[]) => {
    const passes = ast.isRule(rule) && allows.length > 0 ? passing(ruleWrittenOut(rule, inventory).copy) : [];
    if (passes.length === 0 || contradiction(passes, inventory) !== undefined) {
        return [];
    }
    return allows.flatMap(({ allow, own, tools }) => {
        const term = isAbout(rule as ast.SubjectRule, allow, tools, inventory)
            ? contradiction([...own, ...passes], inventory)
            : undefined;
        return term === undefined ? [] : [{ allow, rule, term }];
    });
});

function checkLeft(view: FileView): void {
    const { inventory } = view;
    const conditional = view.of(CONDITIONAL, inventory);
    const emptying = view.of(EMPTYING, inventory, conditional);
    for (const { allow } of emptying.length > 0 ? conditional : []) {
        const other = emptying.find((one) => one.allow === allow);
        if (other) {
            const { term } = other;
            view.warning(
                'GR426',
                allow,
                `No call passes both this and line ${lineOf(other.rule)}, by \`${term}\`: this \`allow\` has no effect. Correct one of the two.`,
                () => [withoutRule(allow)],
                { related: otherPlace(other.rule, 'No call passes this as well.') }
            );
        }
    }
}

/** The condition for a call to pass the rule; empty if that is not a single condition. */
function passing(rule: ast.Rule): Conjunct[] {
    if (rule.audit) {
        return [];
    }
    if (ast.isRequire(rule) && !rule.when && !rule.unless) {
        return conjunctsOf(rule.condition, true);
    }
    if (ast.isDeny(rule) && !rule.unless) {
        return conjunctsOf(rule.when, false);
    }
    return ast.isDeny(rule) && !rule.when ? conjunctsOf(rule.unless, true) : [];
}

function isAbout(rule: ast.SubjectRule, allow: ast.Allow, tools: readonly ast.Tool[], inventory: Inventory): boolean {
    const subjects = rule.subjects.filter(
        (event) => covers(event.by, allow.by) && event.status === undefined && !event.listed && !event.where
    );
    const about = new Set(eventTools(subjects, inventory));
    return tools.every((tool) => about.has(tool));
}

/** Reports an `allow` whose condition has no effect: another one allows its tools unconditionally. */
function checkVoid(view: FileView): void {
    const { inventory } = view;
    const allows = view.of(OWN_ALLOWS);
    const free = allows
        .filter((allow) => !allow.when && !allow.unless)
        .map((allow) => ({ allow, tools: new Set(allowedTools(allow, inventory)) }));
    for (const allow of allows.filter((one) => one.when ?? one.unless)) {
        const tools = allowedTools(allow, inventory);
        const other = free.find(
            (candidate) =>
                covers(candidate.allow.by, allow.by) &&
                tools.length > 0 &&
                tools.every((tool) => candidate.tools.has(tool))
        );
        if (other) {
            const condition = allow.when ? `\`when ${termText(allow.when)}\`` : `\`unless ${termText(allow.unless)}\``;
            view.warning(
                'GR431',
                allow,
                `Line ${lineOf(other.allow)} allows ${list(tools.map(toolName))} always, so ${condition} has no effect. If it must hold, write \`require … for …\`, or narrow that \`allow\`.`,
                (problem) => [asRequirement(allow, problem.inventory, false), withoutRule(allow)],
                { related: otherPlace(other.allow, 'It is allowed here.') }
            );
        }
    }
}

const DENIED = gatherReports(checkDenied);

/** The events that deny tools to everybody. */
const denialsIn = perList((closed: readonly ClosedEvent[]): ReadonlyMap<ast.Tool, ast.Event> => {
    const forAll = closed.filter(({ event }) => !event.by || event.by.any);
    return new Map(forAll.flatMap(({ event, tools }) => tools.map((tool) => [tool, event] as const)));
});

function checkDenied(
    rule: ast.Element,
    report: Reporter,
    granted: ReadonlySet<ast.Tool>,
    denials: ReadonlyMap<ast.Tool, ast.Event>
): void {
    if (ast.isRequire(rule) || ast.isRequireApproval(rule)) {
        for (const event of rule.subjects) {
            const tools = eventTools([event], report.inventory);
            if (tools.some((tool) => granted.has(tool)) && tools.every((tool) => denials.has(tool))) {
                const denial = denials.get(tools[0]!)!;
                report.warning(
                    'GR432',
                    [event, 'selector'],
                    `Line ${lineOf(denial)} denies ${list(tools.map(toolName))} always, so nothing is left to ${ast.isRequire(rule) ? 'require' : 'approve'}. Remove one of the two.`,
                    () => [
                        rule.subjects.length > 1
                            ? obvious(`Remove \`${event.$cstNode!.text}\``, removeItem(event.$cstNode!))
                            : withoutRule(rule)
                    ],
                    { related: otherPlace(denial, 'It is denied here.') }
                );
            }
        }
    }
}
