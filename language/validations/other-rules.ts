/** Fixes that add a rule, or that write a rule of another kind in place of one. */
import type { AstNode } from 'langium';
import { nameText, toolText } from '../../server/model/text/typed-text.js';
import * as ast from '../generated/ast.js';
import { MOST_OFFERED, type Edit, type Fix, obvious } from '../edits/edit.js';
import { removeStatement, replaceNode, replaceRange, addStatement } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import { type Inventory, toolName } from '../names/inventory.js';
import { eventTools } from '../names/selectors.js';
import { CLOSED, GRANTED, toolSet } from '../packs/grants.js';

export function withoutRule(rule: AstNode): Fix {
    return { title: 'Remove this rule', changes: [removeStatement(rule)] };
}

/** Allows the tools that no rule grants. Only the author can tell if they should run, so none is preferred. */
export function grantsOf(event: ast.Event, problem: Problem): Fix[] {
    const { inventory, file } = problem;
    const granted = toolSet(GRANTED.in(file, inventory));
    const closed = new Set(CLOSED.in(file, inventory).flatMap(({ tools }) => tools));
    const tools = eventTools([event], inventory).filter((tool) => !granted.has(tool) && !closed.has(tool));
    const agents = inventory.elements.filter(ast.isAgent);
    if (tools.length === 0 || tools.length > MOST_OFFERED || agents.length > MOST_OFFERED) {
        return [];
    }
    const list = tools.map((tool) => toolText(toolName(tool))).join(', ');
    return agents.map((agent) => {
        const text = `allow ${nameText(agent.name, 'StrictName')}: ${list}`;
        return { title: `Add \`${text}\``, changes: [addStatement(problem, 'Allow', text)] };
    });
}

/**
 * Lets people review the calls first, one by one or those that are named.
 * @param about the calls, as they are written in a rule
 */
export function approvalsOf(about: string | undefined, problem: Problem, named?: string): Fix[] {
    const people =
        named === undefined
            ? problem.inventory.elements
                  .filter((element) => ast.isHuman(element) || ast.isRole(element))
                  .map(({ name }) => name)
            : [named];
    return (about === undefined ? [] : people).slice(0, MOST_OFFERED).map((name) => {
        const text = `require approval by ${nameText(name, 'StrictName')} for ${about}`;
        return {
            title: `Add \`${text}\``,
            changes: [addStatement(problem, 'RequireApproval', text)],
            isPreferred: people.length === 1 && named === undefined
        };
    });
}

/** Makes the condition of an alternative that was meant as a joint condition a requirement. */
export function asRequirement(allow: ast.Allow | undefined, inventory: Inventory, isPreferred = true): Fix | undefined {
    const subjects = allow && subjectsFor(allow, inventory);
    if (subjects === undefined || !allow?.when || allow.unless) {
        return undefined;
    }
    const because = allow.because === undefined ? '' : ` because ${JSON.stringify(allow.because)}`;
    const text = `require ${allow.when.$cstNode!.text} for ${subjects}${because}`;
    return { title: `Write \`require … for ${subjects}\``, changes: [replaceStatement(allow, text)], isPreferred };
}

/** Turns `deny X unless approved by H`, which never requests approval from H, into a rule that does. */
export function asApproval(rule: ast.SubjectRule, problem: Problem): Fix | undefined {
    const asked = ast.isDeny(rule)
        ? rule.unless
        : ast.isRequire(rule)
          ? rule.condition
          : ast.isAllow(rule)
            ? rule.when
            : undefined;
    const subjects = ast.isAllow(rule)
        ? subjectsFor(rule, problem.inventory)
        : rule.subjects.map((event) => event.$cstNode!.text).join(', ');
    if (!ast.isApprovedBy(asked) || rule.audit || subjects === undefined) {
        return undefined;
    }
    const guards = [
        ...(rule.when && asked !== rule.when ? [`when ${rule.when.$cstNode!.text}`] : []),
        ...(rule.unless && asked !== rule.unless ? [`unless ${rule.unless.$cstNode!.text}`] : []),
        ...(rule.because === undefined ? [] : [`because ${JSON.stringify(rule.because)}`])
    ];
    const name = nameText(asked.approver.$refText, 'StrictName');
    const human = asked.quorum === undefined ? name : `${asked.quorum} of ${name}`;
    const text = [`require approval by ${human} for ${subjects}`, ...guards].join(' ');
    const edit = ast.isAllow(rule)
        ? replaceRange(problem, rule.subjects.at(-1)!.$cstNode!.end, rule.$cstNode!.end, `\n${text}`)
        : replaceStatement(rule, text);
    return obvious(`Write \`require approval by ${human}\``, edit);
}

/**
 * The calls of an `allow`, for another rule limited to its agents. Undefined if this cannot be expressed: a rule names
 * one agent, or none and covers all.
 */
function subjectsFor({ by, subjects }: ast.Allow, inventory: Inventory): string | undefined {
    const texts = subjects.map((event) => event.$cstNode!.text);
    const all = inventory.elements.filter(ast.isAgent).map(({ name }) => name);
    const own = by && !by.any ? by.agents.map(({ $refText }) => $refText) : all;
    if (all.every((name) => own.includes(name))) {
        return texts.join(', ');
    }
    return own.length === 1
        ? texts.map((text) => `${text} by ${nameText(own[0]!, 'StrictName')}`).join(', ')
        : undefined;
}

/** The annotations of the rule stay. */
function replaceStatement(rule: ast.Rule, text: string): Edit {
    const last = rule.annotations.at(-1)?.$cstNode;
    const edit = replaceNode(rule, text);
    return last ? { ...edit, text: ` ${text}`, range: { start: last.range.end, end: edit.range.end } } : edit;
}
