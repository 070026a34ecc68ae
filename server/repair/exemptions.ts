/**
 * Finds changes that let a rule stop fewer calls, which are the inverses of repairs. A rule no longer holds or denies
 * one of its tools, or no longer does so for values from a source, after an earlier call, or after one answer of a
 * person.
 */
import * as ast from '../../language/generated/ast.js';
import { textOf } from '../../language/lower/context.js';
import type { CallPattern, Policy, Rule, Type } from '../model/policy/policy.js';
import { FALSE } from '../model/policy/truth.js';
import { nameText, valueText } from '../model/text/typed-text.js';
import type { EditedText, Replacement } from './change.js';
import { applied, inside, without } from './change.js';
import { isAt } from './candidates.js';
import { grouped, partsOf } from './texts.js';

/** A call of the log that a rule stopped, with the facts that the session had recorded before it. */
export interface StoppedCall {
    readonly tool: number;
    readonly args: Readonly<Record<string, unknown>>;
    /** The numbers of the rules that stopped it. */
    readonly rules: readonly number[];
    /** The tools whose results contained a text of an argument, by the name of the parameter. */
    readonly sources: ReadonlyMap<string, ReadonlySet<number>>;
    /** The tools that were called earlier with the same value of a parameter of the same name. */
    readonly earlier: ReadonlyMap<string, ReadonlySet<number>>;
}

/** A condition under which a rule no longer stops a tool. */
export interface Exemption {
    /** A measure of how much the exemption lets through; larger means more. */
    readonly width: number;
    /** If undefined, the exemption always applies. */
    readonly unless?: string;
    /** One approval covers all calls with the same value of this parameter. */
    readonly per?: string;
}

/** An exemption that could keep a rule from stopping a tool. */
export interface ExemptionCandidate {
    readonly rule: number;
    readonly tool: number;
    readonly exemption: Exemption;
    /** The number of calls of this tool in the log that the rule stops. */
    readonly calls: number;
}

/** The widths. A value from the log counts as wide, because such a value says nothing about other sessions. */
const WIDTH = { label: 0, user: 1, source: 2, earlier: 3, per: 4, value: 5, once: 6, always: 7 } as const;

/** @param hasValues true if a rule may be exempted for arguments with a value from the log */
export function loosenings(policy: Policy, stopped: readonly StoppedCall[], hasValues: boolean): ExemptionCandidate[] {
    const byRule = new Map<string, StoppedCall[]>();
    for (const call of stopped) {
        for (const rule of call.rules) {
            const key = `${rule} ${call.tool}`;
            byRule.set(key, [...(byRule.get(key) ?? []), call]);
        }
    }
    return [...byRule].flatMap(([key, calls]) => {
        const [rule, tool] = key.split(' ').map(Number) as [number, number];
        return exemptions(policy, policy.rules[rule]!, tool, calls, hasValues).map((exemption) => ({
            rule,
            tool,
            exemption,
            calls: calls.length
        }));
    });
}

function exemptions(
    policy: Policy,
    rule: Rule,
    tool: number,
    calls: readonly StoppedCall[],
    hasValues: boolean
): Exemption[] {
    const { params, name } = policy.tools[tool]!;
    const ofParams = params.flatMap((param): Exemption[] => {
        const values = calls
            .map(({ args }) => (Object.hasOwn(args, param.name) ? args[param.name] : undefined))
            .filter((value) => value !== undefined);
        if (values.length === 0 || !isText(param.type)) {
            return [];
        }
        const from = (source: string): string[] =>
            isList(param.type)
                ? [`every one in ${param.name}: one from ${source}`]
                : [`${param.name} from ${source}`, `host of ${param.name} from ${source}`];
        const sources = namesOf(policy, calls, ({ sources: found }) => found.get(param.name));
        const earlier = namesOf(policy, calls, ({ earlier: found }) => found.get(param.name));
        const repeated = isList(param.type) || !hasValues ? [] : repeatedIn(values);
        return [
            ...repeated.map((value) => ({ width: WIDTH.value, unless: `${param.name} == ${valueText(value)}` })),
            ...from('user').map((unless) => ({ width: WIDTH.user, unless })),
            ...sources.flatMap((source) => from(source).map((unless) => ({ width: WIDTH.source, unless }))),
            ...earlier.map((other) => ({ width: WIDTH.earlier, unless: `once ${other}(${param.name})` })),
            ...(rule.kind === 'approval' && !isList(param.type) ? [{ width: WIDTH.per, per: param.name }] : [])
        ];
    });
    const clean = policy.labels.map((label) => ({ width: WIDTH.label, unless: `not carries ${nameText(label.name)}` }));
    const approver = rule.kind === 'approval' ? [{ width: WIDTH.once, unless: `once approved ${name}` }] : [];
    return [...clean, ...ofParams, ...approver, { width: WIDTH.always }];
}

function namesOf(
    policy: Policy,
    calls: readonly StoppedCall[],
    found: (call: StoppedCall) => ReadonlySet<number> | undefined
): string[] {
    const tools = new Set(calls.flatMap((call) => [...(found(call) ?? [])]));
    return [...tools].sort((a, b) => a - b).map((tool) => policy.tools[tool]!.name);
}

function repeatedIn(values: readonly unknown[]): string[] {
    const texts = values.filter((value) => typeof value === 'string');
    return [...new Set(texts)].filter((text) => texts.filter((one) => one === text).length > 1);
}

function isText(type: Type): boolean {
    return type.kind === 'string' || type.kind === 'any' || (isList(type) && isText(type.element));
}

function isList(type: Type): type is Type & { readonly kind: 'list' } {
    return type.kind === 'list';
}

/**
 * The text of the policy with the exemption in the rule, and in claims that state the same; undefined if the exemption
 * has no place there.
 */
export function loosened(
    edited: EditedText,
    policy: Policy,
    { rule, tool, exemption }: ExemptionCandidate,
    claims: readonly ast.Claim[]
): string | undefined {
    const { source } = policy.rules[rule]!;
    const node = edited.file.elements.filter(ast.isSubjectRule).find((one) => isAt(one, source));
    if (!node || node.subjects.some(({ where, args }) => where || args.length > 0)) {
        return undefined;
    }
    const same = policy.rules.filter((one) => one.source.uri === source.uri && isAt(node, one.source));
    const names = namesIn(
        policy,
        same.map(({ subject }) => subject)
    );
    const replacements = [
        ...inRule(edited, node, names, policy.tools[tool]!.name, exemption),
        ...claims.flatMap((claim) =>
            inClaim(edited, claim, toolsOf(policy, claim), policy.tools[tool]!.name, exemption)
        )
    ];
    return replacements.length === claims.length + 1 ? applied(edited.text, replacements) : undefined;
}

function toolsOf(policy: Policy, node: ast.Claim): string[] {
    const claim = policy.claims.find(({ usedAt, source }) => usedAt === undefined && isAt(node, source));
    return claim?.kind === 'never' ? namesIn(policy, [claim.subject]) : [];
}

function namesIn(policy: Policy, subjects: readonly CallPattern[]): string[] {
    return policy.tools
        .filter((_, index) => subjects.some(({ tools }) => (tools[index] ?? FALSE) !== FALSE))
        .map(({ name }) => name);
}

function inRule(
    edited: EditedText,
    rule: ast.SubjectRule,
    tools: readonly string[],
    tool: string,
    exemption: Exemption
): Replacement[] {
    const { offset, end } = rule.$cstNode!;
    const [first, last] = [rule.subjects[0]!.$cstNode!, rule.subjects[rule.subjects.length - 1]!.$cstNode!];
    const others = tools.filter((name) => name !== tool);
    const head = edited.text.slice(offset, first.offset);
    const rest = edited.text.slice(last.end, end);
    const kept = others.length > 0 ? [`${head}${others.join(', ')}${rest}`] : [];
    if (exemption.unless === undefined && exemption.per === undefined) {
        return [kept.length > 0 ? { from: offset, to: end, text: kept[0]! } : without(edited, rule)];
    }
    const guard = withExemption(edited, rule, last.end, exemption);
    return guard === undefined ? [] : [{ from: offset, to: end, text: [...kept, `${head}${tool}${guard}`].join('\n') }];
}

/** The text after the subjects, including the exemption. */
function withExemption(
    edited: EditedText,
    rule: ast.SubjectRule,
    from: number,
    { unless, per }: Exemption
): string | undefined {
    const { text } = edited;
    const { end } = rule.$cstNode!;
    const guards = (rule.unless ?? rule.when)?.$cstNode?.end ?? from;
    if (unless !== undefined) {
        const old = rule.unless;
        return old
            ? `${text.slice(from, old.$cstNode!.offset)}${alternatives(old)} or ${inParentheses(unless)}${text.slice(old.$cstNode!.end, end)}`
            : `${text.slice(from, guards)} unless ${unless}${text.slice(guards, end)}`;
    }
    return ast.isRequireApproval(rule) && rule.per.length === 0 && rule.lasting.length === 0
        ? `${text.slice(from, guards)} valid 1h per ${per!}${text.slice(guards, end)}`
        : undefined;
}

/** A claim about the tool gets the same exemption; if the claim is about several tools, it is split. */
function inClaim(
    edited: EditedText,
    claim: ast.Claim,
    tools: readonly string[],
    tool: string,
    exemption: Exemption
): Replacement[] {
    const { body } = claim;
    if (!ast.isNeverClaim(body) || body.after || body.subject.where || body.subject.args.length > 0) {
        return [];
    }
    const { offset, end } = claim.$cstNode!;
    const subject = body.subject.$cstNode!;
    const others = tools.filter((name) => name !== tool);
    const [head, rest] = [edited.text.slice(offset, subject.offset), edited.text.slice(subject.end, end)];
    const isWhole = exemption.unless === undefined && exemption.per === undefined;
    const names = isWhole ? others : [...others, tool];
    if (names.length === 0) {
        return [without(edited, claim)];
    }
    const texts = names.map((name) => {
        const titled = tools.length === 1 ? head : head.replace(/"(?=:\s*never\s*$)/, ` (${name})"`);
        return name === tool
            ? `${titled}${name}${claimGuard(edited, body, rest, exemption)}`
            : `${titled}${name}${rest}`;
    });
    return [{ from: offset, to: end, text: texts.join('\n\n') }];
}

function claimGuard(edited: EditedText, body: ast.NeverClaim, rest: string, { unless, per }: Exemption): string {
    if (unless !== undefined) {
        return body.unless ? `${rest} or ${inParentheses(unless)}` : `${rest} unless ${unless}`;
    }
    const asked = inside(body, ast.isApprovedBy);
    return asked.reduce(
        (text, one) => text.replace(textOf(one), `${textOf(one)} per ${per!}`),
        body.unless ? rest : edited.text.slice(body.subject.$cstNode!.end, body.$cstNode!.end)
    );
}

function alternatives(condition: ast.Condition): string {
    return partsOf(condition, 'or').length > 1 ? textOf(condition) : grouped(condition);
}

function inParentheses(text: string): string {
    return text.includes(':') ? `(${text})` : text;
}
