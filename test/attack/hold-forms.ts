/**
 * Generates random policies about what a held call sees: approvals for some agents, delegation, and rules that read
 * attempts, holds and answers, directly or through modes, labels and results. Their claims ask what their rules ask,
 * or a little more or less, so that rules often settle them. It was written from docs/language, not from the code.
 */
import { Random } from '../../server/attack/random.js';

const TOOLS = `label secret
label dirty
label seen
session role: "clerk" | "boss"
signal risk: 0..1
request { amount: 0..3 }
event ping(n: 0..1)
human rita
human saul
role both = rita, saul
server s {
  tool look(n: 0..1) atomic reads secret, seen returns (x: 0..1)
  tool pay(n: 0..1) reads dirty when result.x > 0 returns (x: 0..1)
  tool go() clears secret
}
server t stores { tool note(n: 0..1)   tool list() readonly }
`;
const AGENTS = [
    'agent ann\nagent bob\n',
    'agent ann delegates to bob\nagent bob\nallow ann: delegate to bob\n',
    'agent ann delegates to bob\nagent bob\nallow ann: delegate to bob\n',
    'agent ann delegates to bob\nagent bob delegates to cyd\nagent cyd\nallow ann: delegate to bob\nallow bob: delegate to cyd\n',
    'agent ann delegates to bob on its own rights\nagent bob\nallow ann: delegate to bob\n'
];
const OF_A_HOLD = ['attempted ', 'held ', 'approved '];
const OTHERS = ['', 'released ', 'denied ', 'failed ', 'refused ', 'running '];
const ANSWERS: readonly string[] = ['approved ', 'refused '];
/** Tools that have a parameter `n`. */
const JUDGED = ['s.pay', 's.look', 't.note'];
/** Most approvals last for the default time. */
const ENDS = [
    'valid 10s',
    'timeout 20s',
    'until changed by s.go',
    'until changed by s.look(n)',
    'valid 8h per n',
    'valid 10s per n',
    'valid once or 10s per n',
    'valid once or 20s or this session per n',
    'valid this session per same tool'
];

/** A condition on the events of one pattern. */
interface History {
    readonly status: string;
    readonly tool: string;
    readonly key: string;
    readonly by: string;
    readonly where: string;
    readonly window: string;
    readonly least: number;
}

/** A condition, and others that are related to it. */
interface Asked {
    readonly text: string;
    readonly again: () => string;
}

export function holdsPolicy(seed: number): string {
    return new Holds(new Random(seed)).text();
}

class Holds {
    /** The tool that most of the policy is about: its calls are held. */
    private readonly focus: string;
    private readonly claims: string[] = [];

    constructor(private readonly random: Random) {
        this.focus = random.of(['s.pay', 's.pay', ...JUDGED]);
    }

    text(): string {
        const { random } = this;
        const rules = [
            this.approval(this.focus),
            this.stopping(),
            ...this.sometimes(0.3, () => this.approval(this.tool())),
            ...this.sometimes(0.3, () => this.stopping()),
            ...this.sometimes(0.1, () => `limit ${this.tool()} to 2`)
        ].join('\n');
        const withholding = this.sometimes(
            /carries|from s/.test(rules) ? 0.7 : 0,
            () => `withhold result of s.look ${random.of(['when', 'unless'])} ${this.asked().text}`
        );
        const agents = random.of(AGENTS);
        const tools = random.chance(0.2) ? TOOLS.replace('tool go()', 'tool go() may do s.look') : TOOLS;
        return [
            `policy Holds\n${tools}${agents}allow any agent: s.*, t.*`,
            this.modes(),
            rules,
            ...withholding,
            ...this.claims
        ].join('\n');
    }

    private sometimes(chance: number, make: () => string): string[] {
        return this.random.chance(chance) ? [make()] : [];
    }

    private tool(): string {
        return this.random.chance(0.75) ? this.focus : this.random.of(JUDGED);
    }

    private status(): string {
        return this.random.of(this.random.chance(0.6) ? OF_A_HOLD : OTHERS);
    }

    private claim(text: string): void {
        this.claims.push(`claim "c${this.claims.length}": ${text}`);
    }

    private stopping(): string {
        const { random } = this;
        const subject = `${this.tool()}${random.of(['', '', ' by ann', ' by bob'])}`;
        const condition = this.asked();
        const again = condition.again();
        if (random.chance(0.2)) {
            this.claim(
                random.of([
                    `${subject} is ${random.of(['denied', 'held'])} when ${again}`,
                    `never ${subject} when ${again}`,
                    `never ${subject} when ${again} and not once approved ${this.focus}(n)`
                ])
            );
            return `deny held ${random.of([subject, subject, JUDGED.join(', ')])} when ${condition.text}`;
        }
        const isRequired = random.chance(0.2);
        this.claim(`never ${subject} when ${isRequired ? `not (${again})` : again}`);
        return isRequired ? `require ${condition.text} for ${subject}` : `deny ${subject} when ${condition.text}`;
    }

    private approval(tool: string): string {
        const { random } = this;
        const subject = `${tool}${random.of(['', ' by ann'])}`;
        const condition = random.chance(0.2) ? this.asked() : undefined;
        const when = condition ? ` when ${condition.text}` : '';
        this.claim(`${subject} is held when ${condition?.again() ?? 'n >= 0'}`);
        const answers = `once approved ${tool}`;
        const answered = [
            'approved by rita',
            'approved by both',
            'approved by both per n',
            answers,
            `${answers} by both`,
            `${answers} by rita within 10s`,
            `${answers} within 15m`,
            `${answers}(n)`,
            `count(${answers.slice(5)}) >= 2`
        ];
        this.claim(`never ${subject} unless ${random.of(answered)}`);
        this.claim(`never ${subject} unless ${random.of(answered)}`);
        const who = random.of(['rita', 'rita', 'both', '2 of both']);
        const ends = random.chance(0.4) ? random.of(ENDS) : '';
        if (ends.includes(' per ')) {
            const within = / 10s/.test(ends) ? ' within 10s' : / 20s/.test(ends) ? ' within 20s' : '';
            this.claim(`${subject} is held when not once approved ${tool}${random.of(['', '(n)'])}${within}`);
            this.claim(`never ${subject} unless once approved ${tool}${random.of(['', '(n)'])}${within}`);
        }
        return `require approval by ${who} for ${subject}${when} ${ends}`;
    }

    private asked(): Asked {
        const { random } = this;
        if (random.chance(0.85)) {
            return this.simple();
        }
        const [one, two, op] = [this.simple(), this.simple(), random.of(['and', 'or'])];
        return { text: `(${one.text} ${op} ${two.text})`, again: () => `(${one.again()} ${op} ${two.again()})` };
    }

    private simple(): Asked {
        const { random } = this;
        if (random.chance(0.3)) {
            const family = random.of(this.families());
            return { text: random.of(family), again: () => random.of(family) };
        }
        const not = random.chance(0.1);
        const as = (text: string): string => (not ? `not (${text})` : text);
        if (random.chance(0.4)) {
            const text = as(this.other());
            return { text, again: () => text };
        }
        const given = this.history();
        return { text: as(textOf(given)), again: () => as(textOf(this.changed(given))) };
    }

    /** Conditions of which some imply others. */
    private families(): readonly (readonly string[])[] {
        const [some, other] = [`${this.random.of(['', 'attempted ', 'released '])}${this.tool()}`, this.tool()];
        return [
            [
                `once ${some}`,
                `once ${some}(n)`,
                `once ${some}(n) within 10s`,
                `once ${some} where n == call.n`,
                `once ${some} where (n == call.n and n > 0)`,
                `once ${some} where (n == call.n or n > 0)`,
                `once ${some} where (n < call.n and risk > 0)`,
                `once attempted ${other}(n)`,
                `count(${some}(n)) >= 2`,
                `count(${some} where n == call.n) >= 2`
            ],
            [
                `count(${some}) > count(${other})`,
                `count(${other}) < count(${some})`,
                `count(${other}) >= count(${some})`,
                `not (count(${some}) <= count(${other}))`,
                `count(${some}(n)) > count(${other}(n))`,
                `once ${some}`,
                `once ${some}(n)`
            ],
            [
                'latest s.look.result.x < n',
                'n > latest s.look.result.x',
                'latest s.look.result.x >= n',
                'latest s.look(n).result.x == n',
                'n != latest s.look(n).result.x',
                'latest s.look where result.x == call.n',
                'once s.look',
                'once s.look(n)',
                'not (once s.look)',
                'once attempted s.look'
            ],
            [
                `total(${some}.n) + n > 0`,
                `n + total(${some}.n) >= 1`,
                `total(${some}.n) + n > 1`,
                `total(${some}.n) > 0`,
                'n > 0',
                'n >= 1',
                'n <= 0'
            ],
            [
                `once ${some} where (once s.go)`,
                `once attempted ${this.focus} where (once s.go)`,
                `once released ${this.focus} where (once s.go)`,
                `once attempted ${this.focus} where risk > 0`,
                `once released ${this.focus} where risk > 0`,
                `once released ${this.focus} where (n > 0 or risk > 0)`,
                `once ${this.focus} where (n > 0 and risk > 0)`
            ],
            ['n from s.look.result.x', 'n from s.look.result', 'n from s.*.result', 'n from s.pay.result.x'],
            this.orders(some, other),
            this.labels(),
            [
                `count(${some} within 10s) >= 1`,
                `count(${some} within 20s) >= 1`,
                `count(released ${other} within 10s) >= 1`,
                `count(${other} within 10s) >= 1`,
                `count(failed ${other} within 10s) >= 1`,
                `count(${some}(n) within 10s across sessions) >= 1`,
                `count(${some} within 20s across sessions) > 1`,
                `count(${some} within 20s across sessions) >= 1`,
                `count(${some} by caller within 10s) >= 1`,
                `count(${some} by caller within 20s across sessions) >= 1`
            ],
            [
                `total(${some}.n within 10s) + n > 0`,
                `total(${some}.n across sessions) + n > 0`,
                `total(${some}.n where n > 0 within 20s across sessions) + n > 0`,
                `total(${some}.n where n > 0 within 20s) + n > 1`,
                `total(released ${other}.n where n > 0 within 20s) + n > 1`,
                `total(${other}.n within 20s) + n > 1`,
                `(n > 0 and total(${this.focus}.n where n > 0 within 20s across sessions) + n > 1)`,
                `(n > 0 and total(${this.focus}.n within 20s) + n > 1)`,
                `total(${this.focus}.n within 20s) + n > 1`,
                `total(${this.focus}.n within 20s) + n > 1`,
                `total(${some}.n where n == call.n within 20s) + n > 1`,
                `count(distinct n of ${some} within 10s) >= 1`,
                `count(distinct n of ${some} within 20s) >= 1`
            ]
        ];
    }

    /** Conditions on labels, and on the calls that bring them. */
    private labels(): readonly string[] {
        this.claim(`no flow from ${this.random.of(['seen', 'seen', 'secret'])} to ${this.focus}`);
        return [
            'carries seen',
            'carries secret',
            'once s.look by caller',
            'once released s.look by caller',
            'once released s.look',
            'once failed s.look by caller within 10s'
        ];
    }

    /** Conditions on the order of two events; claims ask about it with `until`. */
    private orders(some: string, other: string): readonly string[] {
        const { random } = this;
        const [more, fewer] = [`${random.of(['', 'released '])}${other}`, `${random.of(['', 'released '])}${other}`];
        this.claim(`never ${this.focus} after ${random.of([more, other])} until ${random.of([some, some, more])}`);
        this.claim(`never ${this.focus} after ${random.of([fewer, some])} until ${random.of([other, some])}`);
        return [
            `${some} since ${more}`,
            `${some}(n) since ${more}`,
            `${some} since ${fewer}`,
            `no ${more} since ${some}`,
            `no ${fewer} since ${some}(n)`,
            `no ${more} since start`,
            `once ${some} then ${more}`
        ];
    }

    private history(depth = 1): History {
        const { random } = this;
        return {
            status: this.status(),
            tool: this.tool(),
            key: random.of(['', '', '', '(n)']),
            by: random.of(['', '', '', '', '', ' by ann', ' by caller', ' by same agent']),
            where: depth > 0 && random.chance(0.25) ? ` where ${this.where()}` : '',
            window: random.of(['', '', '', '', ' within 10s', ' within 20s']),
            least: random.of([1, 1, 1, 2])
        };
    }

    /** The same condition with another status, window or number, or with more events. */
    private changed(given: History): History {
        const { random } = this;
        const other = this.history();
        return {
            ...given,
            ...random.of([
                {},
                { status: other.status },
                { status: random.of(['', 'released ', 'attempted ']) },
                { window: other.window },
                { where: '' },
                { least: other.least }
            ])
        };
    }

    private where(): string {
        return this.random.of([
            () => 'n > 0',
            () => 'n == call.n',
            () => 'risk > 0',
            () => 'session.role == "boss"',
            () => '(once s.go)',
            () => '(once s.go)',
            () => '(once entered m.busy)',
            () => '(in mode m.busy)',
            () => `(${textOf({ ...this.history(0), key: '', by: '' })})`,
            () => '(latest s.look where result.x > 0)',
            () => `(once ${this.tool()} where (once ${this.status()}${this.tool()}))`,
            () => `(no ${this.status()}${this.tool()} since ${this.tool()})`
        ])();
    }

    private other(): string {
        const { random } = this;
        const events = `${this.status()}${this.tool()}`;
        const calls = ANSWERS.some((status) => events.startsWith(status)) ? `attempted ${this.tool()}` : events;
        return random.of([
            'in mode m.busy',
            'once entered m.busy',
            'once entered m.busy within 10s',
            'carries secret',
            'carries dirty',
            'n from s.look.result.x',
            'n from user',
            'last is s.look',
            'once ping(n)',
            'request.amount > 1',
            'session.role == "boss"',
            'risk > 0',
            'n > 0',
            `total(${calls}.n) + n > ${random.of([0, 1])}`,
            `total(${calls}.n within 10s) >= 1`,
            `count(distinct n of ${calls}) >= 1`,
            'count(attempted same call) >= 1',
            `latest ${calls}.n >= 1`,
            `latest ${calls} where risk > 0`,
            `${events} since s.go`,
            `no ${events} since s.go`,
            `no ${events} since start`,
            `count(${events} since ${this.status()}s.go) >= 1`,
            `once s.go then ${events} within 20s`
        ]);
    }

    private modes(): string {
        const { random } = this;
        const event = `${random.of(['', ...OF_A_HOLD, 'released ', 'refused '])}${this.tool()}`;
        const when = random.chance(0.2) ? ` when ${textOf({ ...this.history(0), key: '', by: '' })}` : '';
        const rules = random.of(['', '', '', 'deny s.pay', 'require approval by rita for s.pay']);
        return `modes m${random.of(['', ' per agent'])} {
  calm initial { on ${random.chance(0.2) ? 'ping' : event}${when} enter busy }
  busy${random.of(['', ' for 20s return calm'])} { ${rules}   on s.go enter calm }
}`;
    }
}

function textOf({ status, tool, key, by, where, window, least }: History): string {
    // The event is an answer of a person, so `by` names people.
    const events = `${status}${tool}${key}${ANSWERS.includes(status) ? '' : by}${where}${window}`;
    return least === 1 ? `once ${events}` : `count(${events}) >= ${least}`;
}
