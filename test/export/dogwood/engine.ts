/**
 * Runs Dogwood: its temporal conditions are evaluated here and become truth values in the request's context, as in the
 * formal specification. The rest is plain Cedar, which Cedar itself decides.
 */
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs';
import { expect } from 'vitest';
import type { DogwoodExport } from '../../../server/export/dogwood/policies.js';
import { cedar, expectValid } from '../cedar.js';
import { problemsOf, type Signatures } from './accept.js';
import { holds, type Point } from './evaluate.js';
import { type Condition, parseCondition, type Literal } from './syntax.js';

type Exported = Pick<DogwoodExport, 'policies' | 'schema' | 'events'>;

/** A call as the engine sees it. */
export interface Submitted {
    readonly time: number;
    readonly agent: string;
    readonly tool: string;
    readonly input: { readonly [name: string]: Cedar.CedarValueJson };
    readonly session: { readonly [name: string]: Cedar.CedarValueJson };
    readonly requestId: string;
}

interface Leaf {
    readonly name: string;
    readonly condition: Condition;
    /** The names of the actions that the rule is about. */
    readonly actions: readonly string[];
}

export interface Lowered {
    readonly policies: string;
    readonly schema: string;
    readonly leaves: readonly Leaf[];
}

/** Matches text, comments and conditions, so that only actual conditions are recognized. */
const PIECE = /"(?:[^"\\]|\\[^])*"|\/\/[^\n]*|(\b(?:when|unless)\s+)?\btemporal\s*\{/g;

/** The policies with each temporal condition as an attribute of the context, of type `Bool`. */
export function lowered({ policies, schema }: Exported): Lowered {
    const leaves: Leaf[] = [];
    let text = '';
    let at = 0;
    for (let found = PIECE.exec(policies); found; found = PIECE.exec(policies)) {
        if (found[0].startsWith('"') || found[0].startsWith('//')) {
            continue;
        }
        const end = closing(policies, PIECE.lastIndex);
        const name = `temporal_${leaves.length}`;
        const head = policies.slice(0, found.index);
        leaves.push({
            name,
            condition: parseCondition(policies.slice(PIECE.lastIndex, end)),
            actions: actionsIn(head.slice(Math.max(head.lastIndexOf('permit ('), head.lastIndexOf('forbid ('))))
        });
        const clause = found[1];
        text += policies.slice(at, found.index) + (clause ? `${clause}{ context.${name} }` : `context.${name}`);
        at = PIECE.lastIndex = end + 1;
    }
    const attributes = leaves.map(({ name }) => `${name}: Bool, `).join('');
    return {
        policies: text + policies.slice(at),
        schema: schema.replaceAll('context: { ', `context: { ${attributes}`),
        leaves
    };
}

function closing(text: string, start: number): number {
    const piece = /"(?:[^"\\]|\\[^])*"|[{}]/g;
    piece.lastIndex = start;
    let depth = 1;
    for (let found = piece.exec(text); found; found = piece.exec(text)) {
        depth += found[0] === '{' ? 1 : found[0] === '}' ? -1 : 0;
        if (depth === 0) {
            return found.index;
        }
    }
    throw new Error('a temporal condition does not end');
}

/** The actions in the scope of a rule. */
function actionsIn(scope: string): string[] {
    const [action = ''] = /action (?:==|in) [^]*?, resource\)/.exec(scope) ?? [];
    return Array.from(action.matchAll(/Action::("(?:[^"\\]|\\[^])*")/g), ([, name]) => JSON.parse(name!) as string);
}

/** Checks like `dogwood validate`: the conditions are accepted, and the rest is valid in Cedar's strict mode. */
export function expectAccepted(exported: Exported, about: string): void {
    const { policies, schema, leaves } = lowered(exported);
    expectValid({ policies, schema, permits: 0, leftOut: [] }, about);
    const signatures = signaturesOf(exported);
    for (const { condition, actions } of leaves) {
        const requests = actions.map((action) => signatures.requests.get(action)!);
        const problems = problemsOf(condition, { ...signatures, requests });
        expect(problems, `${about}\n${exported.policies}`).toEqual([]);
    }
}

interface AllSignatures extends Omit<Signatures, 'requests'> {
    readonly requests: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** The events that the event schema defines for each action of Cedar's schema. */
export function signaturesOf({ schema, events: text }: Exported): AllSignatures {
    const answer = cedar.schemaToJson(schema);
    if (answer.type === 'failure') {
        throw new Error(JSON.stringify(answer.errors));
    }
    const { actions } = answer.json['']! as unknown as {
        actions: { [name: string]: { appliesTo: { context: Attribute } } };
    };
    const kinds = Array.from(text.matchAll(/event <A>::(\w+) \{([^}]*)\}/g), ([, kind, body]) => ({ kind, body }));
    const events = new Map<string, ReadonlyMap<string, string>>();
    const requests = new Map<string, ReadonlyMap<string, string>>();
    for (const [name, { appliesTo }] of Object.entries(actions)) {
        const { input, session } = appliesTo.context.attributes!;
        const given = [...leavesOf('input', input!)];
        requests.set(
            name,
            new Map([
                ...[...given, ...leavesOf('session', session!)].map(
                    ([path, type]) => [`context.${path}`, type] as const
                ),
                ['principal', 'Agent'],
                ['resource', 'Server']
            ])
        );
        for (const { kind, body } of kinds) {
            expect(body).toContain('...inputs(A)');
            const own = Array.from(
                body!.matchAll(/(\w+): (\w+)/g),
                ([, field, type]) => [field!, OWN_TYPES[type!] ?? type!] as const
            );
            events.set(`Action::${JSON.stringify(name)}::${kind!}`, new Map([...given, ...own]));
        }
    }
    const [, amount, unit] = /^max_window = (\d+)([smhd])$/m.exec(text)!;
    return { events, requests, maxWindow: Number(amount) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit as 's'] };
}

const OWN_TYPES: { readonly [selector: string]: string } = { principalType: 'Agent', resourceType: 'Server' };

interface Attribute {
    readonly type: string;
    readonly name?: string;
    readonly attributes?: { readonly [name: string]: Attribute };
}

function leavesOf(path: string, { type, name, attributes }: Attribute): (readonly [path: string, type: string])[] {
    return attributes
        ? Object.entries(attributes).flatMap(([member, inner]) => leavesOf(`${path}.${member}`, inner))
        : [[path, name ?? type]];
}

/** An engine for one session at a time. */
export class Engine {
    private history: Point[] = [];
    private readonly lowered: Lowered;

    constructor(exported: Exported) {
        this.lowered = lowered(exported);
        expect(cedar.preparsePolicySet('dogwood', { staticPolicies: this.lowered.policies }).type).toBe('success');
        expect(cedar.preparseSchema('dogwood', this.lowered.schema).type).toBe('success');
    }

    /** Begins another session. */
    begin(): void {
        this.history = [];
    }

    /**
     * True if the request is permitted: it is recorded as an event first, and then decided.
     *
     * @param isFit true if the request fits the schema, which the engine does not check
     */
    permits(call: Submitted, isFit = true): boolean {
        this.observe('request', call);
        const { agent, tool, input, session } = call;
        const request = Object.fromEntries<Literal>([
            ...scalars('context.input', input),
            ...scalars('context.session', session),
            ['principal', { entity: `Agent::${JSON.stringify(agent)}` }]
        ]);
        const leaves = this.lowered.leaves.map(({ name, condition }) => [
            name,
            holds(condition, this.history, request)
        ]);
        const answer = cedar.statefulIsAuthorized({
            principal: { type: 'Agent', id: agent },
            action: { type: 'Action', id: tool },
            resource: { type: 'Server', id: tool.split('.')[0]! },
            context: { ...(Object.fromEntries(leaves) as object), input, session },
            preparsedPolicySetId: 'dogwood',
            ...(isFit && { preparsedSchemaName: 'dogwood', validateRequest: true }),
            entities: []
        });
        if (answer.type === 'failure') {
            throw new Error(JSON.stringify([answer, call]));
        }
        if (isFit) {
            // A failing expression would cause a `forbid` to be skipped.
            expect(answer.response.diagnostics.errors).toEqual([]);
        }
        return answer.response.decision === 'allow';
    }

    observe(kind: 'request' | 'response' | 'error', { time, agent, tool, input, requestId }: Submitted): void {
        this.history.push({
            time,
            kind,
            action: `Action::${JSON.stringify(tool)}`,
            fields: Object.fromEntries([
                ...scalars('input', input),
                ['callerPrincipal', { entity: `Agent::${JSON.stringify(agent)}` }],
                ['requestId', requestId]
            ])
        });
    }
}

function scalars(path: string, value: Cedar.CedarValueJson): [string, Literal][] {
    return typeof value === 'object' && value !== null
        ? Array.isArray(value)
            ? []
            : Object.entries(value).flatMap(([name, inner]) =>
                  scalars(`${path}.${name}`, inner as Cedar.CedarValueJson)
              )
        : [[path, value as Literal]];
}
