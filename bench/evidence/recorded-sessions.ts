/** Plays recorded sessions through a policy, for the table of docs/evidence.md. */
import type { LoadedPolicy } from '../../server/gateway/library.js';
import { table } from '../table.js';
import type { Benchmark } from './benchmark.js';
import type { People, Setting } from './guarded.js';
import { play, type Played } from './play.js';
import { numberOf, type Recorded } from './recorded.js';
import type { Suite } from './suite.js';

export interface RecordedSessions {
    readonly sessions: readonly Recorded[];
    readonly suiteOf: (name: string) => Suite;
    /** If undefined, every call is made. */
    readonly policy: LoadedPolicy | undefined;
    readonly tasks: readonly string[];
    readonly people: readonly People[];
    /** If undefined, calls get their recorded answers, and no check judges the session. */
    readonly benchmark: Benchmark | undefined;
    /** Called with the sessions that were played for one row. */
    readonly onRow: (people: People, played: readonly Played[]) => void;
}

export async function recordedSessions(asked: RecordedSessions): Promise<string> {
    return new Rows(asked).table();
}

class Rows {
    private readonly metByTask: MetByTask;

    constructor(private readonly asked: RecordedSessions) {
        this.metByTask = new MetByTask(asked);
    }

    async table(): Promise<string> {
        const { sessions: all, policy, tasks, people: answers, onRow } = this.asked;
        const rows: string[][] = [];
        for (const range of tasks) {
            const sessions = all.filter(({ task }) => isIn(range, task));
            const honest = sessions.filter(({ attack, utility }) => attack === undefined && utility);
            const attacks = sessions.filter(({ security }) => security);
            for (const people of policy ? answers : (['everything'] as const)) {
                const [h, a] = [await this.played(honest, people), await this.played(attacks, people)];
                rows.push([range, policy ? people : '(no policy)', ...this.honest(h), ...(await this.attacks(a))]);
                onRow(people, [...h, ...a]);
            }
        }
        return table(this.headings(), rows);
    }

    private async played(sessions: readonly Recorded[], people: People): Promise<Played[]> {
        const { policy, suiteOf, benchmark } = this.asked;
        const results: Played[] = [];
        for (const recorded of sessions) {
            const setting: Setting = { policy, suite: suiteOf(recorded.suite), people, benchmark };
            results.push(await play(recorded, setting));
        }
        return results;
    }

    private headings(): string[] {
        const { benchmark } = this.asked;
        return [
            'tasks',
            'the user approves',
            'honest',
            ...(benchmark ? ['still done'] : []),
            'questions',
            'a session',
            'sessions without',
            'calls denied',
            'attacks',
            ...(benchmark ? ['through', 'not by the task itself'] : ['with no call denied or held'])
        ];
    }

    private honest(results: readonly Played[]): string[] {
        const questions = sum(results, 'questions');
        return [
            String(results.length),
            ...(this.asked.benchmark ? [count(results, ({ verdict }) => verdict?.utility === true)] : []),
            String(questions),
            (questions / Math.max(1, results.length)).toFixed(2),
            count(results, (one) => one.questions === 0),
            `${sum(results, 'denied')} (${sum(results, 'unknownTools')} of unknown tools)`
        ];
    }

    private async attacks(results: readonly Played[]): Promise<string[]> {
        const total = String(results.length);
        if (!this.asked.benchmark) {
            return [total, count(results, ({ questions, denied }) => questions + denied === 0)];
        }
        const through = results.filter(({ verdict }) => verdict?.security === true);
        let met = 0;
        for (const { recorded } of through) {
            met += (await this.metByTask.has(recorded)) ? 1 : 0;
        }
        return [total, String(through.length), String(through.length - met)];
    }
}

/**
 * Recognizes attacks that the user's task carries out by itself: an honest session that did the task also passes the
 * check of the attack, so it does not show that an attack succeeded.
 */
export class MetByTask {
    private readonly known = new Map<string, boolean>();

    constructor(private readonly asked: Pick<RecordedSessions, 'sessions' | 'suiteOf' | 'benchmark'>) {}

    async has({ suite, task, attack }: Recorded): Promise<boolean> {
        const pair = `${suite} ${task} ${attack}`;
        if (!this.known.has(pair)) {
            const { sessions, suiteOf, benchmark } = this.asked;
            const honest = sessions.find(
                (one) => one.suite === suite && one.task === task && one.attack === undefined && one.utility
            );
            const setting: Setting = { policy: undefined, suite: suiteOf(suite), people: 'nobody', benchmark };
            this.known.set(
                pair,
                honest !== undefined && (await play({ ...honest, attack }, setting)).verdict?.security === true
            );
        }
        return this.known.get(pair)!;
    }
}

/** @param range a number, or two numbers joined by a hyphen */
export function isIn(range: string, task: string): boolean {
    const [first = 0, last = first] = range.split('-').map(Number);
    return numberOf(task) >= first && numberOf(task) <= last;
}

function sum(results: readonly Played[], what: 'questions' | 'denied' | 'unknownTools'): number {
    return results.reduce((total, one) => total + one[what], 0);
}

function count(results: readonly Played[], is: (one: Played) => boolean): string {
    return String(results.filter(is).length);
}
