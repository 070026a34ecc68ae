/**
 * Writes a policy as statements of Cedar, or of a language that adds conditions to Cedar. The policy allows everything
 * that these statements permit, in every session: an `allow` that the language cannot express is left out, and
 * statements that deny, hold or withhold become stricter.
 */
import type { Policy, Rule, Tool } from '../../model/policy/policy.js';
import { FALSE, mayBe, mustBe } from '../../model/policy/truth.js';
import { type ConditionContext, type Fallback, cedarCondition, FALSE_TEXT, joined, TRUE_TEXT } from './conditions.js';
import { comment, quoted } from './texts.js';
import { recordType } from './types.js';

/** A language of such statements. */
export interface Dialect {
    readonly name: string;
    /** The conditions that the language adds to those of Cedar; undefined if the language is Cedar. */
    readonly beyond?: Fallback;
    /** A separate clause for the condition of a statement; undefined for the clause of Cedar. */
    readonly clause?: (condition: string) => string | undefined;
    /**
     * The condition of a `permit` on any call of the tool; undefined if there is none, because requests are validated
     * first.
     */
    readonly guard?: (tool: Tool, policy: Policy) => string;
}

export interface Statements {
    /** The statements of each rule, as text. */
    readonly blocks: readonly string[];
    readonly schema: string;
    /** The number of rules that permit something here. */
    readonly permits: number;
    /** The `allow`s that are left out, each with its place and the reason. */
    readonly leftOut: readonly string[];
}

interface Statement {
    readonly effect: 'permit' | 'forbid';
    readonly guard: string;
    readonly condition: string;
    readonly tools: number[];
}

/** @param file the name of the policy's file in comments */
export function statementsIn(dialect: Dialect, policy: Policy, file: string): Statements {
    const blocks: string[] = [];
    const leftOut: string[] = [];
    let permits = 0;
    for (const rule of policy.rules) {
        const { statements, unsaid, note } = statementsOf(dialect, policy, rule);
        permits += statements.some(({ effect }) => effect === 'permit') ? 1 : 0;
        const said = note ?? noteOf(dialect, rule, unsaid, statements);
        const place = placeOf(rule, policy, file);
        if (rule.kind === 'allow' && statements.length === 0 && unsaid.size > 0) {
            leftOut.push(`${place} asks for ${listed(unsaid)}`);
        }
        const heads = [comment(`${place}: ${rule.text}`), ...(said === undefined ? [] : [comment(said)])];
        blocks.push(
            [...heads, ...statements.map((statement) => statementText(dialect, policy, rule, statement))].join('\n')
        );
    }
    blocks.push(...delegates(dialect, policy));
    return { blocks, schema: schemaOf(policy), permits, leftOut };
}

interface RuleStatements {
    readonly statements: readonly Statement[];
    readonly unsaid: ReadonlySet<string>;
    readonly note?: string;
}

function statementsOf(dialect: Dialect, policy: Policy, rule: Rule): RuleStatements {
    const unsaid = new Set<string>();
    if (rule.audit === true) {
        return { statements: [], unsaid, note: 'It is only audited, so it has no effect.' };
    }
    const effect = rule.kind === 'allow' ? 'permit' : 'forbid';
    const statements: Statement[] = [];
    policy.tools.forEach((of, tool) => {
        const isMeant = rule.subject.tools[tool] ?? FALSE;
        if (of.delegatesTo !== undefined || !(effect === 'permit' ? mustBe(isMeant) : mayBe(isMeant))) {
            return;
        }
        const [, among] = callers(policy, rule);
        const condition = joined('&&', [among, conditionOf(rule, { policy, tool, unsaid, ...dialect })]);
        const guard = effect === 'permit' ? (dialect.guard?.(of, policy) ?? TRUE_TEXT) : TRUE_TEXT;
        const same = statements.find((one) => one.condition === condition && one.guard === guard);
        if (same) {
            same.tools.push(tool);
        } else if (condition !== FALSE_TEXT) {
            statements.push({ effect, guard, condition, tools: [tool] });
        }
    });
    return { statements, unsaid };
}

/**
 * The condition under which the statement applies: for an `allow`, that its condition must be true; for any other rule,
 * that it may be.
 */
function conditionOf(rule: Rule, asking: ConditionContext): string {
    if (rule.kind === 'allow') {
        if (rule.mode) {
            asking.unsaid.add('modes');
            return FALSE_TEXT;
        }
        return cedarCondition(rule.when, 'must', asking);
    }
    const when = cedarCondition(rule.when, 'may', asking);
    if (rule.kind !== 'require') {
        return when;
    }
    return joined('&&', [when, cedarCondition({ op: 'not', arg: rule.requires }, 'may', asking)]);
}

/** The principals: the scope of a statement and, if that does not suffice, a condition. */
function callers(policy: Policy, { subject: { agents } }: Rule): readonly [scope: string, condition: string] {
    if (agents === undefined || typeof agents === 'string') {
        return ['principal', TRUE_TEXT];
    }
    const names = agents.map((agent) => `Agent::${quoted(policy.agents[agent]!.name)}`);
    return names.length === 1
        ? [`principal == ${names[0]!}`, TRUE_TEXT]
        : ['principal', `[${names.join(', ')}].contains(principal)`];
}

function noteOf(
    { name }: Dialect,
    rule: Rule,
    unsaid: ReadonlySet<string>,
    statements: readonly Statement[]
): string | undefined {
    if (rule.kind === 'withhold' && statements.length > 0) {
        return 'Stricter: a result comes after the decision, so the call is forbidden.';
    }
    if (unsaid.size === 0) {
        return rule.kind === 'approval' && statements.length > 0
            ? 'A call that is held for an approval is forbidden here.'
            : undefined;
    }
    const what = listed(unsaid);
    return rule.kind === 'allow'
        ? `${statements.length === 0 ? 'Left out' : 'Narrower'}: ${name} cannot express ${what}.`
        : `Stricter: ${name} cannot express ${what}.`;
}

function listed(unsaid: ReadonlySet<string>): string {
    return [...unsaid].sort().join(', ');
}

function statementText(
    { clause }: Dialect,
    policy: Policy,
    rule: Rule,
    { effect, guard, condition, tools }: Statement
): string {
    const actions = tools.map((tool) => `Action::${quoted(policy.tools[tool]!.name)}`);
    const action = actions.length === 1 ? `action == ${actions[0]!}` : `action in [${actions.join(', ')}]`;
    const [principal] = callers(policy, rule);
    const own = clause?.(condition);
    const conditions = own === undefined ? [guard, condition] : [guard];
    const clauses = [
        ...conditions.filter((one) => one !== TRUE_TEXT).map((one) => `\nwhen { ${unbracketed(one)} }`),
        ...(own === undefined ? [] : [`\n${own}`])
    ];
    return `@line(${quoted(String(lineOf(rule)))})\n${effect} (${principal}, ${action}, resource)${clauses.join('')};`;
}

/** `joined` puts a conjunction in parentheses, which are unnecessary inside the braces. */
function unbracketed(condition: string): string {
    const inside = condition.slice(1, -1);
    let depth = 0;
    const isOne =
        condition.startsWith('(') &&
        Array.from(withoutTexts(inside)).every((sign) => (depth += sign === '(' ? 1 : sign === ')' ? -1 : 0) >= 0);
    return isOne ? inside : condition;
}

function withoutTexts(text: string): string {
    return text.replace(/"(?:[^"\\]|\\.)*"/g, '');
}

/** An agent that works for others is decided for all of them (M16), and only the session determines who they are. */
function delegates(dialect: Dialect, policy: Policy): string[] {
    const numbers = new Set((policy.delegations ?? []).flatMap(({ to, ownRights }) => (ownRights ? [] : [to])));
    return [...numbers].map((agent) => {
        const name = policy.agents[agent]!.name;
        const why = `Stricter: the principals of ${name} depend on the session, which ${dialect.name} cannot express.`;
        return `${comment(why)}\nforbid (principal == Agent::${quoted(name)}, action, resource);`;
    });
}

function schemaOf(policy: Policy): string {
    const tools = policy.tools.filter(({ delegatesTo }) => delegatesTo === undefined);
    const servers = [...new Set(tools.map(({ name }) => serverOf(name)))];
    const constants = (policy.sessionConstants ?? []).map((constant) => ({ ...constant, optional: false }));
    const enumeration = (names: readonly string[]): string =>
        names.length === 0 ? '' : ` enum [${names.map(quoted).join(', ')}]`;
    return [
        `entity Agent${enumeration(policy.agents.map(({ name }) => name))};`,
        `entity Server${enumeration(servers)};`,
        ...tools.map(
            ({ name, params }) =>
                `action ${quoted(name)} appliesTo { principal: [Agent], resource: [Server], ` +
                `context: { input: ${recordType(params)}, session: ${recordType(constants)} } };`
        ),
        ''
    ].join('\n');
}

function serverOf(tool: string): string {
    return tool.slice(0, Math.max(0, tool.indexOf('.')));
}

/** The place of the rule; for an element of a pack, the place that uses the pack. */
function sourceOf(rule: Rule): Rule['source'] {
    return rule.usedAt ?? rule.source;
}

function lineOf(rule: Rule): number {
    return sourceOf(rule).start.line + 1;
}

function placeOf(rule: Rule, policy: Policy, file: string): string {
    const { uri } = sourceOf(rule);
    return `${uri === policy.source.uri ? file : uri.slice(uri.lastIndexOf('/') + 1)}:${lineOf(rule)}`;
}
