/**
 * JUnit XML, which continuous integration reads as a report of tests: a suite for each file, with a case for its text
 * and for each claim, scenario and finding. It follows the schema of Jenkins, which is the strictest.
 */
import { counted } from '../../model/text/plural.js';
import type { ClaimResult, Finding, ScenarioResult } from '../../checker/results/result.js';
import { VERDICT_PROBLEMS } from '../../checker/results/problems.js';
import { toneOf, verdictText } from '../../checker/results/verdict-words.js';
import { EXIT } from '../../workspace/errors.js';
import {
    type CheckReport,
    type FileReport,
    type Problem,
    exitCodeOf,
    exitCodeOfClaim,
    exitCodeOfFinding
} from './check-report.js';
import { claimEntries } from './claims.js';
import type { CheckContext, View } from './context.js';
import type { Block } from './document.js';
import { brief, findingEntry, scenarioEntries } from './file-blocks.js';
import { escapeUnseen } from '../../workspace/printed-json.js';
import type { CheckReporter } from './reporter.js';
import { packageText, type UsedPackage } from '../../workspace/used-package.js';
import { createStyle } from '../terminal/style.js';
import { printed } from './terminal.js';

export const JUNIT: CheckReporter = {
    end: (report, context) =>
        junit(report, {
            ...context,
            style: createStyle({ color: false, unicode: true, width: 100 }),
            detail: 'page',
            verbose: true
        })
};

type CheckView = CheckContext & View;

/** A failure concerns the policy, an error prevents its check, and a skipped case was not decided for every session. */
type Outcome = 'passed' | 'failure' | 'error' | 'skipped';

interface Case {
    readonly name: string;
    readonly outcome: Outcome;
    /** The code, such as `GR590`. */
    readonly type?: string;
    /** The problem in one sentence. */
    readonly message?: string;
    readonly body?: string;
    readonly milliseconds: number;
}

interface Suite {
    readonly name: string;
    readonly cases: readonly Case[];
    readonly packages?: readonly UsedPackage[];
}

function junit(report: CheckReport, view: CheckView): string {
    const suites = [
        ...report.files.map((file) => ({
            name: file.path,
            cases: casesOf(file, view),
            ...(file.packages && { packages: file.packages })
        })),
        ...(report.problems.length > 0 ? [{ name: 'guardrail', cases: report.problems.map(problemCase) }] : [])
    ];
    const { tests, failures, errors } = counts(suites.flatMap(({ cases }) => cases));
    const time = seconds(report.milliseconds);
    return [
        '<?xml version="1.0" encoding="UTF-8"?>',
        element('testsuites', { name: 'guardrail', tests, failures, errors, time }, suites.map(suite)),
        ''
    ].join('\n');
}

function suite({ name, cases, packages = [] }: Suite): string {
    const time = seconds(cases.reduce((sum, { milliseconds }) => sum + milliseconds, 0));
    // Dots are replaced, because a dot would turn the folder into a package.
    const classname = name
        .replace(/\.guardrail$/, '')
        .replaceAll('.', '_')
        .replaceAll('/', '.');
    return element('testsuite', { name, ...counts(cases), time }, [
        ...(packages.length > 0
            ? [
                  element(
                      'properties',
                      {},
                      packages.map((one) =>
                          element('property', { name: 'package', value: packageText(one) }, undefined)
                      )
                  )
              ]
            : []),
        ...cases.map((one) => testCase(one, classname))
    ]);
}

function counts(cases: readonly Case[]): Record<'tests' | 'failures' | 'errors' | 'skipped', string> {
    const count = (outcome: Outcome): string => String(cases.filter((one) => one.outcome === outcome).length);
    return {
        tests: String(cases.length),
        failures: count('failure'),
        errors: count('error'),
        skipped: count('skipped')
    };
}

function testCase({ name, outcome, type, message, body, milliseconds }: Case, classname: string): string {
    const said = { ...(message !== undefined && { message }) };
    const inside = {
        passed: body === undefined ? [] : [element('system-out', {}, body)],
        failure: [element('failure', { ...said, type: type ?? 'failure' }, body)],
        error: [element('error', { ...said, type: type ?? 'error' }, body)],
        // The schema allows no attributes for a skipped case.
        skipped: [element('skipped', {}, message), ...(body === undefined ? [] : [element('system-out', {}, body)])]
    }[outcome];
    return element('testcase', { name, classname, time: seconds(milliseconds) }, inside);
}

/** There is a case for the text of each file, so that no suite is empty. */
function casesOf(file: FileReport, view: CheckView): Case[] {
    const { result } = file;
    return [
        textCase(file, view),
        ...(result?.claims ?? []).map((claim) => claimCase(claim, view)),
        ...(result?.scenarios ?? []).map((scenario) => scenarioCase(scenario, view)),
        ...(result?.findings ?? []).map((finding) => findingCase(finding, view))
    ];
}

function textCase(file: FileReport, view: CheckView): Case {
    const { problem, notChecked, diagnostics } = file;
    const name = 'the text';
    if (problem) {
        return { ...problemCase(problem), name };
    }
    const body = bodyOf(diagnostics.map(brief), view);
    const of = { name, milliseconds: 0, ...(body !== '' && { body }) };
    const { result: _, ...text } = file;
    const exit = exitCodeOf(text, view.fails);
    if (exit === EXIT.ok) {
        return { ...of, outcome: 'passed' };
    }
    const worst = diagnostics.find(({ severity }) => severity === 'error') ?? diagnostics[0];
    const others = diagnostics.length > 1 ? ` (and ${counted(diagnostics.length - 1, 'more message')})` : '';
    return {
        ...of,
        outcome: exit === EXIT.invalid ? 'error' : 'failure',
        ...(worst && { type: worst.code, message: `${worst.message}${others}` }),
        ...(notChecked !== undefined && { message: `not checked: ${notChecked}` })
    };
}

function problemCase({ code, message, help }: Problem): Case {
    return {
        name: message,
        outcome: 'error',
        type: code,
        message,
        milliseconds: 0,
        ...(help !== undefined && { body: help })
    };
}

function claimCase(claim: ClaimResult, view: CheckView): Case {
    const { name, verdict, explanation, basis } = claim;
    const exit = exitCodeOfClaim(claim, view.fails);
    const isOpen = exit === EXIT.undecided || (verdict === 'holds in scope' && exit === EXIT.ok);
    const isShown = exit !== EXIT.ok || isOpen || toneOf(claim) === 'partial';
    const code = VERDICT_PROBLEMS[verdict]?.code;
    return {
        name: `claim: ${name}`,
        outcome: isOpen ? 'skipped' : exit === EXIT.ok ? 'passed' : 'failure',
        ...(code !== undefined && { type: code }),
        message: `${verdictText(claim)}: ${explanation}`,
        ...(isShown && { body: bodyOf(claimEntries(claim, view, ''), view) }),
        milliseconds: basis.milliseconds
    };
}

function scenarioCase(scenario: ScenarioResult, view: CheckView): Case {
    const failed = scenario.steps.find(({ passed }) => !passed);
    const name = `scenario: ${scenario.name}`;
    return failed
        ? {
              name,
              outcome: 'failure',
              type: 'GR595',
              message: failed.message,
              body: bodyOf(scenarioEntries(scenario, view, ''), view),
              milliseconds: 0
          }
        : { name, outcome: 'passed', milliseconds: 0 };
}

/** A finding below `--fail-on` is not a failure; its text is kept. */
function findingCase(finding: Finding, view: CheckView): Case {
    const { code, message, basis } = finding;
    return {
        name: `${code}: ${message}`,
        outcome: exitCodeOfFinding(finding, view.fails) === EXIT.ok ? 'passed' : 'failure',
        type: code,
        message,
        body: bodyOf([findingEntry(finding, new Map(), false, view)], view),
        milliseconds: basis?.milliseconds ?? 0
    };
}

function bodyOf(blocks: readonly Block[], view: CheckView): string {
    return printed(blocks, view).join('\n');
}

function seconds(milliseconds: number): string {
    return (milliseconds / 1000).toFixed(3);
}

function element(
    name: string,
    attributes: Readonly<Record<string, string>>,
    inside: readonly string[] | string | undefined
): string {
    const head = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${inAttribute(value)}"`)].join(
        ' '
    );
    if (inside === undefined || inside.length === 0) {
        return `<${head}/>`;
    }
    return typeof inside === 'string'
        ? `<${head}>${inText(inside)}</${name}>`
        : `<${head}>\n${inside.join('\n')}\n</${name}>`;
}

/**
 * The characters that XML must not contain, not even escaped: control characters, lone surrogates, and two
 * noncharacters.
 */
// oxlint-disable-next-line no-control-regex -- control characters are what it is for
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;

function inText(text: string): string {
    const marked = text.replace(ILLEGAL, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    return escapeUnseen(marked, (character) => `&#${character.codePointAt(0)!};`);
}

/** Line breaks are escaped, because in an attribute they would be read as spaces. */
function inAttribute(text: string): string {
    return inText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}
