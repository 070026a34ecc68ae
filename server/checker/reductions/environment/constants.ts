/**
 * Constants of the session keep one value from start to end, so a claim holds if it holds for each of their values.
 * Values that no condition distinguishes, directly or through arguments that are compared with them, are one kind.
 */
import type { Arguments, EventPattern, Param, Policy, Recorder, Type, Value } from '../../../model/policy/policy.js';
import type { Question } from '../../questions/question.js';
import { evaluateStatic } from '../../../model/conditions/evaluate.js';
import { type StaticCondition, isStatic } from '../../../model/conditions/reads.js';
import { candidatesFor, simplest } from '../../arguments/candidates.js';
import type { Reach } from '../cone.js';
import { patternsOf } from '../../conditions/walk.js';
import { mentionsOf, paramsOf } from '../../arguments/mentions.js';
import type { Part } from '../../conditions/rewrite.js';
import { withTypes } from '../../arguments/related-types.js';
import { hasPart, rewritten } from '../../conditions/rewrite.js';
import { orReason, Undecidable } from '../../limits/undecidable.js';
import { closed } from './closed.js';
import { limitOf } from '../../limits/limits.js';

const SESSION = 'session ';
/** Calls never have such an argument, so comparisons with it are unknown. */
const UNKNOWN_VALUE = 'unknown ';

/** The policy or claim for a session with these constants; absent ones are unknown. */
export function withConstants<T>(data: T, constants: Arguments): T {
    return rewritten(data, (part) =>
        'term' in part && part.term === 'session'
            ? Object.hasOwn(constants, part.constant)
                ? { term: 'constant', value: constants[part.constant]! }
                : { term: 'param', name: UNKNOWN_VALUE }
            : undefined
    );
}

/**
 * One record for each kind of session that the claim can distinguish; undefined if there are too many, or if they
 * cannot be distinguished.
 */
export function kindsOfSessions(policy: Policy, question: Question, reach: Reach): readonly Arguments[] | undefined {
    const kinds = orReason(() =>
        groupsOf(policy, question, reach).reduce<readonly Arguments[]>((all, group) => {
            const values = valuesOf(group);
            if (all.length * values.length > limitOf('sessionKinds')) {
                throw new Undecidable('are too many');
            }
            return all.flatMap((kind) => values.map((value) => ({ ...kind, ...value })));
        }, NO_CONSTANTS)
    );
    return typeof kinds === 'string' ? undefined : asMet(policy, kinds);
}

/**
 * The kinds in a form that is natural for readers. If an attribute of something is given, so is the thing itself, even
 * if no condition reads it. Records with more constants come first: among equally short sessions, they are easier to
 * understand.
 */
export function asMet({ sessionConstants = [] }: Policy, kinds: readonly Arguments[]): readonly Arguments[] {
    const unasked = sessionConstants.filter(({ name }) => !kinds.some((kind) => Object.hasOwn(kind, name)));
    const given = (kind: Arguments): number => Object.keys(kind).length;
    return [...kinds]
        .sort((a, b) => given(b) - given(a))
        .map((kind) => {
            const owners = unasked.filter(({ name }) => Object.keys(kind).some((key) => key.startsWith(`${name}.`)));
            return { ...Object.fromEntries(owners.map(({ name, type }) => [name, simplest(type)])), ...kind };
        });
}

const NO_CONSTANTS: readonly Arguments[] = [{}];

/** Constants and arguments that conditions relate to each other. */
interface Group {
    readonly constants: readonly Param[];
    readonly names: ReadonlySet<string>;
    readonly atoms: readonly StaticCondition[];
    /** The types of the group, one choice from each member. */
    readonly types: readonly Type[];
}

function groupsOf(policy: Policy, question: Question, reach: Reach): Group[] {
    const asParams = (data: unknown): unknown => rewritten(data, asParam);
    const inside = closed(asParams(policy) as Policy, asParams(question) as Question, reach.assumptions);
    const rules = inside.policy.rules.filter((_, index) => reach.rules.has(policy.rules[index]!));
    const seen = [rules, ...seenBy(inside.policy, inside.question, reach)];
    const atoms = new Map<string, StaticCondition>();
    hasPart(seen, (part) => {
        if ('op' in part && isStatic(part)) {
            atoms.set(JSON.stringify(part), part);
        }
        return false;
    });
    const all = [...atoms.values()];
    const links = [...all.map(paramsOf), ...keysOf(inside.policy, reach)];
    const constants = (policy.sessionConstants ?? []).map(({ name, type }): Param => ({
        name: `${SESSION}${name}`,
        type,
        optional: true
    }));
    const { tools, outsideEvents } = inside.policy;
    const declared = [...constants, ...[...tools, ...outsideEvents].flatMap(({ params = [] }) => params)];
    const read = constants.filter(({ name }) => links.some((names) => names.includes(name)));
    const groups: Group[] = [];
    for (const { name } of read) {
        if (groups.some(({ names }) => names.has(name))) {
            continue;
        }
        const names = connected(name, links);
        groups.push({
            constants: read.filter((other) => names.has(other.name)),
            names,
            atoms: all.filter((atom) => paramsOf(atom).some((other) => names.has(other))),
            types: declared.filter((param) => names.has(param.name)).map(({ type }) => type)
        });
    }
    return groups;
}

function asParam(part: Part): Part | undefined {
    return 'term' in part && part.term === 'session'
        ? { term: 'param', name: `${SESSION}${part.constant}` }
        : undefined;
}

/** Everything that the claim sees of the policy except its rules, with the numbers of the original. */
function seenBy(policy: Policy, question: Question, reach: Reach): readonly unknown[] {
    return [
        question,
        [...reach.monitors].map((index) => policy.monitors[index]),
        [...reach.recorders].map((index) => policy.recorders![index]),
        [...reach.machines].map((index) => policy.machines![index]),
        [...reach.tools].map((index) => policy.tools[index]),
        policy.assumptions
    ];
}

/** Names whose values meet in a key. */
function keysOf(policy: Policy, reach: Reach): string[][] {
    const namesIn = (data: unknown): string[] => {
        const names: string[] = [];
        hasPart(data, (part) => {
            if ('term' in part && part.term === 'param') {
                names.push(part.name);
            }
            return false;
        });
        return names;
    };
    const ofPattern = ({ keys }: EventPattern, position: number): string[] =>
        keys?.[position] ? [keys[position]] : [];
    const ofRecorder = ({ keys = [], fromKeys = [] }: Recorder): string[][] => [...keys, ...fromKeys].map(namesIn);
    return [
        ...[...reach.monitors].flatMap((index) => {
            const monitor = policy.monitors[index]!;
            return (monitor.keys ?? []).map((key, position) => [
                ...namesIn(key),
                ...patternsOf(monitor).flatMap((pattern) => ofPattern(pattern, position))
            ]);
        }),
        ...[...reach.recorders].flatMap((index) => ofRecorder(policy.recorders![index]!))
    ];
}

function connected(start: string, links: readonly (readonly string[])[]): Set<string> {
    const names = new Set([start]);
    for (const name of names) {
        links.filter((link) => link.includes(name)).forEach((link) => link.forEach((other) => names.add(other)));
    }
    return names;
}

/**
 * Constants alone need one value of each kind; if arguments are compared with them, they need all combinations that may
 * matter.
 */
function valuesOf({ constants, names, atoms, types }: Group): readonly Arguments[] {
    const mentions = withTypes(mentionsOf(atoms), types);
    const isAlone = names.size === constants.length;
    const seen = new Set<string>();
    return constants
        .reduce<readonly Arguments[]>((kinds, { name, type }) => {
            // Only equality matters for texts; for values with an order, it also matters how many lie between them.
            const width = isOrdered(type) || mentions.instants !== undefined ? mentions.width : constants.length;
            const values = candidatesFor({ name, type, optional: true }, { ...mentions, width }, true);
            if (kinds.length * values.length > limitOf('sessionValues')) {
                throw new Undecidable('are too many');
            }
            return kinds.flatMap((kind) => values.map((value) => withValue(kind, name, value)));
        }, NO_CONSTANTS)
        .filter((args) => {
            const key = atoms.map((atom) => evaluateStatic(atom, { agent: 0, tool: 0, args })).join('');
            return !isAlone || (seen.has(key) ? false : Boolean(seen.add(key)));
        })
        .map((args) =>
            Object.fromEntries(Object.entries(args).map(([name, value]) => [name.slice(SESSION.length), value]))
        );
}

function withValue(kind: Arguments, name: string, value: Value | undefined): Arguments {
    return value === undefined ? kind : { ...kind, [name]: value };
}

function isOrdered({ kind }: Type): boolean {
    return kind !== 'string' && kind !== 'entity' && kind !== 'literals' && kind !== 'bool';
}
