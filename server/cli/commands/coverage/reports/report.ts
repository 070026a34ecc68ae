/** The content of a report of `guardrail coverage`, and the wording shared by all formats. */
import type { Source } from '../../../../model/policy/policy.js';
import { packageText } from '../../../../workspace/used-package.js';
import type {
    CatalogueCoverage,
    ControlCoverage,
    ControlState,
    Coverage,
    PackRequirement,
    Service,
    UnmentionedTool
} from '../matrix.js';

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

export type PathOf = (uri: string) => string;

export const STATES: readonly ControlState[] = ['proved', 'open', 'unproved', 'unserved'];

export const STATE_MEANINGS: { readonly [state in ControlState]: string } = {
    proved: 'in each policy a claim that names it holds and forbids something',
    open: 'a claim that names it is violated, undecided or only holds in scope',
    unproved: 'something names it, but not every policy proves it',
    unserved: 'nothing names it'
};

/** The state of a control, with the policies that do not prove it although others do. */
export function stateText({ state, services, lacking }: ControlCoverage): string {
    const isProvedElsewhere = services.some(({ isProof }) => isProof);
    return state === 'unproved' && isProvedElsewhere ? `unproved, lacking in ${lacking.join(', ')}` : state;
}

/** The place as `mail.guardrail:12`, with lines counted from one. */
export function placeOf({ uri, start }: Source, pathOf: PathOf): string {
    return `${pathOf(uri)}:${start.line + 1}`;
}

export function verdictOf(service: Service): string {
    return service.word ?? 'rule';
}

/** The number of controls in each state, over all lists. */
export function countsOf({ catalogues }: Coverage): readonly [ControlState, number][] {
    const states = catalogues.flatMap(({ controls }) => controls.map(({ state }) => state));
    return STATES.map((state) => [state, states.filter((one) => one === state).length]);
}

export function silenceOf({ claims, rules }: UnmentionedTool): string {
    return claims ? 'no rule mentions it' : rules ? 'no claim mentions it' : 'no rule and no claim mentions it';
}

/** A table of policies and controls, with the state of each; undefined for a single policy, whose list says the same. */
export function tableOf(
    { controls }: CatalogueCoverage,
    { policies, leftOut }: CoverageReport
): { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] } | undefined {
    const paths = [...policies, ...leftOut.map(({ path }) => path)];
    return paths.length < 2
        ? undefined
        : {
              head: ['policy', ...controls.map(({ id }) => id)],
              rows: paths.map((path) => [path, ...controls.map(({ byPolicy }) => byPolicy[path] ?? 'missing')])
          };
}

/** The state of a required pack, in words. */
export function requirementText({ state, lacks, exception }: PackRequirement): string {
    if (exception) {
        return `excepted until ${exception.until} (because: ${exception.because})`;
    }
    return [state, ...lacks].join(': ').replace(/\.$/, '');
}

/** Further remarks on the lists, each in one sentence. */
export function remarksOf({ unnamed, unknown, leftOut, cut, packages }: CoverageReport, pathOf: PathOf): string[] {
    return [
        ...packages.map(
            (used) => `${used.policies.join(', ')} ${used.policies.length === 1 ? 'uses' : 'use'} ${packageText(used)}.`
        ),
        ...unknown.map(
            ({ annotation, id, service }) =>
                `@${annotation}("${id}") at ${placeOf(service.source, pathOf)} names no control of a list.`
        ),
        ...leftOut.map(({ path, reason }) => `${path} is left out: ${reason}`),
        ...cut.map(({ path, limit }) => `${path} was checked only in part: the run took ${limit}.`),
        ...(unnamed.length > 0 ? [`Nothing names a control of: ${unnamed.join('; ')}.`] : [])
    ];
}
