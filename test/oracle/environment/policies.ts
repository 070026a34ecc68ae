/**
 * Generates random policies, as texts, in which the environment makes many choices: signals, results, events, the
 * clock, constants.
 */
import fc from 'fast-check';

/**
 * The conditions that may occur; some are expensive for the concrete search, and not all of them are drawn together.
 */
export interface Forms {
    readonly signals: boolean;
    readonly results: boolean;
    readonly events: boolean;
    readonly clock: boolean;
    readonly windows: boolean;
    readonly constants: boolean;
    readonly sums: boolean;
    /** True if outside events have the value of the call. */
    readonly keys: boolean;
    readonly requests: boolean;
}

const pick = (...texts: string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);

/** Conditions on a call: its arguments, the values of signals and the clock time. */
function ofCall(params: readonly ('id' | 'n' | 'm')[], forms: Forms): fc.Arbitrary<string> {
    const has = (name: 'id' | 'n' | 'm'): boolean => params.includes(name);
    return pick(
        ...(has('n') ? ['n > 1', 'n == 0', 'n != 3'] : []),
        ...(has('id') ? ['id == "x"', 'id in ("x", "y")', 'id starts with "a"'] : []),
        ...(has('n') && has('m') ? ['n < m'] : []),
        ...(forms.sums && has('n') && has('m') ? ['n + m > 3', 'n + m == 2', 'n - m >= 2'] : []),
        ...(forms.signals ? ['risk > 1', 'risk == 0', 'mood == "calm"'] : []),
        ...(forms.signals && has('id') ? ['pii(id) > 0', 'pii(id) == 2'] : []),
        ...(forms.signals && has('n') ? ['risk > n'] : []),
        ...(forms.clock ? CLOCK : []),
        ...(forms.constants ? ['session.tier > 0', 'session.tier == 2', 'session.role == "boss"'] : []),
        ...(forms.constants && has('id') ? ['id == session.user'] : []),
        ...(forms.constants && has('n') ? ['n <= session.tier'] : []),
        ...(forms.requests ? ['request.yes', 'request.k > 1', 'not request.text contains "no"'] : []),
        ...(forms.requests && has('id') ? ['id == request.id', 'id != request.id'] : []),
        'carries private'
    );
}

const CLOCK = ['time in 22:00..06:00', 'time in 09:00..17:00', 'day in mon..fri', 'day in sun..mon'];

/** Conditions on a call of `get` that has ended. */
function ofGet(forms: Forms): fc.Arbitrary<string> {
    const values = ofCall(['id', 'n'], { ...forms, requests: false }).filter((text) => text !== 'carries private');
    // A signal that is only read for one argument, because the concrete search has one reading for all arguments.
    const signals = forms.signals ? ['spam(result.text) > 0', 'spam(result.text) == 2'] : [];
    return forms.results
        ? fc.oneof(
              values,
              pick('result.n > 1', 'result.n == n', 'result.id == id', 'result.id == "x"', 'result.n > n', ...signals)
          )
        : values;
}

function ofEvent(forms: Forms): fc.Arbitrary<string> {
    return pick(
        ...['id == "x"', 'n > 1', 'n == 0', 'not id == "y"'],
        ...(forms.signals ? ['loud(id) > 0', 'loud(id) == 2', 'risk > 1', 'mood == "calm"'] : []),
        ...(forms.clock ? CLOCK : [])
    );
}

function joined(leaf: fc.Arbitrary<string>, depth = 1): fc.Arbitrary<string> {
    if (depth === 0) {
        return leaf;
    }
    const inner = joined(leaf, depth - 1);
    return fc.oneof(
        { weight: 4, arbitrary: leaf },
        { weight: 1, arbitrary: inner.map((one) => `not (${one})`) },
        {
            weight: 2,
            arbitrary: fc.tuple(inner, pick('and', 'or'), inner).map(([a, op, b]) => `(${a} ${op} ${b})`)
        }
    );
}

function happened(forms: Forms, key = ''): fc.Arbitrary<string> {
    const where = (condition: fc.Arbitrary<string>): fc.Arbitrary<string> =>
        fc
            .option(joined(condition), { nil: undefined, freq: 3 })
            .map((one) => (one === undefined ? '' : ` where (${one})`));
    const get = fc
        .tuple(pick('', '', 'released ', 'failed '), where(ofGet(forms)))
        .map(([word, one]) => `${word}s.get${one}`);
    const put = where(ofCall(['id'], { ...forms, requests: false }).filter((text) => text !== 'carries private')).map(
        (one) => `s.put${one}`
    );
    const closed = fc.tuple(pick('', key), where(ofEvent(forms))).map(([of, one]) => `closed${of}${one}`);
    const says = pick('user says', 'user says where yes', 'user says where (k > 1)');
    const all = [get, get, put, ...(forms.events ? [closed] : []), ...(forms.requests ? [says] : [])];
    return fc.oneof(...all);
}

/** @param key `(id)` if the call in question has one */
function ofHistory(forms: Forms, key = ''): fc.Arbitrary<string> {
    const window = forms.windows ? pick('', '', ' within 1h', ' within 1d') : fc.constant('');
    return fc.oneof(
        {
            weight: 4,
            arbitrary: fc.tuple(happened(forms, key), window).map(([event, within]) => `once ${event}${within}`)
        },
        {
            weight: 1,
            arbitrary: fc
                .tuple(pick('s.put', 's.go'), happened(forms))
                .map(([event, from]) => `no ${event} since ${from}`)
        },
        { weight: 1, arbitrary: pick('last is s.get') },
        ...(forms.events ? [{ weight: 1, arbitrary: pick('no s.go since user says') }] : [])
    );
}

const TOOLS: readonly { readonly name: string; readonly params: readonly ('id' | 'n' | 'm')[] }[] = [
    { name: 's.get', params: ['id', 'n'] },
    { name: 's.put', params: ['id'] },
    { name: 's.go', params: ['n', 'm'] }
];

function ofTool(tool: number, forms: Forms): fc.Arbitrary<string> {
    const { params } = TOOLS[tool]!;
    return joined(fc.oneof(ofCall(params, forms), ofHistory(forms, forms.keys && params.includes('id') ? '(id)' : '')));
}

interface Rule {
    readonly rule: string;
    /** A claim that the rule may have been written for. */
    readonly claim: string;
}

function rule(forms: Forms): fc.Arbitrary<Rule> {
    return fc.nat({ max: 2 }).chain((tool) => {
        const { name } = TOOLS[tool]!;
        const asked = ofTool(tool, forms);
        return fc.oneof(
            {
                weight: 3,
                arbitrary: asked.map((one) => ({
                    rule: `deny ${name} when ${one}`,
                    claim: `never ${name} when ${one}`
                }))
            },
            {
                weight: 2,
                arbitrary: asked.map((one) => ({
                    rule: `allow a: ${name} when ${one}`,
                    claim: `${name} is denied when not (${one})`
                }))
            },
            {
                weight: 2,
                arbitrary: asked.map((one) => ({
                    rule: `require ${one} for ${name}`,
                    claim: `${name} requires ${one}`
                }))
            },
            {
                weight: 1,
                arbitrary: asked.map((one) => ({
                    rule: `require approval by h for ${name} when ${one}`,
                    claim: `${name} requires not (${one}) or approved by h`
                }))
            }
        );
    });
}

function claim(forms: Forms): fc.Arbitrary<string> {
    return fc.nat({ max: 2 }).chain((tool) => {
        const { name } = TOOLS[tool]!;
        const asked = ofTool(tool, forms);
        return fc.oneof(
            asked.map((one) => `never ${name} when ${one}`),
            asked.map((one) => `${name} requires ${one}`),
            fc.tuple(asked, pick('denied', 'allowed', 'held')).map(([one, word]) => `${name} is ${word} when ${one}`),
            happened(forms).map((event) => `never ${name} after ${event}`),
            pick(`at most 1 ${name}`),
            fc
                .tuple(pick('s.put', 's.go'), joined(ofGet(forms)))
                .map(([last, one]) => `possible s.get where (${one}) then ${last}`),
            ofHistory(forms).map((one) => `always not (${one})`),
            ...(forms.results ? [joined(ofGet(forms)).map((one) => `s.get is withheld when ${one}`)] : [])
        );
    });
}

export function policyTexts(forms: Forms): fc.Arbitrary<string> {
    return fc
        .record({
            traits: pick('', ' atomic', ' readonly'),
            reads: forms.results
                ? pick(
                      ...['', ' reads private when result.n > 1', ' reads private when n > 1'],
                      ...(forms.signals ? [' reads private when spam(result.text) > 0'] : [])
                  )
                : pick('', ' reads private'),
            succeeds: forms.results
                ? pick(
                      '',
                      '',
                      ' succeeds when result.n >= 1',
                      ...(forms.signals ? [' succeeds when spam(result.text) > 0'] : [])
                  )
                : pick(''),
            rules: fc.array(rule(forms), { minLength: 1, maxLength: 3 }),
            withheld: forms.results
                ? pick(
                      '',
                      '',
                      'withhold result of s.get when result.n == 2',
                      ...(forms.signals ? ['withhold result of s.get when spam(result.text) == 2'] : []),
                      'withhold result of s.get when once s.put'
                  )
                : pick(''),
            assumed: pick(
                '',
                '',
                ...(forms.signals
                    ? ['assume signal risk only when once s.put', 'assume signal spam only when not once s.put']
                    : []),
                ...(forms.results ? ['assume result of s.get only when result.n > 0'] : []),
                ...(forms.events ? ['assume event closed only when not once s.put'] : [])
            ),
            open: fc.constantFrom(true, true, false),
            own: fc.constantFrom(true, true, false),
            claims: fc.array(claim(forms), { minLength: 1, maxLength: 1 })
        })
        .map(({ traits, reads, succeeds, rules, withheld, assumed, open, own, claims }) =>
            [
                'policy Random',
                'timezone "Europe/Berlin"',
                'signal risk: 0..3',
                'signal pii(of: string): 0..2',
                'signal spam(of: string): 0..2',
                'signal loud(of: string): 0..2',
                'signal mood: "calm" | "angry"',
                'event closed(id: string, n: 0..3)',
                'request { yes: bool, k: 0..3, id: string }',
                'session user: string',
                'session tier: 0..2',
                'session role: string',
                'label private',
                'human h',
                'agent a',
                'server s {',
                `  tool get(id: string, n: 0..3)${traits} returns (id: string, n: 0..3)${reads}${succeeds}`,
                '  tool put(id: string)',
                '  tool go(n: 0..3, m: 0..3)',
                '}',
                ...rules.map((one) => one.rule),
                ...(open ? ['allow a: any tool'] : ['allow a: s.get', 'allow a: s.put when once s.get']),
                ...(withheld === '' ? [] : [withheld]),
                ...(assumed === '' ? [] : [assumed]),
                ...[...(own ? [rules[0]!.claim] : []), ...claims].map((one, index) => `claim "${index}": ${one}`)
            ].join('\n')
        );
}
