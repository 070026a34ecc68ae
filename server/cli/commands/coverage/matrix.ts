/** Matches controls with the rules and claims that name them: plain data, the only input of every report. */
import { questionOf } from '../../../checker/questions/question.js';
import { isSafety } from '../../../checker/reductions/all-sessions.js';
import type { ClaimResult } from '../../../checker/results/result.js';
import { type ClaimWord, isAccepted, wordOf } from '../../../checker/results/verdict-words.js';
import type { Annotation, Policy, Source } from '../../../model/policy/policy.js';
import { FALSE } from '../../../model/policy/truth.js';
import { EXIT } from '../../../workspace/errors.js';
import { packageText, type UsedPackage } from '../../../workspace/used-package.js';
import type { Catalogue, Control } from '../../controls/catalogue.js';
import { exitCodeOfClaim } from '../../reports/check-report.js';

/** A policy that was checked. */
export interface CheckedPolicy {
    readonly path: string;
    readonly policy: Policy;
    readonly claims: readonly ClaimResult[];
    readonly packages?: readonly UsedPackage[];
    /** The time limit that ended the check before all claims were decided. */
    readonly cut?: string;
}

/** The state of a required pack in one policy. */
export interface PackRequirement {
    readonly path: string;
    readonly pack: string;
    /** The package or file that declares the pack. */
    readonly from: string;
    /** The configuration that requires it. */
    readonly by: string;
    readonly state: 'used' | 'narrowed' | 'missing' | 'excepted';
    /** What is narrowed or missing, in sentences. */
    readonly lacks: readonly string[];
    /** The exception in force. */
    readonly exception?: { readonly because: string; readonly until: string };
}

/** A rule or claim that names a control. */
export interface Service {
    readonly path: string;
    readonly kind: 'rule' | 'claim';
    /** The text of a rule, or the name of a claim. */
    readonly text: string;
    /** The place of the rule or claim; for an element of a pack, the place that uses the pack. */
    readonly source: Source;
    readonly verdict?: ClaimResult['verdict'];
    /** The displayed verdict. */
    readonly word?: ClaimWord;
    /** For a claim, true if its verdict is a good one. */
    readonly isGood?: boolean;
    /**
     * For a claim, true if it holds for every session and forbids something. A claim that something is possible proves
     * no control.
     */
    readonly isProof?: boolean;
    /** For a claim, true if it forbids something, and holds only in a scope or in one session. */
    readonly isInScope?: boolean;
}

/**
 * `proved`: in each policy, a claim that names the control holds and forbids something. `open`: a claim that names it
 * has a bad verdict. `unproved`: something names it, but not every policy proves it. `unserved`: nothing names it.
 */
/**
 * The state of a control in one policy. `proved`: a claim that names it holds and forbids something. `violated`: one is
 * violated or impossible. `in scope`: one holds, or is not found, only in a scope or in one session. `undecided`: one is undecided or
 * vacuous. `missing`: no claim names it that could prove it.
 */
export type PolicyState = 'proved' | 'violated' | 'in scope' | 'undecided' | 'missing';

export type ControlState = 'proved' | 'open' | 'unproved' | 'unserved';

export interface ControlCoverage extends Control {
    readonly state: ControlState;
    readonly services: readonly Service[];
    /** The paths of the policies that do not prove the control, including unreadable ones. */
    readonly lacking: readonly string[];
    /** The state in each policy, by its path, including unreadable ones. */
    readonly byPolicy: { readonly [path: string]: PolicyState };
}

export interface CatalogueCoverage extends Omit<Catalogue, 'controls'> {
    readonly controls: readonly ControlCoverage[];
}

/** A tool that no claim, or no rule, mentions. */
export interface UnmentionedTool {
    readonly path: string;
    readonly tool: string;
    readonly claims: boolean;
    readonly rules: boolean;
}

export interface Coverage {
    readonly policies: readonly string[];
    /** The packages of the policies, each with the paths of those that import it. */
    readonly packages: readonly (UsedPackage & { readonly policies: readonly string[] })[];
    readonly catalogues: readonly CatalogueCoverage[];
    /** The lists that the report leaves out because none of their controls is named. */
    readonly unnamed: readonly string[];
    /** The annotations that name a list but none of its controls. */
    readonly unknown: readonly { readonly annotation: string; readonly id: string; readonly service: Service }[];
    readonly unspoken: readonly UnmentionedTool[];
}

/**
 * @param own lists that are shown even if no rule or claim names them
 * @param unread the paths of requested policies that could not be checked
 */
export function coverageOf(
    checked: readonly CheckedPolicy[],
    own: readonly Catalogue[],
    builtIn: readonly Catalogue[],
    unread: readonly string[] = []
): Coverage {
    const asked = [...checked.map(({ path }) => path), ...unread];
    const named = checked.flatMap(namedBy);
    const all = [...own, ...builtIn].map((catalogue) => ({
        ...catalogue,
        controls: catalogue.controls.map((control) => {
            const services = named
                .filter(({ annotation, id }) => annotation === catalogue.annotation && id === control.id)
                .map(({ service }) => service);
            const proving = new Set(services.filter(({ isProof }) => isProof).map(({ path }) => path));
            const lacking = asked.filter((path) => !proving.has(path));
            const byPolicy = Object.fromEntries(
                asked.map((path) => [path, stateIn(services.filter((service) => service.path === path))])
            );
            return { ...control, state: stateOf(services, lacking), services, lacking, byPolicy };
        })
    }));
    const isNamed = ({ controls }: CatalogueCoverage): boolean => controls.some(({ services }) => services.length > 0);
    const catalogues = all.filter((catalogue, index) => index < own.length || isNamed(catalogue));
    return {
        policies: checked.map(({ path }) => path),
        packages: packagesIn(checked),
        catalogues,
        unnamed: all.filter((catalogue) => !catalogues.includes(catalogue)).map(({ name }) => name),
        unknown: named.filter(({ annotation, id }) => {
            const lists = all.filter((catalogue) => catalogue.annotation === annotation);
            return lists.length > 0 && !lists.some(({ controls }) => controls.some((control) => control.id === id));
        }),
        unspoken: checked.flatMap(unspokenIn)
    };
}

function packagesIn(checked: readonly CheckedPolicy[]): Coverage['packages'] {
    const found = new Map<string, UsedPackage & { readonly policies: string[] }>();
    for (const { path, packages = [] } of checked) {
        for (const used of packages) {
            const known = found.get(packageText(used)) ?? { ...used, policies: [] };
            known.policies.push(path);
            found.set(packageText(used), known);
        }
    }
    return [...found.values()];
}

interface NamedControl {
    readonly annotation: string;
    readonly id: string;
    readonly service: Service;
}

function namedBy({ path, policy, claims }: CheckedPolicy): NamedControl[] {
    const rules = policy.rules.flatMap(({ annotations, text, source, usedAt }) =>
        idsOf(annotations).map((id) => ({
            ...id,
            service: { path, kind: 'rule' as const, text, source: usedAt ?? source }
        }))
    );
    // A result for each claim, in the order of the policy.
    const proofs = claims.flatMap((claim, index) =>
        idsOf(claim.annotations).map((id) => ({
            ...id,
            service: {
                path,
                kind: 'claim' as const,
                text: claim.name,
                source: claim.usedAt ?? claim.source,
                verdict: claim.verdict,
                word: wordOf(claim),
                isGood: isGood(claim),
                isInScope: isInScope(claim, policy.claims[index]!),
                isProof: isWhole(claim) && !claim.saysNothing && forbids(policy.claims[index]!)
            }
        }))
    );
    return [...rules, ...proofs];
}

/** True for a good verdict. An expected violation still counts as bad: the control that the claim names is not met. */
function isGood(claim: ClaimResult): boolean {
    const expected = claim.expected && claim.verdict === 'vacuous';
    return exitCodeOfClaim({ ...claim, expected }, { failOn: 'error', strict: false }) === EXIT.ok;
}

/**
 * True if the claim forbids something: a claim that something stays possible, or is allowed, does not prove a control.
 */
function forbids(claim: Policy['claims'][number]): boolean {
    return isSafety(questionOf(claim));
}

/** True if the claim forbids something, and holds only in a scope or in one session, accepted or not. */
function isInScope(result: ClaimResult, claim: Policy['claims'][number]): boolean {
    const isHeld = result.verdict === 'holds' || result.verdict === 'holds in scope';
    return isHeld && !isWhole(result) && !result.saysNothing && forbids(claim);
}

/** True if the claim holds for all sessions, or for each single session with its author's acceptance. */
function isWhole(claim: ClaimResult): boolean {
    return claim.verdict === 'holds' && (wordOf(claim) === 'holds' || isAccepted(claim));
}

/** A name given by both a rule and its pack counts once. */
function idsOf(annotations: readonly Annotation[] = []): { readonly annotation: string; readonly id: string }[] {
    const all = annotations.flatMap(({ name, values }) => values.map((id) => ({ annotation: name, id })));
    return all.filter(
        ({ annotation, id }, index) =>
            all.findIndex((other) => other.annotation === annotation && other.id === id) === index
    );
}

function stateIn(services: readonly Service[]): PolicyState {
    const verdicts = new Set(services.filter(({ isGood }) => isGood === false).map(({ verdict }) => verdict));
    if (verdicts.has('violated') || verdicts.has('impossible')) {
        return 'violated';
    }
    if (verdicts.has('holds in scope') || verdicts.has('not witnessed in scope') || verdicts.has('holds')) {
        return 'in scope';
    }
    if (verdicts.size > 0) {
        return 'undecided';
    }
    return services.some(({ isProof }) => isProof)
        ? 'proved'
        : services.some((service) => service.isInScope)
          ? 'in scope'
          : 'missing';
}

function stateOf(services: readonly Service[], lacking: readonly string[]): ControlState {
    if (services.some(({ isGood }) => isGood === false)) {
        return 'open';
    }
    if (services.length === 0) {
        return 'unserved';
    }
    return lacking.length === 0 ? 'proved' : 'unproved';
}

function unspokenIn({ path, policy }: CheckedPolicy): UnmentionedTool[] {
    const spokenBy = (statements: readonly object[]): ReadonlySet<number> =>
        new Set(statements.flatMap((statement) => [...toolsSpokenOf(statement, policy)]));
    const [claims, rules] = [spokenBy(policy.claims), spokenBy(policy.rules)];
    return policy.tools.flatMap(({ name, delegatesTo }, tool) =>
        delegatesTo === undefined && !(claims.has(tool) && rules.has(tool))
            ? [{ path, tool: name, claims: claims.has(tool), rules: rules.has(tool) }]
            : []
    );
}

/**
 * The tools that a rule or claim mentions, by index: as its subject, or in a condition, through history or labels. A
 * `hint` counts.
 * @param statement a rule or claim of the policy
 */
function toolsSpokenOf(statement: object, policy: Policy): ReadonlySet<number> {
    const tools = new Set<number>();
    const seen = new Set<unknown>();
    const visit = (value: unknown): void => {
        if (typeof value !== 'object' || value === null || seen.has(value)) {
            return;
        }
        seen.add(value);
        if (Array.isArray(value)) {
            value.forEach(visit);
            return;
        }
        const part = value as Part;
        if (Array.isArray(part.tools)) {
            part.tools.forEach((truth, tool) => truth !== FALSE && tools.add(tool));
        }
        if ((part.op === 'carries' || part.op === 'received') && part.label !== undefined) {
            const { label } = part;
            policy.tools.forEach(({ reads, conditionalReads = [] }, tool) => {
                if (reads.includes(label) || conditionalReads.some(({ labels }) => labels.includes(label))) {
                    tools.add(tool);
                }
            });
        }
        if (part.monitor !== undefined) {
            visit(policy.monitors[part.monitor]);
        }
        if (part.recorder !== undefined) {
            visit(policy.recorders?.[part.recorder]);
        }
        if (part.op === 'from' && typeof part.source === 'number') {
            visit(policy.sources?.[part.source]);
        }
        Object.values(part).forEach(visit);
    };
    visit(statement);
    return tools;
}

/** Finds the tools in the parts of conditions. */
interface Part {
    readonly tools?: readonly unknown[];
    readonly op?: unknown;
    readonly label?: number;
    readonly monitor?: number;
    readonly recorder?: number;
    readonly source?: unknown;
}
