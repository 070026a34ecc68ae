/**
 * Measures the cost of deciding, recording and ending a call in a session of 100,000 calls: the last thousand compared
 * with the second thousand.
 */
import { createSession, parsePolicy } from '../server/gateway/library.js';
import { number, ratio, table } from './table.js';

const CALLS = Number(process.env['BENCH_CALLS'] ?? 100_000);

interface Made {
    readonly tool: string;
    readonly args?: { readonly account: string; readonly amount?: number };
    readonly became?: 'held' | 'running';
}

interface Series {
    readonly rules: string;
    readonly calls: (index: number) => readonly Made[];
}

const verifyAndPay = (index: number): Made[] => [
    { tool: 'bank.verify', args: { account: `a${index}` } },
    { tool: 'bank.pay', args: { account: `a${index}`, amount: index % 50 } }
];
const VERIFIED = 'require once bank.verify(account) within 15m for bank.pay';

const SERIES: Readonly<Record<string, Series>> = {
    'keys and windows': {
        rules: `${VERIFIED}\ndeny bank.pay when count(bank.pay(account) within 1h) > 1000`,
        calls: verifyAndPay
    },
    labels: {
        rules: 'deny bank.close when carries private',
        calls: () => [{ tool: 'bank.read' }]
    },
    'calls without results': {
        rules: VERIFIED,
        calls: (index) => verifyAndPay(index).map((call) => ({ ...call, became: 'running' as const }))
    },
    'one call without a result': {
        rules: VERIFIED,
        calls: (index) =>
            verifyAndPay(index).map((call) => (index === 3 ? { ...call, became: 'running' as const } : call))
    },
    'holds that nobody answers': {
        rules: `require approval by boss for bank.close
deny bank.pay when count(attempted bank.close within 1h) > 1000000`,
        calls: (index) => [{ tool: 'bank.close', args: { account: `a${index}` }, became: 'held' }]
    },
    'totals and distinct values': {
        rules: `deny bank.pay when total(bank.pay(account).amount within 12h) > 1000000
deny bank.pay when count(distinct account of bank.pay within 12h) > 1000000`,
        calls: (index) => verifyAndPay(index).slice(1)
    }
};

export async function longSessionsTable(): Promise<string> {
    const rows: string[][] = [];
    for (const [name, { rules, calls }] of Object.entries(SERIES)) {
        const policy = await parsePolicy(`policy Long
label private
server bank {
  tool verify(account: string)
  tool pay(account: string, amount: int)
  tool close(account: string)
  tool read() reads private
}
agent clerk
human boss
allow clerk: bank.*
${rules}`);
        const session = createSession(policy);
        const thousands: number[] = [];
        let [made, started] = [0, process.cpuUsage()];
        for (let index = 0; made < CALLS; index++) {
            for (const { became, ...call } of calls(index)) {
                const time = 1e12 + made * 1000;
                session.decide({ ...call, time });
                const id = String(made++);
                session.record({ type: 'call', id, ...call, time, decision: became === 'held' ? 'held' : 'allowed' });
                if (became === undefined) {
                    session.record({ type: 'result', id, time });
                }
                if (made % 1000 === 0) {
                    thousands.push(process.cpuUsage(started).user / 1000);
                    started = process.cpuUsage();
                }
            }
        }
        const [second, last] = [thousands[1]!, thousands.at(-1)!];
        rows.push([name, number(second, 1), number(last, 1), ratio(last / second)]);
    }
    return table(['a session of many calls', 'µs, second thousand', 'µs, last thousand', 'of the second'], rows);
}
