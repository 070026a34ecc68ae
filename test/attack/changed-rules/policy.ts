/**
 * Generates random policies whose claims are derived from their rules: restated, or changed in one or two places, such as
 * a bound, an operator, a status, a window, a key or a number of events. So the rules bound what a claim says, often exactly,
 * and sometimes only almost. It was written from docs/language, not from the code.
 */
import { Random } from '../../../server/attack/random.js';
import { Conditions } from './conditions.js';
import { beginning, type Condition, type Events, type Term, textOf } from './text.js';

/** The same declarations in each policy; `n` is never negative in `buy`, `mail` and `look`. */
const INVENTORY = `label secret
session tier: 0..2
request { amount: int }
signal risk: -1..1
event ping(n: int)
human rita
human saul
role both = rita, saul
server s {
  tool look(n: 0..9) readonly reads secret returns (x: int)
  tool pay(n: int)
  tool buy(n: int >= 0)
  tool pick(n: -9..9) atomic
  tool mail(cc: int[], n: 0..9)
  tool wipe() clears secret
}
server t stores { tool pay(n: int)   tool list() readonly }
group pays = s.pay, t.pay
`;
const AGENTS = [
    'agent ann\n',
    'agent ann\nagent bob\n',
    'agent ann delegates to bob\nagent bob\nallow ann: delegate to bob\n',
    'agent ann delegates to bob on its own rights\nagent bob\nallow ann: delegate to bob\n'
];
interface Subject {
    readonly tool: string;
    readonly by: string;
}

export function changedRulesPolicy(seed: number): string {
    return new ChangedRules(new Random(seed)).text();
}

class ChangedRules {
    private readonly claims: string[] = [];
    private readonly focus: string;
    private readonly agents: string;
    private readonly conditions: Conditions;

    constructor(private readonly random: Random) {
        this.focus = random.of(['s.buy', 's.buy', 's.pay', 's.pay', 's.pick', 't.pay', 's.mail']);
        this.agents = random.of(AGENTS);
        this.conditions = new Conditions(random, this.focus);
    }

    text(): string {
        const { random } = this;
        const rules = [
            this.rule(),
            ...this.sometimes(0.5, () => this.rule()),
            ...this.sometimes(0.25, () => this.rule()),
            ...this.sometimes(
                0.1,
                () => `withhold result of s.look ${random.of(['when', 'unless'])} ${this.withheldBy()}`
            )
        ];
        const text = rules.join('\n');
        const claims = [...this.claims].slice(0, 8);
        const used = text + claims.join('\n');
        return [
            `policy ChangedRules\n${INVENTORY}${this.agents}allow any agent: s.*, t.*`,
            ...(/m\.busy/.test(used) ? [this.modes()] : []),
            text,
            ...claims.map((claim, index) => `claim "c${index}"${claim}`)
        ].join('\n');
    }

    /** Such a condition is not about a call that is being decided. */
    private withheldBy(): string {
        const { random } = this;
        return `once ${random.of(['attempted ', 'held ', 'released ', ''])}${this.focus}${random.of(['', ' within 10s'])}`;
    }

    private sometimes(chance: number, make: () => string): string[] {
        return this.random.chance(chance) ? [make()] : [];
    }

    private claim(text: string): void {
        const across = this.random.chance(0.06) ? ' across sessions' : '';
        this.claims.push(`${across}: ${text}`);
    }

    // Rules, each with claims that are derived from it.

    private rule(): string {
        const { random } = this;
        const roll = random.below(100);
        const subject = this.subject();
        if (roll < 14) {
            return this.limit();
        }
        const { printed, perturbed } = this.conditions.condition();
        const again = (times = 2): void => {
            for (let at = 0; at < times; at++) {
                const other = this.subjectLike(subject);
                const asked = perturbed();
                this.claim(
                    random.of([
                        `never ${other} when ${asked}`,
                        `never ${other} when ${asked}`,
                        `never ${other} unless not (${asked})`,
                        `${other} requires not (${asked})`,
                        `${other} is denied when ${asked}`
                    ])
                );
            }
        };
        if (roll < 64) {
            again(3);
            return `deny ${textOfSubject(subject)} when ${printed}`;
        }
        if (roll < 84) {
            for (let at = 0; at < 2; at++) {
                const asked = perturbed();
                const other = this.subjectLike(subject);
                this.claim(
                    random.of([
                        `${other} requires ${asked}`,
                        `${other} requires ${asked}`,
                        `never ${other} unless ${asked}`,
                        `never ${other} when not (${asked})`,
                        `${other} is denied when not (${asked})`
                    ])
                );
            }
            this.orders(subject);
            return `require ${printed} for ${textOfSubject(subject)}`;
        }
        const approval = random.of(['rita', 'both', '2 of both']);
        const ends = random.of(['', '', ' valid 10s', ' per n', ' timeout 20s', ' until changed by s.pick']);
        this.claim(`${this.subjectLike(subject)} is held when ${perturbed()}`);
        this.claim(
            `never ${this.subjectLike(subject)} when ${perturbed()} unless approved by ${random.of(['rita', 'both', 'both per n'])}`
        );
        this.claim(
            `never ${this.subjectLike(subject)} when ${perturbed()} unless ${random.of(['once', 'once', 'count('])}`.replace(
                /(once|count\()$/,
                (word) =>
                    word === 'once'
                        ? `once approved ${subject.tool}${random.of(['', '(n)', ' by both', ' by rita within 10s', ' within 15m'])}`
                        : `count(approved ${subject.tool}) >= ${random.of([0, 1, 2])}`
            )
        );
        return `require approval by ${approval} for ${textOfSubject(subject)} when ${printed}${ends}`;
    }

    private limit(): string {
        const { random } = this;
        const drawn = beginning(this.conditions.events());
        const events = { ...drawn, tool: this.focus, status: random.of(['', '', 'released ', 'attempted ']) };
        const bound = random.of([1, 1, 2]);
        const per = events.key === '' ? random.of(['', ' per n']) : '';
        const isTotal = random.chance(0.4);
        const span = `${events.window}${events.across ? ' across sessions' : ''}`;
        const base: Events = { ...events, key: per === '' ? '' : '(n)' };
        const left: Term = isTotal
            ? { is: 'sum', sign: '+', left: { is: 'total', of: base }, right: { is: 'n', value: 0 } }
            : { is: 'count', of: base };
        const meant: Condition = {
            is: 'compare',
            left,
            cmp: isTotal ? '>' : '>=',
            right: { is: 'constant', value: bound }
        };
        for (let at = 0; at < 2; at++) {
            this.claim(`never ${this.focus} when ${textOf(this.conditions.changed(meant))}`);
        }
        const most = Math.max(1, bound + random.of([0, 0, 1, -1]));
        this.claim(
            `at most ${most} ${this.focus}${random.of([per, per, ''])}${random.of([events.window, events.window, ' within 20s', ''])}${events.across && random.chance(0.6) ? ' across sessions' : ''}`
        );
        const of = `${events.status}${this.focus}${isTotal ? '.n' : ''}${events.where}`;
        // The condition of a limit has no `call` that an earlier event could be compared with.
        const when = this.sometimes(0.2, () => ` when ${this.conditions.condition().text()}`).filter(
            (text) => !text.includes('call.')
        );
        return `limit ${isTotal ? `total(${of})` : of} to ${bound}${per}${span}${when.join('')}`;
    }

    private orders(subject: Subject): void {
        const { random } = this;
        if (random.chance(0.3)) {
            const [one, other] = [this.bare(), this.bare()];
            this.claim(`never ${subject.tool} after ${one} until ${other}`);
        }
        if (random.chance(0.1)) {
            this.claim(`no flow from secret to ${subject.tool}`);
        }
    }

    private bare(): string {
        const { status, tool } = this.conditions.events();
        return `${status}${tool}`;
    }

    private subject(): Subject {
        const { random } = this;
        return {
            tool: random.of([
                this.focus,
                this.focus,
                this.focus,
                this.focus,
                this.focus === 's.mail' ? this.focus : 'pays'
            ]),
            by: random.of(['', '', '', '', ' by ann'])
        };
    }

    private subjectLike(subject: Subject): string {
        const { random } = this;
        return textOfSubject({
            ...subject,
            ...random.of([{}, {}, {}, {}, { by: random.of(['', ' by ann']) }, { tool: this.focus }])
        });
    }
    private modes(): string {
        const { random } = this;
        const event = `${random.of(['', '', 'attempted ', 'held ', 'released ', 'denied '])}${random.of([this.focus, 's.look', 's.pick'])}`;
        return `modes m${random.of(['', ' per agent'])} {
  calm initial { on ${random.chance(0.2) ? 'ping' : event} enter busy }
  busy${random.of(['', ' for 10s return calm'])} { on s.wipe enter calm }
}`;
    }
}

function textOfSubject({ tool, by }: Subject): string {
    return `${tool}${by}`;
}
