/**
 * Generates random whole policies over every form of the language: a fixed inventory with all kinds of values, and
 * rules and claims composed of conditions of each form. It was written from docs/language, not from the code.
 */
import { Random } from '../../server/attack/random.js';

/** Every policy has the same declarations, so that no condition is ever rejected. */
export const INVENTORY = `policy Forms
import { NoExfiltration } from "guardrail/std"
timezone "Europe/Berlin"
leave other tools to the client
root "/srv"
label secret
label dirty
trait costly
entity Acct [canonical lower, trim]
session user: Acct { role: "clerk" | "boss" }
session quota: 1..3
signal risk: 0..3
signal odd(text: string): bool
request { account: Acct, names: string[], amount?: int }
event ci.passed(id: string)
agent ann delegates to bob
agent bob delegates to cyd on its own rights
agent cyd
human rita
human saul
role both = rita, saul
server s {
  tool get(id: string, n: 0..9) readonly costly reads secret when result.kind == "b"
    returns (id: string, kind: "a" | "b", n: int, items: { id: string, n: int }[], owner: Acct)
  tool run(cmd: string, path: string, url: string, to: string) atomic returns (exit: int) succeeds when result.exit == 0
  tool put(id: string, n: int >= 0, tags: string[], rec: { name: string, level: 1..2, tags: string[] } = { name: "r", level: 1, tags: [] }, acct: Acct, free: any,
    amount: decimal(2) >= 0 <= 100, flag: bool = false, meta: map<string, string> = {}, kind: "a" | "b" = "a", code: string /k[0-9]+/ = "k1", note?: string) external
  tool drop(id: string) hint destructive clears dirty
  tool web(url: string) reads dirty may do s.drop
}
server t stores {
  tool note(text: string)
  tool list() readonly
}
group outward = s.put, s.run
define few = count(s.get) < 2
define same(x: string) = once s.get(id: x)
define later(e: event, w: duration) = once e within w
`;

/** Matches conditions that cannot be evaluated in a state, where no call is being decided. */
const NEEDS_CALL = /^(last is|carries|caller|in mode|risk|odd|request|few|later|latest)|caller|same agent|running/;

interface Subject {
    readonly tool: string;
    readonly conditions: readonly string[];
}

/** Conditions that can be evaluated for any call, or without one. */
const ANYWHERE = [
    'once s.get',
    'once attempted s.run within 10s',
    'once released s.get then s.web within 20s',
    'once s.get within today',
    'no s.web since s.get within this month',
    'once denied any tool',
    'once held s.put',
    'once failed s.run',
    'once running s.run',
    'once approved s.put by rita',
    'once refused s.put by both',
    'once start within 30s',
    'once user says',
    'once delegate to bob',
    'once end of delegation to bob',
    'once entered work.busy',
    'once ci.passed',
    'once any tool except (s.get, s.web)',
    'once destructive tools',
    'once tools that read dirty',
    'once s.*',
    'once outward',
    'once s.get across sessions',
    's.get since s.web',
    'no s.web since s.get within 20s',
    'no s.run since start',
    'last is s.get',
    'last is s.web within 10s',
    'last is s.get by any agent',
    'last is attempted s.get',
    'last is denied s.web within 20s',
    'once s.get by caller',
    'once s.get by same agent',
    'once s.get by ann',
    'once s.get where (n > 3 and result.kind == "b")',
    'once s.get where result.n >= 5',
    'once s.get where session.quota > 1',
    'once s.get where (session.user != call.session.user) across sessions',
    'count(s.get) >= 2',
    'count(s.get since s.web) == 1',
    'count(running s.run) >= 1',
    'count(distinct id of s.get) >= 2',
    'count(s.get within 20s across sessions) < 3',
    'count(s.get within this week) < 3',
    'total(s.put.amount) > 10',
    'total(s.put.amount where kind == "a" within 30s) >= 2.5',
    'total(attempted s.put.n) + 1 > 4',
    'total(s.get.result.n) >= 6',
    'latest s.get.result.n > 4',
    'latest s.get.result.kind == "a"',
    'latest s.get where result.n == 3',
    'latest s.put.n - 1 < 2',
    'carries dirty',
    'caller is ann',
    'in mode work.busy',
    'time in 22:00..06:00',
    'day in mon..fri',
    'date in 2026-03-01..2026-03-07',
    'session.user == "u"',
    'session.quota >= 2',
    'session.user.role == "boss"',
    'request.amount > 3',
    'request.account == "u"',
    'size of request.names > 1',
    'risk > 1',
    'odd("x") == true',
    'few',
    'later(e: s.get, w: 10s)'
];

const OF_A_STATE = ANYWHERE.filter((text) => !NEEDS_CALL.test(text));

const SUBJECTS: readonly Subject[] = [
    {
        tool: 's.get',
        conditions: [
            'n >= 5',
            'n + 1 == 4',
            'id != "a"',
            'id in ["a", "b"]',
            'id not in ["c"]',
            'id matches /[ab]+x?/',
            'id matches "*.md"',
            'id starts with "ab"',
            'id contains "x"',
            'id ends with "b"',
            'once s.get where (id starts with call.id and call.id ends with id)',
            'length of id > 2',
            'bytes of id > 2',
            'once s.get(id)',
            'once s.get(id) within 10s',
            'once s.put(id: id)',
            'once s.get where (id == call.id and n < call.n)',
            'count(s.get(id)) >= 2',
            'count(attempted same call) >= 2',
            'count(same tool within 10s) >= 2',
            'id == "a" + "b"',
            'total(distinct s.get.n) > 5',
            'latest s.get(id).result.n == n',
            'id from user',
            'id from s.get.result.items.id',
            'id from s.*.result',
            'any argument matches /.*x.*/',
            'odd(id) == true',
            'same(id)',
            'once ci.passed(id)',
            'id == "a" or id == "b"'
        ]
    },
    {
        tool: 's.run',
        conditions: [
            'count(attempted same call) >= 1',
            'some command of cmd starts with "git push"',
            'every command of cmd starts with "npm"',
            'some command of cmd matches /rm .*/',
            'every command of cmd in ["ls", "cat x"]',
            'some command of cmd == "ls"',
            'cmd redirects',
            'command of cmd starts with "git"',
            'program of cmd == "rm"',
            'size of commands of cmd > 1',
            'path within "/srv/app"',
            'path within to',
            'to ends with path',
            'to contains path',
            'host of url within to',
            'name of path == "a.txt"',
            'extension of path == "md"',
            'host of url == "a.example"',
            'host of url in ["b.example", "*.a.example"]',
            'host of url within "10.0.0.0/8"',
            'host of url is private',
            'domain of to == "a.example"',
            'domain of to not in ["b.example"]',
            'once s.run where host of url == host of call.url',
            'once s.web(url)'
        ]
    },
    {
        tool: 's.put',
        conditions: [
            'amount > 10',
            'amount <= 2.5',
            'total(s.put.amount) + amount > 20',
            'flag == true',
            'flag',
            'kind == "b"',
            'note given',
            'note given and note contains "x"',
            'time of id >= 2026-01-01',
            'time of id <= now',
            'time of id - now < 2h',
            '"x" in tags',
            '"x" not in tags',
            'tags contains "y"',
            'tags contains kind',
            'size of tags > 1',
            '(every x in tags: x matches /[xy]+/)',
            '(some x in tags: x from user)',
            '(some x in tags: once s.get(id: x))',
            '(every x in tags: count(s.get where id == x) < 2 or carries dirty)',
            '(some x in tags: latest s.get(id: x).result.n > 2 or flag)',
            '(some x in rec.tags: (x == "x" or x starts with "y"))',
            'rec.level == 2',
            '(some k, v in meta: k == "a" or v starts with "b")',
            '(every k, v in meta: k != v)',
            'size of meta > 1',
            'rec.name contains "n"',
            'acct == "u"',
            'acct from s.get.result.owner',
            'acct == session.user',
            'acct == request.account',
            'free == 1',
            'code == "k2"',
            'once s.put(acct)',
            'count(s.put(acct)) >= 1',
            'approved by rita',
            'approved by both',
            'approved by saul and amount > 2',
            'n > 2 implies kind == "a"'
        ]
    },
    { tool: 's.web', conditions: ['host of url == "a.example"', 'url from user', 'once s.web(url)'] },
    { tool: 's.drop', conditions: ['id == "a"', 'same(id)'] },
    {
        tool: 't.note',
        conditions: [
            'text == "x"',
            'length of text <= 3',
            'text from any tool except (s.web)',
            'text within "10.0.0.0/8"'
        ]
    },
    { tool: 't.list', conditions: [] }
];

export function formsPolicy(seed: number): string {
    const random = new Random(seed);
    return [
        INVENTORY,
        modes(random),
        pack(random),
        ...(random.chance(0.15) ? ['use NoExfiltration(source: [s.get], sink: outward, gate: rita)'] : []),
        ...some(random, 0, 1, () => assumption(random)),
        ...some(random, 3, 7, () => rule(random)),
        ...some(random, 2, 3, (index) => `claim "c${index}"${claim(random)}`)
    ].join('\n');
}

function some(random: Random, least: number, most: number, make: (index: number) => string): string[] {
    return Array.from({ length: least + random.below(most - least + 1) }, (_, index) => make(index));
}

/** @param approvals true if the call's own approvals can be read */
function condition(random: Random, { conditions }: Subject, approvals = false, depth = 1): string {
    if (depth > 0 && random.chance(0.35)) {
        const of = { tool: '', conditions };
        const [one, other] = [condition(random, of, approvals, 0), condition(random, of, approvals, 0)];
        return `(${one} ${random.of(['and', 'or', 'and'])} ${other})`;
    }
    const own = conditions.filter((text) => approvals || !text.startsWith('approved'));
    const text = own.length > 0 && random.chance(0.6) ? random.of(own) : random.of(ANYWHERE);
    return random.chance(0.2) ? `not (${text})` : text;
}

function guard(random: Random, subject: Subject): string {
    return ` ${random.of(['when', 'when', 'unless'])} ${condition(random, subject)}`;
}

function rule(random: Random): string {
    const subject = random.of(SUBJECTS);
    const { tool } = subject;
    const roll = random.below(100);
    const because = random.chance(0.1) ? ' because "why"' : '';
    const audit = random.chance(0.1) ? 'audit ' : '';
    if (roll < 35) {
        const agents = random.of(['any agent', 'ann', 'ann, bob']);
        return `allow ${agents}: ${random.chance(0.3) ? random.of(['any tool', 's.*', 'readonly tools']) : tool + (random.chance(0.5) ? guard(random, subject) : '')}${because}`;
    }
    if (roll < 40) {
        return 'allow ann: delegate to bob';
    }
    if (roll < 58) {
        const held = random.chance(0.1) ? 'held ' : '';
        return `${audit}deny ${held}${tool}${guard(random, subject)}${because}`;
    }
    if (roll < 70) {
        return `${audit}require ${condition(random, subject)} for ${tool}${because}`;
    }
    if (roll < 82) {
        const who = random.of(['rita', 'saul', 'both', '2 of both']);
        const ends = random.of(['', ' valid 10s', ' timeout 20s', ' valid 10s timeout 30s', ' until changed by s.web']);
        return `require approval by ${who} for ${tool}${random.chance(0.5) ? guard(random, subject) : ''}${ends}`;
    }
    return random.of([
        `limit ${tool} to ${random.of([1, 2, 3])}${random.of(['', ' within 20s', ' across sessions'])}`,
        'limit s.get to 2 per id',
        'limit s.get to session.quota within 20s',
        'limit s.put to 1 when amount > 5 unless carries dirty',
        'limit total(s.put.amount) to 20 per acct within 30s',
        'order s.get before s.put',
        'withhold result of s.get when result.kind == "b"',
        'require approval by rita for s.run per host of url',
        'require approval by rita for s.run valid once or 30s per same tool'
    ]);
}

function claim(random: Random): string {
    const subject = random.of(SUBJECTS);
    const { tool } = subject;
    const asked = condition(random, subject, true);
    const across = random.chance(0.1) ? ' across sessions' : '';
    return random.of([
        () => `${across}: never ${tool} when ${asked}`,
        () => `${across}: never ${tool} when ${asked}`,
        () => `${across}: never ${tool} after s.get unless ${asked}`,
        () => `: never s.put unless approved by ${random.of(['rita', 'both'])}`,
        () => `: never ${tool} after ${random.of(['s.web', 'denied s.run', 'ci.passed'])} until s.get`,
        () => `${across}: ${tool} requires ${asked}`,
        () => `${across}: ${tool} requires ${asked}`,
        () => `: ${tool} is ${random.of(['allowed', 'denied', 'held'])} when ${condition(random, subject)}`,
        () =>
            `: s.get is withheld when ${random.of(['result.kind == "b"', 'result.n >= 2', 'n > 1 or result.kind == "b"', 'once s.get'])}`,
        () => `: always ${random.of(OF_A_STATE)}${random.of(['', ` or ${random.of(OF_A_STATE)}`])}`,
        () => `${across}: at most ${random.of([1, 2])} ${tool}${random.of(['', ' within 10s'])}`,
        () => ': at most 1 s.get per id within 20s',
        () => `${across}: never ${tool}, s.put after s.web, s.run`,
        () => `: no flow from ${random.of(['secret', 'dirty'])} to ${tool}`,
        () => `: possible s.get then ${tool}${random.of(['', ' without approval', ' within 20s'])}`,
        // Without a decided call, there is nothing that `call` or `now` could refer to.
        () =>
            `: possible ${tool} where (${random.of([...subject.conditions, 'few'].filter((text) => !/call|approved|now/.test(text)))})`,
        () => ': s.get stays possible for every id'
    ])();
}

function modes(random: Random): string {
    const asked = condition(random, { tool: '', conditions: [] }, false, 0);
    return `modes work${random.of(['', ' per agent'])} {
  rest initial { ${random.of(['', 'allow s.web'])} on s.get${random.of(['', ` when ${asked}`])} enter busy }
  busy for 20s return rest { ${random.of(['', 'allow s.run', 'deny s.put'])} }
  from any on ci.passed enter rest
}`;
}

/** A pack with parameters of each kind, and its use. */
function pack(random: Random): string {
    const asked = condition(random, { tool: '', conditions: [] }, false, 0);
    return `pack Guard(sink: tools, who: human, actor: agent, l: label, span: duration, c: condition, e: event, most: int = 2) {
  group guarded = sink
  define soon = once e within span
  deny guarded when carries l and c and caller is actor
  ${random.of(['require approval by who for guarded when soon', 'limit guarded to most'])}
}
${random.of([`use Guard(sink: [s.put], who: rita, actor: ann, l: dirty, span: 20s, c: ${asked}, e: attempted s.web, most: 3)`, '', ''])}`;
}

function assumption(random: Random): string {
    // Earlier events may be assumed, but no time.
    const own = (): string => random.of(SUBJECTS[2]!.conditions.filter((text) => !/^approved|now/.test(text)));
    return random.of([
        `assume approval by rita of s.put only when ${own()}`,
        'assume result of s.get only when result.n >= 2',
        'assume signal risk only when risk <= 2',
        'assume event ci.passed only when once s.get',
        `assume trusted agent cyd calls s.put only when ${own()}`
    ]);
}
