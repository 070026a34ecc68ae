/**
 * The text that a model reads when the gateway stops its call: the rule, its reason, and what the model can do instead.
 */
import { fileURLToPath } from 'node:url';
import { basename } from 'node:path';
import type { DecidingRule, Decision } from '../gateway/events.js';
import { canBeTool } from '../model/memory/affected-parts.js';
import type { Policy } from '../model/policy/policy.js';

/** The maximum number of alternatives, which is enough for a model to choose from. */
const MOST_TOOLS = 20;

export function denial(policy: Policy, tool: string, { by, rules, problem }: Decision): string {
    const start = `The gateway denied ${tool}, and the call was not made.`;
    switch (by) {
        case 'inventory':
            return `${start} ${sentence(problem ?? 'the call does not fit the inventory')} ${allowedTools(policy)}`;
        case 'default':
            return `${start} No rule of the policy ${policy.name} allows it. ${allowedTools(policy)}`;
        case 'unknown':
        case 'rule':
            return [start, ...rules.map(ruleText), allowedBy(policy, tool, rules)].join(' ');
    }
}

export function holding(tool: string, id: string, rules: readonly DecidingRule[]): string {
    return [
        `The gateway holds ${tool}: a person has to approve the call first (number ${id}). The call was not made.`,
        ...rules.map(ruleText),
        'After the approval, call the tool again with exactly the same arguments. Other arguments need another approval.'
    ].join(' ');
}

export function pending(tool: string): string {
    return `The call of ${tool} was not made: its decision depends on calls that are still running. Call it again when they have ended.`;
}

export function refusal(tool: string, human: string): string {
    return `The ${human} refused ${tool}, and the call was not made. Do not call it again with these arguments.`;
}

export function withholding(tool: string, end: 'result' | 'error', rules: readonly DecidingRule[]): string {
    const [how, what] = end === 'result' ? ['succeeded', 'its result'] : ['failed', 'what its error says'];
    return [
        `The call of ${tool} was made and ${how}, and the gateway withholds ${what}. Calling it again does not help.`,
        ...rules.map(ruleText)
    ].join(' ');
}

/** For an answer that is no result, such as a task, or a question that may contain a result that a rule withholds. */
export function withoutResult(tool: string): string {
    return `The call of ${tool} was made, but the server did not answer with its result, and the gateway passes nothing else on. It is not known whether the call succeeded.`;
}

/** The text of the rule already contains its reason. */
function ruleText({ text, file, line }: DecidingRule): string {
    const place = `${file.startsWith('file:') ? basename(fileURLToPath(file)) : file}:${line}`;
    return `The rule is \`${text}\` (${place}).`;
}

/** Rules that decided the call are not repeated here. */
function allowedBy(policy: Policy, tool: string, deciding: readonly DecidingRule[]): string {
    const number = policy.tools.findIndex(({ name }) => name === tool);
    const rules = policy.rules.filter(
        ({ kind, subject, text }) =>
            kind === 'allow' &&
            number >= 0 &&
            canBeTool(policy, number, subject) &&
            !deciding.some((one) => one.text === text)
    );
    return rules.length === 0
        ? allowedTools(policy)
        : `Otherwise the tool is allowed by: ${rules.map(({ text }) => `\`${text}\``).join(', ')}.`;
}

function allowedTools(policy: Policy): string {
    const allows = policy.rules.filter(({ kind }) => kind === 'allow');
    const names = policy.tools
        .filter(
            ({ delegatesTo }, tool) =>
                delegatesTo === undefined && allows.some(({ subject }) => canBeTool(policy, tool, subject))
        )
        .map(({ name }) => name);
    const more = names.length > MOST_TOOLS ? ` and ${names.length - MOST_TOOLS} more` : '';
    return names.length === 0
        ? 'The policy allows no tool.'
        : `Under the conditions of its rules, the policy allows: ${names.slice(0, MOST_TOOLS).join(', ')}${more}.`;
}

function sentence(text: string): string {
    return `${text[0]!.toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
