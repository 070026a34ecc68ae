/** Writes SARIF 2.1.0, which code hosts and viewers of analysis results read. */
import type {
    Artifact,
    ConfigurationOverride,
    Invocation,
    Log,
    Notification,
    ReportingConfiguration,
    ReportingDescriptor,
    ToolComponent
} from 'sarif';
import { name, publisher } from '../../../../package.json';
import { ASSUMPTIONS } from '../../../checker/results/result.js';
import { EXIT } from '../../../workspace/errors.js';
import type { CheckReport, FileReport, Problem } from '../check-report.js';
import { packagesIn } from '../summary.js';
import type { UsedPackage } from '../../../workspace/used-package.js';
import type { Severity } from '../../../workspace/diagnostics.js';
import type { CheckContext } from '../context.js';
import { type Item, itemsOf } from '../items.js';
import type { CheckReporter } from '../reporter.js';
import { artifactLocation, plainText, ROOT } from './locations.js';
import { resultItems, resultsOf } from './results.js';
import { LEVELS, ruleOf } from './rules.js';
import { printedJson } from '../../../workspace/printed-json.js';

export const SARIF: CheckReporter = {
    end: (report, context) => printedJson(sarifLog(report, context))
};

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** The page of the extension, which includes the command. */
const INFORMATION = `https://marketplace.visualstudio.com/items?itemName=${publisher}.${name}`;

/** The descriptions of the documented exit codes. */
const EXIT_TEXTS: { readonly [code in CheckReport['exitCode']]: string } = {
    [EXIT.ok]: 'every claim holds or is possible, every scenario passes',
    [EXIT.violated]: 'a claim is violated, impossible or vacuous, a scenario fails, or a finding fails the run',
    [EXIT.invalid]: 'the input is not a valid policy',
    [EXIT.undecided]: 'a claim is undecided, not found in scope, or holds in a scope that is not accepted',
    [EXIT.failed]: 'the checker itself failed',
    [EXIT.interrupted]: 'the run was interrupted, and the report is not complete'
};

function sarifLog(report: CheckReport, context: CheckContext): Log {
    const items = resultItems(report.files);
    const notifications = notificationRules(report, context);
    const packages = packagesIn(report);
    const codes = [...new Set(items.map(({ code }) => code))].sort();
    const ruleIndex = new Map(codes.map((code, index) => [code, index]));
    return {
        $schema: SCHEMA,
        version: '2.1.0',
        runs: [
            {
                tool: {
                    driver: {
                        name: 'Guardrail',
                        organization: publisher,
                        version: report.version,
                        semanticVersion: report.version,
                        informationUri: INFORMATION,
                        rules: codes.map((code) => ruleOf(code, worst(items, code), context)),
                        ...(notifications.length > 0 && { notifications })
                    },
                    ...(packages.length > 0 && { extensions: packages.map(component) })
                },
                automationDetails: {
                    id: 'guardrail/check/',
                    description: { text: 'Claims, scenarios and findings of policies for the tool calls of AI agents.' }
                },
                invocations: [invocation(report)],
                originalUriBaseIds: { [ROOT]: { description: { text: 'The folder in which the check was started.' } } },
                artifacts: report.files.map((file) => artifact(file)),
                columnKind: 'utf16CodeUnits',
                defaultSourceLanguage: 'guardrail',
                results: resultsOf(items, ruleIndex, context),
                properties: { assumptions: [...ASSUMPTIONS] }
            }
        ]
    };
}

/** A package extends what is checked, as a plugin does. */
function component({ name: of, version }: UsedPackage): ToolComponent {
    return { name: of, ...(version !== undefined && { version }) };
}

const ORDER: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

function worst(items: readonly Item[], code: string): Severity {
    const severities = items
        .filter((item) => item.code === code)
        .map(({ severity, defaultSeverity }) => defaultSeverity ?? severity);
    return ORDER.find((severity) => severities.includes(severity))!;
}

function artifact({ path, kind, text }: FileReport): Artifact {
    return {
        location: artifactLocation(path),
        ...(kind !== 'import' && kind !== 'configuration' && { roles: ['analysisTarget' as const] }),
        ...(kind !== 'unreadable' && {
            length: Buffer.byteLength(text),
            encoding: 'utf-8',
            ...(kind !== 'settings' && { sourceLanguage: kind === 'configuration' ? 'json' : 'guardrail' })
        })
    };
}

/** Problems of a policy are results; a file that was not read or not checked is a failure of the run. */
function invocation({ exitCode, problems, files }: CheckReport): Invocation {
    const overrides = overridesIn(files);
    const ofFiles = files.flatMap((file) => [
        ...(file.problem ? [notification(file.problem, file.path)] : []),
        ...(file.notChecked === undefined ? [] : [notChecked(file)])
    ]);
    return {
        executionSuccessful: problems.length === 0 && ofFiles.length === 0 && exitCode !== EXIT.failed,
        exitCode,
        exitCodeDescription: EXIT_TEXTS[exitCode],
        ...(overrides.length > 0 && { ruleConfigurationOverrides: overrides }),
        ...(problems.length > 0 && {
            toolConfigurationNotifications: problems.map((problem) => notification(problem))
        }),
        ...(ofFiles.length > 0 && { toolExecutionNotifications: ofFiles })
    };
}

/** The codes whose severity a configuration changed. */
function overridesIn(files: readonly FileReport[]): ConfigurationOverride[] {
    const levels = new Map(
        files
            .flatMap(itemsOf)
            .filter(({ defaultSeverity }) => defaultSeverity !== undefined)
            .map(({ code, severity }) => [code, { level: LEVELS[severity] }] as const)
    );
    const off = files.flatMap((file) => Object.keys(file.off ?? {}));
    const all = [...levels, ...off.map((code) => [code, { enabled: false }] as const)];
    return [...new Map<string, ReportingConfiguration>(all)].map(([id, configuration]) => ({
        descriptor: { id },
        configuration
    }));
}

function notification({ code, message, help }: Problem, path?: string): Notification {
    return {
        descriptor: { id: code },
        level: 'error',
        message: { text: plainText(help === undefined ? message : `${message.replace(/\.$/, '')}. ${help}`) },
        ...(path !== undefined && { locations: [{ physicalLocation: { artifactLocation: artifactLocation(path) } }] })
    };
}

function notChecked({ path, notChecked: reason }: FileReport): Notification {
    return {
        level: 'warning',
        message: { text: plainText(`${path} was not checked: ${reason}.`) },
        locations: [{ physicalLocation: { artifactLocation: artifactLocation(path) } }]
    };
}

function notificationRules({ problems, files }: CheckReport, context: CheckContext): ReportingDescriptor[] {
    const all = [...problems, ...files.flatMap(({ problem }) => (problem ? [problem] : []))];
    return [...new Set(all.map(({ code }) => code))].sort().map((code) => ruleOf(code, 'error', context));
}
