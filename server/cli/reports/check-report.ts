/** The result of one run of `guardrail check`: plain data, and the only input of every report. */
import type { ClaimResult, Finding, PolicyResult, VerdictWord } from '../../checker/results/result.js';
import type { Source } from '../../model/policy/policy.js';
import { isOpenInScope, openScopesOf } from '../../checker/results/verdict-words.js';
import { type SeverityByCode, withSeverity } from '../../../language/configuration/severities.js';
import { type Diagnostic, isTextError, type Severity } from '../../workspace/diagnostics.js';
import { type CodedError, EXIT, type ExitCode } from '../../workspace/errors.js';
import type { UsedPackage } from '../../workspace/used-package.js';

/** A known problem in a baseline. */
export interface KnownProblem {
    /** The path of the policy, relative to the baseline, with forward slashes. */
    readonly path: string;
    readonly code: string;
    /** A description for people. */
    readonly about: string;
    readonly fingerprint: string;
}

/** A problem of a whole file or of the whole run, without a place in a text. */
export interface Problem {
    /** `GR9xx` */
    readonly code: string;
    readonly message: string;
    readonly help?: string;
    readonly exit: ExitCode;
}

export interface FileReport {
    readonly uri: string;
    /** The path relative to the working directory, with forward slashes. */
    readonly path: string;
    /**
     * An inventory has no `policy` header and is only validated; an import was not named by the user; the configuration
     * is included if it has a problem; settings are those of a coding agent.
     */
    readonly kind: 'policy' | 'inventory' | 'import' | 'unreadable' | 'configuration' | 'settings';
    readonly text: string;
    readonly diagnostics: readonly Diagnostic[];
    /** The number of messages and findings that a configuration turned off, by code; undefined if there are none. */
    readonly off?: { readonly [code: string]: number };
    readonly problem?: Problem;
    /** The reason why a policy was not checked although its own text has no errors. */
    readonly notChecked?: string;
    readonly result?: PolicyResult;
    /** The packages that it imports, directly and indirectly; undefined if there are none. */
    readonly packages?: readonly UsedPackage[];
    /** What can never be a known problem: claims of these packages, and these codes. Undefined if nothing is extended. */
    readonly given?: Given;
    /** The result of the attack, if the verdicts were attacked with random sessions. */
    readonly attack?: AttackReport;
    /** With a baseline, the number of known problems that are left out. */
    readonly known?: number;
}

/** The parts of a report that extended configurations decide. */
export interface Given {
    readonly packages: readonly { readonly name: string; readonly root: string }[];
    readonly codes: readonly string[];
}

/** The effect of random sessions on the verdicts of a policy. */
export interface AttackReport {
    /** The number of sessions played, out of those requested: the time may run out first. */
    readonly sessions: number;
    readonly of: number;
    /** The seed; the same seed plays the same sessions. */
    readonly seed: number;
    /** The verdicts that a session contradicts, which are defects of the checker. */
    readonly defects: readonly AttackDefect[];
}

export interface AttackDefect {
    readonly claim: string;
    /** The verdict before the session was found. */
    readonly verdict: VerdictWord;
    readonly message: string;
    /** The session, as a scenario that passes. */
    readonly scenario: string;
}

export interface CheckReport {
    /** The version of the tool. */
    readonly version: string;
    readonly files: readonly FileReport[];
    readonly problems: readonly Problem[];
    /**
     * The number of files in the report, and the number that were requested; undefined if all are included. Otherwise
     * the run was interrupted, which one of the problems reports.
     */
    readonly partial?: { readonly checked: number; readonly of: number };
    /** The selection of files; undefined if all files that were found are checked. */
    readonly selection?: {
        readonly files: number;
        readonly of: number;
        readonly changedSince?: string;
        /** The shard, such as `2/8`. */
        readonly shard?: string;
    };
    /**
     * The number of known problems, which are in no file of the report, and the fixed ones, which can be removed from
     * the baseline.
     */
    readonly baseline?: { readonly known: number; readonly fixed: readonly KnownProblem[] };
    /** The number of files with results from an earlier run. */
    readonly fromCache: number;
    readonly exitCode: ExitCode;
    readonly milliseconds: number;
}

export function problemOf(error: CodedError): Problem {
    const { code, message, help, exit } = error;
    return { code, message, ...(help === undefined ? {} : { help }), exit };
}

/** The conditions under which a run fails; see the options with the same names. */
export interface FailOptions {
    readonly failOn: 'error' | 'warning';
    readonly strict: boolean;
}

/** Exit codes, the most severe first: this is what a script must see first. */
const SEVERITY: readonly ExitCode[] = [
    EXIT.interrupted,
    EXIT.failed,
    EXIT.invalid,
    EXIT.violated,
    EXIT.undecided,
    EXIT.ok
];

/** The most severe of the exit codes, in the documented order 130 > 4 > 2 > 1 > 3 > 0. */
export function mostSevere(codes: Iterable<ExitCode>): ExitCode {
    const all = new Set(codes);
    return SEVERITY.find((code) => all.has(code)) ?? EXIT.ok;
}

export function exitCodeOf(file: FileReport, options: FailOptions): ExitCode {
    const codes: ExitCode[] = [];
    if (file.problem) {
        codes.push(file.problem.exit);
    }
    if (file.notChecked !== undefined || file.diagnostics.some(isTextError)) {
        codes.push(EXIT.invalid);
    }
    if (file.diagnostics.some((diagnostic) => isAtOrAbove(diagnostic.severity, options))) {
        codes.push(EXIT.violated);
    }
    if (file.result) {
        codes.push(...file.result.claims.map((claim) => exitCodeOfClaim(claim, options)));
        codes.push(...file.result.scenarios.map((scenario) => (scenario.passed ? EXIT.ok : EXIT.violated)));
        codes.push(...file.result.findings.map((finding) => exitCodeOfFinding(finding, options)));
    }
    return mostSevere(codes);
}

export function exitCodeOfClaim(claim: ClaimResult, options: FailOptions): ExitCode {
    if (claim.expected) {
        return EXIT.ok;
    }
    switch (claim.verdict) {
        case 'witnessed':
            return EXIT.ok;
        case 'holds':
        case 'holds in scope':
            return options.strict && (openScopesOf(claim).length > 0 || isOpenInScope(claim))
                ? EXIT.violated
                : isOpenInScope(claim)
                  ? EXIT.undecided
                  : EXIT.ok;
        case 'violated':
        case 'impossible':
        case 'vacuous':
            return EXIT.violated;
        case 'undecided':
        case 'not witnessed in scope':
            return EXIT.undecided;
    }
}

export function exitCodeOfFinding(finding: Finding, options: FailOptions): ExitCode {
    return isAtOrAbove(finding.severity, options) ? EXIT.violated : EXIT.ok;
}

/** A report with the severities of the configurations, and the number of messages that they turn off. */
export function gradedReport<T extends Pick<FileReport, 'diagnostics' | 'result' | 'off'>>(
    report: T,
    severities: SeverityByCode
): T {
    const off: Record<string, number> = {};
    const graded = <M extends Diagnostic | Finding>(messages: readonly M[]): M[] =>
        messages.flatMap((message) => {
            const kept = withSeverity(message, severities);
            off[message.code] = (off[message.code] ?? 0) + (kept ? 0 : 1);
            return kept ?? [];
        });
    if (severities.size === 0) {
        return report;
    }
    const { diagnostics, result } = report;
    const changed = {
        ...report,
        diagnostics: graded(diagnostics),
        ...(result && { result: { ...result, findings: graded(result.findings) } })
    };
    const codes = Object.entries(off).filter(([, count]) => count > 0);
    return codes.length > 0 ? { ...changed, off: Object.fromEntries(codes) } : changed;
}

/** Removes the messages that a finding at the same place confirms with a session or a proof. */
export function notReplaced(diagnostics: readonly Diagnostic[], findings: readonly Finding[]): Diagnostic[] {
    return diagnostics.filter(
        ({ code, source }) =>
            !findings.some((finding) => finding.replaces?.includes(code) && isWithin(source, finding.source))
    );
}

function isWithin({ uri, start }: Source, outer: Source): boolean {
    const isBefore = (a: Source['start'], b: Source['start']): boolean =>
        a.line < b.line || (a.line === b.line && a.character < b.character);
    return uri === outer.uri && !isBefore(start, outer.start) && isBefore(start, outer.end);
}

function isAtOrAbove(severity: Severity, options: FailOptions): boolean {
    return severity === 'error' || (severity === 'warning' && options.failOn === 'warning');
}
