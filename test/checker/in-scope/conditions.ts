/**
 * Conditions that a session can meet, with what they read. Each of them can break a claim about `p.act`, and needs a
 * particular value, count or history. `where` may also appear in the `where` of an event.
 */
export interface SampleCondition {
    readonly text: string;
    readonly where: boolean;
}

export const INVENTORY = `
label private
signal risk(text: string): 0..100
request { n: int, who: string, r: { to: string, k: int } }
server g {
  tool get(id: string) returns (n: int, s: string, rec: { f: string, k: int }, all: string[], people: { email: string }[])
  tool small() returns (n: 0..10)
  tool load() reads private
}
server p {
  tool act(cmd: string, amount: int, to: string, names: string[], items: { to: string, k: int }[], r: { a: string, b: string })
  tool see()
  tool login(user: string)
}
agent a
`;

const OF_VALUES: readonly string[] = [
    'some command of cmd starts with "git push"',
    'every command of cmd starts with "npm"',
    'not (every command of cmd starts with "npm")',
    'cmd redirects',
    'size of commands of cmd > 2',
    'size of commands of cmd == 4',
    'commands of cmd contains "ls"',
    'some command of cmd matches /curl .*evil.*/',
    'program of cmd in ["rm", "dd"]',
    'command of cmd starts with "rm -rf"',
    'some command of cmd starts with "git" and some command of cmd starts with "rm"',
    'some i in items: i.to == "boss"',
    'some i in items: i.to == "boss" and i.k > 5',
    'some i in items: i.to matches /x[0-9]+/',
    'size of items > 2',
    'names contains "x" and names contains "y" and names contains "z"',
    'every n in names: n starts with "a"',
    'r.a == r.b',
    'r.a == "x" and r.b == "y"',
    'r.a matches /a+b/',
    'any argument matches /secret/',
    'to matches /[0-9]{3}/ and amount > 17',
    'host of to in ["*.example"]',
    'length of to > 20',
    'to contains r.a and r.a != ""',
    'r.a starts with r.b and r.b != r.a',
    'r.a ends with to',
    'to within r.a',
    'names contains to'
];

const OF_HISTORY: readonly string[] = [
    'latest g.get.result.s matches /A[0-9]+/',
    'latest g.get.result.rec.f == "x"',
    'latest g.get.result.rec.k > amount',
    'latest g.get.result.all contains "x"',
    'once g.get(id: to) where result.n > 7',
    'risk(request.text) > 50',
    'risk(to) > 50',
    'request.r.k > 5',
    'request.who == to',
    'to from g.get.result.people.email',
    'to from g.get.result.rec.f',
    'to from user',
    'every n in names: n from g.get.result.all',
    'r.a from g.get.result.s',
    'count(p.login) >= 9',
    'count(p.login within 5m) >= 3',
    'count(distinct user of p.login) >= 4',
    'count(running g.get) >= 2',
    'total(g.get.result.n) >= 100',
    'total(g.small.result.n) >= 40',
    'total(p.act.amount) + amount >= 60000',
    'last is g.get(id: to)',
    'last is g.get(id: "x")',
    'carries private',
    'p.login(user: to) since g.load',
    'amount > latest g.get.result.n'
];

export const CONDITIONS: readonly SampleCondition[] = [
    ...OF_VALUES.map((text) => ({ text, where: true })),
    ...OF_HISTORY.map((text) => ({ text, where: false }))
];

/** Claims that a session meeting the condition breaks if every call is allowed. */
export const BROKEN: readonly ((condition: SampleCondition) => string | undefined)[] = [
    ({ text }) => `never p.act when ${text}`,
    ({ text }) => `p.act is denied when ${text}`,
    ({ text }) => `p.act requires not (${text})`,
    ({ text, where }) => (where ? `never p.see after p.act where (${text})` : undefined),
    ({ text, where }) => (where ? `never p.see when count(p.act where (${text})) >= 2` : undefined),
    ({ text }) => `never p.act when (${text}) and once p.see`
];
