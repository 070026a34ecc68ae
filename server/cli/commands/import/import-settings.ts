/** `guardrail import settings`: the policy that the settings of coding agents are, and what became of each rule. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { EmptyFileSystem, URI } from 'langium';
import { applied, formatDocument } from '../../../../language/format/index.js';
import type { PolicyFile } from '../../../../language/generated/ast.js';
import { createGuardrailServices } from '../../../../language/module.js';
import { counted } from '../../../model/text/plural.js';
import { auditSettings } from '../../../settings/audit.js';
import { clientOf, CLIENTS } from '../../../settings/client-list.js';
import { type Fate, type ImportedRule, importSettings } from '../../../settings/import.js';
import { declarationsOf } from '../../../settings/lower.js';
import type { Client, Place, SettingsFile } from '../../../settings/settings.js';
import { displayPath } from '../../../workspace/display-path.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { policyIn } from '../../../workspace/load-policy.js';
import { readPolicyText } from '../../../workspace/policy-text.js';
import { PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import { toolsOfClient } from '../../../settings/inventories/client-tools.js';
import type { Problem } from '../../reports/check-report.js';
import { contextIn, placeOf, type ReportContext } from '../../reports/context.js';
import type { Block, Row } from '../../reports/document.js';
import { jsonText, withPlaces } from '../../reports/json.js';
import { printedText } from '../../reports/terminal.js';
import { assertWritable, writeAtomically } from '../../terminal/output.js';
import type { Tone } from '../../terminal/style.js';
import type { Terminal } from '../../terminal/terminal.js';
import { noSettings, settingsOf, sources } from '../audit/settings-files.js';

export interface ImportSettingsOptions {
    /** Empty for those of the working directory. */
    readonly files: readonly string[];
    readonly output?: string;
    readonly force: boolean;
    readonly format: 'pretty' | 'json' | 'markdown';
}

interface ImportedClient {
    readonly client: Client;
    readonly files: readonly SettingsFile[];
    readonly text: string;
    readonly rules: readonly ImportedRule[];
}

/** Rejects with GR939 if there are no settings, and with GR910 if the policy exists already. */
export async function importFromSettings(options: ImportSettingsOptions, terminal: Terminal): Promise<ExitCode> {
    const { cwd, output, version } = terminal;
    const target = options.output === undefined ? undefined : resolve(cwd, options.output);
    if (target !== undefined) {
        assertWritable(target);
        if (existsSync(target) && !options.force) {
            throw new CodedError('GR910', `${options.output} already exists`, 'Add --force to overwrite it.');
        }
    }
    const context = contextIn(terminal);
    const found = settingsIn(options.files, cwd);
    if (found.length === 0) {
        noSettings(cwd, cwd);
    }
    const clients = found.map(([client, files]): ImportedClient => {
        const sourceOf = sources(files);
        const declarations = declarationsOf(client, toolsOfClient(client.name) ?? []);
        const placeText = (place: Place): string => placeOf(sourceOf(place), context);
        const audit = auditSettings(client, files);
        return { client, files, ...importSettings(client, files, audit, declarations, cwd, placeText) };
    });
    const text = await policyText(clients, context);
    const rules = clients.flatMap((one) => one.rules);
    const exitCode = rules.some(({ fate }) => fate === 'refused') ? EXIT.undecided : EXIT.ok;
    const blocks = clients.flatMap((one) => tableOf(one, context));
    if (target !== undefined) {
        writeAtomically(target, text);
    }
    if (options.format === 'json') {
        const data = clients.map((one) => dataOf(one, context));
        output.write(jsonText('guardrail-imported-settings/1', { version, exitCode }, { clients: data, policy: text }));
    } else if (target === undefined) {
        output.write(text);
    } else if (options.format === 'markdown') {
        output.write((await import('../../reports/published.js')).markdown(blocks, context));
    } else {
        output.write(printedText(blocks, context));
    }
    await output.finished();
    return exitCode;
}

function settingsIn(named: readonly string[], cwd: string): [Client, SettingsFile[]][] {
    const problems: Problem[] = [];
    const files = named.map((name) => resolve(cwd, name));
    const found = CLIENTS.map((client): [Client, SettingsFile[]] => [
        client,
        files.length === 0
            ? settingsOf(client, cwd, false, cwd, problems)
            : files
                  .filter((path) => clientOf(slashed(path)) === client)
                  .map((path) => ({ path, text: readPolicyText(path), of: 'user' }))
    ]);
    const [problem] = problems;
    if (problem) {
        throw new CodedError(problem.code, problem.message, problem.help, problem.exit);
    }
    const stray = files.find((path) => !clientOf(slashed(path)));
    if (stray !== undefined) {
        const known = CLIENTS.flatMap((client) => client.files.project).join(', ');
        throw new CodedError('GR902', `${displayPath(stray, cwd)} is no file of settings`, `They are ${known}.`);
    }
    return found.filter(([, read]) => read.length > 0);
}

function slashed(path: string): string {
    return path.replaceAll('\\', '/');
}

async function policyText(clients: readonly ImportedClient[], context: ReportContext): Promise<string> {
    const text = [
        ...clients.flatMap((one) => remarksOf(one, context).map((remark) => `// ${remark}`)),
        'policy settings',
        'leave other tools to the client',
        'human user',
        '',
        ...clients.map((one) => `${one.text}\n`)
    ].join('\n');
    const { shared, guardrail } = createGuardrailServices(EmptyFileSystem);
    const uri = URI.parse('text:/settings.guardrail');
    const document = shared.workspace.LangiumDocumentFactory.fromString<PolicyFile>(text, uri);
    const formatted = applied(text, formatDocument(document, guardrail.parser.Lexer));
    const workspace = new PolicyWorkspace();
    // A policy that the language rejects is a fault of the importer, and must not be output.
    policyIn(workspace, await workspace.loadText(formatted, 'settings.guardrail'), 'settings.guardrail');
    return formatted.endsWith('\n') ? formatted : `${formatted}\n`;
}

/** What a reader of the policy has to know about what it does otherwise than the settings. */
function remarksOf({ client, files, rules }: ImportedClient, context: ReportContext): string[] {
    const { title, tools } = client;
    const sourceOf = sources(files);
    const lost = rules.filter(({ fate }) => fate !== 'kept');
    const kept = rules.length - lost.length;
    return [
        `From the settings of ${title}: ${counted(kept, 'rule')} of ${rules.length} kept as they are.`,
        ...lost.map(
            ({ text, place, fate, why }) =>
                `- ${fate}: ${placeOf(sourceOf(place), context)} ${plain(text)}: ${plain(why!)}`
        ),
        ...(tools.unruled === undefined
            ? []
            : [`About a command that no rule is about the policy asks; ${tools.unruled}.`]),
        'Commands inside others (`sudo rm`), lines that cannot be read, and paths with `..` are decided more strictly.'
    ];
}

function plain(text: string): string {
    return text.replace(/[^\x20-\x7e]/g, '?');
}

const TONES: { readonly [fate in Fate]: Tone } = {
    kept: 'good',
    stricter: 'partial',
    'left to the client': 'info',
    'never acts': 'warn',
    refused: 'bad'
};

function tableOf({ client, files, rules }: ImportedClient, context: ReportContext): Block[] {
    const sourceOf = sources(files);
    const rows = rules.map(({ text, place, fate, why }): Row => ({
        tone: TONES[fate],
        word: fate,
        text: [{ code: text }, why === undefined ? '' : `: ${why}`],
        rests: placeOf(sourceOf(place), context)
    }));
    return [
        { kind: 'heading', text: client.title },
        { kind: 'rows', columns: ['', 'rule', 'place'], rows }
    ];
}

function dataOf({ client, files, rules }: ImportedClient, { pathOf }: ReportContext): object {
    const sourceOf = sources(files);
    return {
        client: client.name,
        rules: rules.map(
            ({ text, place, fate, why }) =>
                withPlaces({ text, fate, ...(why !== undefined && { why }), source: sourceOf(place) }, pathOf) as object
        )
    };
}
