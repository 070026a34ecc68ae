/** Computes the modes that a machine may be in from the start of the list (M18). */
import type { EventPattern, Machine, Transition } from '../../server/model/policy/policy.js';
import { every, known, type Answer } from './answer.js';
import { answer } from './conditions.js';
import { happened, isOne, isOutside } from './events.js';
import { beginning, viewOfEvent, visible, type Ending, type Entry, type View } from './view.js';

export interface Place {
    readonly mode: number;
    /** The second at which it was entered. */
    readonly since: number;
}

interface Step {
    readonly entry: Entry;
    readonly mode: number;
    /** The truth value of its having happened. */
    readonly is: Answer;
}

/** The modes that the machine may be in at the place of a view; for a machine per agent, that agent's. */
export function places(machine: Machine, agent: number, view: View): Place[] {
    return walk(machine, agent, view).places;
}

/** The mode entries that match a pattern, each right after its cause. */
export function entered(pattern: EventPattern, across: boolean, view: View): Entry[] {
    const { policy } = view;
    const indices = (policy.outsideEvents ?? []).flatMap((event, i) =>
        event.special === 'entered' && event.mode !== undefined && (pattern.outside ?? []).includes(i)
            ? [event.mode]
            : []
    );
    if (indices.length === 0) {
        return [];
    }
    const ends = across
        ? [...view.entries.filter(({ kind, position }) => kind === 'session' && position < view.before)]
        : [];
    return [...ends.map((end) => ({ ...view, before: end.position, now: end.time })), view].flatMap((session) =>
        indices.flatMap(({ machine: index, mode }) => {
            const machine = policy.machines![index]!;
            const agents = machine.perAgent ? [...policy.agents.keys()] : [undefined];
            return agents.flatMap((agent) =>
                walk(machine, agent ?? 0, session)
                    .steps.filter((step) => step.mode === mode)
                    .map(({ entry, is }): Entry => ({
                        kind: 'entered',
                        position: entry.position + 0.5,
                        time: entry.time,
                        id: -1,
                        call: { agent: agent ?? -1, tool: -1, args: {} },
                        rules: [],
                        humans: [],
                        entered: { machine: index, mode, ...(agent === undefined ? {} : { agent }) },
                        perhaps: is !== 'yes'
                    }))
            );
        })
    );
}

/**
 * While a call is unanswered, every mode that its end may lead to is possible, because decisions do not wait for it.
 */
function unanswered(view: View): View {
    const lost = [...view.assumed.keys()].map((id): [number, Ending] => [id, { outcome: 'lost' }]);
    return { ...view, assumed: new Map(lost) };
}

function walk(machine: Machine, agent: number, asked: View): { places: Place[]; steps: Step[] } {
    const view = unanswered(asked);
    const steps: Step[] = [];
    let now: Place[] = [{ mode: machine.initial, since: beginning(view.entries, view.before).time }];
    for (const entry of visible(view)) {
        now = now.map((place) => aged(machine, place, entry.time));
        const isMine = isOutside(entry) || !machine.perAgent || entry.call.agent === agent;
        const moved = now.map((place) => ({
            place,
            moves: machine.transitions
                .filter((transition) => isMine && (transition.from ?? place.mode) === place.mode)
                .map((transition) => ({ to: transition.to, is: fires(transition, entry, agent, view) }))
                .filter(({ is }) => is !== 'no')
        }));
        // One event enters a mode once, and certainly if it does so from every place.
        for (const mode of new Set(moved.flatMap(({ moves }) => moves.map(({ to }) => to)))) {
            const isSure = moved.every(({ moves }) => moves.some(({ to, is }) => to === mode && is === 'yes'));
            steps.push({ entry, mode, is: isSure ? 'yes' : 'unknown' });
        }
        const next = moved.flatMap(({ place, moves }) => [
            ...(moves.some(({ is }) => is === 'yes') ? [] : [place]),
            ...moves.map(({ to }) => ({ mode: to, since: entry.time }))
        ]);
        now = distinct(next);
    }
    return { places: distinct(now.map((place) => aged(machine, place, view.now))), steps };
}

/** True if a transition fires: on known success, or, for an approval, at the release of the approved call. */
function fires({ event, when }: Transition, entry: Entry, agent: number, view: View): Answer {
    const happens =
        event.status === 'approved' && !isOutside(entry)
            ? every([
                  known(
                      entry.kind === 'release' && entry.humans.some((human) => event.humans?.includes(human) ?? true)
                  ),
                  isOne(view.policy, event, entry.call, entry.call.agent),
                  answer(event.where, viewOfEvent(entry, view))
              ])
            : happened(event, entry, entry.call.agent, view);
    // Nobody makes an event from outside: the condition of each machine reads the history of its own agent.
    const at = viewOfEvent(entry, view);
    const asked = ['outside', 'says'].includes(entry.kind) ? { ...at, call: { ...at.call, agent } } : at;
    return happens === 'no' ? 'no' : every([happens, answer(when, asked)]);
}

/** The mode after a time; a mode with a time limit is over once it is older than that. */
function aged(machine: Machine, place: Place, time: number): Place {
    const lasts = machine.modes[place.mode]?.lasts;
    return lasts === undefined || time - place.since <= lasts.seconds
        ? place
        : aged(machine, { mode: lasts.returnTo, since: place.since + lasts.seconds + 1 }, time);
}

function distinct(all: readonly Place[]): Place[] {
    return all.filter((place, i) => all.findIndex((other) => JSON.stringify(other) === JSON.stringify(place)) === i);
}
