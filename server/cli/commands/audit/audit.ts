/** `guardrail audit`: what the permission rules of a project's coding agents do, without a policy. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkPolicy } from '../../../checker/check.js';
import type { Limits } from '../../../checker/results/result.js';
import type { Source } from '../../../model/policy/policy.js';
import { auditSettings } from '../../../settings/audit.js';
import { CLIENTS } from '../../../settings/client-list.js';
import { declarationsOf, lowerSettings } from '../../../settings/lower.js';
import { inSettings, MOST_RULES, settingsResult } from '../../../settings/sessions.js';
import type { Client, Place, Reading, SettingsFile, SettingsProblem } from '../../../settings/settings.js';
import { displayPath } from '../../../workspace/display-path.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { policyIn } from '../../../workspace/load-policy.js';
import { PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import { toolsOfClient } from '../../../settings/inventories/client-tools.js';
import { codePage } from '../../code-pages.js';
import type { OutputFile } from '../../options.js';
import {
    type CheckReport,
    exitCodeOf,
    type FailOptions,
    type FileReport,
    mostSevere,
    type Problem,
    problemOf
} from '../../reports/check-report.js';
import { type CheckContext, pathFrom } from '../../reports/context.js';
import type { CheckFormat } from '../../reports/formats.js';
import { loadReporters, wholeReport } from '../../reports/registry.js';
import { noSettings, settingsOf, sources } from './settings-files.js';
import { createStyle } from '../../terminal/style.js';
import { writeAtomically } from '../../terminal/output.js';
import type { Terminal } from '../../terminal/terminal.js';

export interface AuditOptions extends FailOptions {
    /** The folder of the project, as it was given. */
    readonly project: string;
    /** True to read the settings in the home folder, too. */
    readonly user?: boolean;
    readonly textOnly?: boolean;
    readonly format: CheckFormat;
    readonly output: readonly OutputFile[];
    readonly limits: Limits;
    /** The folder of the program. */
    readonly folder: URL;
}

/** Rejects with GR939 if there are no settings. */
export async function audit(options: AuditOptions, terminal: Terminal): Promise<ExitCode> {
    const started = performance.now();
    const { cwd } = terminal;
    const project = resolve(cwd, options.project);
    const problems: Problem[] = [];
    const files: FileReport[] = [];
    for (const client of CLIENTS) {
        const read = settingsOf(client, project, options.user === true, cwd, problems);
        if (read.length > 0) {
            files.push(...(await reportsOf(client, read, project, options, cwd)));
        }
    }
    if (files.length === 0 && problems.length === 0) {
        noSettings(project, cwd);
    }
    const report: CheckReport = {
        version: terminal.version,
        files,
        problems,
        fromCache: 0,
        exitCode: mostSevere([...files.map((file) => exitCodeOf(file, options)), ...problems.map(({ exit }) => exit)]),
        milliseconds: performance.now() - started
    };
    await write(report, options, terminal);
    return report.exitCode;
}

/** A report for each file; the first with rules has the verdicts on the policy that all of them are. */
async function reportsOf(
    client: Client,
    read: readonly SettingsFile[],
    project: string,
    { limits, textOnly }: AuditOptions,
    cwd: string
): Promise<FileReport[]> {
    const { reading, problems } = auditSettings(client, read);
    const sourceOf = sources(read);
    const first = reading.rules[0]?.place.path;
    const sessions =
        textOnly === true || first === undefined ? {} : await sessionsOf(client, reading, project, limits, sourceOf);
    return read.map(({ path, text }) => ({
        uri: pathToFileURL(path).toString(),
        path: displayPath(path, cwd),
        kind: 'settings',
        text,
        diagnostics: problems
            .filter(({ place }) => place.path === path)
            .map(({ code, level, message, place }: SettingsProblem) => ({
                code,
                severity: level,
                message,
                source: sourceOf(place)
            })),
        ...(path === first && sessions)
    }));
}

/** The claims that people mean, about the policy that the settings are. */
async function sessionsOf(
    client: Client,
    reading: Reading,
    project: string,
    limits: Limits,
    sourceOf: (place: Place) => Source
): Promise<Pick<FileReport, 'problem' | 'result'>> {
    if (reading.rules.length > MOST_RULES) {
        const many = new CodedError(
            'GR708',
            `${client.title} has ${reading.rules.length} rules here, and sessions are looked for among at most ${MOST_RULES}`,
            'Merge rules that differ in one word, or leave out those that never act.',
            EXIT.undecided
        );
        return { problem: problemOf(many) };
    }
    const declarations = declarationsOf(client, toolsOfClient(client.name) ?? []);
    const lowered = lowerSettings(client, reading, declarations, project);
    const workspace = new PolicyWorkspace();
    const name = `${client.name}-settings.guardrail`;
    const document = await workspace.loadText(lowered.text, name);
    const policy = inSettings(policyIn(workspace, document, name), document.uri.toString(), lowered, sourceOf);
    return { result: settingsResult(client, reading, checkPolicy(policy, { limits }), sourceOf) };
}

async function write(report: CheckReport, options: AuditOptions, terminal: Terminal): Promise<void> {
    const { cwd, output, style } = terminal;
    const reporters = await loadReporters([options.format, ...options.output.map(({ format }) => format)]);
    const texts = new Map(report.files.map(({ uri, text }) => [uri, text]));
    const context: CheckContext = {
        style,
        quiet: false,
        pathOf: (uri) => report.files.find((file) => file.uri === uri)?.path ?? pathFrom(cwd)(uri),
        textOf: (uri) => texts.get(uri),
        fails: options,
        pageOf: (code) => codePage(code, options.folder)
    };
    output.write(wholeReport(reporters.get(options.format)!, report, context));
    const plain = { ...context, style: createStyle({ color: false, unicode: true, width: 80 }) };
    for (const { format, path } of options.output) {
        writeAtomically(resolve(cwd, path), wholeReport(reporters.get(format)!, report, plain));
    }
    await output.finished();
}
