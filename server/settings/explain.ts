/** Which rule of which file decides a call, in the order in which the client consults its rules. */
import type { Arguments, Policy } from '../model/policy/policy.js';
import { TRUE } from '../model/policy/truth.js';
import { commandsOf } from '../model/values/shell-commands.js';
import { type Answer, answerOf, rulesAbout } from './answers.js';
import type { Matches } from './lower.js';
import { STRICTNESS } from './overlaps.js';
import type { Client, SettingsRule } from './settings.js';

export interface AskedCall {
    /** The name of the tool as the client gives it. */
    readonly tool: string;
    readonly args: Arguments;
}

/** What the client does with a call, or with one command of a line. */
export interface ExplainedCall {
    /** The command, or the whole call. */
    readonly text: string;
    readonly decision: Answer['decision'];
    /** The rules that match, in the order in which the client consults them: the first decides. */
    readonly rules: readonly SettingsRule[];
    /** Rules of which it is not known whether they match. */
    readonly perhaps: readonly SettingsRule[];
}

export interface Explanation extends ExplainedCall {
    /** Each command of a line of several. */
    readonly commands: readonly ExplainedCall[];
}

/**
 * The call that a text stands for: `TOOL`, `TOOL(ARGUMENT)` with the path, the address or all arguments as JSON, or else
 * a shell line. Undefined if the client has no such tool.
 */
export function askedCall({ tools }: Client, text: string, names: readonly string[]): AskedCall | undefined {
    const [, tool, argument] = /^([A-Za-z]\w*)(?:\((.*)\))?$/s.exec(text.trim()) ?? [];
    const isTool = tool !== undefined && (argument !== undefined || names.includes(tool) || isOfServer(tool));
    if (!isTool) {
        return { tool: tools.shell, args: { command: text } };
    }
    if (!names.includes(tool) && !isOfServer(tool)) {
        return undefined;
    }
    const parameter = { ...tools.reads, ...tools.changes, ...tools.urls, [tools.shell]: 'command' }[tool];
    if (argument === undefined) {
        return { tool, args: {} };
    }
    return parameter === undefined || argument.startsWith('{')
        ? { tool, args: argumentsIn(argument) }
        : { tool, args: { [parameter]: argument } };
}

/** True for a tool of an MCP server, as the clients name them. */
function isOfServer(tool: string): boolean {
    return /^mcp_/.test(tool);
}

/** Throws a `SyntaxError` for a text that is no object of JSON. */
function argumentsIn(text: string): Arguments {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new SyntaxError('not an object');
    }
    return value as Arguments;
}

/**
 * @param policy what `lowerSettings` wrote for the client
 * @param matching the policy of `matches`, which `lowerMatches` wrote
 */
export function explainCall(
    client: Client,
    policy: Policy,
    matching: Policy,
    matches: Matches,
    asked: AskedCall
): Explanation {
    const explained = ({ tool, args }: AskedCall, text: string): ExplainedCall => {
        const found = rulesAbout(client, matching, tool, args).flatMap(({ rule, applies }) => {
            const match = matches.rules.get(rule.source.start.line);
            return match ? [{ rule: match.rule, isSure: match.isKnown && applies === TRUE }] : [];
        });
        const { decision } = answerOf(client, policy, tool, args);
        const rules = inOrder(found.filter(({ isSure }) => isSure).map(({ rule }) => rule));
        const isUnruled = tool === client.tools.shell && client.tools.unruled !== undefined;
        const isByItself = isUnruled && decision === 'held' && !rules.some(({ action }) => action === 'ask');
        return {
            text,
            decision: isByItself ? 'not known' : decision,
            rules,
            perhaps: inOrder(found.filter(({ isSure }) => !isSure).map(({ rule }) => rule))
        };
    };
    const { tool, args } = asked;
    const { command: line } = args;
    const isLine = tool === client.tools.shell && typeof line === 'string';
    const commands = isLine ? commandsOf(line).flatMap(({ value }) => value ?? []) : [];
    const whole = explained(asked, isLine ? line : `${tool}(${Object.values(args).map(String).join(', ')})`);
    return {
        ...whole,
        commands: commands.length > 1 ? commands.map((one) => explained({ tool, args: { command: one } }, one)) : []
    };
}

function inOrder(rules: readonly SettingsRule[]): SettingsRule[] {
    return [...new Set(rules)].sort(
        (one, other) => other.rank - one.rank || STRICTNESS[other.action] - STRICTNESS[one.action]
    );
}
