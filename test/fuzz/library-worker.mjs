/**
 * Runs programs against the library as shipped, in a thread that can be terminated. A program is data: `{ odd: NAME }`
 * in its values stands for a value that JSON cannot represent.
 */
import { parentPort } from 'node:worker_threads';
import { createGateway, GuardrailError, parsePolicy, policyFromLowered } from '../../dist/gateway.js';

const deep = (levels) => {
    let value = 1;
    for (let level = 0; level < levels; level++) {
        value = level % 2 === 0 ? [value] : { a: value };
    }
    return value;
};
const fails = () => {
    throw new TypeError('a trap');
};
const cyclic = {};
cyclic.self = cyclic;

/** The odd values by name; those after `large` have about one million characters. */
const ODD = {
    undefined: () => undefined,
    NaN: () => NaN,
    infinite: () => Infinity,
    'negative zero': () => -0,
    bigint: () => 1n,
    symbol: () => Symbol('s'),
    function: () => () => 1,
    date: () => new Date(0),
    map: () => new Map(),
    proxy: () => new Proxy({}, { get: fails, ownKeys: fails, getPrototypeOf: fails, has: fails }),
    getter: () => ({
        get type() {
            return fails();
        }
    }),
    cyclic: () => cyclic,
    'deep 300': () => deep(300),
    'deep 20,000': () => deep(20_000),
    'own __proto__': () => JSON.parse('{"__proto__": {"type": "end"}, "id": 1}'),
    'without a prototype': () => Object.assign(Object.create(null), { id: '1' }),
    surrogate: () => '\ud800',
    'sparse list': () => new Array(3),
    'large text': () => 'a'.repeat(1e6),
    'large text of spaces': () => `x${' '.repeat(1e6)}y`,
    'large path': () => '../a/'.repeat(2e5),
    'large address': () => `https://${'a.'.repeat(5e5)}example/`,
    'large mail address': () => 'a@b.'.repeat(2.5e5),
    'large shell line': () => 'echo "$(a)" | b; '.repeat(6e4),
    'large open shell line': () => '$("`'.repeat(2.5e5),
    'large list': () => Array.from({ length: 1e5 }, (_, index) => `a${index}`),
    'large record': () => Object.fromEntries(Array.from({ length: 5e4 }, (_, index) => [`k${index}`, index])),
    'large number': () => 1e308
};

/** @returns {unknown} */
function valueOf(described) {
    if (Array.isArray(described)) {
        return described.map(valueOf);
    }
    if (typeof described !== 'object' || described === null) {
        return described;
    }
    return typeof described.odd === 'string'
        ? ODD[described.odd]()
        : Object.fromEntries(Object.entries(described).map(([name, inner]) => [name, valueOf(inner)]));
}

function outcomeOf(act) {
    const before = process.cpuUsage();
    let outcome;
    try {
        outcome = { answer: act() };
    } catch (error) {
        const isOwn = error instanceof GuardrailError;
        outcome = { error: isOwn ? error.code : String(error?.stack ?? error), message: isOwn ? error.message : '' };
    }
    const { user, system } = process.cpuUsage(before);
    return { ...outcome, ms: Math.round((user + system) / 1000) };
}

/** The most recent policy, which is parsed once for many programs. */
let last = { text: undefined, policy: undefined };

async function loaded(text) {
    if (last.text !== text) {
        last = { text, policy: await parsePolicy(text) };
    }
    return last.policy;
}

const START = Date.parse('2026-03-01T09:00:00Z');

parentPort.on('message', async ({ number, policy, steps, isLowered }) => {
    try {
        const parsed = await loaded(policy);
        const used = isLowered ? policyFromLowered(JSON.parse(JSON.stringify(parsed.lowered))) : parsed;
        let now = START;
        const gateway = createGateway(used, { clock: () => now });
        const outcomes = steps.map(({ session, asks, value, wait }) => {
            now += wait;
            const given = valueOf(value);
            const one = outcomeOf(() =>
                asks ? gateway.session(session).decide(given) : gateway.session(session).record(given)
            );
            // A recorded event is valid JSON, and a line of a log.
            const line = asks || one.error ? undefined : JSON.stringify({ time: now, ...given, session });
            return { ...one, line };
        });
        parentPort.postMessage({ number, outcomes });
    } catch (error) {
        parentPort.postMessage({
            failure: error instanceof GuardrailError ? undefined : String(error?.stack ?? error)
        });
    }
});
