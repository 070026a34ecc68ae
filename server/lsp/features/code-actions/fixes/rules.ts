/** Adds rules that are missing, and changes rules that should be of another kind. */
import type { AstNode } from 'langium';
import * as ast from '../../../../../language/generated/ast.js';
import { CLOSED, GRANTED, toolSet } from '../../../../../language/packs/grants.js';
import { toolName } from '../../../../../language/names/inventory.js';
import { eventTools } from '../../../../../language/names/selectors.js';
import {
    addStatement,
    insertAfter,
    partOf,
    replaceNode,
    replacePart,
    replaceRange
} from '../../../../../language/edits/edits.js';
import type { Problem } from '../place.js';
import type { Edit } from '../../../../../language/edits/edit.js';
import type { Proposal } from '../proposal.js';
import type { Fix } from './fix.js';
import { obvious } from '../../../../../language/edits/edit.js';
import { nameText, toolText } from '../../../../model/text/typed-text.js';
const MOST = 3;

/**
 * Fixes tools that no rule grants. Only the author can tell if they should run, so none of these fixes is preferred.
 */
const grant: Fix = {
    codes: ['GR409', 'GR433'],
    summary: 'Allow a tool that a rule or claim is about, and that nothing grants',
    propose: (problem) => {
        const event = problem.at(ast.isEvent);
        const { inventory } = problem;
        const granted = toolSet(GRANTED.in(problem.file, inventory));
        const closed = new Set(CLOSED.in(problem.file, inventory).flatMap(({ tools }) => tools));
        const tools = (event ? eventTools([event], inventory) : []).filter(
            (tool) => !granted.has(tool) && !closed.has(tool)
        );
        const agents = inventory.elements.filter(ast.isAgent);
        if (tools.length === 0 || tools.length > MOST || agents.length > MOST) {
            return [];
        }
        const list = tools.map((tool) => toolText(toolName(tool))).join(', ');
        return agents.map((agent) => {
            const text = `allow ${nameText(agent.name, 'StrictName')}: ${list}`;
            return {
                title: `Add \`${text}\``,
                changes: [addStatement(problem, 'Allow', text)]
            };
        });
    }
};

/** Lets a human review the call first. */
const approval: Fix = {
    codes: ['GR414', 'GR416', 'GR501', 'GR503', 'GR511'],
    summary: 'Require an approval where nobody is asked',
    propose: (problem) => {
        const about = approvalAbout(problem);
        if (about === undefined) {
            return [];
        }
        const step = problem.at(ast.isHumanStep);
        const people = step
            ? [step.human.$refText]
            : problem.inventory.elements.filter(isApprover).map(({ name }) => name);
        return people.slice(0, MOST).map((name, index) => {
            const text = `require approval by ${nameText(name, 'StrictName')} for ${about}`;
            return {
                title: `Add \`${text}\``,
                changes: [addStatement(problem, 'RequireApproval', text)],
                isPreferred: people.length === 1 && index === 0 && problem.code !== 'GR416'
            };
        });
    }
};

function isApprover(element: unknown): element is ast.Human | ast.Role {
    return ast.isHuman(element) || ast.isRole(element);
}

/** The calls that a person should review. */
function approvalAbout(problem: Problem): string | undefined {
    const { inventory } = problem;
    switch (problem.code) {
        case 'GR416':
            return problem.at(ast.isHumanStep)?.subject.$cstNode?.text;
        case 'GR501': {
            const isLabel = inventory.elements.some((element) => ast.isLabel(element) && element.name === 'private');
            return isLabel ? 'external tools when carries private' : undefined;
        }
        case 'GR503': {
            const clearing = inventory.tools.filter(({ tool }) => tool.clears.length > 0);
            return clearing.length === 0 ? undefined : clearing.map(({ name }) => toolText(name)).join(', ');
        }
        case 'GR511': {
            const rule = problem.at(ast.isRule);
            const asked = ast.isRequire(rule) ? rule.condition : ast.isAllow(rule) ? rule.when : undefined;
            return ast.isOnce(asked) ? asked.event.selector.$cstNode?.text : undefined;
        }
        default: {
            const event = problem.at(ast.isEvent);
            const irreversible = (event ? eventTools([event], inventory) : []).filter((tool) =>
                tool.traits.some((use) => use.trait.$refText === 'irreversible' && !use.hint)
            );
            return irreversible.length === 0
                ? undefined
                : irreversible.map((tool) => toolText(toolName(tool))).join(', ');
        }
    }
}

/** Fixes alternatives that were meant as joint conditions: the second becomes a requirement. */
const joint: Fix = {
    codes: ['GR413', 'GR431', 'GR510'],
    summary: 'Make the condition of a second `allow` a requirement that must hold too',
    propose: (problem) => {
        const allow = problem.at(ast.isAllow);
        const { when, unless } = allow ?? {};
        if (!allow?.$cstNode || !when?.$cstNode || unless) {
            return [];
        }
        const subjects = subjectsFor(problem, allow);
        if (subjects === undefined) {
            return [];
        }
        const because = allow.because === undefined ? '' : ` because ${JSON.stringify(allow.because)}`;
        const text = `require ${when.$cstNode.text} for ${subjects}${because}`;
        return [
            {
                title: `Write \`require … for ${subjects}\``,
                changes: [replaceStatement(allow, text)],
                isPreferred: problem.code !== 'GR431'
            }
        ];
    }
};

/**
 * The calls of an `allow`, for another rule limited to its agents. Undefined if this cannot be expressed: a rule names
 * one agent, or none and covers all.
 */
function subjectsFor({ inventory }: Problem, { by, subjects }: ast.Allow): string | undefined {
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

/** Fixes `deny X unless approved by H`, which never requests approval from H. */
const askForIt: Fix = {
    codes: ['GR402'],
    summary: 'Turn `deny … unless approved by H` into `require approval by H for …`',
    propose: (problem) => {
        const rule = problem.at(ast.isSubjectRule);
        const asked = ast.isDeny(rule)
            ? rule.unless
            : ast.isRequire(rule)
              ? rule.condition
              : ast.isAllow(rule)
                ? rule.when
                : undefined;
        if (!rule?.$cstNode || !ast.isApprovedBy(asked) || rule.audit) {
            return [];
        }
        const subjects = ast.isAllow(rule)
            ? subjectsFor(problem, rule)
            : rule.subjects.map((event) => event.$cstNode!.text).join(', ');
        if (subjects === undefined) {
            return [];
        }
        const guards = [
            ...(rule.when && asked !== rule.when ? [`when ${rule.when.$cstNode!.text}`] : []),
            ...(rule.unless && asked !== rule.unless ? [`unless ${rule.unless.$cstNode!.text}`] : []),
            ...(rule.because === undefined ? [] : [`because ${JSON.stringify(rule.because)}`])
        ];
        const name = nameText(asked.approver.$refText, 'StrictName');
        const human = asked.quorum === undefined ? name : `${asked.quorum} of ${name}`;
        const text = [`require approval by ${human} for ${subjects}`, ...guards].join(' ');
        const approval = ast.isAllow(rule)
            ? [replaceRange(problem, rule.subjects.at(-1)!.$cstNode!.end, rule.$cstNode.end, `\n${text}`)]
            : [replaceStatement(rule, text)];
        return [obvious(`Write \`require approval by ${human}\``, ...approval)];
    }
};

/** Adds the declaration by the agent, and the rule that allows the delegation. */
const delegate: Fix = {
    codes: ['GR461', 'GR462'],
    summary: 'Declare a delegation, or allow it',
    propose: (problem): Proposal[] => {
        if (problem.code === 'GR462') {
            const agent = problem.at(ast.isAgent);
            const text = agent && `allow ${nameText(agent.name, 'StrictName')}: delegate to ${problem.marked}`;
            return text === undefined
                ? []
                : [{ title: `Add \`${text}\``, changes: [addStatement(problem, 'Allow', text)] }];
        }
        const step = problem.at(ast.isReturnStep);
        const selector = problem.at(ast.isDelegationSelector);
        const to = step?.agent.$refText ?? selector?.agent.$refText;
        const named = step ? [step.to.$refText] : agentsOf(selector?.$container);
        const agents = problem.file.elements
            .filter(ast.isAgent)
            .filter((agent) => agent.name !== to && (!named || named.includes(agent.name)));
        return agents.slice(0, MOST).map((agent) => {
            const text = `delegates to ${nameText(to ?? '', 'StrictName')}`;
            return {
                title: `Declare \`agent ${agent.name} ${text}\``,
                changes: [insertAfter(agent, ` ${text}`)],
                isPreferred: agents.length === 1
            };
        });
    }
};

function agentsOf(event: AstNode | undefined): string[] | undefined {
    const rule = event?.$container;
    return ast.isAllow(rule) && rule.by && !rule.by.any ? rule.by.agents.map(({ $refText }) => $refText) : undefined;
}

/** Fixes an assumption about someone who is never asked: offers those who are. */
const whoIsAsked: Fix = {
    codes: ['GR472', 'GR482'],
    summary: 'Name a human who is asked for approval, or a tool that needs approval',
    propose: (problem) => {
        const rules = problem.file.elements.filter(ast.isRequireApproval);
        const event = problem.at(ast.isEvent);
        const condition = problem.at(ast.isApprovedBy);
        if (condition?.$cstNode && problem.code === 'GR482') {
            const end = partOf(condition, 'approver')!.end;
            return [obvious('Remove `per …`', replaceRange(problem, end, condition.$cstNode.end, ''))];
        }
        if (event?.selector?.$cstNode && problem.code === 'GR482') {
            const mine = rules.filter(
                ({ approver }) => !event.approver || approver.$refText === event.approver.$refText
            );
            const subjects = mine.flatMap((rule) => rule.subjects.map((subject) => subject.selector.$cstNode!.text));
            return [...new Set(subjects)].slice(0, MOST).map((text) => ({
                title: `Change to \`${text}\``,
                changes: [replaceNode(event.selector, text)]
            }));
        }
        const people = [...new Set(rules.map(({ approver }) => approver.$refText))];
        const assumption = problem.at(ast.isApprovalAssumption);
        const approver = assumption && partOf(assumption, 'approver');
        return approver
            ? people.slice(0, MOST).map((name) => ({
                  title: `Change to \`${name}\``,
                  changes: [replacePart(approver, nameText(name, 'StrictName'))],
                  isPreferred: people.length === 1
              }))
            : [];
    }
};

export const rules: readonly Fix[] = [grant, approval, joint, askForIt, delegate, whoIsAsked];
