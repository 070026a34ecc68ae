/** Draws conditions on calls and their history, and changes them in one place. */
import type { Random } from '../../../server/attack/random.js';
import { type Condition, type Events, type Term, textOf } from './text.js';

type Node = Term | Condition | Events;

/** All values of which conditions on `n` can be made. */
const NUMBERED = ['s.pay', 's.buy', 's.pick', 't.pay', 's.mail', 's.look'];
const COMPARATORS = ['>', '>=', '<', '<=', '==', '!='];
const STATUSES = ['', '', '', 'released ', 'attempted ', 'failed ', 'denied ', 'held '];
const WINDOWS = ['', '', ' within 10s', ' within 20s'];
/** What is asked of the elements of a list. */
const OF_ELEMENTS = [
    'x CMP VALUE',
    'x CMP VALUE',
    'x + n CMP VALUE',
    'x CMP n',
    'once EVENTS(n: x)',
    'not (once EVENTS(n: x))',
    'count(EVENTS where n == x) CMP VALUE',
    'total(EVENTS.n) + x CMP VALUE',
    'latest EVENTS.n CMP x',
    'x from user',
    'x from s.look.result.x'
];
const TEXTS = [
    'carries secret',
    'in mode m.busy',
    'once entered m.busy',
    'once entered m.busy within 10s',
    'once ping(n)',
    'once ping',
    'caller is ann',
    'n from user',
    'n from s.look.result.x',
    'n from s.*.result',
    'session.tier == 1',
    'once user says',
    'once start within 10s',
    'count(attempted same call) >= 1',
    'count(same call within 10s) >= 1',
    'count(same tool) >= 2',
    'count(attempted same tool within 10s) >= 1'
];

export class Conditions {
    /** @param focus the tool that most of the policy is about */
    constructor(
        private readonly random: Random,
        private readonly focus: string
    ) {}

    condition(): { readonly printed: string; readonly perturbed: () => string; readonly text: () => string } {
        const condition = this.drawn(this.random.chance(0.4) ? 1 : 0);
        return {
            printed: textOf(condition),
            text: () => textOf(condition),
            perturbed: () => {
                let other = condition;
                for (let times = this.random.of([0, 1, 1, 1, 2, 2, 3]); times > 0; times--) {
                    other = this.changed(other);
                }
                return textOf(this.random.chance(0.2) ? { is: 'and', left: other, right: this.drawn(0) } : other);
            }
        };
    }

    private drawn(depth: number): Condition {
        const { random } = this;
        if (depth > 0) {
            const [left, right] = [this.drawn(0), this.drawn(depth - 1)];
            return { is: random.of(['and', 'or']), left, right };
        }
        const roll = random.below(100);
        if (roll < 50) {
            return this.comparison();
        }
        if (roll < 66) {
            return { is: random.of(['once', 'once', 'once', 'last', 'latest is']), of: this.events() };
        }
        if (roll < 80) {
            return {
                is: random.of(['since', 'no since', 'then']),
                of: this.events(),
                from: this.events()
            };
        }
        if (roll < 92 && this.focus === 's.mail') {
            return {
                is: random.of(['every', 'some']),
                of: this.events(),
                asks: random.of(OF_ELEMENTS),
                cmp: random.of(COMPARATORS),
                value: random.of([-1, 0, 1])
            };
        }
        return roll < 93 ? { is: 'text', text: random.of(TEXTS) } : { is: 'not', arg: this.drawn(0) };
    }

    private comparison(): Condition {
        const { random } = this;
        return { is: 'compare', left: this.term(1), cmp: random.of(COMPARATORS), right: this.bound() };
    }

    private bound(): Term {
        const { random } = this;
        return random.chance(0.85)
            ? { is: 'constant', value: random.of([-1, 0, 0, 1, 1, 2, 3, 0.5, 1.5]) }
            : random.chance(0.5)
              ? { is: random.of(['session', 'request', 'risk']), value: 0 }
              : this.term(0);
    }

    private term(depth: number): Term {
        const { random } = this;
        if (depth > 0 && random.chance(0.4)) {
            return {
                is: 'sum',
                left: this.term(0),
                right: random.chance(0.6) ? { is: 'n', value: 0 } : this.term(0),
                sign: random.of(['+', '+', '+', '-'])
            };
        }
        return random.chance(0.35)
            ? { is: 'n', value: 0 }
            : {
                  is: random.of(['total', 'total', 'total', 'count', 'count', 'distinct', 'latest', 'result']),
                  of: this.events()
              };
    }

    events(): Events {
        const { random } = this;
        return {
            status: random.of(STATUSES),
            tool: random.of([this.focus, this.focus, this.focus, this.focus, random.of(NUMBERED), 'pays']),
            key: random.of(['', '', '', '', '(n)']),
            by: random.of(['', '', '', '', '', ' by ann', ' by caller', ' by same agent']),
            where: random.chance(0.2)
                ? ` where ${random.of(['n > 0', 'n >= 0', 'n < 0', 'n == call.n', '(n > 0 or n < 0)', 'n <= call.n', 'session.tier == 1', '(once s.look)', '(not once s.look)', '(n == call.n and n > 0)', 'risk > 0', '(in mode m.busy)'])}`
                : '',
            window: random.of(WINDOWS),
            across: random.chance(0.1)
        };
    }

    /** The same condition with one change. */
    changed(condition: Condition): Condition {
        const nodes: Node[] = [];
        collect(condition, nodes);
        const chosen = this.random.of(nodes);
        return replaced(condition, chosen, this.other(chosen)) as Condition;
    }

    private other(node: Node): Node {
        const { random } = this;
        if ('tool' in node) {
            const other = this.events();
            return {
                ...node,
                ...random.of([
                    { status: other.status },
                    { status: random.of(['', 'released ', 'attempted ']) },
                    { tool: other.tool },
                    { key: node.key === '' ? '(n)' : '' },
                    { by: other.by },
                    { where: other.where },
                    { where: node.where === '' ? ` where ${random.of(['n > 0', 'n == call.n'])}` : '' },
                    { window: random.of(WINDOWS) },
                    { across: !node.across }
                ])
            };
        }
        switch (node.is) {
            case 'n':
            case 'session':
            case 'request':
            case 'risk':
                return random.of<Node>([
                    { is: 'total', of: { ...this.events(), tool: this.focus } },
                    {
                        is: 'sum',
                        left: { is: 'total', of: { ...this.events(), tool: this.focus } },
                        right: node,
                        sign: '+'
                    },
                    { is: 'constant', value: random.of([0, 1]) },
                    { is: 'n', value: 0 }
                ]);
            case 'constant':
                return {
                    is: 'constant',
                    value: within(
                        random.of([
                            node.value + 1,
                            node.value - 1,
                            node.value + 0.5,
                            node.value - 0.5,
                            -node.value,
                            0,
                            2 * node.value
                        ])
                    )
                };
            case 'total':
            case 'count':
            case 'distinct':
            case 'latest':
            case 'result':
                return random.of<Node>([
                    { ...node, is: random.of(['total', 'count', 'distinct', 'latest']) },
                    { is: 'n', value: 0 },
                    { is: 'sum', left: node, right: { is: 'n', value: 0 }, sign: '+' },
                    { is: 'sum', left: node, right: this.term(0), sign: random.of(['+', '-']) }
                ]);
            case 'sum':
                return random.of<Node>([
                    node.left,
                    node.right,
                    { ...node, left: node.right, right: node.left },
                    { ...node, sign: node.sign === '+' ? '-' : '+' }
                ]);
            case 'compare':
                return random.of<Node>([
                    { ...node, cmp: random.of(COMPARATORS) },
                    { ...node, left: node.right, right: node.left, cmp: TURNED[node.cmp]! },
                    { ...node, cmp: NEIGHBOUR[node.cmp]! },
                    { is: 'not', arg: { ...node, cmp: OPPOSITE[node.cmp]! } }
                ]);
            case 'every':
            case 'some':
                return random.of<Node>([
                    { ...node, is: node.is === 'every' ? 'some' : 'every' },
                    { ...node, cmp: random.of(COMPARATORS) },
                    { ...node, asks: random.of(OF_ELEMENTS) },
                    { ...node, value: within(node.value + random.of([1, -1])) }
                ]);
            case 'and':
            case 'or':
                return random.of<Node>([node.left, node.right, { ...node, is: node.is === 'and' ? 'or' : 'and' }]);
            case 'not':
                return node.arg;
            case 'since':
            case 'no since':
            case 'then':
                return random.of<Node>([
                    { ...node, is: random.of(['since', 'no since', 'then']) },
                    { ...node, of: node.from, from: node.of },
                    { is: 'once', of: node.of },
                    { is: 'once', of: node.from }
                ]);
            case 'once':
            case 'last':
            case 'latest is':
                return random.of<Node>([
                    {
                        is: 'compare',
                        left: { is: 'count', of: node.of },
                        cmp: '>=',
                        right: { is: 'constant', value: random.of([1, 2, 0]) }
                    },
                    { is: random.of(['once', 'last', 'latest is']), of: node.of },
                    { is: 'not', arg: node },
                    { is: 'since', of: node.of, from: this.events() },
                    { is: 'no since', from: node.of, of: this.events() }
                ]);
            case 'text':
                return { is: 'text', text: random.of(TEXTS) };
        }
    }
}

/** Values that every type allows, except those below zero. */
function within(value: number): number {
    return Math.max(-4, Math.min(4, value));
}
const TURNED: Record<string, string> = { '>': '<', '<': '>', '>=': '<=', '<=': '>=', '==': '==', '!=': '!=' };
const NEIGHBOUR: Record<string, string> = { '>': '>=', '>=': '>', '<': '<=', '<=': '<', '==': '>=', '!=': '>' };
const OPPOSITE: Record<string, string> = { '>': '<=', '<=': '>', '>=': '<', '<': '>=', '==': '!=', '!=': '==' };

function collect(node: Node, into: Node[]): void {
    into.push(node);
    for (const part of Object.values(node) as unknown[]) {
        if (typeof part === 'object' && part !== null) {
            collect(part as Node, into);
        }
    }
}

function replaced(node: Node, old: Node, by: Node): Node {
    if (node === old) {
        return by;
    }
    return Object.fromEntries(
        Object.entries(node).map(([name, part]) => [
            name,
            typeof part === 'object' && part !== null ? replaced(part as Node, old, by) : part
        ])
    ) as unknown as Node;
}
