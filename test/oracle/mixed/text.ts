/** Writes a random policy that mixes types and forms, as an author writes it. */
import { condition, event, excepted, onValue, span, summable, WINDOWS, type Scope } from './conditions.js';
import { commonOf, inventoryOf, type Draft, type Inventory, type Param, type Tool } from './inventory.js';
import { Random } from './random.js';

export function policyText(draft: Draft): string {
    const inventory = inventoryOf(draft);
    const { features, tools } = inventory;
    const random = new Random(draft.features + 1);
    return [
        'policy Mixed',
        ...(features.clock ? ['timezone "Europe/Berlin"'] : []),
        'entity Acct [canonical lower]',
        ...(features.labels ? ['label secret', 'label dirty'] : []),
        `agent ann${features.delegation ? ' delegates to bob' : ''}`,
        ...(features.agents === 2 ? ['agent bob'] : []),
        ...['human rita', 'human saul', 'role both = rita, saul'].slice(0, [0, 1, 3][features.humans]),
        ...(features.constants ? ['session tier: 1..3', 'session owner: string'] : []),
        ...(features.signals ? ['signal risk: 0..100', 'signal frozen: bool', 'signal pii(text: string): 0..100'] : []),
        ...(features.event ? ['event ci(id: string)'] : []),
        ...(features.request ? ['request { id: string }'] : []),
        `server s ${features.stores ? 'stores ' : ''}{`,
        ...tools.map(({ text }) => `  ${text}`),
        '}',
        ...(features.modes ? modes(inventory, random) : []),
        ...(random.chance(0.15) ? [assumption(inventory, random)] : []),
        ...draft.rules.map((seed) => rule(inventory, new Random(seed))),
        ...draft.claims.map((seed, index) => `claim "c${index}"${claim(inventory, new Random(seed))}`)
    ].join('\n');
}

function modes(inventory: Inventory, random: Random): string[] {
    const { tools, features } = inventory;
    const move = (): string =>
        features.event && random.chance(0.3)
            ? 'ci'
            : `${random.chance(0.2) ? 'released ' : ''}${random.of(tools).name}`;
    const allow = (): string => (random.chance(0.6) ? `allow ${random.of(tools).name}` : '');
    const lasts = features.windows ? ` for ${random.of(WINDOWS)}s return rest` : '';
    return [
        `modes work${random.chance(0.5) ? ' per agent' : ''} {`,
        `  rest initial { ${allow()} on ${move()} enter busy }`,
        `  busy { ${allow()} on ${move()} enter ${random.of(['late', 'rest'])} }`,
        `  late${lasts} { ${allow()} ${allow()} on ${move()} enter rest }`,
        '}'
    ];
}

/** An assumption, which is removed again if it applies to nothing. */
function assumption({ tools, features }: Inventory, random: Random): string {
    const { name, params } = random.of(tools);
    const when = params.length > 0 ? onValue(random.of(params), random) : 'once any tool';
    const kinds = [
        ...(features.humans > 0 ? [`assume approval by rita of ${name}`] : []),
        `assume trusted agent ann calls ${name}`
    ];
    return `${random.of(kinds)} only when ${when}`;
}

function scopeOf(inventory: Inventory, random: Random, tools: readonly Tool[], approvals = false): Scope {
    return { inventory, random, params: commonOf(tools), approvals };
}

function someTools({ tools }: Inventory, random: Random): { readonly text: string; readonly tools: readonly Tool[] } {
    if (random.chance(0.7)) {
        const tool = random.of(tools);
        return { text: tool.name, tools: [tool] };
    }
    if (random.chance(0.3)) {
        return { text: 'any tool', tools };
    }
    if (tools.length > 1 && random.chance(0.4)) {
        const [out, others] = random.of(excepted(tools));
        return { text: `${random.of(['any tool', 's.*'])} except ${out}`, tools: others };
    }
    const some = tools.filter(() => random.chance(0.6));
    return some.length > 0
        ? { text: some.map(({ name }) => name).join(', '), tools: some }
        : { text: 'any tool', tools };
}

function guard(scope: Scope, likely: number): string {
    const { random } = scope;
    return random.chance(likely) ? ` ${random.of(['when', 'when', 'unless'])} ${condition(scope)}` : '';
}

function rule(inventory: Inventory, random: Random): string {
    const { features, tools: all } = inventory;
    const { text, tools } = someTools(inventory, random);
    const scope = scopeOf(inventory, random, tools);
    const roll = random.next();
    if (features.delegation && random.chance(0.15)) {
        return 'allow ann: delegate to bob';
    }
    if (roll < 0.45) {
        return `allow ${random.of(['any agent', 'any agent', 'ann'])}: ${text}${guard(scope, 0.5)}`;
    }
    if (roll < 0.6) {
        return `deny ${text}${guard(scope, 1)}`;
    }
    if (roll < 0.72) {
        return `require ${condition(scope)} for ${text}${guard(scope, 0.3)}`;
    }
    if (roll < 0.82) {
        const tool = random.of(tools);
        const sums = summable(tool);
        const per = keysOf(tool.params, random, features.constants);
        return sums.length > 0 && random.chance(0.5)
            ? `limit total(${tool.name}.${random.of(sums).name}) to ${random.of([2, 3, 5])}${per}${span(scope)}${guard(scope, 0.25)}`
            : `limit ${tool.name} to ${random.of([1, 1, 2, 3])}${per}${span(scope)}${guard(scope, 0.25)}`;
    }
    if (roll < 0.86 && all.length > 1) {
        const [one, other] = random.chance(0.5) ? [all[0]!, all[1]!] : [all[1]!, all[0]!];
        return `order ${one.name} before ${other.name}`;
    }
    if (features.humans === 0) {
        return random.chance(0.3) && tools.some(({ returns }) => returns.length > 0)
            ? `withhold result of ${tools.find(({ returns }) => returns.length > 0)!.name}`
            : `deny ${text}${guard(scope, 1)}`;
    }
    const who = features.humans === 2 ? random.of(['rita', 'saul', 'both', '2 of both']) : 'rita';
    const valid = features.windows && random.chance(0.4) ? ` valid ${random.of(WINDOWS)}s` : '';
    const timeout = features.windows && random.chance(0.2) ? ` timeout ${random.of(WINDOWS)}s` : '';
    const per = random.chance(0.25) ? keysOf(scope.params, random, false, true) : '';
    const times = per !== '' && random.chance(0.5) ? ` valid ${random.of(CHOICES)}` : valid;
    const changer = random.of(all);
    const until = random.chance(0.12) ? ` until changed by ${changer.name}` : '';
    return `require approval by ${who} for ${text}${guard(scope, 0.4)}${times}${timeout}${per}${until}`;
}

const CHOICES = ['once or 10s', 'once or this session', '10s or 30s', 'once or 10s or this session', 'this session'];

function keysOf(params: readonly Param[], random: Random, constants: boolean, sure = false): string {
    const keys = params.filter(
        ({ kind, presence }) => ['text', 'bool', 'number'].includes(kind.family) && presence !== 'optional'
    );
    if (constants && random.chance(0.15)) {
        return ' per session.owner';
    }
    if (sure && random.chance(0.2)) {
        return ' per same tool';
    }
    if (keys.length === 0 || (!sure && !random.chance(0.55))) {
        return '';
    }
    const { name, kind } = random.of(keys);
    return ` per ${kind.part !== undefined && random.chance(0.6) ? `${kind.part} ` : ''}${name}`;
}

function claim(inventory: Inventory, random: Random): string {
    const { features, tools } = inventory;
    const tool = random.of(tools);
    const scope = scopeOf(inventory, random, [tool], true);
    const across = features.across && random.chance(0.1) ? ' across sessions' : '';
    const by = features.agents === 2 && random.chance(0.15) ? ` by ${random.of(['ann', 'bob'])}` : '';
    const roll = random.next();
    if (roll < 0.3) {
        const when = random.chance(0.5) ? ` when ${condition(scope)}` : '';
        const after = random.chance(0.6) ? ` after ${event(scope).text}` : '';
        const until = after !== '' && random.chance(0.2) ? ` until ${event(scope).text}` : '';
        const unless = random.chance(0.25) ? ` unless ${condition(scope, 0)}` : '';
        return `${across}: never ${tool.name}${by}${when}${after}${until}${unless}`;
    }
    if (roll < 0.48) {
        return `${across}: ${tool.name}${by} requires ${condition(scope)}`;
    }
    if (roll < 0.64) {
        const per = keysOf(tool.params, random, false);
        return `${across}: at most ${random.of([1, 2, 3])} ${tool.name}${by}${per}${span(scope)}`;
    }
    if (roll < 0.7 && features.labels) {
        return `: no flow from ${random.of(['secret', 'dirty'])} to ${tool.name}`;
    }
    if (roll < 0.8) {
        return `: ${tool.name}${by} is ${random.of(['allowed', 'denied', 'held'])}${random.chance(0.7) ? ` when ${condition({ ...scope, approvals: false })}` : ''}`;
    }
    if (roll < 0.87) {
        return `: always ${condition({ ...scope, params: [], ofState: true, approvals: false })}`;
    }
    if (roll < 0.9 && tool.returns.length > 0) {
        const when = random.chance(0.7) ? ` when ${onValue({ ...tool.returns[0]!, name: 'result.out' }, random)}` : '';
        return `${across}: ${tool.name}${by} is withheld${when}`;
    }
    const steps = Array.from({ length: 1 + random.below(3) }, () => work(inventory, random));
    return `: possible ${steps.join(' then ')}${random.chance(0.2) ? ' without approval' : ''}${features.windows && random.chance(0.3) ? ` within ${random.of(WINDOWS)}s` : ''}`;
}

/** A step of a `possible`. */
function work({ tools, features }: Inventory, random: Random): string {
    const { name, params } = random.of(tools);
    if (features.event && random.chance(0.1)) {
        return 'ci';
    }
    return `${name}${params.length > 0 && random.chance(0.3) ? ` where (${onValue(random.of(params), random)})` : ''}`;
}
