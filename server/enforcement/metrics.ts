/** Counts of what a gateway decided, in the text format of Prometheus. */
import type { ReportedCall, Telemetry } from './telemetry.js';

type Labels = Readonly<Record<string, string>>;

export class Metrics implements Telemetry {
    private readonly counts = new Map<string, number>();

    decided({ tool = '_OTHER', decision, duration }: ReportedCall): void {
        this.add('guardrail_decisions_total', 1, { tool, decision });
        this.add('guardrail_decision_duration_seconds_sum', duration / 1000);
        this.add('guardrail_decision_duration_seconds_count', 1);
    }

    ended(_: string, outcome: 'success' | 'error' | 'lost', isWithheld: boolean): void {
        this.add('guardrail_ended_calls_total', 1, { outcome, withheld: String(isWithheld) });
    }

    answered(answer: 'approve' | 'refuse'): void {
        this.add('guardrail_answers_total', 1, { answer });
    }

    close(): Promise<void> {
        return Promise.resolve();
    }

    /** @param waiting the number of calls that wait for people */
    text(waiting: number): string {
        return METRICS.flatMap(([name, type, help]) => [
            `# HELP ${name} ${help}`,
            `# TYPE ${name} ${type}`,
            ...(type === 'gauge'
                ? [`${name} ${waiting}`]
                : [...this.counts].filter(([one]) => one.startsWith(name)).map(([one, count]) => `${one} ${count}`)),
            ''
        ]).join('\n');
    }

    private add(name: string, count: number, labels: Labels = {}): void {
        const listed = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
        const key = listed.length === 0 ? name : `${name}{${listed.join(',')}}`;
        this.counts.set(key, (this.counts.get(key) ?? 0) + count);
    }
}

const METRICS = [
    ['guardrail_decisions_total', 'counter', 'Decisions on calls since the start, by tool.'],
    ['guardrail_decision_duration_seconds', 'summary', 'Seconds until a decision was stored.'],
    ['guardrail_ended_calls_total', 'counter', 'Calls that ended, and whether what they answered was withheld.'],
    ['guardrail_answers_total', 'counter', 'Answers of people to calls that waited.'],
    ['guardrail_waiting_calls', 'gauge', 'Calls that wait for people now.']
] as const;

function escaped(value: string): string {
    return value.replace(/[\\"\n]/g, (one) => (one === '\n' ? '\\n' : `\\${one}`));
}
