/** Measures the time that an author waits for a policy of average size, from a cold start. */
import { readFileSync } from 'node:fs';
import { fileWith, median, verdictsOf } from './processes.js';
import { milliseconds, number, table } from './table.js';

export function ordinaryTable(runs: number): string {
    const file = fileWith('ordinary.guardrail', readFileSync('bench/ordinary.guardrail', 'utf8'));
    const measured = Array.from({ length: runs }, () => verdictsOf(file, 2));
    const of = (value: (one: (typeof measured)[number]) => number): string => milliseconds(median(measured.map(value)));
    const { claims } = measured[0]!;
    return [
        table(
            ['', 'parse', 'lower', 'all verdicts', 'second lines too', 'text to verdicts'],
            [
                ['fresh process', ...phases(0)],
                ['same process', ...phases(1)]
            ]
        ),
        table(
            ['claim', 'verdict', 'states', 'ms after lowering'],
            claims.map(({ name, verdict, states }, index) => [
                name,
                verdict,
                number(states),
                of((one) => one.claims[index]!.milliseconds)
            ])
        )
    ].join('\n\n');

    function phases(round: number): string[] {
        return [
            of(({ rounds }) => rounds[round]!.parse),
            of(({ rounds }) => rounds[round]!.lower),
            of(({ rounds }) => rounds[round]!.check),
            of(({ rounds }) => rounds[round]!.withSecondLines),
            of(({ rounds }) => rounds[round]!.total)
        ];
    }
}
