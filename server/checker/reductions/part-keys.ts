/**
 * Keys that are parts of arguments: `limit fetch to 3 per host of url`. If a claim sees only this part of an argument,
 * the part replaces the whole argument, and is a key like any other. The sessions are the same: each value of the part
 * belongs to some whole, and a part that cannot be read is absent (docs/checker.md, "Keys").
 */
import { canonicalHost } from '../../model/values/hosts.js';
import { ownField } from '../../model/values/values.js';
import type { Arguments, Condition, Param, Policy, Rule, Term, Tool } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { FALSE } from '../../model/policy/truth.js';
import type { Reach } from './cone.js';
import type { Part } from '../conditions/rewrite.js';
import { hasPart, rewritten } from '../conditions/rewrite.js';
import { visibleIn } from './visible-effects.js';

type PartName = 'host' | 'domain';

/** The name of a part, `url.host`, which no parameter can have. */
function nameOf(param: string, part: PartName): string {
    return `${param}.${part}`;
}

function readName(name: string): { readonly param: string; readonly part: PartName } | undefined {
    const [param = '', part] = name.split('.');
    return part === 'host' || part === 'domain' ? { param, part } : undefined;
}

function isPartKey({ name }: Param): boolean {
    return readName(name) !== undefined;
}

export function hasPartKeys({ tools }: Policy): boolean {
    return tools.some(({ params }) => params.some(isPartKey));
}

/** A value that no condition names. */
export function freshValue(name: string, number: number): string {
    const read = readName(name);
    return read ? `${read.param.toLowerCase()}${number}.example` : `${name}${number}`;
}

/** The arguments as an agent sends them, with whole values instead of their parts. */
export function wholeArguments({ params }: Tool, args: Arguments): Arguments {
    if (!params.some(isPartKey)) {
        return args;
    }
    return Object.fromEntries(
        params.flatMap(({ name }): [string, Arguments[string]][] => {
            const read = readName(name);
            const value = ownField(args, name);
            if (!read) {
                return value === undefined ? [] : [[name, value]];
            }
            const whole =
                value === undefined
                    ? 'x'
                    : read.part === 'host'
                      ? `https://${value as string}/`
                      : `x@${value as string}`;
            return [[read.param, whole]];
        })
    );
}

/** The policy and the claim over parts, if the claim reads only these parts of the arguments that contain keys. */
export function withPartKeys<C extends Question>(
    policy: Policy,
    question: C,
    reach: Reach
): { policy: Policy; question: C } {
    const parts = partsOf(policy, question, reach);
    // The schema describes whole arguments, and so does the refusal of a call.
    if (parts.size === 0 || question.goal === 'recovery' || visibleIn(policy, question) === 'attempts') {
        return { policy, question };
    }
    const write = <T>(data: T): T => rewritten(data, (part) => overParts(part, parts));
    const inRule = (rule: Rule): Rule => (reach.rules.has(rule) ? write(rule) : rule);
    return {
        policy: {
            ...policy,
            tools: policy.tools.map((tool) =>
                write({ ...tool, params: tool.params.map((param) => partOf(param, parts)) })
            ),
            rules: policy.rules.map(inRule),
            monitors: write(policy.monitors),
            ...(policy.recorders && { recorders: write(policy.recorders) }),
            ...(policy.machines && { machines: write(policy.machines) })
        },
        question: write(question)
    };
}

function partOf(param: Param, parts: ReadonlyMap<string, PartName>): Param {
    const part = parts.get(param.name);
    return part ? { name: nameOf(param.name, part), type: { kind: 'string' }, optional: true } : param;
}

/** The part for each argument that is read only through one part, by at least one key. */
function partsOf(policy: Policy, question: Question, reach: Reach): ReadonlyMap<string, PartName> {
    const recorders = [...reach.recorders].map((index) => policy.recorders![index]!);
    const keyed = readsIn(recorders.flatMap(({ keys = [], fromKeys = [] }) => [...keys, ...fromKeys]));
    if (keyed.reads.size === 0 || reach.assumptions.size > 0 || reach.sources.size > 0) {
        return NONE;
    }
    const monitors = [...reach.monitors].map((index) => policy.monitors[index]!);
    const machines = [...reach.machines].map((index) => policy.machines![index]!);
    const tools = [...reach.tools].map((index) => policy.tools[index]!);
    const all = readsIn([
        question,
        [...reach.rules],
        recorders,
        monitors,
        machines,
        tools.map(({ conditionalReads, succeeds }) => [conditionalReads, succeeds])
    ]);
    const named = new Set([
        ...monitors.flatMap(({ event, from }) => [...(event.keys ?? []), ...(from?.keys ?? [])]),
        ...policy.outsideEvents.flatMap(({ params = [] }) => params.map(({ name }) => name))
    ]);
    const isFree = (name: string): boolean =>
        !named.has(name) &&
        policy.tools.every(({ params }) => params.every((param) => param.name !== name || isPlainText(param)));
    const isWhole = all.isWhole || recorders.some(({ sameCall }) => sameCall);
    return isWhole
        ? NONE
        : new Map(
              [...keyed.reads].flatMap(([name, [part]]): [string, PartName][] => {
                  const others = all.reads.get(name)!;
                  return part && part !== 'itself' && others.size === 1 && isFree(name) ? [[name, part]] : [];
              })
          );
}

const NONE: ReadonlyMap<string, PartName> = new Map();

function isPlainText({ type, optional, default: usual }: Param): boolean {
    return type.kind === 'string' && type.pattern === undefined && !optional && usual === undefined;
}

interface Reads {
    readonly reads: ReadonlyMap<string, ReadonlySet<PartName | 'itself'>>;
    /** True if all arguments are read as they are. */
    readonly isWhole: boolean;
}

function readsIn(data: unknown): Reads {
    const reads = new Map<string, Set<PartName | 'itself'>>();
    const note = (name: string, as: PartName | 'itself'): void => {
        reads.set(name, (reads.get(name) ?? new Set()).add(as));
    };
    let isWhole = false;
    // A term compared with itself is not analysed.
    rewritten(data, (part) => {
        const read = readPart(part);
        if (read) {
            note(read.param, read.part);
            return part;
        }
        if ('op' in part) {
            isWhole ||= part.op === 'any text' && !part.term;
            if (part.op === 'given') {
                note(part.param, 'itself');
            } else if (part.op === 'host within') {
                // A name is not in any network.
                hasPart(part, (inner) => {
                    const of = readPart(inner);
                    if (of) {
                        note(of.param, 'itself');
                    }
                    return false;
                });
            }
        } else if (part.term === 'param') {
            note(part.name, 'itself');
        }
        return undefined;
    });
    return { reads, isWhole };
}

function readPart(part: Part): { readonly param: string; readonly part: PartName } | undefined {
    if ('op' in part) {
        return undefined;
    }
    if (part.term === 'host' && part.of.term === 'param') {
        return { param: part.of.name, part: 'host' };
    }
    return part.term === 'part' && part.part === 'domain' && part.of.term === 'param'
        ? { param: part.of.name, part: 'domain' }
        : undefined;
}

function overParts(part: Part, parts: ReadonlyMap<string, PartName>): Part | undefined {
    if ('op' in part) {
        const read = part.op === 'host in' ? readPart(part.term) : undefined;
        return part.op === 'host in' && read && parts.has(read.param)
            ? isAmong({ term: 'param', name: nameOf(read.param, read.part) }, part.hosts)
            : undefined;
    }
    const read = readPart(part);
    return read && parts.has(read.param) ? { term: 'param', name: nameOf(read.param, read.part) } : undefined;
}

/** `*.name` matches a proper subdomain of the name. */
function isAmong(term: Term, hosts: readonly string[]): Condition {
    const names = hosts.filter((host) => !host.startsWith('*.'));
    const suffixes = hosts.filter((host) => host.startsWith('*.')).map((host) => host.slice(1).toLowerCase());
    return {
        op: 'or',
        args: [
            { op: 'constant', value: FALSE },
            { op: 'in', term, values: names.map((name) => canonicalHost(name) ?? name.toLowerCase()) },
            ...suffixes.map((suffix): Condition => ({
                op: 'matches',
                term,
                pattern: { regex: `.+${suffix.replace(/[.\\[\](){}*+?^$|/-]/g, '\\$&')}`, ignoreCase: false }
            }))
        ]
    };
}
