/** `guardrail audit --explain`: which rule of which file decides a call. */
import { resolve } from 'node:path';
import { auditSettings } from '../../../settings/audit.js';
import { CLIENTS } from '../../../settings/client-list.js';
import {
    type AskedCall,
    askedCall,
    explainCall,
    type ExplainedCall,
    type Explanation
} from '../../../settings/explain.js';
import { declarationsOf, lowerMatches, lowerSettings } from '../../../settings/lower.js';
import type { Client, OtherDecision, Place, SettingsFile, SettingsRule } from '../../../settings/settings.js';
import type { Policy, Source } from '../../../model/policy/policy.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { policyIn } from '../../../workspace/load-policy.js';
import { PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import { toolsOfClient } from '../../../settings/inventories/client-tools.js';
import type { Problem } from '../../reports/check-report.js';
import { contextIn, type ReportContext } from '../../reports/context.js';
import { type Block, type Label, note, type Text } from '../../reports/document.js';
import type { CheckFormat } from '../../reports/formats.js';
import { jsonText, withPlaces } from '../../reports/json.js';
import { printedText } from '../../reports/terminal.js';
import type { Terminal } from '../../terminal/terminal.js';
import { noSettings, settingsOf, sources } from './settings-files.js';

export interface ExplainOptions {
    /** The call, as `askedCall` reads it. */
    readonly explain: string;
    readonly project: string;
    readonly user: boolean;
    readonly format: CheckFormat;
}

interface ClientExplanation {
    readonly client: Client;
    readonly explanation: Explanation;
    /** What may decide otherwise than the rules say. */
    readonly others: readonly OtherDecision[];
    readonly sourceOf: (place: Place) => Source;
}

/** Rejects with GR939 if there are no settings, and with GR902 for a call of a tool that no client of them has. */
export async function explainInSettings(options: ExplainOptions, terminal: Terminal): Promise<ExitCode> {
    const { explain, user, format } = options;
    const { cwd, version, output } = terminal;
    if (format !== 'pretty' && format !== 'json' && format !== 'markdown') {
        throw new CodedError('GR902', `--explain has no report ${format}`, 'It has pretty, json and markdown.');
    }
    const project = resolve(cwd, options.project);
    const problems: Problem[] = [];
    const explained: ClientExplanation[] = [];
    let hasSettings = false;
    for (const client of CLIENTS) {
        const files = settingsOf(client, project, user, cwd, problems);
        hasSettings ||= files.length > 0;
        const found = files.length > 0 ? await explainFor(client, files, project, explain) : undefined;
        if (found) {
            explained.push(found);
        }
    }
    if (!hasSettings && problems.length === 0) {
        noSettings(project, cwd);
    }
    const [problem] = problems;
    if (problem) {
        throw new CodedError(problem.code, problem.message, problem.help, problem.exit);
    }
    if (explained.length === 0) {
        throw new CodedError('GR902', `no client of these settings has the tool of ${explain}`, 'Name another tool.');
    }
    const context = contextIn(terminal);
    const blocks = explained.flatMap(blocksOf);
    output.write(
        format === 'json'
            ? jsonOf(explained, version, context)
            : format === 'markdown'
              ? (await import('../../reports/published.js')).markdown(blocks, context)
              : printedText(blocks, context)
    );
    await output.finished();
    return EXIT.ok;
}

/** Undefined if the client has no such tool. */
async function explainFor(
    client: Client,
    files: readonly SettingsFile[],
    project: string,
    text: string
): Promise<ClientExplanation | undefined> {
    const { reading } = auditSettings(client, files);
    const { others } = client.read(files);
    const declarations = declarationsOf(client, toolsOfClient(client.name) ?? []);
    const asked = askedOf(client, text, [...declarations.keys()]);
    if (!asked) {
        return undefined;
    }
    const matches = lowerMatches(client, reading, declarations, project, asked.tool);
    const lowered = lowerSettings(client, reading, declarations, project, [asked.tool]);
    const [policy, matching] = [await policyOf(lowered.text), await policyOf(matches.text)];
    return {
        client,
        explanation: explainCall(client, policy, matching, matches, asked),
        others,
        sourceOf: sources(files)
    };
}

function askedOf(client: Client, text: string, names: readonly string[]): AskedCall | undefined {
    try {
        return askedCall(client, text, names);
    } catch (error) {
        if (error instanceof SyntaxError) {
            throw new CodedError(
                'GR902',
                `${text} is no call`,
                'Give the arguments of this tool as an object of JSON.'
            );
        }
        throw error;
    }
}

async function policyOf(text: string): Promise<Policy> {
    const workspace = new PolicyWorkspace();
    return policyIn(workspace, await workspace.loadText(text, 'settings.guardrail'), 'settings.guardrail');
}

const LABELS: { readonly [decision in ExplainedCall['decision']]: Label } = {
    allowed: { tone: 'good', word: 'allowed' },
    held: { tone: 'unsure', word: 'asks' },
    denied: { tone: 'bad', word: 'denied' },
    'not known': { tone: 'unsure', word: 'not known' }
};

function blocksOf({ client, explanation, others, sourceOf }: ClientExplanation): Block[] {
    const { commands } = explanation;
    const about = (call: ExplainedCall): Block[] => rulesIn(call, client, sourceOf);
    return [
        { kind: 'heading', text: client.title },
        {
            kind: 'entry',
            label: LABELS[explanation.decision],
            title: [{ code: explanation.text }],
            isOpen: true,
            blocks: [
                ...(commands.length === 0
                    ? about(explanation)
                    : commands.map((command): Block => ({
                          kind: 'entry',
                          label: LABELS[command.decision],
                          title: [{ code: command.text }],
                          isOpen: true,
                          blocks: about(command)
                      }))),
                ...others.map(({ text, place }) => note([`but ${text}  `, { place: sourceOf(place) }]))
            ]
        }
    ];
}

/** Which rule decides, which others match, and which may. */
function rulesIn(call: ExplainedCall, client: Client, sourceOf: (place: Place) => Source): Block[] {
    const [first, ...others] = call.rules;
    const named = (rule: SettingsRule, role: string): Text => [
        `${role} ${rule.action} `,
        { code: rule.text },
        '  ',
        { place: sourceOf(rule.place) }
    ];
    return [
        ...(first
            ? [note(named(first, 'decided by'))]
            : call.perhaps.length === 0
              ? [note(`no rule is about it: ${byItself(call, client)}`)]
              : []),
        ...others.map((rule) => note(named(rule, 'also matched by'), 'soft')),
        ...call.perhaps.slice(0, MOST_PERHAPS).map((rule) => note(named(rule, 'perhaps matched by'))),
        ...(call.perhaps.length > MOST_PERHAPS
            ? [note(`and perhaps by ${call.perhaps.length - MOST_PERHAPS} more, which the report in JSON has`)]
            : [])
    ];
}

const MOST_PERHAPS = 5;

function byItself({ decision }: ExplainedCall, { title, tools }: Client): string {
    return decision === 'not known' && tools.unruled !== undefined
        ? tools.unruled
        : `this is what ${title} does by itself`;
}

function jsonOf(explained: readonly ClientExplanation[], version: string, { pathOf }: ReportContext): string {
    const clients = explained.map(({ client, explanation, others, sourceOf }) => {
        const ruleData = ({ action, text, place }: SettingsRule): object => ({ action, text, source: sourceOf(place) });
        const callData = ({ text, decision, rules, perhaps }: ExplainedCall): object => ({
            text,
            decision,
            rules: rules.map(ruleData),
            perhaps: perhaps.map(ruleData)
        });
        return {
            client: client.name,
            ...(client.version !== undefined && { comparedWith: client.version }),
            ...callData(explanation),
            commands: explanation.commands.map(callData),
            others: others.map(({ text, place }) => ({ text, source: sourceOf(place) }))
        };
    });
    const data = withPlaces({ clients }, pathOf) as object;
    return jsonText('guardrail-settings-explained/1', { version, exitCode: EXIT.ok }, data);
}
