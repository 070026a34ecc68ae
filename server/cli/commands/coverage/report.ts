/** The report of `guardrail coverage`, for people and for programs. */
import { type Block, note, type Row, type Text } from '../../reports/document.js';
import type { Tone } from '../../terminal/style.js';
import type { Page } from '../../reports/html/page.js';
import { packageText } from '../../../workspace/used-package.js';
import { toolText } from '../../../model/text/typed-text.js';
import { jsonText, withPlaces } from '../../reports/json.js';
import type { ControlCoverage, ControlState, Coverage, PackRequirement, UnmentionedTool } from './matrix.js';

export const COVERAGE_FORMAT = 'guardrail-coverage/1';

export interface CoverageReport extends Coverage {
    /** The version of the tool. */
    readonly version: string;
    /** Files that could not be examined: they are not policies, or have errors. */
    readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
    /** The policies with claims that are undecided because the time of the run was over. */
    readonly cut: readonly { readonly path: string; readonly limit: string }[];
    /** The packs that configurations require, for each policy. */
    readonly required: readonly PackRequirement[];
    readonly exitCode: number;
}

const STATES: { readonly [state in ControlState]: readonly [tone: Tone, meaning: string] } = {
    proved: ['good', 'in each policy a claim that names it holds and forbids something'],
    open: ['bad', 'a claim that names it is violated, undecided or only holds in scope'],
    unproved: ['unsure', 'something names it, but not every policy proves it'],
    unserved: ['none', 'nothing names it']
};

const REQUIREMENTS: { readonly [state in PackRequirement['state']]: Tone } = {
    used: 'good',
    narrowed: 'bad',
    missing: 'bad',
    excepted: 'unsure'
};

export function coverageBlocks(report: CoverageReport): Block[] {
    const { catalogues, required, unspoken } = report;
    const counts = countsOf(report).map(({ count, what }) => `${count} ${what}`);
    return [
        { kind: 'title', text: 'Coverage' },
        ...catalogues.flatMap(({ name, source, controls }): Block[] => [
            { kind: 'heading', text: name },
            rows(['control', 'title and state', 'rules and claims'], controls.map(controlRow)),
            ...policyTable(controls, report),
            ...(source === undefined ? [] : [note(`Source: ${source}.`, 'soft')])
        ]),
        ...section('Required packs', ['pack', 'state'], required.map(requirementRow)),
        ...section(
            'Tools that no rule or no claim mentions',
            ['tool', 'what is missing'],
            unspoken.map((one) => ({ tone: 'warn', word: toolText(one.tool), text: `${silenceOf(one)} (${one.path})` }))
        ),
        ...remarksOn(report),
        { kind: 'text', text: `${counts.join(', ')}.` }
    ];
}

export function coveragePage(report: CoverageReport): Page {
    return {
        title: 'Coverage',
        tone: 'info',
        figures: countsOf(report),
        blocks: coverageBlocks(report),
        footer: [
            ...Object.entries(STATES).map(([state, [, meaning]]) => `${state}: ${meaning}.`),
            `guardrail ${report.version}`
        ]
    };
}

function section(heading: string, columns: readonly string[], all: readonly Row[]): Block[] {
    return all.length === 0 ? [] : [{ kind: 'heading', text: heading }, rows(columns, all)];
}

function rows(columns: readonly string[], all: readonly Row[]): Block {
    return { kind: 'rows', columns, rows: all };
}

/** The number of controls in each state, over all lists. */
function countsOf({ catalogues }: Coverage): Page['figures'] {
    const states = catalogues.flatMap(({ controls }) => controls.map(({ state }) => state));
    return Object.entries(STATES).map(([what, [tone]]) => ({
        count: String(states.filter((one) => one === what).length),
        what,
        tone
    }));
}

function controlRow({ id, title, state, services, lacking, byPolicy }: ControlCoverage): Row {
    const isProvedElsewhere = state === 'unproved' && services.some(({ isProof }) => isProof);
    const states = Object.entries(byPolicy);
    return {
        tone: STATES[state][0],
        word: id,
        text: `${title}: ${state}${isProvedElsewhere ? `, lacking in ${lacking.join(', ')}` : ''}`,
        below: [
            ...(states.length > 1 && services.length > 0
                ? states.map(([path, each]) => ({ tone: 'none' as const, word: each, text: path }))
                : []),
            ...services.map((one) => ({
                tone: one.isGood === false ? ('bad' as const) : ('none' as const),
                word: one.word ?? 'rule',
                text: [`${one.text} (`, { place: one.source }, ')']
            }))
        ]
    };
}

/** A table of policies and controls with the state of each; none for a single policy, whose list says the same. */
function policyTable(controls: readonly ControlCoverage[], { policies, leftOut }: CoverageReport): Block[] {
    const paths = [...policies, ...leftOut.map(({ path }) => path)];
    const stateIn = (path: string, { byPolicy }: ControlCoverage): string => byPolicy[path] ?? 'missing';
    return paths.length < 2
        ? []
        : [
              {
                  kind: 'table',
                  head: ['policy', ...controls.map(({ id }) => id)],
                  rows: paths.map((path) => [path, ...controls.map((control) => stateIn(path, control))])
              }
          ];
}

function requirementRow({ path, pack, from, state, lacks, exception }: PackRequirement): Row {
    const why = exception
        ? `excepted until ${exception.until} (because: ${exception.because})`
        : [state, ...lacks].join(': ').replace(/\.$/, '');
    return { tone: REQUIREMENTS[state], word: pack, text: `${why} (${path}; the pack is of ${from})` };
}

function silenceOf({ claims, rules }: UnmentionedTool): string {
    return claims ? 'no rule mentions it' : rules ? 'no claim mentions it' : 'no rule and no claim mentions it';
}

/** Further remarks on the lists, each in one sentence. */
function remarksOn({ unnamed, unknown, leftOut, cut, packages }: CoverageReport): Block[] {
    const texts: Text[] = [
        ...packages.map(
            (used) => `${used.policies.join(', ')} ${used.policies.length === 1 ? 'uses' : 'use'} ${packageText(used)}.`
        ),
        ...unknown.map(({ annotation, id, service }) => [
            `@${annotation}("${id}") at `,
            { place: service.source },
            ' names no control of a list.'
        ]),
        ...leftOut.map(({ path, reason }) => `${path} is left out: ${reason}`),
        ...cut.map(({ path, limit }) => `${path} was checked only in part: the run took ${limit}.`),
        ...(unnamed.length > 0 ? [`Nothing names a control of: ${unnamed.join('; ')}.`] : [])
    ];
    return texts.length === 0 ? [] : [{ kind: 'heading', text: 'Remarks' }, ...texts.map((text) => note(text))];
}

/** The coverage for programs. Its shape is documented in docs/coverage.md and changes only with `COVERAGE_FORMAT`. */
export function jsonCoverage(
    { version, exitCode, ...coverage }: CoverageReport,
    pathOf: (uri: string) => string
): string {
    const { policies, packages, required, leftOut, cut, unnamed, unknown, unspoken } = coverage;
    const catalogues = coverage.catalogues.map(({ source, controls, ...catalogue }) => ({
        ...catalogue,
        ...(source !== undefined && { from: source }),
        controls: withPlaces(controls, pathOf)
    }));
    return jsonText(
        COVERAGE_FORMAT,
        { version, exitCode },
        {
            policies,
            packages,
            required,
            leftOut,
            cut,
            catalogues,
            unnamed,
            unknown: withPlaces(unknown, pathOf),
            unspoken
        }
    );
}
